/** What the tests of the algorithms share: the backends they run on, and comparisons of numbers. */
import path from 'node:path';
import '@tensorflow/tfjs';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect } from 'vitest';

const WASM_FILES = path.resolve('node_modules/@tensorflow/tfjs-backend-wasm/dist') + path.sep;

/** Run a group of tests on plain JavaScript and on WASM. */
export function onEachBackend(title: string, tests: () => void): void {
  for (const backend of ['cpu', 'wasm'])
    describe(`${title} (${backend})`, () => {
      beforeAll(async () => {
        setWasmPaths(WASM_FILES);
        if (!(await tf.setBackend(backend)))
          throw new Error(`The ${backend} backend did not start.`);
        await tf.ready();
      });
      tests();
    });
}

/** Numbers of what `compute` returns; everything that it made is disposed. */
export function numbersOf(compute: () => tf.Tensor): number[] {
  return Array.from(tf.tidy(compute).dataSync());
}

/** Numbers of a record of scalars, such as the statistics of a loss. */
export function scalarsOf<S extends Record<string, tf.Scalar>>(
  compute: () => S,
): Record<keyof S, number> {
  const scalars = tf.tidy(compute);
  const entries = Object.entries(scalars).map(
    ([name, s]) => [name, s.dataSync()[0] ?? NaN] as const,
  );
  tf.dispose(scalars);
  return Object.fromEntries(entries) as Record<keyof S, number>;
}

/** Gradient of a scalar function at `x`; tf.grad with the rank kept. */
export function gradientAt<T extends tf.Tensor>(f: (x: T) => tf.Scalar, x: () => T): number[] {
  return numbersOf(() => tf.valueAndGrad(f)(x()).grad);
}

/** A flat list as (B, R). */
export const rows = (values: ArrayLike<number>, responseLength: number = values.length) =>
  tf.tensor2d(Float32Array.from(values), [values.length / responseLength, responseLength]);

/** Each number within `tolerance` of the wanted one, absolutely and in proportion to it. */
export function expectClose(
  actual: ArrayLike<number>,
  wanted: readonly number[],
  tolerance = 1e-5,
): void {
  const got = Array.from(actual);
  expect(got.length).toBe(wanted.length);
  const worst = got.reduce(
    (most, value, i) => {
      const distance = Math.abs(value - (wanted[i] ?? NaN)) / Math.max(1, Math.abs(wanted[i] ?? 0));
      return distance <= most.distance ? most : { i, distance };
    },
    { i: -1, distance: 0 },
  );
  // The comparison is written so that NaN fails it.
  if (!(worst.distance <= tolerance))
    throw new Error(
      `Entry ${worst.i} is off by ${worst.distance}: got [${got.join(', ')}], wanted [${wanted.join(', ')}].`,
    );
}

/** Gradient of a scalar function of a flat list by central differences. */
export function finiteDifferences(
  f: (x: Float32Array) => number,
  x: readonly number[],
  step = 1e-2,
): number[] {
  const shifted = (i: number, by: number) => {
    const moved = Float32Array.from(x);
    moved[i] = (moved[i] ?? 0) + by;
    return f(moved);
  };
  return x.map((_, i) => (shifted(i, step) - shifted(i, -step)) / (2 * step));
}
