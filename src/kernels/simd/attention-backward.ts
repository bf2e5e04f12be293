/**
 * Gradients of attention. The weights are computed again from queries and keys, which is cheaper than keeping them.
 */
import { BLOCK, copyMask, rowRoom, softmaxRows } from './attention-rows';
import { product, productTransposedB } from './matmul';
import { dot, WORD } from './vector';

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
