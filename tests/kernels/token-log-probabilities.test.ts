import type * as tf from '@tensorflow/tfjs-core';
import { exactKl, tokenLogProbabilities } from '../../src/kernels/token-log-probabilities';
import { integers, normal, testParity, type Case } from './parity';

const logCase = (B: number, T: number, D: number, V: number, temperature: number): Case => ({
  name: `(${B}, ${T}, ${D}) by a vocabulary of ${V} at temperature ${temperature}`,
  inputs: {
    hidden: normal(1, [B, T, D]),
    head: normal(2, [V, D], 0.5),
    targets: integers(3, [B, T], V),
  },
  compute: ({ hidden, head, targets }) => {
    const { logProbabilities, entropy } = tokenLogProbabilities(
      hidden as tf.Tensor3D,
      head as tf.Tensor2D,
      targets as tf.Tensor2D,
      temperature,
    );
    return [logProbabilities, entropy];
  },
  gradients: ['hidden', 'head'],
});

testParity('tokenLogProbabilities', [
  logCase(2, 5, 8, 16, 1),
  logCase(1, 1, 3, 2, 1),
  logCase(2, 3, 7, 13, 0.7),
  logCase(3, 25, 12, 150, 1.3), // more rows than one block, more tokens than one workgroup
]);

const klCase = (B: number, T: number, D: number, V: number): Case => ({
  name: `(${B}, ${T}, ${D}) by a vocabulary of ${V}`,
  inputs: {
    hiddenP: normal(1, [B, T, D]),
    hiddenQ: normal(2, [B, T, D]),
    headP: normal(3, [V, D]),
    headQ: normal(4, [V, D]),
  },
  compute: ({ hiddenP, headP, hiddenQ, headQ }) =>
    exactKl(
      hiddenP as tf.Tensor3D,
      headP as tf.Tensor2D,
      hiddenQ as tf.Tensor3D,
      headQ as tf.Tensor2D,
      0.9,
    ),
  gradients: [],
});

testParity('exactKl', [klCase(2, 3, 8, 17)]);
