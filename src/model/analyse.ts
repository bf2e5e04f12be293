/** What policy, reference, value model and reward model make of the same rollout. */
import * as tf from '@tensorflow/tfjs-core';
import { exactDivide } from '../shapes';
import { responseLogProbabilities, responseValues, rowScores } from './heads';
import type { Model } from './model';
import { rowTensors, type Rows } from './rows';

export interface RolloutModels {
  policy: Model;
  reference: Model;
  value: Model;
  /** Null where a rule scores. */
  reward: Model | null;
}

/** Host arrays, 0 on padding so that no sum over a row can pick it up; log-probabilities in nats. */
export interface RolloutAnalysis {
  logProbabilities: Float32Array; // (B, R)
  referenceLogProbabilities: Float32Array; // (B, R)
  /** Of the policy's choice of each token. */
  entropy: Float32Array; // (B, R)
  values: Float32Array; // (B, R)
  /** Of the reward model for the whole row; null where there is none. */
  rawScores: Float32Array | null; // (B)
}

/**
 * One forward pass of each model over whole rows, and one readback for all.
 * @param rows (B, P+R)
 * @param responseMask (B, R)
 */
export async function analyseRollout(
  models: RolloutModels,
  rows: Rows,
  responseMask: Float32Array,
  B: number,
  temperature: number,
): Promise<RolloutAnalysis> {
  const R = exactDivide(responseMask.length, B, 'Response mask by rows');
  const packed = tf.tidy(() => {
    const { ids, mask } = rowTensors(rows, B);
    const policy = responseLogProbabilities(models.policy, ids, mask, R, temperature);
    const reference = responseLogProbabilities(models.reference, ids, mask, R, temperature);
    const values = responseValues(models.value, ids, mask, R);
    const scores = models.reward ? [rowScores(models.reward, ids, mask)] : [];
    const perToken = [policy.logProbabilities, reference.logProbabilities, policy.entropy, values];
    return tf.concat([...perToken.map((x) => tf.reshape(x, [B * R])), ...scores]); // (4·B·R [+ B])
  });
  const flat = (await packed.data<'float32'>()).slice();
  packed.dispose();
  const part = (index: number): Float32Array =>
    flat.slice(index * B * R, (index + 1) * B * R).map((x, i) => (responseMask[i] ? x : 0));
  return {
    logProbabilities: part(0),
    referenceLogProbabilities: part(1),
    entropy: part(2),
    values: part(3),
    rawScores: models.reward ? flat.slice(4 * B * R) : null,
  };
}
