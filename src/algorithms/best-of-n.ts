/**
 * Best of n: draw n responses, keep the one that the reward model scores highest. It trains nothing, and is
 * what PPO is measured against.
 *
 * Source: Stiennon 2020; Gao, Schulman and Hilton 2022, section 3.1 and appendix I.
 */
import { at, type Numbers } from './rows';

/**
 * KL of best of n from the policy it draws from: ln n - (n - 1) / n, nats per response. Exact where no two
 * responses score the same, otherwise an upper bound.
 */
export function bestOfNKl(n: number): number {
  return Math.log(positiveInteger(n)) - (n - 1) / n;
}

/**
 * Expected gold score of best of n, from N >= n responses to one prompt: the mean over all subsets of n of the
 * gold score of the subset's highest proxy score, without drawing any of them.
 *
 *   sum over i = n..N of  C(i - 1, n - 1) / C(N, n) * gold of the response with the i-th lowest proxy score
 *
 * Responses of equal proxy score share their weights, as if ties were broken at random.
 */
export function bestOfNEstimate(proxy: Numbers, gold: Numbers, n: number): number {
  const total = proxy.length;
  if (gold.length !== total)
    throw new Error(`There are ${total} proxy scores and ${gold.length} gold scores.`);
  if (positiveInteger(n) > total)
    throw new Error(`Best of ${n} cannot be estimated from ${total} responses.`);
  const order = Array.from({ length: total }, (_, i) => i).sort(
    (a, b) => at(proxy, a) - at(proxy, b),
  );
  const weights = orderWeights(total, n);
  let estimate = 0;
  for (let start = 0; start < total;) {
    let end = start;
    let weight = 0;
    let sum = 0;
    while (end < total && at(proxy, at(order, end)) === at(proxy, at(order, start))) {
      weight += at(weights, end);
      sum += at(gold, at(order, end));
      end += 1;
    }
    estimate += (weight * sum) / (end - start);
    start = end;
  }
  return estimate;
}

/** C(i - 1, n - 1) / C(N, n) for i = 1..N, from the last down, so that no binomial is ever formed. */
function orderWeights(total: number, n: number): Float64Array {
  const weights = new Float64Array(total);
  let weight = n / total;
  for (let i = total; i >= n; i--) {
    weights[i - 1] = weight;
    if (i > 1) weight *= (i - n) / (i - 1);
  }
  return weights;
}

function positiveInteger(n: number): number {
  if (!Number.isInteger(n) || n < 1) throw new Error(`There is no best of ${n}.`);
  return n;
}
