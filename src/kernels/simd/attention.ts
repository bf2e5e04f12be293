/**
 * Causal grouped-query attention, forward and backward, one block of 32 queries of one head at a time.
 *
 * A block's scores (32, S) stay in scratch memory; nothing of size T × S is kept. Keys behind the block's
 * last query are never looked at, which saves nearly half of the work. The backward pass computes the
 * weights again from queries and keys, which is cheaper than keeping them.
 */
import { product, productTransposedB } from './matmul';
import { dot, dots, exp4, madd, maxLanes, sumLanes, WORD } from './vector';

const BLOCK: i32 = 32;
const MASKED: f32 = -1e30;

/**
 * Scores (rows, stride) of a block to weights, in place: softmax over the keys that each row may see.
 * Row i sees keys 0 … first + i, where `mask` is 1. A row that sees none becomes zeros, as do the columns
 * up to `width` that a row does not see.
 */
function softmaxRows(
  scores: usize,
  rowScores: usize,
  mask: usize,
  rows: i32,
  first: i32,
  width: i32,
  scale: f32,
): void {
  const scales = f32x4.splat(scale);
  const ones = f32x4.splat(1);
  for (let i = 0; i < rows; i++) {
    const row = scores + <usize>i * rowScores;
    const seen = first + i + 1;
    // Columns up to the next multiple of four are in the row's room, and are masked by hand.
    const padded = (seen + 3) & ~3;
    for (let j = seen; j < padded; j++) store<f32>(row + <usize>j * WORD, MASKED);
    let highest = f32x4.splat(MASKED);
    for (let j = 0; j < padded; j += 4) {
      const at = <usize>j * WORD;
      const shut = f32x4.mul(f32x4.sub(ones, v128.load(mask + at)), f32x4.splat(MASKED));
      const score = madd(v128.load(row + at), scales, shut);
      highest = f32x4.max(highest, score);
      v128.store(row + at, score);
    }
    const most = maxLanes(highest);
    const peak = f32x4.splat(most);
    let sums = f32x4.splat(0);
    if (most > <f32>-1e29) {
      for (let j = 0; j < padded; j += 4) {
        const at = <usize>j * WORD;
        const score = v128.load(row + at);
        const open = f32x4.gt(score, f32x4.splat(-1e29));
        const weight = v128.and(exp4(f32x4.sub(score, peak)), open);
        sums = f32x4.add(sums, weight);
        v128.store(row + at, weight);
      }
      const inverse = f32x4.splat(<f32>1 / sumLanes(sums));
      for (let j = 0; j < padded; j += 4) {
        const at = <usize>j * WORD;
        v128.store(row + at, f32x4.mul(v128.load(row + at), inverse));
      }
    } else {
      memory.fill(row, 0, <usize>padded * WORD);
    }
    if (padded < width) memory.fill(row + <usize>padded * WORD, 0, <usize>(width - padded) * WORD);
  }
}

/** Numbers in a row of scores: all keys, and room for the last group of four. */
function rowRoom(S: i32): i32 {
  return (S + 3) & ~3;
}

/** Copy a row of the key mask to where four numbers at a time may be read past its end. */
function copyMask(mask: usize, to: usize, S: i32): void {
  const bytes = <usize>S * WORD;
  memory.copy(to, mask, bytes);
  memory.fill(to + bytes, 0, <usize>(rowRoom(S) - S) * WORD);
}

/** Numbers of scratch memory that the forward (copies = 1) or backward (copies = 2) pass needs. */
export function attentionScratch(S: i32, E: i32, copies: i32): i32 {
  return rowRoom(S) * (BLOCK * copies + 1) + 8 * E;
}

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

/** Gradients of `attend`. Heads of one group add to the same dK and dV, in order. */
export function attendBackward(
  query: usize,
  key: usize,
  value: usize,
  mask: usize,
  dOut: usize,
  dQuery: usize,
  dKey: usize,
  dValue: usize,
  scratch: usize,
  B: i32,
  T: i32,
  S: i32,
  H: i32,
  G: i32,
  E: i32,
  scale: f32,
): void {
  clearRows(dKey, dValue, 0, B * S, G * E);
  for (let b = 0; b < B; b++) {
    const maskRow = mask + <usize>(b * S) * WORD;
    stretchBackward(query, key, value, maskRow, dOut, dQuery, dKey, dValue, scratch, b * T, T, 0, 0, b * S, S, H, G, E, scale); // prettier-ignore
  }
}

/** Gradients of `attendForked`. A query is added to by all its responses, in order. */
export function attendForkedBackward(
  query: usize,
  key: usize,
  value: usize,
  mask: usize,
  dOut: usize,
  dQuery: usize,
  dKey: usize,
  dValue: usize,
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
    const responses = Q * P + q * n * R;
    clearRows(dKey, dValue, q * P, P, G * E);
    clearRows(dKey, dValue, responses, n * R, G * E);
    stretchBackward(query, key, value, first, dOut, dQuery, dKey, dValue, scratch, q * P, P, 0, 0, q * P, P, H, G, E, scale); // prettier-ignore
    for (let i = 0; i < n; i++) {
      const at = responses + i * R;
      stretchBackward(query, key, value, first + <usize>i * rowMask, dOut, dQuery, dKey, dValue, scratch, at, R, q * P, P, at, R, H, G, E, scale); // prettier-ignore
    }
  }
}

