/**
 * A loss over a whole ranking at once, in place of its pairs: the ranking is read as choosing the best of all
 * responses, then the best of the rest, and so on, each time with probability softmax(scores).
 *
 *   loss = mean over prompts of  sum over places i of  logsumexp(score_i, ..., score_K) - score_i
 *
 * For two responses it is the Bradley-Terry loss. Of tied responses each is read as chosen from all of them and
 * those below (Breslow 1974, for the same likelihood in survival analysis). The first choice alone is Ziegler's
 * loss: a cross-entropy for the best of K.
 *
 * Sources: Plackett 1975; Luce 1959; Ziegler 2019, equation 1 (best of 4).
 */
import * as tf from '@tensorflow/tfjs-core';
import { positiveCount } from './masked';

/** Far below any score, so that its exponential is 0; not -Infinity, whose gradients are not numbers. */
const TAKEN = -1e9;

/**
 * @param scores (N), of all responses of the batch, one prompt after the other; gradients flow to these
 * @param rankings for each prompt the ranks of its responses, 1 is best, equal ranks are ties
 * @param promptCount prompts of the whole batch, of which these may be a part
 * @param choices all places, or only the first, which tied best responses share
 * @returns scalar, nats per prompt
 */
export function plackettLuceLoss(
  scores: tf.Tensor1D,
  rankings: readonly (readonly number[])[],
  promptCount: number,
  choices: 'all' | 'first' = 'all',
): tf.Scalar {
  const count = scores.shape[0];
  const responses = rankings.reduce((sum, ranks) => sum + ranks.length, 0);
  if (responses !== count)
    throw new Error(`The rankings are of ${responses} responses, but there are ${count} scores.`);
  // One row a choice: `taken` keeps all but the responses that could still be chosen out of its softmax.
  const taken = new Float32Array(count * count).fill(TAKEN); // (N, N)
  const weights = new Float32Array(count); // (N)
  let offset = 0;
  for (const ranks of rankings) {
    const best = Math.min(...ranks);
    const share = 1 / ranks.filter((rank) => rank === best).length;
    ranks.forEach((rank, i) => {
      weights[offset + i] = choices === 'all' ? 1 : rank === best ? share : 0;
      ranks.forEach((other, j) => {
        if (other >= rank) taken[(offset + i) * count + offset + j] = 0;
      });
    });
    offset += ranks.length;
  }
  const available = tf.add(tf.expandDims(scores, 0), tf.tensor2d(taken, [count, count])); // (N, N)
  const nats = tf.sub<tf.Tensor1D>(tf.logSumExp(available, 1), scores); // (N)
  return tf.div(tf.sum(tf.mul(nats, tf.tensor1d(weights))), positiveCount(promptCount));
}
