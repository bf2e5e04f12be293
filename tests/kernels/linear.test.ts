import type * as tf from '@tensorflow/tfjs-core';
import { linear } from '../../src/kernels/linear';
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
