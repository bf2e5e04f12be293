/**
 * Matrix products without transposed copies.
 *
 * All three products of a linear layer are one loop over tiles of 6 rows by 8 columns. A tile's 48 sums
 * stay in twelve of the sixteen registers while the loop walks the common dimension: per step two loads of
 * b, six numbers of a spread over their lanes, twelve multiply-adds. a is read by two strides (one per row, one per step),
 * so it may lie either way round; b must have its columns side by side. Only in y = x Wᵀ they do not, and
 * there eight rows of W at a time are packed into a panel that fits the first-level cache.
 */
import { dot, madd, QUAD, WORD } from './vector';

/** Rows of the common dimension that are walked at a time, so that the panels walked stay in the cache. */
const BLOCK: i32 = 128;

/** c (m, n) = Σ_p a[i, p] b[j, p], with rows of any stride in bytes. */
export function productTransposedB(
  a: usize,
  rowA: usize,
  b: usize,
  rowB: usize,
  c: usize,
  rowC: usize,
  m: i32,
  n: i32,
  k: i32,
  panel: usize,
): void {
  // Packing pays from a few rows on.
  const tiledColumns = m >= 4 ? n & ~7 : 0;
  for (let j = 0; j < tiledColumns; j += 8) {
    pack8(b + <usize>j * rowB, rowB, panel, k);
    columnTiles(a, rowA, WORD, panel, 2 * QUAD, c + <usize>j * WORD, rowC, m, k, false);
  }
  for (let i = 0; i < m; i++)
    for (let j = tiledColumns; j < n; j++) {
      const sum = dot(a + <usize>i * rowA, b + <usize>j * rowB, k);
      store<f32>(c + <usize>i * rowC + <usize>j * WORD, sum);
    }
}

/**
 * c (m, n) = Σ_p a[i, p] b[p, j], or that added to c. a is read by the strides `rowA` per row of c and
 * `stepA` per step of p; rows of b and c have any stride in bytes.
 */
export function product(
  a: usize,
  rowA: usize,
  stepA: usize,
  b: usize,
  rowB: usize,
  c: usize,
  rowC: usize,
  m: i32,
  n: i32,
  k: i32,
  addsToC: bool,
): void {
  const tiledColumns = n & ~7;
  for (let from = 0; from < k; from += BLOCK) {
    const count = min(BLOCK, k - from);
    const blockA = a + <usize>from * stepA;
    const blockB = b + <usize>from * rowB;
    const adds = addsToC || from > 0;
    for (let j = 0; j < tiledColumns; j += 8) {
      const columns = <usize>j * WORD;
      columnTiles(blockA, rowA, stepA, blockB + columns, rowB, c + columns, rowC, m, count, adds);
    }
    for (let i = 0; i < m; i++)
      for (let j = tiledColumns; j < n; j++) {
        const at = c + <usize>i * rowC + <usize>j * WORD;
        let sum: f32 = adds ? load<f32>(at) : 0;
        for (let p = 0; p < count; p++)
          sum +=
            load<f32>(blockA + <usize>i * rowA + <usize>p * stepA) *
            load<f32>(blockB + <usize>p * rowB + <usize>j * WORD);
        store<f32>(at, sum);
      }
  }
}

/**
 * Eight columns of c, all m rows: tiles of 6 rows, one or two of 4 so that an even number of rows comes out,
 * and the rows that are left one by one.
 */
function columnTiles(
  a: usize,
  rowA: usize,
  stepA: usize,
  b: usize,
  stepB: usize,
  c: usize,
  rowC: usize,
  m: i32,
  count: i32,
  adds: bool,
): void {
  const left = (m & ~1) % 6; // 0, 2 or 4
  const fours = left == 4 ? 1 : left == 2 && m >= 8 ? 2 : 0;
  const endOfSixes = ((m - 4 * fours) / 6) * 6;
  const endOfFours = endOfSixes + 4 * fours;
  let i = 0;
  for (; i < endOfSixes; i += 6)
    tile6(a + <usize>i * rowA, rowA, stepA, b, stepB, c + <usize>i * rowC, rowC, count, adds);
  for (; i < endOfFours; i += 4)
    tile4(a + <usize>i * rowA, rowA, stepA, b, stepB, c + <usize>i * rowC, rowC, count, adds);
  for (; i < m; i++) strip(a + <usize>i * rowA, stepA, b, stepB, c + <usize>i * rowC, count, adds);
}

