/** One AdamW step on one tensor, in place, and the length of gradients; formulas in `../adamw.ts`. */
import { madd, sumLanes, WORD } from './vector';

/**
 * Update `parameter`, `first` and `second` (n each). The gradient is shortened as if the length of all
 * gradients together, found at `norm`, were at most `maxNorm`.
 */
export function adamw(
  parameter: usize,
  gradient: usize,
  first: usize,
  second: usize,
  n: i32,
  norm: usize,
  maxNorm: f32,
  beta1: f32,
  beta2: f32,
  rest1: f32,
  rest2: f32,
  epsilon: f32,
  stepSize: f32,
  rootScale: f32,
  kept: f32,
): void {
  const scale = f32x4.splat(min<f32>(1, maxNorm / (load<f32>(norm) + <f32>1e-6)));
  const end = <usize>n * WORD;
  let at: usize = 0;
  while (at < end) {
    // What four do not divide goes through the same lanes one by one: its bits are those of the others.
    const full = at + 3 * WORD < end;
    const p = full ? v128.load(parameter + at) : v128.load32_splat(parameter + at);
    const raw = full ? v128.load(gradient + at) : v128.load32_splat(gradient + at);
    let m = full ? v128.load(first + at) : v128.load32_splat(first + at);
    let v = full ? v128.load(second + at) : v128.load32_splat(second + at);
    const g = f32x4.mul(raw, scale);
    m = madd(f32x4.splat(beta1), m, f32x4.mul(f32x4.splat(rest1), g));
    v = madd(f32x4.splat(beta2), v, f32x4.mul(f32x4.splat(rest2), f32x4.mul(g, g)));
    const root = madd(f32x4.sqrt(v), f32x4.splat(rootScale), f32x4.splat(epsilon));
    const change = f32x4.mul(f32x4.div(m, root), f32x4.splat(stepSize));
    const updated = f32x4.sub(f32x4.mul(p, f32x4.splat(kept)), change);
    if (full) {
      v128.store(parameter + at, updated);
      v128.store(first + at, m);
      v128.store(second + at, v);
      at += 4 * WORD;
    } else {
      v128.store_lane<f32>(parameter + at, updated, 0);
      v128.store_lane<f32>(first + at, m, 0);
      v128.store_lane<f32>(second + at, v, 0);
      at += WORD;
    }
  }
}

/** Σ x² over n numbers: float32 within a block of 1,024, double precision over the blocks. */
export function sumOfSquares(x: usize, n: i32): f64 {
  let total: f64 = 0;
  for (let from = 0; from < n; from += 1024) {
    const end = <usize>min(from + 1024, n) * WORD;
    let at = <usize>from * WORD;
    let sums = f32x4.splat(0);
    for (; at + 3 * WORD < end; at += 4 * WORD) {
      const four = v128.load(x + at);
      sums = madd(four, four, sums);
    }
    total += sumLanes(sums);
    for (; at < end; at += WORD) total += load<f32>(x + at) * load<f32>(x + at);
  }
  return total;
}
