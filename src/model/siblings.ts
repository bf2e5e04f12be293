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
import { forkedAttention } from '../kernels/forked-attention';
import { firstOfSiblings, forEachSibling, longRow, parted, sideBySide, type Fork } from '../kernels/forked-rows'; // prettier-ignore
import { exactDivide, type Hidden, type Mask, type TokenIds } from '../shapes';
import type { Model } from './model';
import { hiddenStates, positionsOf, transformer } from './transformer';

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
  const flat = (of: TokenIds): TokenIds =>
    longRow(firstOfSiblings(of, fork), tf.slice(of, [0, fork.P], [B, R])); // (1, Q·P+B·R)
  const states = transformer(
    model,
    flat(ids),
    flat(positionsOf(mask)),
    (_layer, query, key, value) => forkedAttention(query, key, value, mask, fork),
  );
  const [ofQueries, ofResponses] = parted(states, fork); // (Q, P, D), (B, R, D)
  const last: Hidden = tf.slice(ofQueries, [0, fork.P - 1, 0], [-1, 1, -1]); // (Q, 1, D)
  return sideBySide(forEachSibling(last, siblings), ofResponses);
}
