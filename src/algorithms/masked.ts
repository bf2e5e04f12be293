/**
 * Means and variances over response tokens only. Every mean of this project (loss, KL, entropy, clip
 * fraction) is weighted by token: the sum over all real tokens over their number, never a mean of the
 * means of rows or of micro-batches, which would count tokens of short responses more.
 *
 * In tensors, for losses: maskedSum, maskedMean. On the host, once per rollout: maskedMoments, whiten.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { Mask, PerToken } from '../shapes';
import { at, type Numbers } from './rows';

/**
 * Sum over real tokens.
 * @param values (B, T), finite on padding too, since 0 times infinity is not a number
 * @param mask (B, T)
 * @returns scalar
 */
export function maskedSum(values: PerToken, mask: Mask): tf.Scalar {
  return tf.sum<tf.Scalar>(tf.mul(values, mask));
}

/**
 * Sum over real tokens, over `tokenCount`.
 *
 * The count is given and not taken from the mask, so that gradients can be accumulated: when a minibatch is
 * cut into micro-batches, each is divided by the tokens of the whole minibatch, and their sum is exactly the
 * loss of the minibatch, whatever the cut.
 * @param values (B, T), finite on padding too
 * @param mask (B, T)
 * @param tokenCount real tokens of the whole minibatch
 * @returns scalar
 * @throws Error if `tokenCount` is not positive
 */
export function maskedMean(values: PerToken, mask: Mask, tokenCount: number): tf.Scalar {
  return tf.div(maskedSum(values, mask), positiveCount(tokenCount));
}

/** @throws Error unless a mean can be taken over `count` tokens. */
export function positiveCount(count: number): number {
  if (!(count > 0) || !Number.isFinite(count))
    throw new Error(
      `A mean over ${count} tokens was asked for; leave out minibatches that hold no response token.`,
    );
  return count;
}

/**
 * How squared deviations are averaged: over n (`biased`, as Ziegler 2019 and TensorFlow's moments) or over
 * n - 1 (`unbiased`, Bessel's correction, as TRL). At a few hundred tokens the two are hard to tell apart.
 */
export type VarianceKind = 'biased' | 'unbiased';

export interface Moments {
  count: number;
  mean: number;
  variance: number;
}

/**
 * Count, mean and variance of the entries where `mask` is not 0, summed in float64, in two passes.
 * @throws Error if there are too few entries for the variance asked for
 */
export function maskedMoments(
  values: Numbers,
  mask: Numbers,
  variance: VarianceKind = 'biased',
): Moments {
  if (values.length !== mask.length)
    throw new Error(`The mask has ${mask.length} entries and the values ${values.length}.`);
  let count = 0;
  let sum = 0;
  for (let i = 0; i < values.length; i++) {
    if (at(mask, i) === 0) continue;
    count += 1;
    sum += at(values, i);
  }
  const divisor = variance === 'biased' ? count : count - 1;
  if (divisor < 1)
    throw new Error(`The ${variance} variance of ${count} response token(s) is not defined.`);
  const mean = sum / count;
  let squares = 0;
  for (let i = 0; i < values.length; i++)
    if (at(mask, i) !== 0) squares += (at(values, i) - mean) ** 2;
  return { count, mean, variance: squares / divisor };
}

/** Added to a variance before its root, so that constant values whiten to 0 (Ziegler 2019, code). */
const WHITEN_EPSILON = 1e-8;

/**
 * (x - mean) / sqrt(variance + 1e-8) over the response tokens of a whole rollout; padding becomes 0.
 * @param shiftMean false keeps the mean and only scales, as Ziegler 2019 does with rewards
 * @param variance biased unless said otherwise, as in Ziegler 2019
 */
export function whiten(
  values: Numbers,
  mask: Numbers,
  { shiftMean = true, variance = 'biased' }: { shiftMean?: boolean; variance?: VarianceKind } = {},
): Float32Array {
  const moments = maskedMoments(values, mask, variance);
  const scale = 1 / Math.sqrt(moments.variance + WHITEN_EPSILON);
  const keptMean = shiftMean ? 0 : moments.mean;
  const whitened = new Float32Array(values.length);
  for (let i = 0; i < values.length; i++)
    if (at(mask, i) !== 0) whitened[i] = (at(values, i) - moments.mean) * scale + keptMean;
  return whitened;
}
