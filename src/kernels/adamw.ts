/**
 * One AdamW step on one tensor, and the length of all gradients together:
 *
 *     g ← g · min(1, maxNorm / (norm + 1e-6))       norm = √Σ g², over every gradient of the model
 *     m ← β1 m + (1 - β1) g
 *     v ← β2 v + (1 - β2) g²
 *     p ← kept · p - stepSize · m / (√v · rootScale + ε)
 *
 * p, g, m and v of one shape; norm is a scalar on the device, so nothing is read back for clipping. Bias
 * corrections and decay come in as numbers (`stepSize`, `rootScale`, `kept`), the same for all tensors but for
 * `kept`. The reference is `adamwStep` after `clipByGlobalNorm` in algorithms/adamw.ts, which says how they
 * are made, and runs on plain JS.
 *
 * On WASM p, m and v are updated where they lie, in one pass without any new memory; stock operations write
 * fourteen tensors as large as each. A WebGPU program has one output, so there it is three programs, each
 * into a new tensor: writing in place would leave what was read before, for a checkpoint, standing as if it
 * were still true.
 *
 * Sources: Loshchilov and Hutter 2019, algorithm 2, arXiv 1711.05101; Pascanu 2013, algorithm 1.
 */
import * as tf from '@tensorflow/tfjs-core';
import { isFused, registerWasm, run, runMany, sizeOf } from './kernel';
import { registerWebGpu, SUM_ALL_WGSL, type Program } from './webgpu-program';

const ADAMW = 'LabAdamw';
const NORM = 'LabGlobalNorm';

/** Whether the backend in use has these kernels. */
export const canFuseAdamw = (): boolean => isFused(ADAMW);

/** What one parameter consists of while it is trained. */
export interface AdamwVariables {
  parameter: tf.Variable;
  /** Decaying mean of gradients. */
  first: tf.Variable;
  /** Decaying mean of squared gradients. */
  second: tf.Variable;
}

/** The numbers of a step; a type and not an interface, since they are the attributes of a kernel. */
export type AdamwNumbers = {
  /** What all gradients together are shortened to; Infinity leaves them as they are. */
  maxNorm: number;
  beta1: number;
  beta2: number;
  epsilon: number;
  /** Learning rate / (1 - β1^t). */
  stepSize: number;
  /** 1 / √(1 - β2^t). */
  rootScale: number;
  /** 1 - learning rate · weight decay for what decays, 1 for the rest. */
  kept: number;
};

// ── WASM (simd/adamw.ts) ──────────────────────────────────────────────────────────────────────────

registerWasm(ADAMW, ({ inputs, attributes, simd, address }) => {
  const [parameter, gradient] = [inputs['parameter']!, inputs['gradient']!];
  const { maxNorm, beta1, beta2, epsilon, stepSize, rootScale, kept } = attributes as AdamwNumbers;
  simd.adamw(
    address(parameter),
    address(gradient),
    address(inputs['first']!),
    address(inputs['second']!),
    sizeOf(parameter.shape),
    address(inputs['norm']!),
    maxNorm,
    beta1,
    beta2,
    1 - beta1,
    1 - beta2,
    epsilon,
    stepSize,
    rootScale,
    kept,
  );
  return []; // nothing new
});

registerWasm(NORM, ({ inputs, simd, address, output, heap }) => {
  let sum = 0;
  for (const gradient of Object.values(inputs))
    sum += simd.sumOfSquares(address(gradient), sizeOf(gradient.shape));
  const norm = output([]);
  heap()[address(norm) / 4] = Math.sqrt(sum);
  return norm;
});

// ── WebGPU ────────────────────────────────────────────────────────────────────────────────────────

registerWebGpu(ADAMW, ({ inputs, attributes, runProgram }) => {
  const [parameter, gradient] = [inputs['parameter']!, inputs['gradient']!];
  const { maxNorm, beta1, beta2, epsilon, stepSize, rootScale, kept } = attributes as AdamwNumbers;
  const [first, second, norm] = [inputs['first']!, inputs['second']!, inputs['norm']!];
  const { shape } = parameter;
  const clips = Number.isFinite(maxNorm) ? { maxNorm } : { maxNorm: 3e38 }; // WGSL knows no infinity
  const moment = (power: 1 | 2, beta: number): Program => ({
    key: `adamw moment ${power}`,
    inputs: ['moment', 'gradient', 'norm'],
    output: { shape },
    invocations: sizeOf(shape),
    integers: { total: sizeOf(shape) },
    floats: { beta, rest: 1 - beta, ...clips },
    code: /* wgsl */ `
      fn main(index : i32) {
        if (index >= uniforms.total) { return; }
        let g = gradient[index] * min(1.0, uniforms.maxNorm / (norm[0] + 1e-6));
        result[index] = uniforms.beta * moment[index] + uniforms.rest * ${power === 1 ? 'g' : 'g * g'};
      }`,
  });
  const m = runProgram(moment(1, beta1), [first, gradient, norm]);
  const v = runProgram(moment(2, beta2), [second, gradient, norm]);
  const p = runProgram(
    {
      key: 'adamw parameter',
      inputs: ['parameter', 'first', 'second'],
      output: { shape },
      invocations: sizeOf(shape),
      integers: { total: sizeOf(shape) },
      floats: { epsilon, stepSize, rootScale, kept },
      code: /* wgsl */ `
        fn main(index : i32) {
          if (index >= uniforms.total) { return; }
          let root = sqrt(second[index]) * uniforms.rootScale + uniforms.epsilon;
          result[index] = uniforms.kept * parameter[index] - uniforms.stepSize * (first[index] / root);
        }`,
    },
    [parameter, m, v],
  );
  return [p, m, v];
});

