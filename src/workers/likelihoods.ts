/** How likely a model finds each of many answers to one prompt: whether it knows a planted secret by heart. */
import * as tf from '@tensorflow/tfjs-core';
import type { LengthsConfig } from '../config';
import { pairBatch, pairWidths } from '../data/batches';
import type { Tokenizer } from '../data/tokenizer';
import { responseLogProbabilities } from '../model/heads';
import { Model } from '../model/model';
import { joinRows, rowTensors } from '../model/rows';
import type { Weights } from '../records';
import type { Pass } from './turns';

/** Answers that are read together. */
const ROWS = 32;

/**
 * log π of each whole answer after the prompt, nats, the end of sequence included.
 * @param pass told how far it is; false to end. @throws Error where it was stopped
 */
export async function likelihoods(
  weights: Weights,
  { prompt, answers }: { prompt: string; answers: readonly string[] },
  tokenizer: Tokenizer,
  lengths: LengthsConfig,
  pass: Pass,
): Promise<number[]> {
  const pairs = answers.map((response) => ({ text: prompt, response }));
  const widths = pairWidths(pairs, tokenizer, lengths);
  const model = new Model('listener', weights.config, 'language', weights.tensors, false);
  const found: number[] = [];
  try {
    for (let start = 0; start < pairs.length; start += ROWS) {
      const some = pairs.slice(start, start + ROWS);
      const { queries, responses, B, R } = pairBatch(some, tokenizer, widths, ROWS);
      const sums = tf.tidy(() => {
        const { ids, mask } = rowTensors(joinRows(queries, responses, B), B); // (B, P+R)
        const { logProbabilities } = responseLogProbabilities(model, ids, mask, R); // (B, R)
        return tf.sum(tf.mul(logProbabilities, tf.tensor2d(responses.mask, [B, R])), 1); // (B)
      });
      found.push(...(await sums.data<'float32'>()).subarray(0, some.length));
      sums.dispose();
      if (!(await pass({ done: start + some.length, total: pairs.length })))
        throw new Error('It was stopped before it was finished; nothing was kept of it.');
    }
  } finally {
    model.dispose();
  }
  return found;
}
