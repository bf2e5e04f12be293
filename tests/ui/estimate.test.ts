/** What a measured speed means: times by hand, and sizes that grow with the speed. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  fineTuneSeconds,
  PRIVATE_SLOWDOWN,
  rewardModelCost,
  suitedSize,
} from '../../src/ui/state/estimate';

const speed = (stepSeconds: number) => ({ stepSeconds, batchSize: 16, tokensPerSecond: 1000 });

test('the time of fine-tuning is steps times the time of a step', () => {
  // 240 demonstrations, 6 passes, 16 at once: 90 steps of half a second.
  expect(fineTuneSeconds(speed(0.5), 240, { epochs: 6, batchSize: 16 })).toBe(45);
  // Batches twice as large: half the steps, each twice as long.
  expect(fineTuneSeconds(speed(0.5), 240, { epochs: 6, batchSize: 32 })).toBe(45);
  // Every demonstration by itself.
  const noisy = { epochs: 6, batchSize: 16, noiseMultiplier: 1 };
  expect(fineTuneSeconds(speed(0.5), 240, noisy)).toBe(45 * PRIVATE_SLOWDOWN);
  // A batch that is not filled is a step all the same.
  expect(fineTuneSeconds(speed(2), 1, { epochs: 1, batchSize: 16 })).toBe(2);
});

test('members of a reward model cost time and memory alike', () => {
  const cost = (members: number) => rewardModelCost(speed(0.5), 1e6, 320, { epochs: 2, members });
  expect(cost(1)).toEqual({ bytes: 12e6, seconds: 20 });
  expect(cost(5)).toEqual({ bytes: 60e6, seconds: 100 });
  expect(rewardModelCost(null, 1e6, 320, { epochs: 2, members: 1 }).seconds).toBeNull();
});

test('a million parameters suit a computer that fine-tunes them in three minutes', () => {
  expect(suitedSize(speed(180 / 396), 1e6)).toBe('small');
  expect(suitedSize(speed(181 / 396), 1e6)).toBe('tiny');
  expect(suitedSize(speed(180 / 396 / 5), 1e6)).toBe('medium');
});

test('a faster computer never suits a smaller model', () => {
  const order = ['tiny', 'small', 'medium'];
  const seconds = fc.double({ min: 1e-4, max: 1e3, noNaN: true });
  fc.assert(
    fc.property(seconds, seconds, fc.integer({ min: 1e4, max: 1e8 }), (a, b, parameters) => {
      const [fast, slow] = [Math.min(a, b), Math.max(a, b)];
      expect(order.indexOf(suitedSize(speed(fast), parameters))).toBeGreaterThanOrEqual(
        order.indexOf(suitedSize(speed(slow), parameters)),
      );
    }),
  );
});
