/**
 * One AdamW step on one tensor, and the length of all gradients together, on WASM:
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
 * p, m and v are updated where they lie, in one pass without any new memory; stock operations write fourteen
 * tensors as large as each. On WebGPU all parameters take their step together: adamw-flat.ts.
 *
 * Sources: Loshchilov and Hutter 2019, algorithm 2, arXiv 1711.05101; Pascanu 2013, algorithm 1.
 */
import * as tf from '@tensorflow/tfjs-core';
import { isFused, registerWasm, run, runMany, sizeOf } from './kernel';

const ADAMW = 'LabAdamw';
const NORM = 'LabGlobalNorm';

/** Whether the backend in use steps one tensor at a time. */
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
 * One step of the variables, in place.
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
  runMany(ADAMW, inputs, numbers);
}

/**
 * See that no other tensor shares the numbers of a variable: clones and reshapes do, and so does the tensor
 * that a variable was made from. They keep the old numbers; the variable gets a copy of its own.
 */
export function takeApart(variable: tf.Variable): void {
  const isShared = tf.backend().refCount(variable.dataId) > 1;
  if (!isShared) return;
  const copy = tf.mul(variable, 1);
  variable.assign(copy);
  copy.dispose();
}