/** Zeros in `count` rows of both, from row `from` on. */
function clearRows(dKey: usize, dValue: usize, from: i32, count: i32, width: i32): void {
  const at = <usize>(from * width) * WORD;
  const bytes = <usize>(count * width) * WORD;
  memory.fill(dKey + at, 0, bytes);
  memory.fill(dValue + at, 0, bytes);
}

/**
 * Gradients of `attendStretch`, those of keys and values added to what is there: with weights P and dP = dO Vᵀ,
 *     dV = Pᵀ dO,  dS = P ⊙ (dP - Σ P ⊙ dP) · scale,  dQ = dS K,  dK = dSᵀ Q.
 */
function stretchBackward(
  query: usize,
  key: usize,
  value: usize,
  mask: usize,
  dOut: usize,
  dQuery: usize,
  dKey: usize,
  dValue: usize,
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
  const dScores = scratch + rowScores * <usize>BLOCK;
  const ownMask = dScores + rowScores * <usize>BLOCK;
  const panel = ownMask + rowScores;
  const head = <usize>E * WORD;
  const rowQuery = <usize>H * head;
  const rowKey = <usize>G * head;
  const perGroup = H / G;
  const ownScores = scratch + <usize>P * WORD;
  const ownGradients = dScores + <usize>P * WORD;
  copyMask(mask, ownMask, P + O);
  for (let h = 0; h < H; h++) {
    const group = <usize>(h / perGroup) * head;
    const toBefore = <usize>before * rowKey + group;
    const toOwn = <usize>own * rowKey + group;
    for (let t = 0; t < T; t += BLOCK) {
      const rows = min(BLOCK, T - t);
      const seen = O - T + t;
      const width = seen + rows;
      const to = <usize>(at + t) * rowQuery + <usize>h * head;
      if (P > 0) productTransposedB(query + to, rowQuery, key + toBefore, rowKey, scratch, rowScores, rows, P, E, panel); // prettier-ignore
      productTransposedB(query + to, rowQuery, key + toOwn, rowKey, ownScores, rowScores, rows, width, E, panel); // prettier-ignore
      softmaxRows(scratch, rowScores, ownMask, rows, P + seen, P + width, scale);
      if (P > 0) product(scratch, WORD, rowScores, dOut + to, rowQuery, dValue + toBefore, rowKey, P, E, rows, true); // prettier-ignore
      product(ownScores, WORD, rowScores, dOut + to, rowQuery, dValue + toOwn, rowKey, width, E, rows, true); // prettier-ignore
      if (P > 0) productTransposedB(dOut + to, rowQuery, value + toBefore, rowKey, dScores, rowScores, rows, P, E, panel); // prettier-ignore
      productTransposedB(dOut + to, rowQuery, value + toOwn, rowKey, ownGradients, rowScores, rows, width, E, panel); // prettier-ignore
      for (let i = 0; i < rows; i++)
        scoreGradient(
          scratch + <usize>i * rowScores,
          dScores + <usize>i * rowScores,
          P + width,
          scale,
        );
      if (P > 0) product(dScores, rowScores, WORD, key + toBefore, rowKey, dQuery + to, rowQuery, rows, E, P, false); // prettier-ignore
      product(ownGradients, rowScores, WORD, key + toOwn, rowKey, dQuery + to, rowQuery, rows, E, width, P > 0); // prettier-ignore
      if (P > 0) product(dScores, WORD, rowScores, query + to, rowQuery, dKey + toBefore, rowKey, P, E, rows, true); // prettier-ignore
      product(ownGradients, WORD, rowScores, query + to, rowQuery, dKey + toOwn, rowKey, width, E, rows, true); // prettier-ignore
    }
  }
}

/** dP to dS = P ⊙ (dP - Σ P ⊙ dP) · scale, in place, in one row of n keys. */
function scoreGradient(weights: usize, gradients: usize, n: i32, scale: f32): void {
  const mean = dot(weights, gradients, n);
  const means = f32x4.splat(mean);
  const scales = f32x4.splat(scale);
  let j = 0;
  for (; j <= n - 4; j += 4) {
    const at = <usize>j * WORD;
    const apart = f32x4.sub(v128.load(gradients + at), means);
    v128.store(gradients + at, f32x4.mul(f32x4.mul(v128.load(weights + at), apart), scales));
  }
  for (; j < n; j++) {
    const at = <usize>j * WORD;
    const apart = load<f32>(gradients + at) - mean;
    store<f32>(gradients + at, load<f32>(weights + at) * apart * scale);
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
