/**
 * Generalized advantage estimation: how much better each token was than the value model expected.
 *
 *   delta_t = r_t + gamma V_{t+1} - V_t
 *   A_t     = delta_t + gamma lambda A_{t+1}
 *   return  = A_t + V_t
 *
 * t + 1 is the next response token of the row; after the last one V and A are 0, for a response has ended
 * there. lambda = 1 gives reward-to-go minus value (no bias, much noise), lambda = 0 only trusts the value
 * model. Where the mask has a gap (a turn that the policy did not write) the gap is stepped over: it neither
 * discounts nor cuts off what follows.
 *
 * On the host, in float64: see rows.ts. Source: Schulman 2016, equations 11 and 16, arXiv 1506.02438
 */
import { at, countRows, type Numbers } from './rows';

export interface AdvantageInputs {
  /** (B, R), from tokenRewards. */
  rewards: Numbers;
  /** (B, R), the value model's expectation before each token was drawn. */
  values: Numbers;
  /** (B, R). */
  mask: Numbers;
  /** R. */
  responseLength: number;
}

export interface Advantages {
  /** (B, R), not whitened, 0 on padding. */
  advantages: Float32Array;
  /** (B, R), what values are trained towards, 0 on padding. */
  returns: Float32Array;
}

/**
 * Advantages and returns of a rollout. Whiten the advantages afterwards: returns must be of the rewards'
 * own scale, so they are computed from advantages as they are.
 * @param discount gamma, per token
 * @param lambda weight of longer looks ahead
 */
export function generalizedAdvantages(
  { rewards, values, mask, responseLength }: AdvantageInputs,
  { discount, lambda }: { discount: number; lambda: number },
): Advantages {
  const rows = countRows({ rewards, values, mask }, responseLength);
  const advantages = new Float32Array(rows * responseLength); // (B, R)
  const returns = new Float32Array(rows * responseLength); // (B, R)
  for (let row = 0; row < rows; row++) {
    let nextValue = 0;
    let nextAdvantage = 0;
    for (let i = (row + 1) * responseLength - 1; i >= row * responseLength; i--) {
      if (at(mask, i) === 0) continue;
      const value = at(values, i);
      const delta = at(rewards, i) + discount * nextValue - value;
      nextAdvantage = delta + discount * lambda * nextAdvantage;
      nextValue = value;
      advantages[i] = nextAdvantage;
      returns[i] = nextAdvantage + value;
    }
  }
  return { advantages, returns };
}
