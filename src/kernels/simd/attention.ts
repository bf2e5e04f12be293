/**
 * Causal grouped-query attention, one block of 32 queries of one head at a time.
 *
 * A block's scores (32, S) stay in scratch memory; nothing of size T × S is kept. Keys behind the block's
 * last query are never looked at, which saves nearly half of the work.
 */
import { BLOCK, copyMask, rowRoom, softmaxRows } from './attention-rows';
import { product, productTransposedB } from './matmul';
import { dots, WORD } from './vector';

/**
 * out (B, T, H, E) from query (B, T, H, E), key and value (B, S, G, E), mask (B, S).
 * The queries are the last T of the S positions.
 */
export function attend(
  query: usize,
  key: usize,
  value: usize,
  mask: usize,
  out: usize,
  scratch: usize,
  B: i32,
  T: i32,
  S: i32,
  H: i32,
  G: i32,
  E: i32,
  scale: f32,
): void {
  for (let b = 0; b < B; b++) {
    const maskRow = mask + <usize>(b * S) * WORD;
    attendStretch(query, key, value, maskRow, out, scratch, b * T, T, 0, 0, b * S, S, H, G, E, scale); // prettier-ignore
  }
}

/**
 * The same of Q queries of P tokens with n responses of R each, which all lie one after the other: first the queries,
 * then the responses of the first of them, and so on; (Q·P + Q·n·R, heads, E). A query attends to itself, a response
 * to its query and to itself. mask (Q·n, P+R). Of the Q those are computed that come `from` there on.
 */
export function attendForked(
  query: usize,
  key: usize,
  value: usize,
  mask: usize,
  out: usize,
  scratch: usize,
  from: i32,
  count: i32,
  Q: i32,
  n: i32,
  P: i32,
  R: i32,
  H: i32,
  G: i32,
  E: i32,
  scale: f32,
): void {
  const rowMask = <usize>(P + R) * WORD;
  for (let q = from; q < from + count; q++) {
    const first = mask + <usize>(q * n) * rowMask;
    attendStretch(query, key, value, first, out, scratch, q * P, P, 0, 0, q * P, P, H, G, E, scale); // prettier-ignore
    for (let i = 0; i < n; i++) {
      const at = Q * P + (q * n + i) * R;
      attendStretch(query, key, value, first + <usize>i * rowMask, out, scratch, at, R, q * P, P, at, R, H, G, E, scale); // prettier-ignore
    }
  }
}

/**
 * T queries from row `at` on attend to P keys from row `before` on and to O keys from row `own` on, of which the last
 * T are at their own positions. mask (P+O).
 */
function attendStretch(
  query: usize,
  key: usize,
  value: usize,
  mask: usize,
  out: usize,
  scratch: usize,
  at: i32,
  T: i32,
  before: i32,
  P: i32,
  own: i32,
  O: i32,
  H: i32,
  G: i32,
  E: i32,
  scale: f32,
): void {
  const rowScores = <usize>rowRoom(P + O) * WORD;
  const ownMask = scratch + rowScores * <usize>BLOCK;
  const panel = ownMask + rowScores;
  const head = <usize>E * WORD;
  const rowQuery = <usize>H * head;
  const rowKey = <usize>G * head;
  const perGroup = H / G;
  const ownScores = scratch + <usize>P * WORD;
  copyMask(mask, ownMask, P + O);
  for (let h = 0; h < H; h++) {
    const group = <usize>(h / perGroup) * head;
    const toBefore = <usize>before * rowKey + group;
    const toOwn = <usize>own * rowKey + group;
    for (let t = 0; t < T; t += BLOCK) {
      const rows = min(BLOCK, T - t);
      const seen = O - T + t; // own keys that all rows of the block see
      const width = seen + rows;
      const to = <usize>(at + t) * rowQuery + <usize>h * head;
      if (P > 0) productTransposedB(query + to, rowQuery, key + toBefore, rowKey, scratch, rowScores, rows, P, E, panel); // prettier-ignore
      productTransposedB(query + to, rowQuery, key + toOwn, rowKey, ownScores, rowScores, rows, width, E, panel); // prettier-ignore
      softmaxRows(scratch, rowScores, ownMask, rows, P + seen, P + width, scale);
      if (P > 0) product(scratch, rowScores, WORD, value + toBefore, rowKey, out + to, rowQuery, rows, E, P, false); // prettier-ignore
      product(ownScores, rowScores, WORD, value + toOwn, rowKey, out + to, rowQuery, rows, E, width, P > 0); // prettier-ignore
    }
  }
}

/**
 * One new query per row over the first `length` positions of a cache of S:
 * out (B, H, E) from query (B, H, E), key and value (B, S, G, E), mask (B, S).
 */
export function attendCached(
  query: usize,
  key: usize,
  value: usize,
  mask: usize,
  out: usize,
  scratch: usize,
  B: i32,
  S: i32,
  H: i32,
  G: i32,
  E: i32,
  length: i32,
  scale: f32,
): void {
  const rowScores = <usize>rowRoom(S) * WORD;
  const ownMask = scratch + rowScores;
  const head = <usize>E * WORD;
  const rowKey = <usize>G * head;
  const perGroup = H / G;
  for (let b = 0; b < B; b++) {
    copyMask(mask + <usize>(b * S) * WORD, ownMask, S);
    for (let h = 0; h < H; h++) {
      const q = query + <usize>(b * H + h) * head;
      const to = out + <usize>(b * H + h) * head;
      const toKey = <usize>(b * S * G + h / perGroup) * head;
      dots(q, key + toKey, rowKey, scratch, length, E);
      softmaxRows(scratch, rowScores, ownMask, 1, length - 1, length, scale);
      product(scratch, rowScores, WORD, value + toKey, rowKey, to, head, 1, E, length, false);
    }
  }
}
