import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { rotary } from '../../src/kernels/rotary';
import type { ByHead } from '../../src/shapes';
import { onEngines } from '../engines';
import { integers, normal, sizesBelow, testParity, type Case } from './parity';

type Sizes = [B: number, T: number, H: number, G: number, E: number];

const rotaryCase = ([B, T, H, G, E]: Sizes, theta: number, positions: number): Case => ({
  name: `(${B}, ${T}) of ${H} and ${G} heads of ${E}, theta ${theta}, positions below ${positions}`,
  inputs: {
    query: normal(1, [B, T, H, E]),
    key: normal(3, [B, T, G, E]),
    positions: integers(2, [B, T], positions),
  },
  compute: ({ query, key, positions }) =>
    rotary(query as ByHead, key as ByHead, positions as tf.Tensor2D, theta),
  gradients: ['query', 'key'],
});

testParity('rotary', [
  rotaryCase([2, 5, 3, 3, 8], 10_000, 5),
  rotaryCase([1, 1, 1, 1, 2], 100, 3),
  rotaryCase([2, 3, 2, 1, 6], 100, 7), // a half that four does not divide
  rotaryCase([1, 40, 4, 2, 32], 10_000, 1000), // angles of hundreds of radians
  ...Array.from({ length: 4 }, (_, i) => {
    const [B, T, G, half, perGroup] = sizesBelow(60 + i, [3, 20, 3, 8, 3]) as Sizes;
    return rotaryCase([B, T, G * perGroup, G, 2 * half], 1000, 50);
  }),
]);

onEngines('rotary', () => {
  test('refuses keys of another width', () => {
    tf.tidy(() => {
      const [query, key]: ByHead[] = [tf.zeros([1, 2, 4, 8]), tf.zeros([1, 2, 2, 6])];
      const turn = () => rotary(query!, key!, tf.zeros([1, 2], 'int32'), 100);
      expect(turn).toThrow(/\(1, 2, 2, 6\) may differ/);
    });
  });
});