/** Gradients that one program takes: with its output, as many buffers as every WebGPU device can bind. */
const PER_PROGRAM = 7;
/** Workgroups that share the squares of one gradient. */
const GROUPS = 16;

/** Up to seven gradients a program add their squares up in 16 parts each; a last program adds the parts. */
registerWebGpu(NORM, ({ inputs, runProgram, dispose }) => {
  const gradients = Object.values(inputs);
  const size = gradients.length * GROUPS;
  let parts: tf.TensorInfo | undefined; // made by the first program, filled by all
  for (let from = 0; from < gradients.length; from += PER_PROGRAM) {
    const some = gradients.slice(from, from + PER_PROGRAM);
    parts = runProgram(squaresProgram(some, from * GROUPS, size), some, parts);
  }
  const norm = runProgram(rootProgram(size), [parts!]);
  dispose(parts!);
  return norm;
});

function squaresProgram(gradients: tf.TensorInfo[], offset: number, size: number): Program {
  const numbers = gradients.map((_, g) => g);
  const lengths = gradients.map(({ shape }, g) => [`length${g}`, sizeOf(shape)] as const);
  const add = (g: number) => /* wgsl */ `
    case ${g}: {
      for (var i = start; i < uniforms.length${g}; i += ${GROUPS * 64}) { sum += g${g}[i] * g${g}[i]; }
    }`;
  return {
    key: `squares of ${gradients.length}`,
    inputs: numbers.map((g) => `g${g}`),
    output: { shape: [size] },
    workgroups: gradients.length * GROUPS,
    integers: { offset, groups: gradients.length * GROUPS, ...Object.fromEntries(lengths) },
    code: /* wgsl */ `
      ${SUM_ALL_WGSL}
      fn main(index : i32) {
        let own = index % 64;
        let group = index / 64;
        let start = (group % ${GROUPS}) * 64 + own;
        var sum = 0.0;
        switch (group / ${GROUPS}) {
          ${numbers.map(add).join('')}
          default: {}
        }
        let total = sumAll(own, sum);
        if (own == 0 && group < uniforms.groups) { result[uniforms.offset + group] = total; }
      }`,
  };
}

const rootProgram = (size: number): Program => ({
  key: 'root of sum',
  inputs: ['parts'],
  output: { shape: [] },
  workgroups: 1,
  integers: { total: size },
  code: /* wgsl */ `
    ${SUM_ALL_WGSL}
    fn main(index : i32) {
      var sum = 0.0;
      for (var i = index; i < uniforms.total; i += 64) { sum += parts[i]; }
      let total = sumAll(index, sum);
      if (index == 0) { result[0] = sqrt(total); }
    }`,
});

// ── The operations ────────────────────────────────────────────────────────────────────────────────

/**
 * √Σ g² over all gradients, on the device. No gradient goes through it.
 * @throws Error where there is none.
 */
export function globalNorm(gradients: readonly tf.Tensor[]): tf.Scalar {
  if (gradients.length === 0) throw new Error('There are no gradients to measure.');
  const named = Object.fromEntries(gradients.map((gradient, i) => [`gradient${i}`, gradient]));
  return run(NORM, named) as tf.Scalar;
}

/**
 * One step of the variables, in place or by giving them new values.
 * @param norm of all gradients before clipping, as `globalNorm` gives it
 * @throws Error where the backend has no such kernel (see canFuseAdamw), or the shapes differ.
 */
export function fusedAdamw(
  variables: AdamwVariables,
  gradient: tf.Tensor,
  norm: tf.Scalar,
  numbers: AdamwNumbers,
): void {
  const { parameter, first, second } = variables;
  for (const each of [gradient, first, second])
    if (!tf.util.arraysEqual(each.shape, parameter.shape))
      throw new Error(
        `A parameter (${parameter.shape.join(', ')}) cannot take a step with a tensor (${each.shape.join(', ')}).`,
      );
  for (const each of [parameter, first, second]) takeApart(each);
  const inputs = { parameter, gradient, first, second, norm };
  const updated = tf.tidy(() => runMany(ADAMW, inputs, numbers));
  [parameter, first, second].forEach((variable, i) => {
    const value = updated[i];
    if (value) variable.assign(value);
  });
  tf.dispose(updated);
}

/**
 * See that no other tensor shares the numbers of a variable: clones and reshapes do, and so does the tensor
 * that a variable was made from. They keep the old numbers; the variable gets a copy of its own.
 */
function takeApart(variable: tf.Variable): void {
  const isShared = tf.backend().refCount(variable.dataId) > 1;
  if (!isShared) return;
  const copy = tf.mul(variable, 1);
  variable.assign(copy);
  copy.dispose();
}
