/**
 * REINFORCE: every token of a response is made likelier or less likely by how much better the response did
 * than a baseline that does not depend on it.
 *
 *   A_i = R_i - baseline,   R = score - beta * sum of k1
 *
 *   none     0                                      unbiased, and so noisy that little is learned
 *   batch    mean of the other responses of the rollout
 *   running  mean over earlier rollouts, older ones forgotten; the first rollout has its own mean
 *
 * Source: Williams 1992; Ahmadian 2024, section 3 (why it suffices for language models).
 */
import { leaveOneOutAdvantages } from './rloo';
import { at, type Numbers } from './rows';
import { mean } from './statistics';

export type Baseline = 'none' | 'batch' | 'running';

/**
 * @param rewards (B)
 * @param past mean reward of earlier rollouts; null in the first
 * @returns (B), one advantage for the whole response
 */
export function reinforceAdvantages(
  rewards: Numbers,
  baseline: Baseline,
  past: number | null,
): Float32Array {
  const less = (what: number) =>
    Float32Array.from({ length: rewards.length }, (_, i) => at(rewards, i) - what);
  switch (baseline) {
    case 'none':
      return less(0);
    case 'batch':
      return leaveOneOutAdvantages(rewards, rewards.length);
    case 'running':
      return less(past ?? mean(rewards));
    default:
      return baseline satisfies never;
  }
}

/** Rewards of earlier rollouts as a decayed sum of their means, and of as many ones. */
export interface PastRewards {
  rewardWeight?: number;
  rewardSum?: number;
}

/**
 * The mean reward of earlier rollouts, and what to keep of them with this one.
 * @param rewards (B) of this rollout
 * @param decay what one more rollout leaves of those before it
 * @returns `past` null before the first rollout
 */
export function pastReward(
  { rewardWeight = 0, rewardSum = 0 }: PastRewards,
  rewards: Numbers,
  decay: number,
): { past: number | null; running: { rewardWeight: number; rewardSum: number } } {
  return {
    past: rewardWeight > 0 ? rewardSum / rewardWeight : null,
    running: {
      rewardWeight: decay * rewardWeight + 1,
      rewardSum: decay * rewardSum + mean(rewards),
    },
  };
}
