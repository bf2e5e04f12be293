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
  const rowScores = <usize>rowRoom(S) * WORD;
  const ownMask = scratch + rowScores * <usize>BLOCK;
  const panel = ownMask + rowScores;
  const rowQuery = <usize>(H * E) * WORD;
  const rowKey = <usize>(G * E) * WORD;
  const perGroup = H / G;
  for (let b = 0; b < B; b++) {
    copyMask(mask + <usize>(b * S) * WORD, ownMask, S);
    for (let h = 0; h < H; h++) {
      const toQuery = <usize>(b * T * H + h) * <usize>E * WORD;
      const toKey = <usize>(b * S * G + h / perGroup) * <usize>E * WORD;
      for (let t = 0; t < T; t += BLOCK) {
        const rows = min(BLOCK, T - t);
        const first = S - T + t;
        const width = first + rows;
        const at = toQuery + <usize>t * rowQuery;
        productTransposedB(query + at, rowQuery, key + toKey, rowKey, scratch, rowScores, rows, width, E, panel); // prettier-ignore
        softmaxRows(scratch, rowScores, ownMask, rows, first, width, scale);
        product(scratch, rowScores, WORD, value + toKey, rowKey, out + at, rowQuery, rows, E, width, false); // prettier-ignore
      }
    }
  }
}

/**
 * Gradients of `attend`: with weights P and dP = dO Vᵀ,
 *     dV = Pᵀ dO,  dS = P ⊙ (dP - Σ P ⊙ dP) · scale,  dQ = dS K,  dK = dSᵀ Q.
 * Heads of one group add to the same dK and dV, in order.
 */
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
  const rowScores = <usize>rowRoom(S) * WORD;
  const dScores = scratch + rowScores * <usize>BLOCK;
  const ownMask = dScores + rowScores * <usize>BLOCK;
  const panel = ownMask + rowScores;
  const rowQuery = <usize>(H * E) * WORD;
  const rowKey = <usize>(G * E) * WORD;
  const perGroup = H / G;
  const bytes = <usize>(B * S * G * E) * WORD;
  memory.fill(dKey, 0, bytes);
  memory.fill(dValue, 0, bytes);
  for (let b = 0; b < B; b++) {
    copyMask(mask + <usize>(b * S) * WORD, ownMask, S);
    for (let h = 0; h < H; h++) {
      const toQuery = <usize>(b * T * H + h) * <usize>E * WORD;
      const toKey = <usize>(b * S * G + h / perGroup) * <usize>E * WORD;
      for (let t = 0; t < T; t += BLOCK) {
        const rows = min(BLOCK, T - t);
        const first = S - T + t;
        const width = first + rows;
        const at = toQuery + <usize>t * rowQuery;
        productTransposedB(query + at, rowQuery, key + toKey, rowKey, scratch, rowScores, rows, width, E, panel); // prettier-ignore
        softmaxRows(scratch, rowScores, ownMask, rows, first, width, scale);
        product(scratch, WORD, rowScores, dOut + at, rowQuery, dValue + toKey, rowKey, width, E, rows, true); // prettier-ignore
        productTransposedB(dOut + at, rowQuery, value + toKey, rowKey, dScores, rowScores, rows, width, E, panel); // prettier-ignore
        for (let i = 0; i < rows; i++)
          scoreGradient(
            scratch + <usize>i * rowScores,
            dScores + <usize>i * rowScores,
            width,
            scale,
          );
        product(dScores, rowScores, WORD, key + toKey, rowKey, dQuery + at, rowQuery, rows, E, width, false); // prettier-ignore
        product(dScores, WORD, rowScores, query + at, rowQuery, dKey + toKey, rowKey, width, E, rows, true); // prettier-ignore
      }
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
