/** What must hold in every step of any training: its numbers are numbers. */

/** A training run cannot go on; the message says what went wrong, in which step, and what to try. */
export class TrainingError extends Error {
  override name = 'TrainingError';
}

/**
 * A run whose numbers are no longer numbers has nothing left to learn from.
 * @param undefinedWhere metrics that are NaN by definition in some steps
 * @throws TrainingError naming the metric and the step
 */
export function assertFiniteMetrics(
  metrics: Record<string, number>,
  step: number,
  undefinedWhere: readonly string[] = [],
): void {
  for (const [name, value] of Object.entries(metrics))
    if (!Number.isFinite(value) && !undefinedWhere.includes(name))
      throw new TrainingError(
        `${name} became ${value} in step ${step}. Go back to the last checkpoint, and lower the learning rates.`,
      );
}
