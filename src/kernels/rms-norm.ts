/**
 * Root-mean-square norm (Zhang and Sennrich 2019, https://arxiv.org/abs/1910.07467):
 *
 *     y = gain ⊙ x · r,   r = 1 / √(mean(x²) + ε)             over the last axis
 *
 *     dx    = r · (gain ⊙ dy) - x · r³/D · Σ (dy ⊙ gain ⊙ x)
 *     dgain = Σ over rows of dy ⊙ x · r
 *
 * x (…, D), gain (D). One kernel forward and one backward, where stock operations make five and about
 * fifteen tensors. r is computed again in the backward pass, which costs less than keeping it.
 */
import * as tf from '@tensorflow/tfjs-core';
import { cut, cutForThreads, isFused, registerWasm, run, runMany, sizeOf } from './kernel';
import { registerWebGpu, SUM_ALL_WGSL, type Program } from './webgpu-program';

const RMS_NORM = 'LabRmsNorm';
const GRADIENT = 'LabRmsNormGradient';

/** The same in stock operations. */
export function referenceRmsNorm<X extends tf.Tensor>(x: X, gain: tf.Tensor1D, epsilon: number): X {
  const meanSquare = tf.mean(tf.mul(x, x), -1, true); // (…, 1)
  return tf.mul(tf.mul(x, tf.rsqrt(tf.add(meanSquare, epsilon))), gain);
}

/** Rows and their width. */
const sizes = (x: tf.TensorInfo) => ({ N: sizeOf(x.shape.slice(0, -1)), D: x.shape.at(-1)! });

// ── WebGPU: one workgroup for each row ────────────────────────────────────────────────────────────

const ROW_WGSL = /* wgsl */ `
  ${SUM_ALL_WGSL}

  fn inverseRms(own : i32, start : i32) -> f32 {
    var sum = 0.0;
    for (var i = own; i < uniforms.D; i += 64) { sum += x[start + i] * x[start + i]; }
    return inverseSqrt(sumAll(own, sum) / f32(uniforms.D) + uniforms.epsilon);
  }`;

const rowProgram = (
  x: tf.TensorInfo,
  epsilon: number,
  rest: Pick<Program, 'key' | 'inputs' | 'code'>,
): Program => ({
  // prettier-ignore
  ...rest,
  output: { shape: x.shape },
  workgroups: sizes(x).N,
  integers: sizes(x),
  floats: { epsilon },
});

registerWebGpu(RMS_NORM, ({ inputs: { x, gain }, attributes: { epsilon }, runProgram }) =>
  runProgram(
    rowProgram(x!, epsilon!, {
      key: 'rmsNorm',
      inputs: ['x', 'gain'],
      code: /* wgsl */ `
        ${ROW_WGSL}
        fn main(index : i32) {
          let own = index % 64;
          let start = min(index / 64, uniforms.N - 1) * uniforms.D;
          let r = inverseRms(own, start);
          for (var i = own; i < uniforms.D; i += 64) { result[start + i] = x[start + i] * r * gain[i]; }
        }`,
    }),
    [x!, gain!],
  ),
);

const inputGradientProgram = (x: tf.TensorInfo, epsilon: number): Program =>
  rowProgram(x, epsilon, {
    key: 'rmsNorm dx',
    inputs: ['x', 'gain', 'dy'],
    code: /* wgsl */ `
      ${ROW_WGSL}
      fn main(index : i32) {
        let own = index % 64;
        let start = min(index / 64, uniforms.N - 1) * uniforms.D;
        let r = inverseRms(own, start);
        var sum = 0.0;
        for (var i = own; i < uniforms.D; i += 64) { sum += dy[start + i] * gain[i] * x[start + i]; }
        let along = sumAll(own, sum) * r * r * r / f32(uniforms.D);
        for (var i = own; i < uniforms.D; i += 64) {
          result[start + i] = r * gain[i] * dy[start + i] - x[start + i] * along;
        }
      }`,
  });

const inverseRmsProgram = (x: tf.TensorInfo, epsilon: number): Program => ({
  ...rowProgram(x, epsilon, {
    key: 'rmsNorm r',
    inputs: ['x'],
    code: /* wgsl */ `
      ${ROW_WGSL}
      fn main(index : i32) {
        let own = index % 64;
        let row = min(index / 64, uniforms.N - 1);
        let r = inverseRms(own, row * uniforms.D);
        if (own == 0) { result[row] = r; }
      }`,
  }),
  output: { shape: [sizes(x).N] },
});

