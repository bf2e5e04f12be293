/** Drawing one token from each row of logits; `../sample.ts` says what is drawn. */
import { exp4, exp1, maxLanes, sumLanes, WORD } from './vector';

/**
 * ids (b) drawn from logits (b, v) with the uniform numbers of `draws` (b). `weights` is room for v numbers.
 * @param topK 0 keeps all. @param topP 1 keeps all. @param greedy not 0: the first of the highest logits.
 */
export function sampleIds(
  logits: usize,
  draws: usize,
  ids: usize,
  weights: usize,
  b: i32,
  v: i32,
  temperature: f32,
  topK: i32,
  topP: f32,
  greedy: i32,
): void {
  for (let i = 0; i < b; i++) {
    const row = logits + <usize>(i * v) * WORD;
    const most = highest(row, v);
    let id = 0;
    if (greedy) {
      while (id < v - 1 && load<f32>(row + <usize>id * WORD) != most) id++;
    } else {
      weigh(row, weights, v, most, <f32>1 / temperature);
      let threshold: u32 = 0;
      if (topK > 0 && topK < v) threshold = raise(row, weights, v, <f32>topK, true);
      if (topP < 1) {
        const wanted = topP * kept(row, weights, v, fromOrdered(threshold), false);
        threshold = max(threshold, raise(row, weights, v, wanted, false));
      }
      id = draw(row, weights, v, fromOrdered(threshold), load<f32>(draws + <usize>i * WORD));
    }
    store<i32>(ids + <usize>i * WORD, id);
  }
}

function highest(row: usize, v: i32): f32 {
  let most = f32x4.splat(load<f32>(row));
  let j = 0;
  for (; j <= v - 4; j += 4) most = f32x4.max(most, v128.load(row + <usize>j * WORD));
  let result = maxLanes(most);
  for (; j < v; j++) result = max(result, load<f32>(row + <usize>j * WORD));
  return result;
}

/** weights = e^((logit - most) / temperature). */
function weigh(row: usize, weights: usize, v: i32, most: f32, inverse: f32): void {
  let j = 0;
  for (; j <= v - 4; j += 4) {
    const at = <usize>j * WORD;
    const apart = f32x4.sub(v128.load(row + at), f32x4.splat(most));
    v128.store(weights + at, exp4(f32x4.mul(apart, f32x4.splat(inverse))));
  }
  for (; j < v; j++) {
    const at = <usize>j * WORD;
    store<f32>(weights + at, exp1((load<f32>(row + at) - most) * inverse));
  }
}

/** The logit that an integer of the same order stands for; 0 stands for less than any. */
function fromOrdered(ordered: u32): f32 {
  if (ordered == 0) return -Infinity;
  return reinterpret<f32>(ordered >> 31 ? ordered & 0x7fffffff : ~ordered);
}

/** Number, or mass, of the tokens whose logit is at least the threshold. */
function kept(row: usize, weights: usize, v: i32, threshold: f32, counts: bool): f32 {
  const limit = f32x4.splat(threshold);
  const ones = f32x4.splat(1);
  let sums = f32x4.splat(0);
  let j = 0;
  for (; j <= v - 4; j += 4) {
    const at = <usize>j * WORD;
    const one = counts ? ones : v128.load(weights + at);
    sums = f32x4.add(sums, v128.and(one, f32x4.ge(v128.load(row + at), limit)));
  }
  let sum = sumLanes(sums);
  for (; j < v; j++) {
    const at = <usize>j * WORD;
    if (load<f32>(row + at) >= threshold) sum += counts ? 1 : load<f32>(weights + at);
  }
  return sum;
}

/** The highest threshold that keeps as much as is wanted, found bit by bit as an ordered integer. */
function raise(row: usize, weights: usize, v: i32, wanted: f32, counts: bool): u32 {
  let threshold: u32 = 0;
  for (let bit = 31; bit >= 0; bit--) {
    const higher = threshold | ((<u32>1) << bit);
    // Integers beyond infinity stand for NaN, which keeps nothing.
    if (kept(row, weights, v, fromOrdered(higher), counts) >= wanted) threshold = higher;
  }
  return threshold;
}

/** The first kept token, in vocabulary order, where the running mass exceeds u times the whole. */
function draw(row: usize, weights: usize, v: i32, threshold: f32, u: f32): i32 {
  const wanted = u * kept(row, weights, v, threshold, false);
  const limit = f32x4.splat(threshold);
  let before: f32 = 0;
  let j = 0;
  for (; j <= v - 4; j += 4) {
    const at = <usize>j * WORD;
    const open = f32x4.ge(v128.load(row + at), limit);
    const mass = sumLanes(v128.and(v128.load(weights + at), open));
    if (before + mass > wanted) break;
    before += mass;
  }
  for (; j < v; j++) {
    const at = <usize>j * WORD;
    if (load<f32>(row + at) < threshold) continue;
    before += load<f32>(weights + at);
    if (before > wanted) return j;
  }
  // Rounding left the last sum just short: the last token that is kept.
  for (j = v - 1; j > 0; j--) if (load<f32>(row + <usize>j * WORD) >= threshold) break;
  return j;
}
