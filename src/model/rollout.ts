/**
 * What every method shares that learns from responses of its own: draw them, and ask all models what they
 * make of them. No text, no maths of a method.
 */
import * as tf from '@tensorflow/tfjs-core';
import { exactDivide } from '../shapes';
import { analyseRollout, type RolloutAnalysis, type RolloutModels } from './analyse';
import { generate } from './generate';
import { responseLogProbabilities } from './heads';
import type { Model } from './model';
import { joinRows, rowTensors, takeTokenRows, type Rows } from './rows';
import type { Generated } from './transcript';

/** Responses as they were drawn, those to one query one after the other, and what each model makes of them; log-probabilities in nats. */
export interface DrawnResponses extends Omit<Generated, 'logProbabilities'>, RolloutAnalysis {
  /** Query and response side by side (B, P+R). */
  rows: Rows;
  /** As the sampler saw them (B, R); `logProbabilities` are those of a full pass. */
  sampledLogProbabilities: Float32Array;
  /** R. */
  responseLength: number;
  /** n, responses to each query. */
  siblings: number;
}

/**
 * A response to every query (B, P), each n of which are the same, drawn without top-k and top-p, which would make the policy that samples
 * another than the one that learns. Row i draws from random stream `streams[i]`.
 */
export async function rollOut(
  models: RolloutModels,
  queries: Rows,
  config: { temperature: number },
  drawing: { responseTokens: number; seed: number; streams: number[]; siblings: number },
): Promise<DrawnResponses> {
  const { siblings } = drawing;
  const B = drawing.streams.length;
  const { temperature } = config;
  const responses = await generate(models.policy, queries.ids, queries.mask, {
    ...drawing,
    temperature,
    topK: 0,
    topP: 1,
  });
  const rows = joinRows(queries, responses, B); // (B, P+R)
  const analysis = await analyseRollout(models, rows, responses.mask, B, config.temperature, siblings); // prettier-ignore
  return {
    ...responses,
    sampledLogProbabilities: responses.logProbabilities,
    ...analysis,
    rows,
    responseLength: drawing.responseTokens,
    siblings,
  };
}

/** Log-probabilities (count, R) that the policy gives to the first responses now, nats. */
export async function firstLogProbabilities(
  policy: Model,
  { rows, lengths, responseLength: R }: Pick<DrawnResponses, 'rows' | 'lengths' | 'responseLength'>,
  count: number,
  temperature: number,
): Promise<Float32Array> {
  const T = exactDivide(rows.ids.length, lengths.length, 'Ids by rows');
  const first = Array.from({ length: count }, (_, row) => row);
  const now = tf.tidy(() => {
    const { ids, mask } = rowTensors(takeTokenRows(rows, first, T), count);
    return responseLogProbabilities(policy, ids, mask, R, temperature).logProbabilities;
  }); // (count, R)
  const values = (await now.data<'float32'>()).slice();
  now.dispose();
  return values;
}
