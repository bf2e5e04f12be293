/**
 * Token rows on the host as flat arrays, and on the device as tensors. A row is a query, padded on the
 * left, with a response, padded on the right, so that all responses of a batch begin in one column; or both packed
 * and padded on the left, so that they end in one (data/packed.ts).
 */
import * as tf from '@tensorflow/tfjs-core';
import { exactDivide, type Mask, type TokenIds } from '../shapes';

/** Ids and mask of B rows, flat (B, T). */
export interface Rows {
  ids: Int32Array;
  /** 1 where a token is real, 0 where it is padding. */
  mask: Float32Array;
}

/** Rows of `left` (B, P) and `right` (B, R) side by side: (B, P+R). */
export function joinRows(left: Rows, right: Rows, B: number): Rows {
  const P = exactDivide(left.ids.length, B, 'Left ids by rows');
  const R = exactDivide(right.ids.length, B, 'Right ids by rows');
  const T = P + R;
  const ids = new Int32Array(B * T);
  const mask = new Float32Array(B * T);
  for (let row = 0; row < B; row++) {
    ids.set(left.ids.subarray(row * P, (row + 1) * P), row * T);
    ids.set(right.ids.subarray(row * R, (row + 1) * R), row * T + P);
    mask.set(left.mask.subarray(row * P, (row + 1) * P), row * T);
    mask.set(right.mask.subarray(row * R, (row + 1) * R), row * T + P);
  }
  return { ids, mask };
}

/** The rows of `array` (B, width) with the given numbers, in their order: (rows, width). */
export function takeRows(
  array: Float32Array,
  rows: readonly number[],
  width: number,
): Float32Array {
  const taken = new Float32Array(rows.length * width);
  rows.forEach((row, i) => taken.set(array.subarray(row * width, (row + 1) * width), i * width));
  return taken;
}

/** `takeRows` for ids and mask together. */
export function takeTokenRows(all: Rows, rows: readonly number[], width: number): Rows {
  const ids = new Int32Array(rows.length * width);
  rows.forEach((row, i) => ids.set(all.ids.subarray(row * width, (row + 1) * width), i * width));
  return { ids, mask: takeRows(all.mask, rows, width) };
}

/** The rows as tensors (B, T). */
export function rowTensors({ ids, mask }: Rows, B: number): { ids: TokenIds; mask: Mask } {
  const T = exactDivide(ids.length, B, 'Ids by rows');
  return { ids: tf.tensor2d(ids, [B, T], 'int32'), mask: tf.tensor2d(mask, [B, T]) };
}
