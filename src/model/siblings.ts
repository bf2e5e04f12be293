/**
 * Several responses to one query: they share what came before them, so the query goes through the trunk once.
 *
 *     q q q | r r ·                            q q q
 *     q q q | r r r      becomes, of a row     r r ·  which attends to q q q and to itself
 *     q q q | r · ·      of tokens each,       r r r  likewise
 *                                              r · ·  likewise
 *
 * All but attention looks at each token alone, so the trunk is given the tokens as one long row, and only attention
 * tells them apart. Of n responses of R tokens to queries of P tokens n·(P+R) cells are left as P+n·R, and the
 * gradient of a query is that of all its responses together. No number changes but by the order of float sums.
 */
import * as tf from '@tensorflow/tfjs-core';
import { attention } from '../kernels/attention';
import { exactDivide, type ByHead, type Hidden, type Mask, type TokenIds } from '../shapes';
import type { Model } from './model';
import { hiddenStates, positionsOf, transformer, type Attend } from './transformer';

/**
 * Hidden states of the last R columns of ids and mask (B, T), and of the column before them: (B, 1+R, D).
 * @param siblings n: of each n rows one after the other the first T-R columns are the same
 */
export function responseStates(
  model: Model,
  ids: TokenIds,
  mask: Mask,
  R: number,
  siblings = 1,
): Hidden {
  const [B, T] = ids.shape;
  if (siblings === 1)
    return tf.slice(hiddenStates(model, ids, mask), [0, T - R - 1, 0], [B, 1 + R, -1]);
  const fork: Fork = { Q: exactDivide(B, siblings, 'Rows by siblings'), n: siblings, P: T - R, R };
  const query = firstOfSiblings(mask, fork); // (Q, P)
  const flat = (of: TokenIds): TokenIds =>
    joined(firstOfSiblings(of, fork), tf.slice(of, [0, fork.P], [B, R])); // (1, Q·P+B·R)
  const states = transformer(model, flat(ids), flat(positionsOf(mask)), attendForked(query, mask, fork)); // prettier-ignore
  const [ofQueries, ofResponses] = parted(states, fork); // (Q, P, D), (B, R, D)
  const last: Hidden = tf.slice(ofQueries, [0, fork.P - 1, 0], [-1, 1, -1]); // (Q, 1, D)
  return sideBySide(forEachSibling(last, siblings), ofResponses);
}

/** Q queries of P tokens with n responses of R tokens each; B = Q·n. */
interface Fork {
  Q: number;
  n: number;
  P: number;
  R: number;
}

/** Queries attend to themselves, and responses to their query and to themselves. */
function attendForked(queryMask: Mask, mask: Mask, fork: Fork): Attend {
  return (_layer, query, key, value) => {
    const [queries, keys, values] = [parted(query, fork), parted(key, fork), parted(value, fork)];
    const seen = ([ofQuery, ofResponse]: [ByHead, ByHead]): ByHead =>
      sideBySide(forEachSibling(ofQuery, fork.n), ofResponse); // (B, P+R, G, E)
    return joined(
      attention(queries[0], keys[0], values[0], queryMask), // (Q, P, H, E)
      attention(queries[1], seen(keys), seen(values), mask), // (B, R, H, E)
    );
  };
}

/** (Q, P, …) and (B, R, …) as one long row (1, Q·P+B·R, …). */
function joined<T extends tf.Tensor>(ofQueries: T, ofResponses: T): T {
  const rest = ofQueries.shape.slice(2);
  const rows = [ofQueries, ofResponses].map((x) => tf.reshape(x, [1, -1, ...rest]));
  return tf.concat(rows, 1) as T;
}

/** The way back. */
function parted<T extends tf.Tensor>(row: T, { Q, n, P, R }: Fork): [T, T] {
  const rest = row.shape.slice(2);
  const [ofQueries, ofResponses] = tf.split(row, [Q * P, Q * n * R], 1);
  return [
    tf.reshape(ofQueries!, [Q, P, ...rest]) as T,
    tf.reshape(ofResponses!, [Q * n, R, ...rest]) as T,
  ];
}

/** The first P columns of the first of each n rows: (B, T) to (Q, P). */
const firstOfSiblings = (of: tf.Tensor2D, { Q, n, P, R }: Fork): tf.Tensor2D =>
  tf.slice(tf.reshape<tf.Rank.R2>(of, [Q, n * (P + R)]), [0, 0], [Q, P]);

// tfjs copies tables row by row, and what has more axes by its innermost one: hence all is seen as tables here.
const asTable = (x: tf.Tensor): tf.Tensor2D => tf.reshape(x, [x.shape[0]!, -1]);

/** Each row n times, one after the other: (Q, …) to (Q·n, …). Its gradient adds up. */
export function forEachSibling<T extends tf.Tensor>(rows: T, n: number): T {
  const table = asTable(rows);
  const wide = tf.concat(Array<tf.Tensor2D>(n).fill(table), 1);
  return tf.reshape(wide, [-1, ...rows.shape.slice(1)]) as T;
}

/** (B, P, …) and (B, R, …) to (B, P+R, …). */
function sideBySide<T extends tf.Tensor>(left: T, right: T): T {
  const [B, P, ...rest] = left.shape as [number, number, ...number[]];
  const rows = tf.concat([asTable(left), asTable(right)], 1);
  return tf.reshape(rows, [B, P + right.shape[1]!, ...rest]) as T;
}
