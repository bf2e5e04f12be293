import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { groupAdvantages, grpoLoss, spreadOverTokens } from '../../src/algorithms/grpo';
import { leaveOneOutAdvantages } from '../../src/algorithms/rloo';
import {
  expectClose,
  finiteDifferences,
  gradientAt,
  numbersOf,
  onEachBackend,
  rows,
  scalarsOf,
} from './backends';
import { golden } from './golden';

describe('advantages within a group', () => {
  const rewards = [1, 2, 3, 6];

  it('gives the golden values', () => {
    expectClose(leaveOneOutAdvantages(rewards, 4), [-2.66666667, -1.33333333, 0, 4], 1e-6);
    const of = (scale: 'biased' | 'unbiased' | 'none') => groupAdvantages(rewards, 4, scale).advantages; // prettier-ignore
    expectClose(of('unbiased'), [-0.92577724, -0.46288862, 0, 1.38866587], 1e-6);
    expectClose(of('biased'), [-1.06898783, -0.53449391, 0, 1.60348174], 1e-6);
    expectClose(of('none'), [-2, -1, 0, 3], 1e-6);
  });

  it('counts groups that teach nothing', () => {
    const { advantages, equalGroups } = groupAdvantages([5, 5, 1, 2], 2);
    expect(equalGroups).toBe(0.5);
    expectClose(advantages.slice(0, 2), [0, 0]);
  });

  it('keeps groups apart, each with a sum of 0, and relates the two methods', () => {
    const groups = fc.array(fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 3, maxLength: 3 }), { minLength: 1, maxLength: 4 }); // prettier-ignore
    fc.assert(
      fc.property(groups, (batch) => {
        const all = leaveOneOutAdvantages(batch.flat(), 3);
        batch.forEach((group, i) => {
          const part = all.slice(3 * i, 3 * i + 3);
          expect(part).toEqual(leaveOneOutAdvantages(group, 3));
          expectClose([part.reduce((a, b) => a + b, 0)], [0], 1e-5);
          // R_i - mean of the others = n / (n - 1) * (R_i - mean of all)
          const centered = groupAdvantages(group, 3, 'none').advantages;
          expectClose(part, Array.from(centered, (a) => 1.5 * a), 1e-5); // prettier-ignore
        });
      }),
    );
  });

  it('refuses groups of one and rewards that do not fill them', () => {
    expect(() => leaveOneOutAdvantages([1], 1)).toThrow(/Leaving one out of 1/);
    expect(() => groupAdvantages([1], 1)).toThrow(/group of 1/);
    expect(() => groupAdvantages([1, 2, 3], 2)).toThrow(/divided evenly/);
  });

  it('gives each response token the advantage of its response', () => {
    expectClose(spreadOverTokens([2, -3], [1, 1, 0, 1, 0, 0], 3), [2, 2, 0, -3, 0, 0]);
    expect(() => spreadOverTokens([2], [1, 1], 1)).toThrow(/1 advantages for 2 responses/);
  });
});

onEachBackend('GRPO loss', () => {
  const numbers = [-0.7, -0.6, -2.4, -0.1, 0];
  const of = (
    x: tf.Tensor2D,
    klCoefficient: number,
    reference = rows(golden.referenceLogProbabilities),
  ) =>
    grpoLoss(
      {
        logProbabilities: x,
        oldLogProbabilities: rows(golden.logProbabilities),
        referenceLogProbabilities: reference,
        advantages: rows([1, -1, 1, 0.5, 0]),
        mask: rows(golden.mask),
        tokenCount: 4,
      },
      { clipRange: 0.2, klCoefficient },
    );

  it("is PPO's policy loss where KL costs nothing, and adds mean k3 where it does", () => {
    expectClose(numbersOf(() => of(rows(numbers), 0).loss), [-0.36637066]); // prettier-ignore
    const still = golden.logProbabilities;
    const { referenceKl } = scalarsOf(() => of(rows(still), 0).statistics);
    expectClose([referenceKl], [0.7421835 / 4]);
    expectClose(numbersOf(() => of(rows(still), 0.04).loss), [-0.375 + (0.04 * 0.7421835) / 4]); // prettier-ignore
  });

  it('reads nothing of the reference on padding', () => {
    const dirty = rows([...golden.referenceLogProbabilities.slice(0, 4), 300]);
    const still = golden.logProbabilities;
    expectClose(numbersOf(() => of(rows(still), 0.04, dirty).loss), [-0.375 + (0.04 * 0.7421835) / 4]); // prettier-ignore
  });

  it('agrees with finite differences', () => {
    const gradient = gradientAt(
      (x: tf.Tensor2D) => of(x, 0.5).loss,
      () => rows(numbers),
    );
    const f = (x: Float32Array) => numbersOf(() => of(rows(x), 0.5).loss)[0] ?? NaN;
    expectClose(gradient, finiteDifferences(f, numbers), 1e-3);
  });
});
