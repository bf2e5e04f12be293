import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { normBranch, rmsNorm } from '../../src/kernels/rms-norm';
import { onEngines } from '../engines';
import { normal, relativeError, sizesBelow, testParity, type Case, type Input } from './parity';

/** The formulas of rms-norm.ts in double precision, for a dy of cos(n). */
function inDouble(x: Input, gain: Input, epsilon: number) {
  const [D] = gain.shape as [number];
  const wanted = { y: [] as number[], dX: [] as number[], dGain: Array<number>(D).fill(0) };
  for (let start = 0; start < x.values.length; start += D) {
    const row = Array.from(x.values.slice(start, start + D));
    const change = row.map((_, i) => Math.fround(Math.cos(start + i)));
    const r = 1 / Math.sqrt(row.reduce((sum, each) => sum + each * each, 0) / D + epsilon);
    const pull = row.reduce((sum, each, i) => sum + gain.values[i]! * change[i]! * each, 0) / D;
    row.forEach((each, i) => {
      wanted.y.push(gain.values[i]! * each * r);
      wanted.dX.push(r * (gain.values[i]! * change[i]! - each * r * r * pull));
      wanted.dGain[i]! += change[i]! * each * r;
    });
  }
  return wanted;
}

onEngines('rmsNorm against double precision', (backend) => {
  // Sums of up to 30 terms and about ten roundings of 2^-24; WGSL grants rsqrt 2 units in the last place.
  const tolerance = 4e-6;

  it('agrees for any shape and epsilon', { timeout: 300_000 }, async () => {
    const shapes = fc.tuple(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 30 }));
    const epsilons = fc.constantFrom(1e-6, 1e-5, 0.1);
    await fc.assert(
      fc.asyncProperty(shapes, epsilons, async (shape, epsilon) => {
        const [x, gain] = [normal(3, shape), normal(4, [shape[1]])];
        const results = tf.tidy(() => {
          const inputs = [x, gain].map((each) => tf.tensor(each.values, each.shape));
          const norm = (...[a, b]: tf.Tensor[]) => rmsNorm(a!, b as tf.Tensor1D, epsilon);
          const wave = x.values.map((_, n) => Math.cos(n)) as Float32Array;
          const [dX, dGain] = tf.grads(norm)(inputs, tf.tensor(wave, shape));
          return { y: norm(...inputs), dX: dX!, dGain: dGain! };
        });
        const wanted = inDouble(x, gain, epsilon);
        // With one column, dx is a difference of two nearly equal numbers: its scale is that of dy · r.
        const names = shape[1] === 1 ? (['y', 'dGain'] as const) : (['y', 'dX', 'dGain'] as const);
        for (const name of names)
          expect(relativeError(await results[name].data(), wanted[name])).toBeLessThan(tolerance);
        tf.dispose(results);
      }),
      { numRuns: backend === 'webgpu' ? 10 : 50, seed: 1 },
    );
  });

  it('keeps a row of zeros and its gradients finite', async () => {
    const [y, dX, dGain] = tf.tidy(() => {
      const [x, gain] = [tf.zeros([1, 6]), tf.ones([6])];
      const norm = (...[a, b]: tf.Tensor[]) => rmsNorm(a!, b as tf.Tensor1D, 1e-4);
      return [norm(x, gain), ...tf.grads(norm)([x, gain], tf.ones([1, 6]))];
    });
    expect(Array.from(await y!.data())).toEqual([0, 0, 0, 0, 0, 0]);
    expect(relativeError(await dX!.data(), [100, 100, 100, 100, 100, 100])).toBeLessThan(1e-6);
    expect(Array.from(await dGain!.data())).toEqual([0, 0, 0, 0, 0, 0]);
    tf.dispose([y!, dX!, dGain!]);
  });

  it('refuses gains of another width', () => {
    tf.tidy(() => {
      const gain: tf.Tensor1D = tf.ones([4]);
      expect(() => rmsNorm(tf.ones([2, 3]), gain, 1e-5)).toThrow(/4 gains.*\(2, 3\)/);
    });
  });
});

const branchCase = (shape: number[]): Case => ({
  name: `(${shape.join(', ')})`,
  inputs: { x: normal(1, shape), gain: normal(2, shape.slice(-1)) },
  compute: ({ x, gain }) => Object.values(normBranch(x!, gain as tf.Tensor1D, 1e-3)),
  gradients: ['x', 'gain'],
});

testParity('normBranch', [
  branchCase([2, 3, 8]),
  branchCase([1, 5]),
  ...Array.from({ length: 5 }, (_, i) => branchCase(sizesBelow(80 + i, [3, 70, 90]))),
]);
