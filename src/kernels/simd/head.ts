/**
 * The language head fused with log-softmax, in blocks of rows, so that only a block's logits exist at once.
 */
import { product, productTransposedB } from './matmul';
import { exp4, exp1, log1, madd, maxLanes, sumLanes, WORD } from './vector';

/** Rows of logits that are held at a time. */
const BLOCK: i32 = 48;

/** Numbers of scratch memory that both passes need. */
export function headScratch(v: i32, d: i32): i32 {
  return BLOCK * v + 8 * d;
}

/**
 * For each of n rows of hidden (n, d) and head (v, d), with logits l = hidden · headᵀ / temperature:
 * chosen = log softmax(l) at the target, entropy = -Σ p log p.
 */
export function tokenLogs(
  hidden: usize,
  head: usize,
  targets: usize,
  chosen: usize,
  entropy: usize,
  scratch: usize,
  n: i32,
  v: i32,
  d: i32,
  temperature: f32,
): void {
  const row = <usize>d * WORD;
  const rowLogits = <usize>v * WORD;
  const panel = scratch + rowLogits * <usize>BLOCK;
  for (let from = 0; from < n; from += BLOCK) {
    const rows = min(BLOCK, n - from);
    productTransposedB(hidden + <usize>from * row, row, head, row, scratch, rowLogits, rows, v, d, panel); // prettier-ignore
    for (let i = 0; i < rows; i++) {
      const logits = scratch + <usize>i * rowLogits;
      const at = <usize>(from + i) * WORD;
      scaleLogits(logits, v, <f32>1 / temperature);
      const target = load<i32>(targets + at);
      const wanted = <u32>target < <u32>v ? load<f32>(logits + <usize>target * WORD) : 0;
      const most = highest(logits, v);
      softmaxSums(logits, v, most);
      store<f32>(chosen + at, wanted - most - log1(sumExp));
      // -Σ p log p = log Σ e^(l - most) - Σ p (l - most)
      store<f32>(entropy + at, log1(sumExp) - sumExpTimes / sumExp);
    }
  }
}

/**
 * Gradients of `tokenLogs`, given dChosen and dEntropy (n):
 *     dl_j = (dChosen (1[j = target] - p_j) - dEntropy p_j (log p_j + entropy)) / temperature
 *     dHidden = dl · head,  dHead = dlᵀ · hidden
 */
export function tokenLogsBackward(
  hidden: usize,
  head: usize,
  targets: usize,
  dChosen: usize,
  dEntropy: usize,
  dHidden: usize,
  dHead: usize,
  scratch: usize,
  n: i32,
  v: i32,
  d: i32,
  temperature: f32,
): void {
  const row = <usize>d * WORD;
  const rowLogits = <usize>v * WORD;
  const panel = scratch + rowLogits * <usize>BLOCK;
  const inverse = <f32>1 / temperature;
  memory.fill(dHead, 0, <usize>v * row);
  for (let from = 0; from < n; from += BLOCK) {
    const rows = min(BLOCK, n - from);
    const block = hidden + <usize>from * row;
    productTransposedB(block, row, head, row, scratch, rowLogits, rows, v, d, panel);
    for (let i = 0; i < rows; i++) {
      const logits = scratch + <usize>i * rowLogits;
      const at = <usize>(from + i) * WORD;
      const slope = load<f32>(dChosen + at) * inverse;
      const slopeEntropy = load<f32>(dEntropy + at) * inverse;
      scaleLogits(logits, v, inverse);
      const most = highest(logits, v);
      softmaxSums(logits, v, most);
      logitGradient(logits, v, most, slope, slopeEntropy);
      const target = load<i32>(targets + at);
      if (<u32>target < <u32>v) {
        const to = logits + <usize>target * WORD;
        store<f32>(to, load<f32>(to) + slope);
      }
    }
    product(scratch, rowLogits, WORD, head, row, dHidden + <usize>from * row, row, rows, d, v, false); // prettier-ignore
    product(scratch, WORD, rowLogits, block, row, dHead, row, v, d, rows, true);
  }
}

/** Logits of one row to -p (slope + slopeEntropy (log p + entropy)), in place, after `softmaxSums`. */
function logitGradient(logits: usize, v: i32, most: f32, slope: f32, slopeEntropy: f32): void {
  const total = sumExp;
  const logTotal = log1(total);
  // log p + entropy = (l - most - logTotal) + (logTotal - Σ p (l - most))
  const mean = sumExpTimes / total;
  let j = 0;
  for (; j <= v - 4; j += 4) {
    const at = logits + <usize>j * WORD;
    const apart = f32x4.sub(v128.load(at), f32x4.splat(most));
    const p = f32x4.mul(exp4(apart), f32x4.splat(<f32>1 / total));
    const bend = f32x4.sub(apart, f32x4.splat(mean));
    v128.store(at, f32x4.mul(f32x4.neg(p), madd(bend, f32x4.splat(slopeEntropy), f32x4.splat(slope)))); // prettier-ignore
  }
  for (; j < v; j++) {
    const at = logits + <usize>j * WORD;
    const apart = load<f32>(at) - most;
    const p = exp1(apart) / total;
    store<f32>(at, -p * (slope + slopeEntropy * (apart - mean)));
  }
}

/** Σ e^(l - most) and Σ e^(l - most) (l - most) of the row last summed. */
let sumExp: f32 = 0;
let sumExpTimes: f32 = 0;

function softmaxSums(logits: usize, v: i32, most: f32): void {
  let sums = f32x4.splat(0);
  let times = f32x4.splat(0);
  let j = 0;
  for (; j <= v - 4; j += 4) {
    const apart = f32x4.sub(v128.load(logits + <usize>j * WORD), f32x4.splat(most));
    const e = exp4(apart);
    sums = f32x4.add(sums, e);
    times = madd(e, apart, times);
  }
  let sum = sumLanes(sums);
  let time = sumLanes(times);
  for (; j < v; j++) {
    const apart = load<f32>(logits + <usize>j * WORD) - most;
    const e = exp1(apart);
    sum += e;
    time += e * apart;
  }
  sumExp = sum;
  sumExpTimes = time;
}

function highest(logits: usize, v: i32): f32 {
  let most = load<f32>(logits);
  let j = 0;
  if (v >= 4) {
    let lanes = v128.load(logits);
    for (j = 4; j <= v - 4; j += 4) lanes = f32x4.max(lanes, v128.load(logits + <usize>j * WORD));
    most = maxLanes(lanes);
  }
  for (; j < v; j++) most = max(most, load<f32>(logits + <usize>j * WORD));
  return most;
}

function scaleLogits(logits: usize, v: i32, scale: f32): void {
  if (scale == 1) return;
  let j = 0;
  for (; j <= v - 4; j += 4) {
    const at = logits + <usize>j * WORD;
    v128.store(at, f32x4.mul(v128.load(at), f32x4.splat(scale)));
  }
  for (; j < v; j++) {
    const at = logits + <usize>j * WORD;
    store<f32>(at, load<f32>(at) * scale);
  }
}
