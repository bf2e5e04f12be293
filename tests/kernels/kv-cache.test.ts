import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { decodeAttention, writeCache } from '../../src/kernels/kv-cache';
import type { ByHead, Mask } from '../../src/shapes';
import { onEngines } from '../engines';
import { leftPadded, normal, testParity, type Case } from './parity';

onEngines('writing in place', () => {
  test('columns of a cache, and nothing else', async () => {
    const [B, S, G, E] = [3, 5, 2, 3];
    const fresh = normal(1, [B, 2, G, E]).values as Float32Array;
    const cache = tf.zeros<tf.Rank.R4>([B, S, G, E]);
    const source = tf.tensor4d(fresh.slice(), [B, 2, G, E]);
    const before = tf.memory().numTensors;
    writeCache(cache, source, 1);
    writeCache(cache, tf.slice(source, [0, 1], [B, 1]), 4);
    expect(tf.memory().numTensors).toBe(before + 1); // the slice
    const got = await tf.add(cache, 0).data();
    for (let row = 0; row < B; row++)
      for (let s = 0; s < S; s++)
        for (let i = 0; i < G * E; i++) {
          const from = [null, 0, 1, null, 1][s]!;
          const wanted = from === null ? 0 : fresh[(row * 2 + from) * G * E + i];
          expect(got[(row * S + s) * G * E + i]).toBe(wanted);
        }
  });
});

const decodeCase = (shape: [number, number, number, number, number], length: number): Case => {
  const [B, S, H, G, E] = shape;
  return {
    name: `B ${B}, S ${S}, H ${H}, G ${G}, E ${E}, the first ${length}`,
    inputs: {
      query: normal(1, [B, H, E], 2),
      key: normal(2, [B, S, G, E]),
      value: normal(3, [B, S, G, E]),
      mask: leftPadded(
        S,
        Array.from({ length: B }, (_, row) => (row * 2) % S),
      ),
    },
    compute: ({ query, key, value, mask }) =>
      decodeAttention(query as tf.Tensor3D, key as ByHead, value as ByHead, mask as Mask, length),
    gradients: [],
  };
};

testParity('decodeAttention', [
  decodeCase([2, 6, 4, 2, 8], 4),
  decodeCase([1, 1, 1, 1, 1], 1),
  decodeCase([3, 9, 3, 1, 5], 9),
  decodeCase([3, 7, 2, 2, 6], 3), // a row whose keys are all padding so far
  decodeCase([2, 200, 8, 4, 32], 150),
]);
