/** What a model thinks of every next token, read off the device: for tasks that can be enumerated. */
import * as tf from '@tensorflow/tfjs-core';
import { linear } from '../kernels/linear';
import type { Weights } from '../records';
import { exactDivide } from '../shapes';
import { Model } from './model';
import { rowTensors, takeTokenRows, type Rows } from './rows';
import { hiddenStates } from './transformer';

/** Rows that are on the device at once; the last batch is filled up, so that all have one shape. */
const BATCH = 512;

/**
 * ln p(v | all tokens up to here) of whole rows (B, T), for their last `columns` columns, flat
 * (B, columns, V), nats. Normalised on the host in float64, so that the probabilities of a choice sum to 1.
 */
export async function nextTokenLogProbabilities(
  weights: Weights,
  rows: Rows,
  B: number,
  columns: number,
): Promise<Float64Array> {
  const T = exactDivide(rows.ids.length, B, 'Ids by rows');
  const V = weights.config.vocabSize;
  const all = new Float64Array(B * columns * V);
  const model = new Model('enumerated', weights.config, 'language', weights.tensors, false);
  try {
    const batch = Math.min(BATCH, B);
    for (let first = 0; first < B; first += batch) {
      const numbers = Array.from({ length: batch }, (_, i) => Math.min(first + i, B - 1));
      const logits = tf.tidy(() =>
        logitsOf(model, takeTokenRows(rows, numbers, T), batch, columns),
      );
      const values = await logits.data<'float32'>();
      logits.dispose();
      const used = Math.min(batch, B - first) * columns * V;
      all.set(values.subarray(0, used), first * columns * V);
    }
  } finally {
    model.dispose();
  }
  return normalise(all, V);
}

function logitsOf(model: Model, rows: Rows, B: number, columns: number): tf.Tensor2D {
  const { ids, mask } = rowTensors(rows, B); // (B, T)
  const [, T] = ids.shape;
  const hidden = hiddenStates(model, ids, mask); // (B, T, D)
  const last = tf.slice(hidden, [0, T - columns, 0], [B, columns, -1]); // (B, columns, D)
  const flat: tf.Tensor2D = tf.reshape(last, [B * columns, -1]);
  return linear(flat, model.parameters['model.embed_tokens.weight'] as tf.Variable<tf.Rank.R2>); // (B·columns, V)
}

/** Log-softmax of every V numbers, in place. */
function normalise(logits: Float64Array, V: number): Float64Array {
  for (let start = 0; start < logits.length; start += V) {
    let largest = -Infinity;
    for (let v = start; v < start + V; v++) largest = Math.max(largest, logits[v]!);
    let total = 0;
    for (let v = start; v < start + V; v++) total += Math.exp(logits[v]! - largest);
    const shift = largest + Math.log(total);
    for (let v = start; v < start + V; v++) logits[v]! -= shift;
  }
  return logits;
}
