/**
 * Four float32 numbers at a time: what the SIMD kernels share.
 *
 * Written in AssemblyScript, which looks like TypeScript and compiles to WebAssembly: `usize` is a byte
 * address, `load` and `store` touch the memory there. Nothing here allocates.
 */

/** Bytes of a float32 or an int32. */
export const WORD: usize = 4;
/** Bytes of four of them. */
export const QUAD: usize = 16;

/** a · b + c in each lane; one rounding instead of two where relaxed SIMD is compiled in. */
export function madd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}

/** Sum of the four lanes. */
export function sumLanes(a: v128): f32 {
  const b = f32x4.add(a, i8x16.shuffle(a, a, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7));
  return f32x4.extract_lane(b, 0) + f32x4.extract_lane(b, 1);
}

/** Σ a[i] · b[i] over n numbers. */
export function dot(a: usize, b: usize, n: i32): f32 {
  let sum0 = f32x4.splat(0);
  let sum1 = f32x4.splat(0);
  let i = 0;
  for (; i <= n - 8; i += 8) {
    const at = <usize>i * WORD;
    sum0 = madd(v128.load(a + at), v128.load(b + at), sum0);
    sum1 = madd(v128.load(a + at, 16), v128.load(b + at, 16), sum1);
  }
  for (; i <= n - 4; i += 4) {
    const at = <usize>i * WORD;
    sum0 = madd(v128.load(a + at), v128.load(b + at), sum0);
  }
  let sum = sumLanes(f32x4.add(sum0, sum1));
  for (; i < n; i++) {
    const at = <usize>i * WORD;
    sum += load<f32>(a + at) * load<f32>(b + at);
  }
  return sum;
}

/** y[i] += scale · x[i] over n numbers. */
export function addScaled(y: usize, x: usize, scale: f32, n: i32): void {
  const scales = f32x4.splat(scale);
  let i = 0;
  for (; i <= n - 4; i += 4) {
    const at = <usize>i * WORD;
    v128.store(y + at, madd(scales, v128.load(x + at), v128.load(y + at)));
  }
  for (; i < n; i++) {
    const at = <usize>i * WORD;
    store<f32>(y + at, load<f32>(y + at) + scale * load<f32>(x + at));
  }
}