/** A tile of 6 rows and 8 columns: c (+)= Σ over `count` steps of a[row] · b[columns]. */
function tile6(
  a: usize,
  rowA: usize,
  stepA: usize,
  b: usize,
  stepB: usize,
  c: usize,
  rowC: usize,
  count: i32,
  adds: bool,
): void {
  const zero = f32x4.splat(0);
  const c0 = c + 0 * rowC;
  let s00 = adds ? v128.load(c0) : zero;
  let s01 = adds ? v128.load(c0, 16) : zero;
  const c1 = c + 1 * rowC;
  let s10 = adds ? v128.load(c1) : zero;
  let s11 = adds ? v128.load(c1, 16) : zero;
  const c2 = c + 2 * rowC;
  let s20 = adds ? v128.load(c2) : zero;
  let s21 = adds ? v128.load(c2, 16) : zero;
  const c3 = c + 3 * rowC;
  let s30 = adds ? v128.load(c3) : zero;
  let s31 = adds ? v128.load(c3, 16) : zero;
  const c4 = c + 4 * rowC;
  let s40 = adds ? v128.load(c4) : zero;
  let s41 = adds ? v128.load(c4, 16) : zero;
  const c5 = c + 5 * rowC;
  let s50 = adds ? v128.load(c5) : zero;
  let s51 = adds ? v128.load(c5, 16) : zero;
  const row2 = 2 * rowA;
  const row4 = 4 * rowA;
  const row3 = 3 * rowA;
  const row5 = 5 * rowA;
  for (let p = 0; p < count; p++) {
    const left = v128.load(b);
    const right = v128.load(b, 16);
    let x = v128.load32_splat(a);
    s00 = madd(x, left, s00);
    s01 = madd(x, right, s01);
    x = v128.load32_splat(a + rowA);
    s10 = madd(x, left, s10);
    s11 = madd(x, right, s11);
    x = v128.load32_splat(a + row2);
    s20 = madd(x, left, s20);
    s21 = madd(x, right, s21);
    x = v128.load32_splat(a + row3);
    s30 = madd(x, left, s30);
    s31 = madd(x, right, s31);
    x = v128.load32_splat(a + row4);
    s40 = madd(x, left, s40);
    s41 = madd(x, right, s41);
    x = v128.load32_splat(a + row5);
    s50 = madd(x, left, s50);
    s51 = madd(x, right, s51);
    a += stepA;
    b += stepB;
  }
  v128.store(c0, s00);
  v128.store(c0, s01, 16);
  v128.store(c1, s10);
  v128.store(c1, s11, 16);
  v128.store(c2, s20);
  v128.store(c2, s21, 16);
  v128.store(c3, s30);
  v128.store(c3, s31, 16);
  v128.store(c4, s40);
  v128.store(c4, s41, 16);
  v128.store(c5, s50);
  v128.store(c5, s51, 16);
}

/** The same with 4 rows. */
function tile4(
  a: usize,
  rowA: usize,
  stepA: usize,
  b: usize,
  stepB: usize,
  c: usize,
  rowC: usize,
  count: i32,
  adds: bool,
): void {
  const c1 = c + rowC;
  const c2 = c1 + rowC;
  const c3 = c2 + rowC;
  const zero = f32x4.splat(0);
  let s00 = adds ? v128.load(c) : zero;
  let s01 = adds ? v128.load(c, 16) : zero;
  let s10 = adds ? v128.load(c1) : zero;
  let s11 = adds ? v128.load(c1, 16) : zero;
  let s20 = adds ? v128.load(c2) : zero;
  let s21 = adds ? v128.load(c2, 16) : zero;
  let s30 = adds ? v128.load(c3) : zero;
  let s31 = adds ? v128.load(c3, 16) : zero;
  let a0 = a;
  let a1 = a0 + rowA;
  let a2 = a1 + rowA;
  let a3 = a2 + rowA;
  for (let p = 0; p < count; p++) {
    const left = v128.load(b);
    const right = v128.load(b, 16);
    let x = v128.load32_splat(a0);
    s00 = madd(x, left, s00);
    s01 = madd(x, right, s01);
    x = v128.load32_splat(a1);
    s10 = madd(x, left, s10);
    s11 = madd(x, right, s11);
    x = v128.load32_splat(a2);
    s20 = madd(x, left, s20);
    s21 = madd(x, right, s21);
    x = v128.load32_splat(a3);
    s30 = madd(x, left, s30);
    s31 = madd(x, right, s31);
    a0 += stepA;
    a1 += stepA;
    a2 += stepA;
    a3 += stepA;
    b += stepB;
  }
  v128.store(c, s00);
  v128.store(c, s01, 16);
  v128.store(c1, s10);
  v128.store(c1, s11, 16);
  v128.store(c2, s20);
  v128.store(c2, s21, 16);
  v128.store(c3, s30);
  v128.store(c3, s31, 16);
}

/** The same with one row. */
function strip(
  a: usize,
  stepA: usize,
  b: usize,
  stepB: usize,
  c: usize,
  count: i32,
  adds: bool,
): void {
  let left = adds ? v128.load(c) : f32x4.splat(0);
  let right = adds ? v128.load(c, 16) : f32x4.splat(0);
  for (let p = 0; p < count; p++) {
    const x = v128.load32_splat(a);
    left = madd(x, v128.load(b), left);
    right = madd(x, v128.load(b, 16), right);
    a += stepA;
    b += stepB;
  }
  v128.store(c, left);
  v128.store(c, right, 16);
}

/** Turn 8 rows of k numbers into k groups of 8, four by four through registers. */
function pack8(b: usize, rowB: usize, panel: usize, k: i32): void {
  for (let half: usize = 0; half < 2; half++) {
    const b0 = b + 4 * half * rowB;
    const b1 = b0 + rowB;
    const b2 = b1 + rowB;
    const b3 = b2 + rowB;
    let to = panel + half * QUAD;
    let p = 0;
    for (; p <= k - 4; p += 4) {
      const at = <usize>p * WORD;
      const r0 = v128.load(b0 + at);
      const r1 = v128.load(b1 + at);
      const r2 = v128.load(b2 + at);
      const r3 = v128.load(b3 + at);
      const low01 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5);
      const low23 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5);
      const high01 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
      const high23 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
      v128.store(to, v128.shuffle<f32>(low01, low23, 0, 1, 4, 5));
      v128.store(to, v128.shuffle<f32>(low01, low23, 2, 3, 6, 7), 32);
      v128.store(to, v128.shuffle<f32>(high01, high23, 0, 1, 4, 5), 64);
      v128.store(to, v128.shuffle<f32>(high01, high23, 2, 3, 6, 7), 96);
      to += 8 * QUAD;
    }
    for (; p < k; p++) {
      const at = <usize>p * WORD;
      store<f32>(to, load<f32>(b0 + at));
      store<f32>(to, load<f32>(b1 + at), 4);
      store<f32>(to, load<f32>(b2 + at), 8);
      store<f32>(to, load<f32>(b3 + at), 12);
      to += 2 * QUAD;
    }
  }
}
