/** What a model thinks of plain text, whose rows begin with the beginning of sequence and are padded on the right. */
import * as tf from '@tensorflow/tfjs-core';
import type { Mask, PerToken } from '../shapes';
import { responseLogProbabilities } from './heads';
import type { Model } from './model';
import { rowTensors, type Rows } from './rows';

/** log π of every token but the first (B, T-1), nats, and which of them are real (B, T-1). */
export function textLogProbabilities(
  model: Model,
  text: Rows,
  B: number,
): { logProbabilities: PerToken; real: Mask } {
  const { ids, mask } = rowTensors(text, B); // (B, T)
  const T = ids.shape[1];
  const { logProbabilities } = responseLogProbabilities(model, ids, mask, T - 1); // (B, T-1)
  return { logProbabilities, real: tf.slice(mask, [0, 1], [B, T - 1]) };
}
