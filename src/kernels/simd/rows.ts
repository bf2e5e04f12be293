/** Operations on rows of numbers: RMS norm and SwiGLU, forward and backward. */
import { addScaled, dot, exp1, exp4, madd, WORD } from './vector';

/** out (n, d) = gain (d) · x / √(mean(x²) + ε), row by row. */
export function normalize(x: usize, gain: usize, out: usize, n: i32, d: i32, epsilon: f32): void {
  const row = <usize>d * WORD;
  for (let i = 0; i < n; i++) {
    const scale = <f32>1 / sqrt<f32>(dot(x, x, d) / <f32>d + epsilon);
    const scales = f32x4.splat(scale);
    let j = 0;
    for (; j <= d - 4; j += 4) {
      const at = <usize>j * WORD;
      v128.store(out + at, f32x4.mul(f32x4.mul(v128.load(x + at), scales), v128.load(gain + at)));
    }
    for (; j < d; j++) {
      const at = <usize>j * WORD;
      store<f32>(out + at, load<f32>(x + at) * scale * load<f32>(gain + at));
    }
    x += row;
    out += row;
  }
}

/**
 * Gradients of `normalize`, with r = 1/√(mean(x²) + ε):
 *     dx = r · gain · dy - x · r³/d · Σ dy · gain · x        dgain = Σ over rows of dy · x · r
 */
export function normalizeBackward(
  x: usize,
  gain: usize,
  dy: usize,
  dx: usize,
  dGain: usize,
  n: i32,
  d: i32,
  epsilon: f32,
): void {
  const row = <usize>d * WORD;
  memory.fill(dGain, 0, row);
  for (let i = 0; i < n; i++) {
    const r = <f32>1 / sqrt<f32>(dot(x, x, d) / <f32>d + epsilon);
    // dx first holds dy · gain, which both terms need.
    let j = 0;
    for (; j <= d - 4; j += 4) {
      const at = <usize>j * WORD;
      const slope = v128.load(dy + at);
      v128.store(dx + at, f32x4.mul(slope, v128.load(gain + at)));
      const part = f32x4.mul(f32x4.mul(slope, v128.load(x + at)), f32x4.splat(r));
      v128.store(dGain + at, f32x4.add(v128.load(dGain + at), part));
    }
    for (; j < d; j++) {
      const at = <usize>j * WORD;
      const slope = load<f32>(dy + at);
      store<f32>(dx + at, slope * load<f32>(gain + at));
      store<f32>(dGain + at, load<f32>(dGain + at) + slope * load<f32>(x + at) * r);
    }
    const along = (dot(dx, x, d) * r * r * r) / <f32>d;
    scaleRow(dx, r, d);
    addScaled(dx, x, -along, d);
    x += row;
    dy += row;
    dx += row;
  }
}

/** x[i] *= scale over n numbers. */
function scaleRow(x: usize, scale: f32, n: i32): void {
  let i = 0;
  for (; i <= n - 4; i += 4) {
    const at = x + <usize>i * WORD;
    v128.store(at, f32x4.mul(v128.load(at), f32x4.splat(scale)));
  }
  for (; i < n; i++) {
    const at = x + <usize>i * WORD;
    store<f32>(at, load<f32>(at) * scale);
  }
}

/** out = silu(gate) · up over n numbers, where silu(g) = g / (1 + e^-g). */
export function gatedSilu(gate: usize, up: usize, out: usize, n: i32): void {
  const ones = f32x4.splat(1);
  let i = 0;
  for (; i <= n - 4; i += 4) {
    const at = <usize>i * WORD;
    const g = v128.load(gate + at);
    const silu = f32x4.div(g, f32x4.add(ones, exp4(f32x4.neg(g))));
    v128.store(out + at, f32x4.mul(silu, v128.load(up + at)));
  }
  for (; i < n; i++) {
    const at = <usize>i * WORD;
    const g = load<f32>(gate + at);
    store<f32>(out + at, (g / (<f32>1 + exp1(-g))) * load<f32>(up + at));
  }
}

/** Gradients of `gatedSilu`: dup = dy · silu(g), dgate = dy · up · s (1 + g (1 - s)) with s = sigmoid(g). */
export function gatedSiluBackward(
  gate: usize,
  up: usize,
  dy: usize,
  dGate: usize,
  dUp: usize,
  n: i32,
): void {
  const ones = f32x4.splat(1);
  let i = 0;
  for (; i <= n - 4; i += 4) {
    const at = <usize>i * WORD;
    const g = v128.load(gate + at);
    const slope = v128.load(dy + at);
    const s = f32x4.div(ones, f32x4.add(ones, exp4(f32x4.neg(g))));
    v128.store(dUp + at, f32x4.mul(slope, f32x4.mul(g, s)));
    const bend = f32x4.mul(s, madd(g, f32x4.sub(ones, s), ones));
    v128.store(dGate + at, f32x4.mul(f32x4.mul(slope, v128.load(up + at)), bend));
  }
  for (; i < n; i++) {
    const at = <usize>i * WORD;
    const g = load<f32>(gate + at);
    const slope = load<f32>(dy + at);
    const s = <f32>1 / (<f32>1 + exp1(-g));
    store<f32>(dUp + at, slope * g * s);
    store<f32>(dGate + at, slope * load<f32>(up + at) * s * (<f32>1 + g * (<f32>1 - s)));
  }
}
