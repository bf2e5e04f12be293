/**
 * The reward model's loss: all pairs of one prompt's K responses together.
 *
 *   loss = mean over prompts of  1/P  sum over its P pairs of  -log sigmoid(score_better - score_worse)
 *
 * One prompt is one element of a batch: its responses are scored once and enter into K - 1 pairs each. Pairs
 * thrown into the batch one by one would show the model every response K - 1 times an epoch, and it overfits
 * in one. Ties give no pair. The gradients of a prompt's scores add up to 0: only differences are learned.
 *
 * Source: Ouyang 2022 (InstructGPT), equation 1 and section 3.5; Bradley and Terry 1952.
 */
import * as tf from '@tensorflow/tfjs-core';
import { binaryChoiceLoss } from './log-sigmoid';
import { positiveCount } from './masked';

/** Pairs of one or more prompts over one flat list of scores. All arrays have one entry a pair. */
export interface Pairs {
  /** Index of the score that should be higher. */
  better: Int32Array;
  /** Index of the score that should be lower. */
  worse: Int32Array;
  /** 1 / pairs of the same prompt. A pair of weight 0 fills an array up to a fixed size and counts nothing. */
  weights: Float32Array;
}

/**
 * The pairs of a batch of rankings whose responses lie one prompt after the other.
 * @param rankings for each prompt the ranks of its responses: 1 is best, equal ranks are ties
 */
export function pairsOfRankings(rankings: readonly (readonly number[])[]): Pairs {
  const pairs: { better: number; worse: number; weight: number }[] = [];
  let offset = 0;
  for (const ranks of rankings) {
    const found: { better: number; worse: number }[] = [];
    ranks.forEach((rank, i) =>
      ranks.forEach((other, j) => {
        if (rank < other) found.push({ better: offset + i, worse: offset + j });
      }),
    );
    for (const pair of found) pairs.push({ ...pair, weight: 1 / found.length });
    offset += ranks.length;
  }
  return {
    better: Int32Array.from(pairs, (pair) => pair.better),
    worse: Int32Array.from(pairs, (pair) => pair.worse),
    weights: Float32Array.from(pairs, (pair) => pair.weight),
  };
}

export interface PairwiseOptions {
  /** Prompts of the whole batch, of which these pairs may be a part. */
  promptCount: number;
  /** Pairs of the whole batch, for the statistics. */
  pairCount: number;
  /** Probability that a label is wrong; 0 where absent. */
  labelSmoothing?: number;
}

export type PairwiseStatistics = {
  /** Share of pairs in the right order; equal scores count half, so that chance is 1/2. */
  accuracy: tf.Scalar;
  /** Mean over pairs of score_better - score_worse. */
  margin: tf.Scalar;
};

/**
 * The pairwise loss, scalar, and its statistics; those of parts of a batch add up to those of the batch.
 * @param scores (N), of all responses; gradients flow to these
 * @throws Error if there is no pair, or a pair names a score that does not exist
 */
export function pairwiseLoss(
  scores: tf.Tensor1D,
  pairs: Pairs,
  options: PairwiseOptions,
): { loss: tf.Scalar; statistics: PairwiseStatistics } {
  const { promptCount, pairCount, labelSmoothing = 0 } = options;
  const difference = tf.tensor2d(differenceMatrix(pairs, scores.shape[0]), [
    pairs.better.length,
    scores.shape[0],
  ]); // (M, N)
  const weights = tf.tensor1d(pairs.weights); // (M)
  const counted = tf.tensor1d(Float32Array.from(pairs.weights, (weight) => (weight > 0 ? 1 : 0))); // (M)

  const margins = tf.squeeze<tf.Tensor1D>(tf.matMul(difference, tf.expandDims(scores, 1)), [1]); // (M)
  const losses = tf.mul(binaryChoiceLoss(margins, labelSmoothing), weights); // (M)
  const right = tf.cast(tf.greater(margins, 0), 'float32'); // (M)
  const notWrong = tf.cast(tf.greaterEqual(margins, 0), 'float32'); // (M)
  const order = tf.mul(tf.add(right, notWrong), 0.5); // (M): 1, or 1/2 where equal
  return {
    loss: tf.div(tf.sum(losses), positiveCount(promptCount)),
    statistics: {
      accuracy: tf.div(tf.sum(tf.mul(order, counted)), positiveCount(pairCount)),
      margin: tf.div(tf.sum(tf.mul(margins, counted)), pairCount),
    },
  };
}

/**
 * Rows with +1 at the better and -1 at the worse score, (M, N) flat, so that margins are a product of
 * matrices. Indexing would be shorter, but the gradient of a gather is missing from tfjs on WASM.
 */
function differenceMatrix({ better, worse, weights }: Pairs, scoreCount: number): Float32Array {
  const count = better.length;
  if (count === 0)
    throw new Error('No pairs: leave out prompts whose responses are all tied before the loss.');
  if (worse.length !== count || weights.length !== count)
    throw new Error(`Pairs are ${count} better, ${worse.length} worse and ${weights.length} weights.`); // prettier-ignore
  const matrix = new Float32Array(count * scoreCount);
  for (let pair = 0; pair < count; pair++)
    for (const [index, sign] of [
      [better[pair], 1],
      [worse[pair], -1],
    ] as const) {
      // prettier-ignore
      if (index === undefined || index < 0 || index >= scoreCount)
        throw new Error(`Pair ${pair} names response ${index}, but there are ${scoreCount} scores.`); // prettier-ignore
      const cell = pair * scoreCount + index;
      matrix[cell] = (matrix[cell] ?? 0) + sign;
    }
  return matrix;
}
