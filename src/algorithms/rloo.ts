/**
 * REINFORCE with a leave-one-out baseline: of several responses to one prompt, each is judged against the mean
 * of the others. It needs no value model, and the baseline leaves the gradient unbiased, since it does not
 * depend on the response it is taken from.
 *
 *   A_i = R_i - mean of R_j over j != i,  R = score - beta * sum of k1
 *
 * Source: Kool 2019; Ahmadian 2024, equation 8, arXiv 2402.14740
 */
import { exactDivide } from '../shapes';
import { at, type Numbers } from './rows';

/**
 * @param rewards (B), the responses to one prompt one after the other
 * @param groupSize responses per prompt, at least 2
 * @returns (B), one advantage for the whole response
 */
export function leaveOneOutAdvantages(rewards: Numbers, groupSize: number): Float32Array {
  if (groupSize < 2)
    throw new Error(`Leaving one out of ${groupSize} leaves nothing to compare with.`);
  exactDivide(rewards.length, groupSize, 'Rewards in groups');
  const advantages = new Float32Array(rewards.length); // (B)
  for (let start = 0; start < rewards.length; start += groupSize) {
    let sum = 0;
    for (let i = start; i < start + groupSize; i++) sum += at(rewards, i);
    for (let i = start; i < start + groupSize; i++)
      advantages[i] = at(rewards, i) - (sum - at(rewards, i)) / (groupSize - 1);
  }
  return advantages;
}
