/** Scores of the reward model, off the device. */
import * as tf from '@tensorflow/tfjs-core';
import { exactDivide, type Mask, type PerToken } from '../shapes';
import { rowScores, scoreTrace } from './heads';
import { ensembleRowScores } from './members';
import type { Model } from './model';
import { joinRows, rowTensors, type Rows } from './rows';

/** Queries (B, P) with responses (B, R) as rows (B, P+R), and which of the last R columns are `drawn` (B, R). */
function answeredRows(queries: Rows, responses: Rows, B: number) {
  const R = exactDivide(responses.ids.length, B, 'Response ids by rows');
  const drawn: Mask = tf.tensor2d(responses.mask, [B, R]);
  return { ...rowTensors(joinRows(queries, responses, B), B), drawn };
}

/** Score of each row of queries (B, P) with responses (B, R), in reward. One readback. */
export async function scoreRows(
  reward: Model,
  queries: Rows,
  responses: Rows,
  B: number,
): Promise<number[]> {
  const scores = tf.tidy(() => {
    const { ids, mask, drawn } = answeredRows(queries, responses, B);
    return rowScores(reward, ids, mask, drawn); // (B)
  });
  const values = [...(await scores.data<'float32'>())];
  scores.dispose();
  return values;
}

/**
 * The score that each response would have if it ended at each of its tokens, mean of the members, (B, R) flat, in
 * reward; 0 on padding. The last response token of a row has the score of the row.
 */
export async function traceRows(
  members: readonly Model[],
  queries: Rows,
  responses: Rows,
  B: number,
): Promise<Float32Array> {
  const traced = tf.tidy(() => {
    const { ids, mask, drawn } = answeredRows(queries, responses, B);
    const traces = members.map((member) => scoreTrace(member, ids, mask, drawn)); // each (B, R)
    return tf.mean<PerToken>(tf.stack(traces), 0); // (B, R)
  });
  const values = (await traced.data<'float32'>()).map((x, i) => (responses.mask[i] ? x : 0));
  traced.dispose();
  return values;
}

/** What an ensemble thinks of each row: the mean of its members, and how far apart they are. */
export interface EnsembleScores {
  mean: number[]; // (B)
  /** Root of the mean squared deviation of the members from their mean (B), in reward; 0 of one member. */
  spread: number[]; // (B)
}

/**
 * `scoreRows` by every member of an ensemble of reward models (Coste 2024). One readback.
 * @param siblings how many rows one after the other are responses to one query
 */
export async function scoreByEnsemble(
  members: readonly Model[],
  queries: Rows,
  responses: Rows,
  B: number,
  siblings = 1,
): Promise<EnsembleScores> {
  const both = tf.tidy(() => {
    const { ids, mask, drawn } = answeredRows(queries, responses, B);
    const { mean, spread } = ensembleRowScores(members, ids, mask, drawn, siblings);
    return tf.concat([mean, spread]); // (2B)
  });
  const values = [...(await both.data<'float32'>())];
  both.dispose();
  return { mean: values.slice(0, B), spread: values.slice(B) };
}
