/**
 * Queries with several responses each, as tensors: a row for every response, with its query before it, or all their
 * tokens as one long row, the queries first, in which each query stands once.
 *
 *     q q q | r r ·
 *     q q q | r r r      or      q q q s s s | r r · r r r t · · t t ·
 *     s s s | t · ·
 *     s s s | t t ·
 *
 * tfjs copies tables row by row, and what has more axes by its innermost one: hence all is seen as tables here.
 */
import * as tf from '@tensorflow/tfjs-core';

/** Q queries of P tokens with n responses of R tokens each; B = Q·n. */
export interface Fork {
  Q: number;
  n: number;
  P: number;
  R: number;
}

const asTable = (x: tf.Tensor): tf.Tensor2D => tf.reshape(x, [x.shape[0]!, -1]);

/** (Q, P, …) and (B, R, …) as one long row (1, Q·P+B·R, …). */
export function longRow<T extends tf.Tensor>(ofQueries: T, ofResponses: T): T {
  const rest = ofQueries.shape.slice(2);
  const rows = [ofQueries, ofResponses].map((x) => tf.reshape(x, [1, -1, ...rest]));
  return tf.concat(rows, 1) as T;
}

/** The way back. */
export function parted<T extends tf.Tensor>(row: T, { Q, n, P, R }: Fork): [T, T] {
  const rest = row.shape.slice(2);
  const [cellsOfQueries, cellsOfResponses] = [Q * P, Q * n * R];
  const table = tf.reshape(row, [cellsOfQueries + cellsOfResponses, -1]); // cut between rows, each part is one copy
  const [ofQueries, ofResponses] = tf.split(table, [cellsOfQueries, cellsOfResponses]);
  return [
    tf.reshape(ofQueries!, [Q, P, ...rest]) as T,
    tf.reshape(ofResponses!, [Q * n, R, ...rest]) as T,
  ];
}

/** The first P columns of the first of each n rows: (B, P+R) to (Q, P). */
export const firstOfSiblings = (of: tf.Tensor2D, { Q, n, P, R }: Fork): tf.Tensor2D =>
  tf.slice(tf.reshape<tf.Rank.R2>(of, [Q, n * (P + R)]), [0, 0], [Q, P]);

/** Each row n times, one after the other: (Q, …) to (Q·n, …). Its gradient adds up. */
export function forEachSibling<T extends tf.Tensor>(rows: T, n: number): T {
  const table = asTable(rows);
  const wide = tf.concat(Array<tf.Tensor2D>(n).fill(table), 1);
  return tf.reshape(wide, [-1, ...rows.shape.slice(1)]) as T;
}

/** (B, P, …) and (B, R, …) to (B, P+R, …). */
export function sideBySide<T extends tf.Tensor>(left: T, right: T): T {
  const [B, P, ...rest] = left.shape as [number, number, ...number[]];
  const rows = tf.concat([asTable(left), asTable(right)], 1);
  return tf.reshape(rows, [B, P + right.shape[1]!, ...rest]) as T;
}
