/** How likely a model finds whole responses: what methods without a reward model compare. */
import * as tf from '@tensorflow/tfjs-core';
import type { PerRow } from '../shapes';
import { responseLogProbabilities } from './heads';
import type { Model } from './model';
import { joinRows, rowTensors, type Rows } from './rows';

/** Log-probabilities of whole responses (N), nats: summed, and averaged over their tokens. */
export interface ResponseLogs {
  sums: PerRow;
  means: PerRow;
}

/** Of responses (N, R) to queries (N, P). */
export function responseLogs(
  model: Model,
  { queries, responses, B, R }: { queries: Rows; responses: Rows; B: number; R: number },
): ResponseLogs {
  const { ids, mask } = rowTensors(joinRows(queries, responses, B), B); // (N, P+R)
  const { logProbabilities } = responseLogProbabilities(model, ids, mask, R); // (N, R)
  const real = tf.tensor2d(responses.mask, [B, R]);
  const sums: PerRow = tf.sum(tf.mul(logProbabilities, real), 1); // (N)
  return { sums, means: tf.div(sums, tf.sum(real, 1)) };
}

/** Chosen and rejected (B) of both, one after the other (2B). */
export const halves = (both: PerRow, B: number): [PerRow, PerRow] => [
  tf.slice(both, [0], [B]),
  tf.slice(both, [B], [B]),
];
