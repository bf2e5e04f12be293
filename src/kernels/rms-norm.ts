/**
 * Root-mean-square norm (Zhang and Sennrich 2019, https://arxiv.org/abs/1910.07467):
 *
 *     y = gain ⊙ x · r,   r = 1 / √(mean(x²) + ε)             over the last axis
 *
 *     dx    = r · (gain ⊙ dy) - x · r³/D · Σ (dy ⊙ gain ⊙ x)  [+ the gradient of x's other use]
 *     dgain = Σ over rows of dy ⊙ x · r
 *
 * x (…, D), gain (D). One kernel forward and one backward (two programs on WebGPU), where stock operations
 * make five and about fifteen tensors. r is computed again in the backward pass, which costs less than
 * keeping it.
 *
 * Before each half of a transformer's block, x goes two ways: through the norm, and on along the residual
 * stream. `normBranch` gives both, so that its backward pass adds the gradients of the two ways while it
 * writes dx, and no sum of its own walks over the stream.
 */
import * as tf from '@tensorflow/tfjs-core';
import { addInto } from './add-into';
import { cut, cutForThreads, isFused, registerWasm, run, runMany, sizeOf, type WasmCall } from './kernel'; // prettier-ignore
import { registerWebGpu } from './webgpu-program';
import { SUM_ALL_WGSL, type Program } from './wgsl';

const RMS_NORM = 'LabRmsNorm';
const GRADIENT = 'LabRmsNormGradient';
const BRANCH = 'LabRmsNormBranch';
const BRANCH_GRADIENT = 'LabRmsNormBranchGradient';

/** The same in stock operations. */
export function referenceRmsNorm<X extends tf.Tensor>(x: X, gain: tf.Tensor1D, epsilon: number): X {
  const meanSquare = tf.mean(tf.mul(x, x), -1, true); // (…, 1)
  return tf.mul(tf.mul(x, tf.rsqrt(tf.add(meanSquare, epsilon))), gain);
}

