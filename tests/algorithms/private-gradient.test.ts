/** That no example counts for more than the clip norm, and that the noise is what the accountant is told. */
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { clippedSum, gaussianNoise, noisyMean } from '../../src/algorithms/private-gradient';
import { poissonSample, STREAM } from '../../src/data/random';
import { onEngines } from '../engines';

const CLIP = 0.5;

onEngines('the clipped sum', () => {
  /** Of examples x with gradient (x, 2x, 0), by a scalar and the two numbers of another parameter. */
  async function sumOf(examples: number[]) {
    const { gradients, losses, norms } = tf.tidy(() => {
      const parameters = { a: tf.variable(tf.scalar(1)), b: tf.variable(tf.tensor1d([1, 1])) };
      const first = tf.tensor1d([1, 0]);
      const lossOf = (x: number) => (): tf.Scalar => {
        const ofB = tf.sum<tf.Scalar>(tf.mul(parameters.b, tf.mul(first, 2 * x)));
        return tf.add<tf.Scalar>(tf.mul(parameters.a, x), ofB);
      };
      const sum = clippedSum(parameters, examples.map(lossOf), CLIP);
      tf.dispose(Object.values(parameters));
      return sum;
    });
    const read = async (tensors: tf.Tensor[]) => {
      const all: number[] = [];
      for (const tensor of tensors) all.push(...(await tensor.data<'float32'>()));
      tf.dispose(tensors);
      return all;
    };
    const { a, b } = gradients;
    return { sum: await read([a!, b!]), losses: await read(losses), norms: await read(norms) };
  }

  test('shortens each example by itself and leaves short ones alone', async () => {
    const { sum, losses, norms } = await sumOf([10, 0.1, -0.05]);
    const along = CLIP + Math.sqrt(5) * (0.1 - 0.05);
    [1, 2, 0].forEach((x, i) => expect(sum[i]).toBeCloseTo((x * along) / Math.sqrt(5), 5));
    [30, 0.3, -0.15].forEach((loss, i) => expect(losses[i]).toBeCloseTo(loss, 4));
    [10, 0.1, 0.05].forEach((x, i) => expect(norms[i]).toBeCloseTo(x * Math.sqrt(5), 4));
  });

  test.each([1e-3, 1, 1e6])('moves by no more than the clip norm for one of size %s', async (x) => {
    const [without, within] = [await sumOf([3, -0.2]), await sumOf([3, x, -0.2])];
    const moved = within.sum.map((number, i) => number - without.sum[i]!);
    expect(Math.hypot(...moved)).toBeLessThanOrEqual(CLIP * (1 + 1e-6));
  });

  test('of no example is zero', async () => {
    expect(await sumOf([])).toEqual({ sum: [0, 0, 0], losses: [], norms: [] });
  });

  test('gets noise of the stated deviation, and is divided by what was expected', async () => {
    const [count, examples] = [20_001, 8];
    const noise = { deviation: 1.5, seed: 7, step: 3 };
    const { a, b } = tf.tidy(() =>
      noisyMean({ a: tf.fill([count], 4), b: tf.scalar(-2) }, noise, examples),
    );
    const values = [...(await a!.data())].map((x) => x * examples - 4);
    const variance = values.reduce((total, x) => total + x ** 2, 0) / count;
    // Five standard errors of the variance of a normal sample.
    expect(Math.abs(variance / noise.deviation ** 2 - 1)).toBeLessThan(5 * Math.sqrt(2 / count));
    const wanted = gaussianNoise(count + 1, noise);
    expect((await b!.data())[0]).toBeCloseTo((wanted[count]! - 2) / examples, 5);
    tf.dispose([a!, b!]);
  });
});

describe('the noise', () => {
  const count = 200_000;
  const noise = { deviation: 2, seed: 1, step: 1 };
  const drawn = [...gaussianNoise(count, noise)].map((x) => x / noise.deviation);

  test('is normal: its first four moments, within five standard errors', () => {
    const moment = (power: number) => drawn.reduce((sum, x) => sum + x ** power, 0) / count;
    [0, 1, 0, 3].forEach((wanted, i) => {
      const error = Math.sqrt([1, 2, 15, 96][i]! / count);
      expect(Math.abs(moment(i + 1) - wanted), `moment ${i + 1}`).toBeLessThan(5 * error);
    });
    // Both of a pair are used, and are independent.
    const product = drawn.reduce((sum, x, i) => (i % 2 ? sum + x * drawn[i - 1]! : sum), 0);
    expect(Math.abs(product / (count / 2))).toBeLessThan(5 / Math.sqrt(count / 2));
  });

  test('is the same again for a step, and another for every other step and seed', () => {
    expect(gaussianNoise(9, noise)).toEqual(gaussianNoise(9, noise));
    expect(gaussianNoise(8, noise)).toEqual(gaussianNoise(9, noise).slice(0, 8));
    for (const other of [{ step: 2 }, { seed: 2 }])
      expect(gaussianNoise(9, { ...noise, ...other })).not.toEqual(gaussianNoise(9, noise));
  });
});

describe('Poisson sampling', () => {
  const items = Array.from({ length: 2000 }, (_, i) => i);
  const at = (step: number, rate = 0.1) => poissonSample(items, rate, 5, STREAM.participation, step); // prettier-ignore

  test('takes each item with its probability, and never twice', () => {
    const counts = Array.from({ length: 50 }, (_, step) => at(step).length);
    const mean = counts.reduce((a, b) => a + b, 0) / counts.length;
    expect(Math.abs(mean - 200)).toBeLessThan(5 * Math.sqrt(180 / 50));
    const variance = counts.reduce((sum, n) => sum + (n - mean) ** 2, 0) / 49;
    // Binomial, which a batch of a fixed size is not; five standard errors.
    expect(Math.abs(variance / 180 - 1)).toBeLessThan(5 * Math.sqrt(2 / 49));
    expect(new Set(at(3)).size).toBe(at(3).length);
  });

  test('draws anew in every step; all at rate 1 and none at 0', () => {
    expect(at(1)).not.toEqual(at(2));
    expect(at(1)).toEqual(at(1));
    expect(at(1, 1)).toEqual(items);
    expect(at(1, 0)).toEqual([]);
  });
});
