/**
 * Rows in groups of about equal length, each group as narrow as its longest rows allow. Padding costs as much as
 * text, and a rollout whose rows are a query of up to P and a response of up to R tokens is mostly padding.
 *
 *     · · q q | r r · ·                q q | r r
 *     · · · q | r · · ·      becomes   · q | r ·    and another group with the long ones
 *
 * What is computed of a row does not depend on the padding beside it, but for the order of float sums. Responses to one
 * query stay together, so that it can go through the trunk once for them all (siblings.ts).
 */
import * as tf from '@tensorflow/tfjs-core';
import { exactDivide } from '../shapes';
import type { Rows } from './rows';

/** Some rows of a batch, without the columns that are padding in all of them. */
export interface NarrowRows {
  /** Numbers of the rows in the batch. */
  numbers: number[];
  rows: Rows; // (b, p+r)
  /** r, columns of responses that are left. */
  R: number;
}

/**
 * Whether batches had better be of one shape: on WebGPU a dispatch costs more than the padding that another shape
 * would save, and buffers of every shape that there was stay in its pool.
 */
export const prefersOneShape = (): boolean => tf.getBackend() === 'webgpu';

/** Widths are best multiples of this: where one shape would be too wide for all, a few will do. */
export const widthStep = (): number => (prefersOneShape() ? 8 : 1);

const groupSize = (B: number): number => (prefersOneShape() ? B : 16);

/**
 * The rows (B, P+R) with the given numbers in groups, the shortest first.
 * @param numbers in runs of `siblings` responses to one query; all rows, unless given
 * @param size rows of a group, the last may have fewer; as suits the device, unless given
 */
export function narrowGroups(
  all: Rows,
  B: number,
  R: number,
  siblings = 1,
  numbers: readonly number[] = Array.from({ length: B }, (_, row) => row),
  size: number = groupSize(numbers.length),
): NarrowRows[] {
  const T = exactDivide(all.ids.length, B, 'Ids by rows');
  const P = T - R;
  const count = (row: number, from: number, to: number) => {
    let tokens = 0;
    for (let t = from; t < to; t++) tokens += all.mask[row * T + t]!;
    return tokens;
  };
  const runs = exactDivide(numbers.length, siblings, 'Rows by responses to a query');
  const sorted = Array.from({ length: runs }, (_, i) => {
    const rows = numbers.slice(i * siblings, (i + 1) * siblings);
    const response = Math.max(...rows.map((row) => count(row, P, T)));
    return { rows, query: count(rows[0]!, 0, P), response };
  }).sort((a, b) => a.query + a.response - (b.query + b.response)); // stable
  const perGroup = Math.max(1, Math.floor(size / siblings));
  return Array.from({ length: Math.ceil(runs / perGroup) }, (_, i) => {
    const group = sorted.slice(i * perGroup, (i + 1) * perGroup);
    const p = prefersOneShape() ? P : Math.max(1, ...group.map(({ query }) => query));
    const r = prefersOneShape() ? R : Math.max(1, ...group.map(({ response }) => response));
    const rows = group.flatMap((run) => run.rows);
    const [from, to] = [P - p, P + r];
    return { numbers: rows, R: r, rows: cut(all, rows, { T, from, to }) };
  });
}

/**
 * Queries (B, P) without the columns on the left that are padding in all of them; one column is left at least, and
 * all are where the device prefers one shape.
 */
export function withoutCommonPadding(all: Rows, B: number, P: number): { rows: Rows; P: number } {
  const isEmpty = (column: number) => {
    for (let row = 0; row < B; row++) if (all.mask[row * P + column]) return false;
    return true;
  };
  let from = 0;
  if (!prefersOneShape()) while (from < P - 1 && isEmpty(from)) from += 1;
  const numbers = Array.from({ length: B }, (_, row) => row);
  return { rows: cut(all, numbers, { T: P, from, to: P }), P: P - from };
}

/** Columns `from` to `to` of some rows (b, to − from). */
function cut(
  all: Rows,
  numbers: readonly number[],
  columns: { T: number; from: number; to: number },
): Rows {
  // prettier-ignore
  const { T, from, to } = columns;
  const width = to - from;
  const ids = new Int32Array(numbers.length * width);
  const mask = new Float32Array(numbers.length * width);
  numbers.forEach((row, i) => {
    ids.set(all.ids.subarray(row * T + from, row * T + to), i * width);
    mask.set(all.mask.subarray(row * T + from, row * T + to), i * width);
  });
  return { ids, mask };
}

/** The first `width` columns of some rows of a (B, R) array: (b, width). */
export function takeColumns(
  array: Float32Array,
  numbers: readonly number[],
  R: number,
  width: number,
): Float32Array {
  const taken = new Float32Array(numbers.length * width);
  numbers.forEach((row, i) => taken.set(array.subarray(row * R, row * R + width), i * width));
  return taken;
}

/** Put values (b, width) back where their rows stand in a (B, R) array. */
export function putColumns(
  into: Float32Array,
  values: Float32Array,
  numbers: readonly number[],
  R: number,
  width: number,
): void {
  numbers.forEach((row, i) => into.set(values.subarray(i * width, (i + 1) * width), row * R));
}