/** Another owner of the same numbers. */
function shared({ dataId, shape, dtype }: tf.TensorInfo): tf.TensorInfo {
  tf.backend().incRef(dataId);
  return { dataId, shape, dtype };
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

const forwardProgram = (x: tf.TensorInfo, epsilon: number): Program => ({
  key: 'rmsNorm',
  inputs: ['x', 'gain'],
  outputs: { y: { shape: x.shape } },
  workgroups: sizes(x).N,
  integers: sizes(x),
  floats: { epsilon },
  code: /* wgsl */ `
    ${ROW_WGSL}
    fn main(group : i32, own : i32) {
      let start = min(group, uniforms.N - 1) * uniforms.D;
      let r = inverseRms(own, start);
      for (var i = own; i < uniforms.D; i += 64) { y[start + i] = x[start + i] * r * gain[i]; }
    }`,
});

/** dx and, for the gain's gradient, r (N). */
const inputGradientProgram = (x: tf.TensorInfo, epsilon: number, isBranch: boolean): Program => ({
  key: `rmsNorm dx${isBranch ? ' of branch' : ''}`,
  inputs: ['x', 'gain', 'dy', ...(isBranch ? ['dPassed'] : [])],
  outputs: { dx: { shape: x.shape }, inverses: { shape: [sizes(x).N] } },
  workgroups: sizes(x).N,
  integers: sizes(x),
  floats: { epsilon },
  code: /* wgsl */ `
    ${ROW_WGSL}
    fn main(group : i32, own : i32) {
      let row = min(group, uniforms.N - 1);
      let start = row * uniforms.D;
      let r = inverseRms(own, start);
      var sum = 0.0;
      for (var i = own; i < uniforms.D; i += 64) { sum += dy[start + i] * gain[i] * x[start + i]; }
      let along = sumAll(own, sum) * r * r * r / f32(uniforms.D);
      for (var i = own; i < uniforms.D; i += 64) {
        dx[start + i] = r * gain[i] * dy[start + i] - x[start + i] * along
                        ${isBranch ? '+ dPassed[start + i]' : ''};
      }
      if (own == 0) { inverses[row] = r; }
    }`,
});

/** A workgroup sums 8 columns; 8 invocations of each take every eighth row. */
const gainGradientProgram = (x: tf.TensorInfo): Program => ({
  key: 'rmsNorm dgain',
  inputs: ['x', 'dy', 'inverses'],
  outputs: { dGain: { shape: [sizes(x).D] } },
  workgroups: Math.ceil(sizes(x).D / 8),
  integers: sizes(x),
  code: /* wgsl */ `
    var<workgroup> sums : array<f32, 64>;

    fn main(group : i32, own : i32) {
      let column = group * 8 + own % 8;
      var sum = 0.0;
      if (column < uniforms.D) {
        for (var row = own / 8; row < uniforms.N; row += 8) {
          let at = row * uniforms.D + column;
          sum += dy[at] * x[at] * inverses[row];
        }
      }
      sums[own] = sum;
      workgroupBarrier();
      if (own < 8 && column < uniforms.D) {
        var total = 0.0;
        for (var lane = 0; lane < 8; lane++) { total += sums[lane * 8 + own]; }
        dGain[column] = total;
      }
    }`,
});

registerWebGpu(RMS_NORM, ({ inputs: { x, gain }, attributes: { epsilon }, runProgram }) =>
  runProgram(forwardProgram(x!, epsilon!), [x!, gain!]),
);

registerWebGpu(BRANCH, ({ inputs: { x, gain }, attributes: { epsilon }, runProgram }) => [
  shared(x!),
  runProgram(forwardProgram(x!, epsilon!), [x!, gain!]),
]);

for (const isBranch of [false, true])
  registerWebGpu(
    isBranch ? BRANCH_GRADIENT : GRADIENT,
    ({ inputs, attributes: { epsilon }, runProgram, runForMany, dispose }) => {
      const [x, gain, dy] = [inputs['x']!, inputs['gain']!, inputs['dy']!];
      const tensors = isBranch ? [x, gain, dy, inputs['dPassed']!] : [x, gain, dy];
      const program = inputGradientProgram(x, epsilon!, isBranch);
      const [dx, inverses] = runForMany(program, tensors) as [tf.TensorInfo, tf.TensorInfo];
      const dGain = runProgram(gainGradientProgram(x), [x, dy, inverses]);
      dispose(inverses);
      return [dx, dGain];
    },
  );

/** Rows that are worth a part of their own, and parts of the sum over rows. */
const GRAIN = 64;
const GAIN_SUMS = 8;

// ── WASM (simd/rows.ts) ───────────────────────────────────────────────────────────────────────────

function normalized({ inputs: { x, gain }, attributes, address, output, runParts }: WasmCall) {
  const { N, D } = sizes(x!);
  const y = output(x!.shape);
  const parts = cutForThreads(N, GRAIN).map(({ from, count }) => {
    const at = 4 * from * D;
    return [address(x!) + at, address(gain!), address(y) + at, count, D, attributes['epsilon']!];
  });
  runParts('normalize', parts);
  return y;
}

registerWasm(RMS_NORM, normalized);

registerWasm(BRANCH, (call) => [shared(call.inputs['x']!), normalized(call)]);

/** The gain's gradient is summed in stretches of rows that do not depend on the number of threads. */
function gradients(call: WasmCall): [tf.TensorInfo, tf.TensorInfo] {
  const { inputs: { x, gain, dy }, attributes, simd, address, output, scratch, runParts } = call; // prettier-ignore
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
}

registerWasm(GRADIENT, gradients);

registerWasm(BRANCH_GRADIENT, (call) => {
  const [dx, dGain] = gradients(call);
  addInto(call, dx, call.inputs['dPassed']!);
  return [dx, dGain];
});

// ── The operations ────────────────────────────────────────────────────────────────────────────────

tf.registerGradient({
  kernelName: RMS_NORM,
  inputsToSave: ['x', 'gain'],
  gradFunc: (dy, [x, gain], attributes) => {
    const { epsilon } = attributes as { epsilon: number };
    const [dx, dGain] = runMany(GRADIENT, { x: x!, gain: gain!, dy: dy as tf.Tensor }, { epsilon });
    return { x: () => dx!, gain: () => dGain! };
  },
});

tf.registerGradient({
  kernelName: BRANCH,
  inputsToSave: ['x', 'gain'],
  gradFunc: (dys, [x, gain], attributes) => {
    const { epsilon } = attributes as { epsilon: number };
    const [dPassed, dy] = dys as [tf.Tensor, tf.Tensor];
    const inputs = { x: x!, gain: gain!, dy, dPassed };
    const [dx, dGain] = runMany(BRANCH_GRADIENT, inputs, { epsilon });
    return { x: () => dx!, gain: () => dGain! };
  },
});

function assertFits(x: tf.Tensor, gain: tf.Tensor1D): void {
  if (x.shape.at(-1) !== gain.size)
    throw new Error(
      `A norm of ${gain.size} gains cannot take a tensor of shape (${x.shape.join(', ')}).`,
    );
}

/**
 * y = gain · x / √(mean(x²) + ε) over the last axis: x (…, D), gain (D).
 * @throws Error where the widths differ.
 */
export function rmsNorm<X extends tf.Tensor>(x: X, gain: tf.Tensor1D, epsilon: number): X {
  assertFits(x, gain);
  if (!isFused(RMS_NORM)) return tf.tidy(() => referenceRmsNorm(x, gain, epsilon));
  return run(RMS_NORM, { x, gain }, { epsilon }) as X;
}

/**
 * x as it is, and its norm: x (…, D), gain (D). Use these two and x itself no more.
 * @throws Error where the widths differ.
 */
export function normBranch<X extends tf.Tensor>(
  x: X,
  gain: tf.Tensor1D,
  epsilon: number,
): { passed: X; normed: X } {
  if (!isFused(BRANCH)) return { passed: x, normed: rmsNorm(x, gain, epsilon) };
  assertFits(x, gain);
  const [passed, normed] = runMany(BRANCH, { x, gain }, { epsilon }) as [X, X];
  return { passed, normed };
}