/** A workgroup sums 8 columns; 8 invocations of each take every eighth row. */
const gainGradientProgram = (x: tf.TensorInfo): Program => ({
  key: 'rmsNorm dgain',
  inputs: ['x', 'dy', 'r'],
  output: { shape: [sizes(x).D] },
  workgroups: Math.ceil(sizes(x).D / 8),
  integers: sizes(x),
  code: /* wgsl */ `
    var<workgroup> sums : array<f32, 64>;

    fn main(index : i32) {
      let own = index % 64;
      let column = (index / 64) * 8 + own % 8;
      var sum = 0.0;
      if (column < uniforms.D) {
        for (var row = own / 8; row < uniforms.N; row += 8) {
          let at = row * uniforms.D + column;
          sum += dy[at] * x[at] * r[row];
        }
      }
      sums[own] = sum;
      workgroupBarrier();
      if (own < 8 && column < uniforms.D) {
        var total = 0.0;
        for (var lane = 0; lane < 8; lane++) { total += sums[lane * 8 + own]; }
        result[column] = total;
      }
    }`,
});

registerWebGpu(
  GRADIENT,
  ({ inputs: { x, gain, dy }, attributes: { epsilon }, runProgram, dispose }) => {
    // prettier-ignore
    const dx = runProgram(inputGradientProgram(x!, epsilon!), [x!, gain!, dy!]);
    const r = runProgram(inverseRmsProgram(x!, epsilon!), [x!]);
    const dGain = runProgram(gainGradientProgram(x!), [x!, dy!, r]);
    dispose(r);
    return [dx, dGain];
  },
);

/** Rows that are worth a part of their own, and parts of the sum over rows. */
const GRAIN = 64;
const GAIN_SUMS = 8;

// ── WASM (simd/rows.ts) ───────────────────────────────────────────────────────────────────────────

registerWasm(RMS_NORM, ({ inputs: { x, gain }, attributes, address, output, runParts }) => {
  const { N, D } = sizes(x!);
  const y = output(x!.shape);
  const parts = cutForThreads(N, GRAIN).map(({ from, count }) => {
    const at = 4 * from * D;
    return [address(x!) + at, address(gain!), address(y) + at, count, D, attributes['epsilon']!];
  });
  runParts('normalize', parts);
  return y;
});

/** The gain's gradient is summed in stretches of rows that do not depend on the number of threads. */
registerWasm(
  GRADIENT,
  ({ inputs: { x, gain, dy }, attributes, simd, address, output, scratch, runParts }) => {
    const { N, D } = sizes(x!);
    const [dx, dGain] = [output(x!.shape), output([D])];
    const stretches = cut(N, GRAIN, GAIN_SUMS);
    const sums = scratch(stretches.length * D); // (stretches, D)
    const parts = stretches.map(({ from, count }, i) => {
      const at = 4 * from * D;
      const rows = [address(x!) + at, address(gain!), address(dy!) + at, address(dx) + at];
      return [...rows, sums + 4 * i * D, count, D, attributes['epsilon']!];
    });
    runParts('normalizeBackward', parts);
    simd.sumRows(sums, address(dGain), stretches.length, D);
    return [dx, dGain];
  },
);

// ── The operation ─────────────────────────────────────────────────────────────────────────────────

tf.registerGradient({
  kernelName: RMS_NORM,
  inputsToSave: ['x', 'gain'],
  gradFunc: (dy, [x, gain], attributes) => {
    const { epsilon } = attributes as { epsilon: number };
    const [dx, dGain] = runMany(GRADIENT, { x: x!, gain: gain!, dy: dy as tf.Tensor }, { epsilon });
    return { x: () => dx!, gain: () => dGain! };
  },
});

/**
 * y = gain · x / √(mean(x²) + ε) over the last axis: x (…, D), gain (D).
 * @throws Error where the widths differ.
 */
export function rmsNorm<X extends tf.Tensor>(x: X, gain: tf.Tensor1D, epsilon: number): X {
  if (x.shape.at(-1) !== gain.size)
    throw new Error(
      `A norm of ${gain.size} gains cannot take a tensor of shape (${x.shape.join(', ')}).`,
    );
  if (!isFused(RMS_NORM)) return tf.tidy(() => referenceRmsNorm(x, gain, epsilon));
  return run(RMS_NORM, { x, gain }, { epsilon }) as X;
}
