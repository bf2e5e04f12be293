/**
 * The gradient of differentially private SGD (Abadi 2016, algorithm 1). The gradient g_i of every example is
 * shortened by itself to norm C at most, and normal noise hides what is left of any one of them:
 *
 *     g = (Σ_i g_i min(1, C / ‖g_i‖) + σ C ξ) / (q N),     ξ ~ Normal(0, 1) for every parameter
 *
 * The sum is divided by the examples that were expected, q N, and not by those that came: how many came is
 * private too. Examples go through the model one by one, since the sum of a batch no longer tells whose gradient is
 * whose. `dp-accountant.ts` says what this promises.
 *
 * The noise is number (seed, step, parameter) of the one counter-based generator, so that a run resumes to the bit.
 * So it is no secret from whoever knows the seed; and it is float32, whose gaps Mironov 2012 shows how to exploit.
 */
import * as tf from '@tensorflow/tfjs-core';
import { threefry } from '../random';
import type { NamedTensors, NamedVariables } from '../shapes';
import { clipByGlobalNorm } from './adamw';
import { addGradients, lossGradients } from './gradients';

/** Types and not interfaces, so that `tf.tidy` can return them. */
export type ClippedSum = {
  /** Σ_i g_i min(1, C / ‖g_i‖), by parameter name; zeros where there is no example. */
  gradients: NamedTensors;
  /** Of each example, in the order in which they were given. */
  losses: tf.Scalar[];
  /** ‖g_i‖ before shortening. */
  norms: tf.Scalar[];
};

/**
 * Sum of the gradients of single examples, none longer than C. Call it inside a `tidy`.
 * @param examples compute the loss of one example each; called one after the other
 * @param clipNorm C, global L2 norm
 */
export function clippedSum(
  parameters: NamedVariables,
  examples: readonly (() => tf.Scalar)[],
  clipNorm: number,
): ClippedSum {
  const losses: tf.Scalar[] = [];
  const norms: tf.Scalar[] = [];
  let sum: NamedTensors = Object.fromEntries(
    Object.entries(parameters).map(([name, parameter]) => [name, tf.zerosLike(parameter)]),
  );
  for (const example of examples) {
    const before = sum;
    // Only the new sum and two numbers outlive an example.
    const { loss, norm, gradients } = tf.tidy(() => {
      const own = lossGradients(parameters, () => ({ loss: example(), statistics: {} }));
      const clipped = clipByGlobalNorm(own.gradients, clipNorm);
      return { loss: own.loss, norm: clipped.norm, gradients: addGradients(before, clipped.gradients) }; // prettier-ignore
    });
    tf.dispose(before);
    sum = gradients;
    losses.push(loss);
    norms.push(norm);
  }
  return { gradients: sum, losses, norms };
}

export interface GaussianNoise {
  /** σ C, the standard deviation of the noise on the sum. */
  deviation: number;
  /** Of the noise alone: no other use may have it. */
  seed: number;
  /** Number of the step, whose noise no other step has. */
  step: number;
}

/** Independent normal numbers (count), by Box and Muller 1958: both of a pair, up to 6.7 deviations from 0. */
export function gaussianNoise(
  count: number,
  { deviation, seed, step }: GaussianNoise,
): Float32Array {
  const noise = new Float32Array(count);
  for (let i = 0; i < count; i += 2) {
    const [a, b] = threefry(seed, step, i / 2, 0);
    const radius = deviation * Math.sqrt(-2 * Math.log((a + 1) * 2 ** -32));
    const angle = 2 * Math.PI * b * 2 ** -32;
    noise[i] = radius * Math.cos(angle);
    if (i + 1 < count) noise[i + 1] = radius * Math.sin(angle);
  }
  return noise;
}

/**
 * (sum + noise) / examples, by parameter name. Call it inside a `tidy`.
 * @param examples q N, how many were expected
 */
export function noisyMean(sum: NamedTensors, noise: GaussianNoise, examples: number): NamedTensors {
  const entries = Object.entries(sum);
  const count = entries.reduce((total, [, { size }]) => total + size, 0);
  const numbers = gaussianNoise(count, noise);
  let offset = 0;
  return Object.fromEntries(
    entries.map(([name, gradient]) => {
      const own = numbers.slice(offset, offset + gradient.size);
      offset += gradient.size;
      return [name, tf.tidy(() => tf.div(tf.add(gradient, tf.tensor(own, gradient.shape)), examples))]; // prettier-ignore
    }),
  );
}
