import type * as tf from '@tensorflow/tfjs-core';
import { rmsNorm } from '../../src/kernels/rms-norm';
import { swiglu } from '../../src/kernels/swiglu';
import { normal, testParity, type Case } from './parity';

const normCase = (shape: number[], epsilon: number, scale = 1): Case => ({
  name: `(${shape.join(', ')}), epsilon ${epsilon}`,
  inputs: { x: normal(1, shape, scale), gain: normal(2, shape.slice(-1)) },
  compute: ({ x, gain }) => rmsNorm(x!, gain as tf.Tensor1D, epsilon),
  gradients: ['x', 'gain'],
});

testParity('rmsNorm', [
  normCase([2, 5, 16], 1e-5),
  normCase([1, 1, 3], 1e-5),
  normCase([3, 7, 70], 1e-2, 0.1), // another constant, wider than one workgroup
  normCase([1, 1], 1e-5),
]);

const swigluCase = (shape: number[], scale: number): Case => ({
  name: `(${shape.join(', ')}), gates of size ${scale}`,
  inputs: { gate: normal(1, shape, scale), up: normal(2, shape) },
  compute: ({ gate, up }) => swiglu(gate!, up!),
  gradients: ['gate', 'up'],
});

testParity('swiglu', [
  swigluCase([2, 5, 12], 1),
  swigluCase([1, 1, 1], 1),
  swigluCase([3, 7, 11], 60), // sigmoids of 0 and 1
]);
