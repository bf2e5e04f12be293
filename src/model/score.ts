/** Scores of the reward model, off the device. */
import * as tf from '@tensorflow/tfjs-core';
import { rowScores } from './heads';
import type { Model } from './model';
import { joinRows, rowTensors, type Rows } from './rows';

/** Score of each row of queries (B, P) with responses (B, R), in reward. One readback. */
export async function scoreRows(
  reward: Model,
  queries: Rows,
  responses: Rows,
  B: number,
): Promise<number[]> {
  const scores = tf.tidy(() => {
    const { ids, mask } = rowTensors(joinRows(queries, responses, B), B); // (B, P+R)
    return rowScores(reward, ids, mask); // (B)
  });
  const values = [...(await scores.data<'float32'>())];
  scores.dispose();
  return values;
}
