/** What all passes of attention share: blocks of queries, their room in scratch memory, scores to weights. */
import { exp4, madd, maxLanes, sumLanes, WORD } from './vector';

/** Queries whose scores are in scratch memory at a time. */
export const BLOCK: i32 = 32;
const MASKED: f32 = -1e30;

/**
 * Scores (rows, stride) of a block to weights, in place: softmax over the keys that each row may see.
 * Row i sees keys 0 … first + i, where `mask` is 1. A row that sees none becomes zeros, as do the columns
 * up to `width` that a row does not see.
 */
export function softmaxRows(
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
export function rowRoom(S: i32): i32 {
  return (S + 3) & ~3;
}

/** Copy a row of the key mask to where four numbers at a time may be read past its end. */
export function copyMask(mask: usize, to: usize, S: i32): void {
  const bytes = <usize>S * WORD;
  memory.copy(to, mask, bytes);
  memory.fill(to + bytes, 0, <usize>(rowRoom(S) - S) * WORD);
}

/** Numbers of scratch memory that the forward (copies = 1) or backward (copies = 2) pass needs. */
export function attentionScratch(S: i32, E: i32, copies: i32): i32 {
  return rowRoom(S) * (BLOCK * copies + 1) + 8 * E;
}
