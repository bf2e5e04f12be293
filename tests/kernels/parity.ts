/**
 * Comparing a fused kernel with its reference: outputs and gradients, on every backend.
 *
 * The wanted numbers come from plain JS, where every operation is its reference with stock gradients. Sums
 * of n products in float32 differ by order at most by about √n · 2^-24 of their largest terms; with n up to
 * a few hundred and a handful of operations in a row, 2e-5 of the largest entry bounds it with room. WGSL
 * promises no more than 3 + 2|x| units in the last place for exp and 2^-11 absolute for sin and cos, so
 * WebGPU gets 1e-4.
 */
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { startNodeEngine } from '../../src/kernels/engine-node';
import { uniform } from '../../src/random';
import { onEngines } from '../engines';

export interface Input {
  shape: number[];
  values: Float32Array | Int32Array;
}
export type Inputs = Record<string, Input>;

export interface Case {
  name: string;
  inputs: Inputs;
  /** The operation; each output is compared. */
  compute(tensors: Record<string, tf.Tensor>): tf.Tensor | tf.Tensor[];
  /** Inputs whose gradient is compared; none for an operation that has no gradient. */
  gradients: string[];
}

type Numbers = Record<string, ArrayLike<number>>;

const TOLERANCE = { cpu: 0, wasm: 2e-5, webgpu: 1e-4 };

/** Numbers of a bell-like shape with mean 0 and deviation `scale`, the same for the same stream. */
export function normal(stream: number, shape: number[], scale = 1): Input {
  const size = shape.reduce((a, b) => a * b, 1);
  const values = new Float32Array(size);
  for (let i = 0; i < size; i++) {
    const [u, v] = [uniform(11, stream, 2 * i), uniform(11, stream, 2 * i + 1)];
    values[i] = scale * Math.sqrt(-2 * Math.log(1 - u)) * Math.cos(2 * Math.PI * v);
  }
  return { shape, values };
}

/** Whole numbers from 0 to `below` - 1. */
export function integers(stream: number, shape: number[], below: number): Input {
  const size = shape.reduce((a, b) => a * b, 1);
  const draw = (_: unknown, i: number) => Math.floor(uniform(12, stream, i) * below);
  return { shape, values: Int32Array.from({ length: size }, draw) };
}

/** Sizes from 1 to `most`, without a pattern but the same in every run. */
export const sizesBelow = (stream: number, most: number[]): number[] =>
  most.map((each, i) => 1 + Math.floor(uniform(13, stream, i) * each));

/** Left-padded rows (B, T): row b begins with `padding[b]` zeros. */
export function leftPadded(T: number, padding: number[]): Input {
  const values = padding.flatMap((pad) => Array.from({ length: T }, (_, t) => (t < pad ? 0 : 1)));
  return { shape: [padding.length, T], values: Float32Array.from(values) };
}

/** Outputs, and gradients of Σ output · weight, where the weights are waves that no symmetry can hide in. */
async function evaluate({ inputs, compute, gradients }: Case): Promise<Numbers> {
  const tensors = Object.fromEntries(
    Object.entries(inputs).map(([name, { shape, values }]) => [
      name,
      tf.tensor(values.slice(), shape, values instanceof Int32Array ? 'int32' : 'float32'),
    ]),
  );
  const list = (tensor: tf.Tensor | tf.Tensor[]) => (Array.isArray(tensor) ? tensor : [tensor]);
  const results: Record<string, tf.Tensor> = tf.tidy(() => {
    const outputs = list(compute(tensors)).map((each, i) => [`output ${i}`, each] as const);
    if (gradients.length === 0) return Object.fromEntries(outputs);
    const { grads } = tf.valueAndGrads((...varied: tf.Tensor[]) => {
      const named = Object.fromEntries(gradients.map((name, i) => [name, varied[i]!]));
      const weighted = list(compute({ ...tensors, ...named })).map((each, i) => {
        const wave = Float32Array.from({ length: each.size }, (_, n) => Math.cos(n * 1.1 + i));
        return tf.sum(tf.mul(each, tf.tensor(wave, each.shape)));
      });
      return tf.addN(weighted) as tf.Scalar;
    })(gradients.map((name) => tensors[name]!));
    const named = gradients.map((name, i) => [`gradient of ${name}`, grads[i]!] as const);
    return Object.fromEntries([...outputs, ...named]);
  });
  const numbers: Numbers = {};
  for (const [name, tensor] of Object.entries(results))
    numbers[name] = (await tensor.data()).slice();
  tf.dispose([tensors, results]);
  return numbers;
}

/** Largest difference of two lists in proportion to the largest wanted number; NaN never passes. */
export function relativeError(got: ArrayLike<number>, wanted: ArrayLike<number>): number {
  expect(got.length).toBe(wanted.length);
  let [difference, largest] = [0, 1e-30];
  for (let i = 0; i < wanted.length; i++) {
    largest = Math.max(largest, Math.abs(wanted[i]!));
    const error = Math.abs(got[i]! - wanted[i]!);
    if (!(error <= difference)) difference = error;
  }
  return difference / largest;
}

/** Compare every case with plain JS on WASM and WebGPU, and check that nothing leaks. */
export function testParity(title: string, cases: Case[]): void {
  describe(title, () => {
    const wanted = new Map<string, Numbers>();
    beforeAll(async () => {
      const engine = await startNodeEngine({ force: 'cpu' });
      for (const each of cases) wanted.set(each.name, await evaluate(each));
      engine.dispose();
    });
    onEngines(
      'fused against reference',
      (backend) => {
        test.each(cases)('$name', async (each) => {
          const before = tf.memory().numTensors;
          const got = await evaluate(each);
          expect(tf.memory().numTensors).toBe(before);
          for (const [name, numbers] of Object.entries(wanted.get(each.name)!)) {
            const error = relativeError(got[name]!, numbers);
            expect(error, `relative error of the ${name}`).toBeLessThanOrEqual(TOLERANCE[backend]);
          }
        });
      },
      ['wasm', 'webgpu'],
    );
  });
}
