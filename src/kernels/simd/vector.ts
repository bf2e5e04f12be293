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

/** out[j] = Σ a[i] · b[j, i] for n rows of b, d numbers each: four rows at a time, summed together. */
export function dots(a: usize, b: usize, rowB: usize, out: usize, n: i32, d: i32): void {
  const whole = d & ~3;
  let j = 0;
  for (; j <= n - 4; j += 4) {
    const b1 = b + rowB;
    const b2 = b1 + rowB;
    const b3 = b2 + rowB;
    let s0 = f32x4.splat(0);
    let s1 = s0;
    let s2 = s0;
    let s3 = s0;
    for (let i = 0; i < whole; i += 4) {
      const at = <usize>i * WORD;
      const x = v128.load(a + at);
      s0 = madd(x, v128.load(b + at), s0);
      s1 = madd(x, v128.load(b1 + at), s1);
      s2 = madd(x, v128.load(b2 + at), s2);
      s3 = madd(x, v128.load(b3 + at), s3);
    }
    // The four sums of lanes are one sum of the four columns of the transposed square.
    const low01 = v128.shuffle<f32>(s0, s1, 0, 4, 1, 5);
    const low23 = v128.shuffle<f32>(s2, s3, 0, 4, 1, 5);
    const high01 = v128.shuffle<f32>(s0, s1, 2, 6, 3, 7);
    const high23 = v128.shuffle<f32>(s2, s3, 2, 6, 3, 7);
    let sums = f32x4.add(
      f32x4.add(v128.shuffle<f32>(low01, low23, 0, 1, 4, 5), v128.shuffle<f32>(low01, low23, 2, 3, 6, 7)), // prettier-ignore
      f32x4.add(v128.shuffle<f32>(high01, high23, 0, 1, 4, 5), v128.shuffle<f32>(high01, high23, 2, 3, 6, 7)), // prettier-ignore
    );
    for (let i = whole; i < d; i++) {
      const at = <usize>i * WORD;
      const x = load<f32>(a + at);
      sums = f32x4.add(
        sums,
        f32x4(
          x * load<f32>(b + at),
          x * load<f32>(b1 + at),
          x * load<f32>(b2 + at),
          x * load<f32>(b3 + at),
        ),
      );
    }
    v128.store(out + <usize>j * WORD, sums);
    b = b3 + rowB;
  }
  for (; j < n; j++) {
    store<f32>(out + <usize>j * WORD, dot(a, b, d));
    b += rowB;
  }
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

/**
 * e^x in each lane, within two units in the last place; below -87 it stays at 1e-38 instead of falling to 0.
 * x = n ln 2 + r, with ln 2 in two pieces, then the polynomial of the Cephes library (`expf`) in r.
 */
export function exp4(x: v128): v128 {
  x = f32x4.max(x, f32x4.splat(-87.3));
  x = f32x4.min(x, f32x4.splat(88.3));
  const n = f32x4.nearest(f32x4.mul(x, f32x4.splat(1.44269504)));
  let r = f32x4.sub(x, f32x4.mul(n, f32x4.splat(0.693359375)));
  r = f32x4.sub(r, f32x4.mul(n, f32x4.splat(-2.1219444e-4)));
  let y = f32x4.splat(1.98756915e-4);
  y = madd(y, r, f32x4.splat(1.3981999507e-3));
  y = madd(y, r, f32x4.splat(8.3334519073e-3));
  y = madd(y, r, f32x4.splat(4.1665795894e-2));
  y = madd(y, r, f32x4.splat(1.6666665459e-1));
  y = madd(y, r, f32x4.splat(5.0000001201e-1));
  y = f32x4.add(madd(y, f32x4.mul(r, r), r), f32x4.splat(1));
  const power = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(127)), 23); // 2^n
  return f32x4.mul(y, power);
}

/** e^x of one number. */
export function exp1(x: f32): f32 {
  return f32x4.extract_lane(exp4(f32x4.splat(x)), 0);
}

/** ln x of one positive number: x = 2^n m, then the polynomial of the Cephes library (`logf`). */
export function log1(x: f32): f32 {
  const bits = reinterpret<i32>(x);
  let n = <f32>((bits >> 23) - 126);
  let m = reinterpret<f32>((bits & 0x007fffff) | 0x3f000000); // 1/2 to 1
  if (m < 0.70710678) {
    n -= 1;
    m = m + m - 1;
  } else {
    m = m - 1;
  }
  const z = m * m;
  let y: f32 = 7.0376836292e-2;
  y = y * m - 1.151461031e-1;
  y = y * m + 1.167699874e-1;
  y = y * m - 1.2420140846e-1;
  y = y * m + 1.4249322787e-1;
  y = y * m - 1.6668057665e-1;
  y = y * m + 2.0000714765e-1;
  y = y * m - 2.4999993993e-1;
  y = y * m + 3.3333331174e-1;
  y = y * m * z;
  y += <f32>-2.1219444e-4 * n - <f32>0.5 * z;
  return m + y + <f32>0.693359375 * n;
}

/** Largest of the four lanes. */
export function maxLanes(a: v128): f32 {
  return max(
    max(f32x4.extract_lane(a, 0), f32x4.extract_lane(a, 1)),
    max(f32x4.extract_lane(a, 2), f32x4.extract_lane(a, 3)),
  );
}

/** out (n) = Σ over m rows of x (m, n), in order. */
export function sumRows(x: usize, out: usize, m: i32, n: i32): void {
  const row = <usize>n * WORD;
  memory.copy(out, x, row);
  for (let i = 1; i < m; i++) addScaled(out, x + <usize>i * row, 1, n);
}
