/**
 * What a nat of KL costs in the next rollout:
 *
 *     fixed      what it cost in this one
 *     adaptive   steered to a KL (Ziegler 2019, section 2.2)
 *     distinct   steered to a share of the distinct pairs of tokens that responses had before the policy learned
 *
 * How far a policy may go before its answers grow alike hangs on what its reward model happens to like, so that one price
 * is too dear for one seed and too cheap for another. Answers that grow alike raise the price, and it falls again as they
 * differ, to what it was set to at the least: no more is given for going far than somebody chose. A price of 0 stays 0, and
 * nothing bounds it above.
 */
import { adaptiveKlCoefficient } from '../algorithms/kl';
import type { PpoConfig } from '../config';
import type { Metrics, TrainingProgress } from '../records';

type Control = Pick<PpoConfig, 'klCoefficient' | 'klControl' | 'klTarget' | 'distinctTarget' | 'klHorizon' | 'criticWarmup'>; // prettier-ignore

/** Set the coefficient of the next rollout, from the step that was just counted and its metrics. */
export function steerKl(progress: TrainingProgress, metrics: Metrics, config: Control): void {
  const { klControl, klTarget, distinctTarget, klHorizon } = config;
  // The horizon is counted in rollouts.
  const steered = (measured: number, target: number): number =>
    adaptiveKlCoefficient(progress.klCoefficient, measured, target, 1, klHorizon);
  switch (klControl) {
    case 'fixed':
      return;
    case 'adaptive':
      progress.klCoefficient = steered(metrics['objective/kl'] ?? NaN, klTarget);
      return;
    case 'distinct': {
      const share = distinctShare(progress, metrics['response/distinct_2'] ?? NaN, config);
      if (share !== null)
        progress.klCoefficient = Math.max(config.klCoefficient, steered(distinctTarget, share));
      return;
    }
    default:
      klControl satisfies never;
  }
}

/** Share of the average that one rollout leaves of those before it: a rollout's pairs hang on what was asked. */
const REMEMBERED = 0.8;
/** The least share that is told apart: what goes below is as far off as may be. */
const LEAST = 0.01;

/**
 * Distinct pairs of late rollouts as a share of those of the first, in which the policy rests: as many as the critic warms
 * up, one at least. Null while it rests, and where no response has a pair.
 */
function distinctShare(
  progress: TrainingProgress,
  distinct: number,
  { criticWarmup }: Control,
): number | null {
  if (!Number.isFinite(distinct)) return null;
  const { distinctRollouts = 0, distinctStart = 0, distinctNow = 0 } = progress.running ?? {};
  const rests = progress.step <= Math.max(1, criticWarmup);
  const counted = distinctRollouts + 1;
  const start = rests ? distinctStart + (distinct - distinctStart) / counted : distinctStart;
  const now = rests ? start : REMEMBERED * distinctNow + (1 - REMEMBERED) * distinct;
  progress.running = {
    ...progress.running,
    distinctRollouts: rests ? counted : distinctRollouts,
    distinctStart: start,
    distinctNow: now,
  };
  return rests || start === 0 ? null : Math.max(LEAST, now / start);
}
