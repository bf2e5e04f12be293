/**
 * Drawing the next token of each row from its logits.
 *
 *     p      = softmax(logits / temperature)
 *     top-k  keeps the k likeliest tokens (Fan et al. 2018, https://arxiv.org/abs/1805.04833)
 *     top-p  keeps the likeliest tokens that together reach the mass p (Holtzman et al. 2020,
 *            https://arxiv.org/abs/1904.09751), of what top-k has kept
 *     draw   the first token, in vocabulary order, where the running sum of kept p exceeds u · (their sum)
 *
 * Both filters are one threshold on the logit, so tokens of equal logit are kept or dropped together.
 * u is number `counter` of the row's own random stream: what a row draws does not depend on its batch.
 */
import * as tf from '@tensorflow/tfjs-core';
import { uniform } from '../random';
import { hostFloats } from './host-memory';

export interface Sampling {
  seed: number;
  /** One random stream per row (B). */
  streams: number[];
  /** Which number of the streams to use: the position in the response. */
  counter: number;
  temperature: number;
  /** 0 keeps all tokens. */
  topK: number;
  /** 1 keeps all the probability. */
  topP: number;
  /** Take the first of the likeliest tokens instead of drawing. */
  greedy: boolean;
}

/** Ids drawn for rows of logits (B, V): (B), int32. */
export function sampleTokens(logits: tf.Tensor2D, sampling: Sampling): tf.Tensor1D {
  const [B, V] = logits.shape;
  if (sampling.streams.length !== B)
    throw new Error(`${sampling.streams.length} random streams were given for ${B} rows.`);
  const values = hostFloats(logits);
  if (!values) throw new Error('The logits lie on a backend that cannot sample.');
  return tf.tensor1d(sampleRows(values, B, V, sampling), 'int32');
}

/** The plain implementation, in float64: rows of logits (B, V) to ids (B). */
export function sampleRows(
  logits: Float32Array,
  B: number,
  V: number,
  sampling: Sampling,
): Int32Array {
  const ids = new Int32Array(B);
  for (let row = 0; row < B; row++) {
    const own = logits.subarray(row * V, (row + 1) * V);
    const u = uniform(sampling.seed, sampling.streams[row]!, sampling.counter);
    ids[row] = sampling.greedy ? firstArgmax(own) : draw(own, sampling, u);
  }
  return ids;
}

function firstArgmax(logits: Float32Array): number {
  let best = 0;
  for (let id = 1; id < logits.length; id++) if (logits[id]! > logits[best]!) best = id;
  return best;
}

function draw(logits: Float32Array, { temperature, topK, topP }: Sampling, u: number): number {
  const highest = logits[firstArgmax(logits)]!;
  const weights = Float64Array.from(logits, (logit) => Math.exp((logit - highest) / temperature));
  const threshold = keepFrom(logits, weights, topK, topP);
  let total = 0;
  for (let id = 0; id < logits.length; id++) if (logits[id]! >= threshold) total += weights[id]!;
  let sum = 0;
  let last = 0;
  for (let id = 0; id < logits.length; id++) {
    if (!(logits[id]! >= threshold)) continue;
    sum += weights[id]!;
    last = id;
    if (sum > u * total) return id;
  }
  return last; // rounding may leave the last sum just short
}

/** The lowest logit that top-k and top-p keep. */
function keepFrom(logits: Float32Array, weights: Float64Array, topK: number, topP: number): number {
  const limitsCount = topK > 0 && topK < logits.length;
  if (!limitsCount && topP >= 1) return -Infinity;
  const order = Array.from(logits.keys()).sort((a, b) => logits[b]! - logits[a]!);
  const kth = limitsCount ? logits[order[topK - 1]!]! : -Infinity;
  if (topP >= 1) return kth;
  const kept = order.filter((id) => logits[id]! >= kth);
  const wanted = topP * kept.reduce((sum, id) => sum + weights[id]!, 0);
  let sum = 0;
  for (const id of kept) {
    sum += weights[id]!;
    if (sum >= wanted) return logits[id]!;
  }
  return kth;
}
