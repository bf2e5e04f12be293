import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { sampleRows, sampleTokens, type Sampling } from '../../src/kernels/sample';
import { onEngines } from '../engines';
import { normal } from './parity';

const plain: Sampling = {
  seed: 5,
  streams: [],
  counter: 0,
  temperature: 1,
  topK: 0,
  topP: 1,
  greedy: false,
};
const streams = (B: number) => Array.from({ length: B }, (_, row) => 1000 + row);

/** How often each of the tokens was drawn in `draws` rows of the same logits. */
function frequencies(logits: number[], sampling: Partial<Sampling>, draws = 20_000): number[] {
  const V = logits.length;
  const rows = Float32Array.from({ length: draws * V }, (_, i) => logits[i % V]!);
  const ids = sampleRows(rows, draws, V, { ...plain, streams: streams(draws), ...sampling });
  const counts = new Array<number>(V).fill(0);
  for (const id of ids) counts[id]! += 1 / draws;
  return counts;
}

describe('the plain sampler', () => {
  const logits = [0.1, 0.4, 0.2, 0.3].map(Math.log);
  // Three standard errors of a share near 0.4 in 20,000 draws are 0.0104.
  const near = (got: number[], wanted: number[]) =>
    wanted.forEach((share, i) => expect(Math.abs(got[i]! - share)).toBeLessThan(0.011));

  test('draws by probability', () => near(frequencies(logits, {}), [0.1, 0.4, 0.2, 0.3]));
  test('sharpens at low temperature', () =>
    near(frequencies(logits, { temperature: 0.5 }), [1 / 30, 16 / 30, 4 / 30, 9 / 30]));
  test('keeps the k likeliest', () => near(frequencies(logits, { topK: 2 }), [0, 4 / 7, 0, 3 / 7]));
  test('keeps the likeliest that reach p', () =>
    near(frequencies(logits, { topP: 0.71 }), [0, 4 / 9, 2 / 9, 3 / 9]));
  test('applies top-p to what top-k has kept', () =>
    near(frequencies(logits, { topK: 2, topP: 0.5 }), [0, 1, 0, 0]));
  test('takes the first of equal tokens when greedy', () =>
    expect(frequencies([1, 3, 3, 2], { greedy: true }, 5)).toEqual([0, 1, 0, 0]));
});

onEngines('sampling on the device', () => {
  test.each<[string, number, Partial<Sampling>]>([
    ['greedy', 37, { greedy: true }],
    ['plain', 37, {}],
    ['plain, a large vocabulary', 1031, { counter: 7 }],
    ['cold', 64, { temperature: 0.3, seed: -3 }],
    ['top-k', 130, { topK: 5, counter: 2 }],
    ['top-k of more than there are', 9, { topK: 50 }],
    ['top-p', 130, { topP: 0.8, temperature: 1.3 }],
    ['top-k and top-p', 70, { topK: 20, topP: 0.6 }],
  ])('chooses what the plain sampler chooses: %s', (_, V, options) => {
    const B = 24;
    const { values } = normal(V, [B, V], 2);
    const sampling = { ...plain, streams: streams(B), ...options };
    const wanted = sampleRows(values as Float32Array, B, V, sampling);
    const logits = tf.tensor2d(values.slice(), [B, V]);
    const ids = sampleTokens(logits, sampling);
    return ids.data().then((got) => {
      expect(Array.from(got)).toEqual(Array.from(wanted));
      tf.dispose([logits, ids]);
    });
  });
});
