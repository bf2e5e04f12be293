/** How likely a model finds the responses that it is given, token by token, off the device. */
import * as tf from '@tensorflow/tfjs-core';
import { exactDivide } from '../shapes';
import { responseLogProbabilities } from './heads';
import type { Model } from './model';
import { joinRows, rowTensors, type Rows } from './rows';

/** log π of each response token (B, R) flat, nats; 0 on padding. One readback. */
export async function logProbabilityRows(
  model: Model,
  queries: Rows,
  responses: Rows,
  B: number,
): Promise<Float32Array> {
  const R = exactDivide(responses.ids.length, B, 'Response ids by rows');
  const found = tf.tidy(() => {
    const { ids, mask } = rowTensors(joinRows(queries, responses, B), B); // (B, P+R)
    return responseLogProbabilities(model, ids, mask, R).logProbabilities; // (B, R)
  });
  const values = (await found.data<'float32'>()).map((x, i) => (responses.mask[i] ? x : 0));
  found.dispose();
  return values;
}
