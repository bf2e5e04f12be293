/**
 * The learning rate by step: it climbs in a straight line over the warm-up, then stays, or falls in a straight
 * line or half a cosine to a floor. Plain numbers, so a resumed run computes the same rate from its step alone.
 *
 * The kind `wsd` (warm-up, stable, decay) stays at the peak and falls in a straight line over the last fifth
 * of the run. Until the fall begins no rate depends on the length of the run, which may still be changed.
 *
 * Sources: Loshchilov and Hutter 2017 (cosine), without restarts; floor of 10% as in Ouyang 2022, appendix C.1;
 * Hu 2024 (MiniCPM), section 4.2, for `wsd`, and Hägele 2024, section 4, for a straight fall of 20%.
 */
export interface ScheduleOptions {
  kind: 'cosine' | 'linear' | 'constant' | 'wsd';
  /** Highest learning rate, reached at the last warm-up step. */
  peak: number;
  warmupSteps: number;
  /** Steps of the whole run, warm-up included. */
  totalSteps: number;
  /** Where it ends, as a fraction of the peak. */
  finalFraction: number;
}

/**
 * Learning rate of optimizer step `step`, 0 for the first. The first step of a warm-up of n has peak / n and not
 * 0, which would waste a batch. Steps after the last stay at the floor.
 */
export function learningRateAt(step: number, options: ScheduleOptions): number {
  const { kind, peak, warmupSteps, totalSteps, finalFraction } = options;
  if (!(step >= 0)) throw new Error(`There is no learning rate for step ${step}.`);
  if (step < warmupSteps) return (peak * (step + 1)) / warmupSteps;
  if (kind === 'wsd') {
    const left = Math.max(0, totalSteps - 1 - step) / (totalSteps - decayStart(totalSteps));
    return peak * (finalFraction + (1 - finalFraction) * Math.min(1, left));
  }
  // 0 at the first step after warm-up, 1 at the last step of the run.
  const length = Math.max(1, totalSteps - 1 - warmupSteps);
  const progress = Math.min(1, (step - warmupSteps) / length);
  return peak * (finalFraction + (1 - finalFraction) * remaining(kind, progress));
}

/** The first step of a `wsd` run whose rate is below the peak: the fall takes the last fifth of the run. */
export const decayStart = (totalSteps: number): number =>
  totalSteps - Math.max(1, Math.round(totalSteps / 5));

/** What is left between floor and peak, from 1 to 0. */
function remaining(kind: Exclude<ScheduleOptions['kind'], 'wsd'>, progress: number): number {
  switch (kind) {
    case 'cosine':
      return (1 + Math.cos(Math.PI * progress)) / 2;
    case 'linear':
      return 1 - progress;
    case 'constant':
      return 1;
    default:
      return kind satisfies never;
  }
}
