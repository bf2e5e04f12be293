/** Scores of the reward model, off the device. */
import * as tf from '@tensorflow/tfjs-core';
import { exactDivide } from '../shapes';
import { rowScores, scoreTrace } from './heads';
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

/**
 * The score that each response would have if it ended at each of its tokens, (B, R) flat, in reward; 0 on
 * padding. The last response token of a row has the score of the row.
 */
export async function traceRows(
  reward: Model,
  queries: Rows,
  responses: Rows,
  B: number,
): Promise<Float32Array> {
  const R = exactDivide(responses.ids.length, B, 'Response ids by rows');
  const traced = tf.tidy(() => {
    const { ids, mask } = rowTensors(joinRows(queries, responses, B), B); // (B, P+R)
    const T = ids.shape[1];
    return tf.slice(scoreTrace(reward, ids, mask), [0, T - R], [B, R]); // (B, R)
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

/** `scoreRows` by every member of an ensemble of reward models (Coste 2024). One readback a member. */
export async function scoreByEnsemble(
  members: readonly Model[],
  queries: Rows,
  responses: Rows,
  B: number,
): Promise<EnsembleScores> {
  if (members.length === 0) throw new Error('An ensemble without a member cannot score.');
  const scores: number[][] = [];
  for (const member of members) scores.push(await scoreRows(member, queries, responses, B));
  const n = members.length;
  const mean = Array.from({ length: B }, (_, row) => scores.reduce((sum, of) => sum + of[row]!, 0) / n); // prettier-ignore
  const spread = mean.map((center, row) =>
    Math.sqrt(scores.reduce((sum, of) => sum + (of[row]! - center) ** 2, 0) / n),
  );
  return { mean, spread };
}
