import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { sizeOf } from '../../src/kernels/kernel';
import { swiglu } from '../../src/kernels/swiglu';
import { onEngines } from '../engines';
import { normal, relativeError, type Input } from './parity';

/** The formulas of swiglu.ts in double precision: y, dg and du for a dy of cos(n). */
function inDouble(gate: Input, up: Input) {
  const wanted = { y: [] as number[], dGate: [] as number[], dUp: [] as number[] };
  gate.values.forEach((g, n) => {
    const s = 1 / (1 + Math.exp(-g));
    const dy = Math.fround(Math.cos(n));
    wanted.y.push(g * s * up.values[n]!);
    wanted.dGate.push(dy * up.values[n]! * s * (1 + g * (1 - s)));
    wanted.dUp.push(dy * g * s);
  });
  return wanted;
}

onEngines('swiglu against double precision', (backend) => {
  // About ten roundings of 2^-24 each; WGSL grants exp 3 + 2|x| units in the last place, |x| up to 20 here.
  const tolerance = backend === 'webgpu' ? 1e-5 : 2e-6;

  it('agrees for any shape', { timeout: 300_000 }, async () => {
    const shapes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(shapes, fc.integer({ min: 1, max: 5 }), async (shape, scale) => {
        const [gate, up] = [normal(3, shape, scale), normal(4, shape)];
        const results = tf.tidy(() => {
          const wave = Float32Array.from({ length: sizeOf(shape) }, (_, n) => Math.cos(n));
          const inputs = [gate, up].map(({ values }) => tf.tensor(values, shape));
          const y = swiglu(inputs[0]!, inputs[1]!);
          const [dGate, dUp] = tf.grads((g, u) => swiglu(g!, u!))(inputs, tf.tensor(wave, shape));
          return { y, dGate: dGate!, dUp: dUp! };
        });
        const wanted = inDouble(gate, up);
        for (const name of ['y', 'dGate', 'dUp'] as const)
          expect(relativeError(await results[name].data(), wanted[name])).toBeLessThan(tolerance);
        tf.dispose(results);
      }),
      { numRuns: backend === 'webgpu' ? 10 : 50, seed: 1 },
    );
  });

  it('goes flat far from zero instead of breaking', async () => {
    const gate = [-1e3, -200, -90, 0, 90, 200, 1e3];
    const result = tf.tidy(() =>
      tf.stack([
        swiglu(tf.tensor1d(gate), tf.ones([7])),
        tf.grad((g: tf.Tensor) => swiglu(g, tf.ones([7])))(tf.tensor1d(gate)),
      ]),
    );
    const [y, slope] = (await result.array()) as [number[], number[]];
    gate.forEach((g, i) => {
      expect(y[i]).toBeCloseTo(Math.max(0, Math.fround(g)), 20);
      expect(slope[i]).toBeCloseTo(g === 0 ? 0.5 : g > 0 ? 1 : 0, 20);
    });
    result.dispose();
  });

  it('refuses two shapes', () => {
    tf.tidy(() => {
      expect(() => swiglu(tf.ones([2, 3]), tf.ones([3, 2]))).toThrow(/\(2, 3\).*\(3, 2\)/);
    });
  });
});
