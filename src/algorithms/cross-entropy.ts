/**
 * The loss of supervised fine-tuning: mean of -log p(token) over the tokens that count, nats per token. The
 * prompt does not count (its mask is 0), the end-of-sequence token does: a model that is never told to stop
 * never stops.
 *
 * Source: Ouyang 2022 (InstructGPT), section 3.5.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { Mask, PerToken } from '../shapes';
import { maskedMean } from './masked';

/**
 * @param logProbabilities of the tokens that should come, (B, T), nats
 * @param mask (B, T), 1 on tokens to learn
 * @param tokenCount tokens to learn in the whole batch, of which this may be a micro-batch
 * @returns scalar, nats per token
 */
export function crossEntropy(
  logProbabilities: PerToken,
  mask: Mask,
  tokenCount: number,
): tf.Scalar {
  return tf.neg(maskedMean(logProbabilities, mask, tokenCount));
}
