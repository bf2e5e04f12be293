import type * as tf from '@tensorflow/tfjs-core';
import { rotary } from '../../src/kernels/rotary';
import type { ByHead } from '../../src/shapes';
import { integers, normal, testParity, type Case } from './parity';

const rotaryCase = (shape: ByHead['shape'], theta: number, positions: number): Case => ({
  name: `(${shape.join(', ')}) with theta ${theta} at positions below ${positions}`,
  inputs: { x: normal(1, shape), positions: integers(2, shape.slice(0, 2), positions) },
  compute: ({ x, positions }) => rotary(x as ByHead, positions as tf.Tensor2D, theta),
  gradients: ['x'],
});

testParity('rotary', [
  rotaryCase([2, 5, 3, 8], 10_000, 5),
  rotaryCase([1, 1, 1, 2], 100, 3),
  rotaryCase([2, 3, 2, 6], 100, 7), // a half that four does not divide
  rotaryCase([1, 40, 2, 32], 10_000, 1000), // angles of hundreds of radians
]);
