import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { linear, linearsOf } from '../../src/kernels/linear';
import { onEngines } from '../engines';
import { normal, sizesBelow, testParity, type Case } from './parity';

const linearCase = (leading: number[], I: number, O: number): Case => ({
  name: `(${leading.join(', ')}, ${I}) by (${O}, ${I})`,
  inputs: { x: normal(1, [...leading, I]), weight: normal(2, [O, I]) },
  compute: ({ x, weight }) => linear(x as tf.Tensor3D, weight as tf.Tensor2D),
  gradients: ['x', 'weight'],
});

testParity('linear', [
  linearCase([2, 6], 16, 24), // whole tiles
  linearCase([3, 7], 13, 9), // nothing divides by 4
  linearCase([1, 1], 8, 8), // one row
  linearCase([1], 5, 1), // one row, one output, rank 2
  linearCase([2, 5], 12, 1), // a scalar head
  linearCase([1, 3], 1, 3), // one input
  linearCase([5, 67], 40, 70), // more rows than one WGSL tile
  linearCase([2, 300], 8, 12), // a common dimension longer than one block of the weight gradient
  ...Array.from({ length: 8 }, (_, i) => {
    const [B, T, I, O] = sizesBelow(i, [3, 40, 60, 60]) as [number, number, number, number];
    return linearCase([B, T], I, O);
  }),
]);

const residualCase = (leading: number[], I: number, O: number): Case => ({
  name: `(${leading.join(', ')}, ${I}) by (${O}, ${I})`,
  inputs: { x: normal(1, [...leading, I]), weight: normal(2, [O, I]), residual: normal(3, [...leading, O]) }, // prettier-ignore
  compute: ({ x, weight, residual }) => linear(x as tf.Tensor3D, weight as tf.Tensor2D, residual as tf.Tensor3D), // prettier-ignore
  gradients: ['x', 'weight', 'residual'],
});

testParity('linear with a residual', [
  residualCase([2, 6], 16, 24),
  residualCase([4], 5, 3), // rank 2
  ...Array.from({ length: 6 }, (_, i) => {
    const [B, T, I, O] = sizesBelow(20 + i, [3, 40, 60, 60]) as [number, number, number, number];
    return residualCase([B, T], I, O);
  }),
]);

const severalCase = (leading: number[], I: number, outputs: number[]): Case => ({
  name: `(${leading.join(', ')}, ${I}) by ${outputs.join(', ')} outputs`,
  inputs: {
    x: normal(1, [...leading, I]),
    ...Object.fromEntries(outputs.map((O, l) => [`weight${l}`, normal(2 + l, [O, I])])),
  },
  compute: ({ x, ...weights }) => linearsOf(x as tf.Tensor3D, Object.values(weights) as tf.Tensor2D[]), // prettier-ignore
  gradients: ['x', ...outputs.map((_, l) => `weight${l}`)],
});

testParity('several linear layers of one input', [
  severalCase([2, 5], 8, [8, 4, 4]), // queries, keys and values
  severalCase([2, 40], 20, [70, 33, 1]), // tiles of which most end early
  severalCase([3], 7, [40, 40]), // rank 2
  ...Array.from({ length: 8 }, (_, i) => {
    const [B, T, I, ...outputs] = sizesBelow(40 + i, [3, 40, 60, 70, 70, 70]) as [number, number, number, ...number[]]; // prettier-ignore
    return severalCase([B, T], I, outputs.slice(0, 1 + (i % 3)));
  }),
]);

onEngines('linear layers', () => {
  test('refuse what does not fit', () => {
    tf.tidy(() => {
      const [x, weight]: [tf.Tensor2D, tf.Tensor2D] = [tf.zeros([2, 3]), tf.zeros([4, 3])];
      const narrow: tf.Tensor2D = tf.zeros([4, 2]);
      const stream: tf.Tensor2D = tf.zeros([2, 3]);
      expect(() => linear(x, narrow)).toThrow(/\(4, 2\) cannot take rows of 3/);
      expect(() => linear(x, weight, stream)).toThrow(/gives \(2, 4\).*\(2, 3\)/);
      expect(() => linearsOf(x, [weight, narrow])).toThrow(/cannot take rows of 3/);
      expect(() => linearsOf(x, [weight, weight, weight, weight])).toThrow(/not 4/);
    });
  });
});
