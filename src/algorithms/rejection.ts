/**
 * Rejection sampling (expert iteration): of several responses to a prompt the best is kept, and learned from as
 * if it were a demonstration. Best of n, with what it costs at every answer paid once, in training.
 *
 * Sources: Dong 2023 (RAFT), arXiv 2304.06767; Touvron 2023 (Llama 2), section 3.2.3.
 */
import { exactDivide } from '../shapes';
import { at, type Numbers } from './rows';

/**
 * 1 for the response of each group with the highest reward, the first of equal ones, and 0 for the others, (B).
 * @param rewards (B), the responses to one prompt one after the other
 */
export function bestOfGroups(rewards: Numbers, groupSize: number): Float32Array {
  exactDivide(rewards.length, groupSize, 'Rewards in groups');
  const kept = new Float32Array(rewards.length); // (B)
  for (let start = 0; start < rewards.length; start += groupSize) {
    let best = start;
    for (let i = start; i < start + groupSize; i++)
      if (at(rewards, i) > at(rewards, best)) best = i;
    kept[best] = 1;
  }
  return kept;
}
