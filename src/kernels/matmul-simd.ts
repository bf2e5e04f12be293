/**
 * The three matrix products of a linear layer in SIMD (simd/matmul.ts), spread over the threads.
 *
 * Each element of a product is summed by one thread, in the same order however the work is cut. All cuts
 * fall on multiples of 8 columns or 12 rows, which are whole tiles, so the tiles are the same, too.
 * Addresses are in bytes. Letters as in BLAS: N as it lies, T transposed.
 */
import { cutForThreads, type WasmCall } from './kernel';

const WORD = 4;
/** Columns that are computed together. */
const COLUMNS = 8;
/** Rows that make whole tiles of six and of four. */
const ROWS = 12;
/** Fewer multiplications than this in a product do not pay for another thread. */
const WORTH_THREADS = 4_000_000;

/** How one product is cut along n. */
const cutOf = (n: number, grain: number, m: number, k: number) =>
  n * m * k < WORTH_THREADS ? [{ from: 0, count: n }] : cutForThreads(n, grain);

/** c (m, n) = a (m, k) · b (n, k)ᵀ: y = x Wᵀ. Cut by columns, so that each column of W is packed once. */
export function productNT(
  { runParts, scratch }: WasmCall,
  a: number,
  b: number,
  c: number,
  m: number,
  n: number,
  k: number,
): void {
  const row = k * WORD;
  const parts = cutOf(n, COLUMNS, m, k).map(({ from, count }) => {
    const [bFrom, cFrom] = [b + from * row, c + from * WORD];
    return [a, row, bFrom, row, cFrom, n * WORD, m, count, k, scratch(COLUMNS * k)];
  });
  runParts('productTransposedB', parts);
}

/** c (m, n) = a (m, k) · b (k, n), or c ← c + that: dX = dY · W. */
export const productNN = (
  call: WasmCall,
  a: number,
  b: number,
  c: number,
  m: number,
  n: number,
  k: number,
  addsToC = false,
): void => product(call, a, k * WORD, WORD, b, c, m, n, k, addsToC);

/** c (m, n) = a (k, m)ᵀ · b (k, n): dW = dYᵀ · X. */
export const productTN = (
  call: WasmCall,
  a: number,
  b: number,
  c: number,
  m: number,
  n: number,
  k: number,
): void => product(call, a, WORD, m * WORD, b, c, m, n, k, false);

/** Both of them: a lies by rows or by columns, with so many bytes per row of c and per step of k. Cut by rows of c. */
function product(
  { runParts }: WasmCall,
  a: number,
  rowA: number,
  stepA: number,
  b: number,
  c: number,
  m: number,
  n: number,
  k: number,
  addsToC: boolean,
): void {
  const rowC = n * WORD;
  const parts = cutOf(m, ROWS, n, k).map(({ from, count }) => {
    const [aFrom, cFrom] = [a + from * rowA, c + from * rowC];
    return [aFrom, rowA, stepA, b, rowC, cFrom, rowC, count, n, k, addsToC ? 1 : 0];
  });
  runParts('product', parts);
}
