/**
 * AdamW as pure functions: parameters, gradients and state in, parameters and state out.
 *
 *   m <- beta1 m + (1 - beta1) g
 *   v <- beta2 v + (1 - beta2) g^2
 *   p <- p - lr weightDecay p - lr (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + epsilon)
 *
 * This is PyTorch's form: epsilon is added after bias correction. TensorFlow 1, which the first RLHF papers
 * used, adds it before, which makes early steps smaller. Weight decay is decoupled from the gradient and
 * falls on matrices only (rank 2 and more): gains of normalizations and biases are not shrunk.
 *
 * Moments are kept by parameter name, never by position, so a changed set of parameters is an error and not
 * a silent mix-up. This is the form to read and to test against: on WASM and WebGPU `optimizer.ts` does the
 * same by fused kernels (kernels/adamw.ts).
 *
 * Sources: Kingma and Ba 2015, algorithm 1; Loshchilov and Hutter 2019, algorithm 2, arXiv 1711.05101
 */
import * as tf from '@tensorflow/tfjs-core';
import type { NamedTensors } from '../shapes';
import { assertSameNames } from './gradients';

/** A type and not an interface, so that `tf.tidy` can return it. */
export type AdamwState = {
  /** Steps done; bias correction counts these. */
  step: number;
  /** Decaying mean of gradients, by parameter name. */
  first: NamedTensors;
  /** Decaying mean of squared gradients, by parameter name. */
  second: NamedTensors;
};

export interface AdamwOptions {
  learningRate: number;
  beta1: number;
  beta2: number;
  epsilon: number;
  /** Times the learning rate, per step, off every matrix. */
  weightDecay: number;
}

/** The state before the first step: moments of zero. The caller owns the tensors; see disposeAdamw. */
export function initAdamw(parameters: NamedTensors): AdamwState {
  const zeros = () =>
    Object.fromEntries(Object.entries(parameters).map(([name, p]) => [name, tf.zerosLike(p)]));
  return { step: 0, first: zeros(), second: zeros() };
}

/**
 * One step. Nothing that goes in is changed or disposed: assign the parameters to their variables, dispose
 * the old state. Works inside one `tf.tidy` that returns the result.
 * @param parameters all of the model's trainable parameters by name
 * @throws Error if parameters, gradients and state are not of the same names
 */
export function adamwStep(
  parameters: NamedTensors,
  gradients: NamedTensors,
  state: AdamwState,
  options: AdamwOptions,
): { parameters: NamedTensors; state: AdamwState } {
  assertSameNames('the model', parameters, 'the gradients', gradients);
  assertSameNames('the model', parameters, "the optimizer's state", state.first);
  const { beta1, beta2, epsilon } = options;
  const step = state.step + 1;
  const { stepSize, rootScale } = biasCorrections(step, options);

  const updated: NamedTensors = {};
  const first: NamedTensors = {};
  const second: NamedTensors = {};
  for (const [name, parameter] of Object.entries(parameters)) {
    const gradient = named(gradients, name);
    const result = tf.tidy(() => {
      const m = tf.add(tf.mul(named(state.first, name), beta1), tf.mul(gradient, 1 - beta1));
      const v = tf.add(tf.mul(named(state.second, name), beta2), tf.mul(tf.square(gradient), 1 - beta2)); // prettier-ignore
      const direction = tf.div(m, tf.add(tf.mul(tf.sqrt(v), rootScale), epsilon));
      const kept = tf.mul(parameter, keptOf(parameter, options));
      return { m, v, p: tf.sub(kept, tf.mul(direction, stepSize)) };
    });
    updated[name] = result.p;
    first[name] = result.m;
    second[name] = result.v;
  }
  return { parameters: updated, state: { step, first, second } };
}

/**
 * Both bias corrections of step `step` (from 1) as plain numbers:
 * lr m^ / (sqrt(v^) + eps) = stepSize m / (sqrt(v) * rootScale + eps).
 */
export function biasCorrections(
  step: number,
  { learningRate, beta1, beta2 }: AdamwOptions,
): { stepSize: number; rootScale: number } {
  return {
    stepSize: learningRate / (1 - beta1 ** step),
    rootScale: 1 / Math.sqrt(1 - beta2 ** step),
  };
}

/** What weight decay leaves of a parameter in one step: matrices decay, gains and biases do not. */
export const keptOf = (
  parameter: tf.Tensor,
  { learningRate, weightDecay }: AdamwOptions,
): number => (parameter.rank >= 2 ? 1 - learningRate * weightDecay : 1);

/** Dispose the moments of a state that has been followed by another, or is no longer needed. */
export function disposeAdamw(state: AdamwState): void {
  tf.dispose([state.first, state.second]);
}

/**
 * Shorten all gradients together so that their common L2 norm is at most `maxNorm`; shorter ones stay as they
 * are. The norm is returned as a tensor, of before the clipping, so that nothing is read here.
 * @param maxNorm positive; Infinity measures without clipping
 * Source: Pascanu 2013, algorithm 1, in PyTorch's form: scale = min(1, maxNorm / (norm + 1e-6)).
 */
export function clipByGlobalNorm(
  gradients: NamedTensors,
  maxNorm: number,
): { gradients: NamedTensors; norm: tf.Scalar } {
  assertClippable(maxNorm);
  const entries = Object.entries(gradients);
  if (entries.length === 0) throw new Error('There are no gradients to clip.');
  return tf.tidy(() => {
    const squares = entries.map(([, gradient]) => tf.sum<tf.Scalar>(tf.square(gradient)));
    // Stacked and not added at once: a WebGPU program takes some ten tensors, and tfjs splits only this.
    const norm = tf.sqrt<tf.Scalar>(tf.sum<tf.Scalar>(tf.stack(squares)));
    const scale: tf.Scalar = Number.isFinite(maxNorm)
      ? tf.minimum(tf.div(maxNorm, tf.add(norm, 1e-6)), 1)
      : tf.scalar(1);
    const clipped = Object.fromEntries(entries.map(([name, g]) => [name, tf.mul(g, scale)]));
    return { gradients: clipped, norm };
  });
}

/** @throws Error where gradients cannot be clipped to this norm. */
export function assertClippable(maxNorm: number): void {
  if (!(maxNorm > 0)) throw new Error(`Gradients cannot be clipped to a norm of ${maxNorm}.`);
}

function named(tensors: NamedTensors, name: string): tf.Tensor {
  const tensor = tensors[name];
  if (!tensor) throw new Error(`There is no tensor named "${name}".`);
  return tensor;
}
