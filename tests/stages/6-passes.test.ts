/** In which order the passes over a rollout take its episodes. */
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { passesOver, POLICY_STATISTICS } from '../../src/training/policy-update';
import { onEngines } from '../engines';

/** Loss, ratios, KL, clipped, norm, loss on text: of a policy that has not moved. */
const UNMOVED = [0, 1, 1, 0, 0, 0, 0];

onEngines(
  'passes over a rollout',
  () => {
    const minibatchesOf = async (minibatches: number, siblings: number) => {
      const seen: number[][] = [];
      const config = { batchSize: 24, epochs: 2, minibatches, klStop: 0 };
      await passesOver(POLICY_STATISTICS, config, { seed: 3, rollout: 1, siblings }, (numbers) => {
        seen.push([...numbers]);
        return tf.tensor1d(UNMOVED);
      });
      return seen;
    };

    test('keep siblings in one minibatch, where it has room for all of them', async () => {
      const seen = await minibatchesOf(2, 4);
      expect(seen.map(({ length }) => length)).toEqual([12, 12, 12, 12]);
      for (const numbers of seen)
        for (let i = 0; i < 12; i += 4)
          expect(numbers.slice(i, i + 4)).toEqual([0, 1, 2, 3].map((k) => numbers[i]! + k));
      for (const pass of [seen.slice(0, 2), seen.slice(2)])
        expect(pass.flat().sort((a, b) => a - b)).toEqual(Array.from({ length: 24 }, (_, i) => i));
      expect(seen[0]).not.toEqual(seen[2]); // shuffled anew
    });

    test('shuffle episodes one by one where it has not', async () => {
      const seen = await minibatchesOf(4, 4); // 6 episodes each
      expect(seen.flat().some((number, i) => number % 4 !== i % 4)).toBe(true);
      expect(seen.slice(0, 4).flat().sort((a, b) => a - b)).toEqual(Array.from({ length: 24 }, (_, i) => i)); // prettier-ignore
    });
  },
  ['cpu'],
);
