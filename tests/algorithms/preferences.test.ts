import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bestOfNEstimate, bestOfNKl } from '../../src/algorithms/best-of-n';
import { pairsOfRankings, pairwiseLoss } from '../../src/algorithms/bradley-terry';
import { preferenceLoss, type PreferenceLossOptions } from '../../src/algorithms/dpo';
import { ktoLoss, mismatchedKl } from '../../src/algorithms/kto';
import { referenceFreeLoss, type ReferenceFreeOptions } from '../../src/algorithms/orpo';
import { plackettLuceLoss } from '../../src/algorithms/plackett-luce';
import { reinforceAdvantages } from '../../src/algorithms/reinforce';
import { bestOfGroups } from '../../src/algorithms/rejection';
import {
  expectClose,
  finiteDifferences,
  gradientAt,
  numbersOf,
  onEachBackend,
  scalarsOf,
} from './backends';

const list = (values: ArrayLike<number>) => tf.tensor1d(Float32Array.from(values));
const only = (compute: () => tf.Scalar) => numbersOf(compute)[0] ?? NaN;

onEachBackend('Plackett-Luce', () => {
  it('gives the golden value, and is a softmax choice for the best alone', () => {
    expectClose([only(() => plackettLuceLoss(list([2, 1, 0.5, -1]), [[1, 2, 3, 4]], 1))], [1.2515521]); // prettier-ignore
    // The first of its choices, of the best of four, is a cross-entropy of its own.
    const rest = only(() => plackettLuceLoss(list([1, 0.5, -1]), [[1, 2, 3]], 1));
    expectClose([1.2515521 - rest], [0.4951819]);
    const first = only(() => plackettLuceLoss(list([2, 1, 0.5, -1]), [[1, 2, 3, 4]], 1, 'first'));
    expectClose([first], [0.4951819]);
  });

  it('is the pairwise loss for two responses', () => {
    const scores = [0.3, -1.2, 2, 0.1];
    const ranks = [
      [2, 1],
      [1, 2],
    ];
    const pairwise = only(
      () =>
        pairwiseLoss(list(scores), pairsOfRankings(ranks), { promptCount: 2, pairCount: 2 }).loss,
    );
    expectClose([only(() => plackettLuceLoss(list(scores), ranks, 2))], [pairwise]);
  });

  it('agrees with finite differences, and its gradient adds up to 0', () => {
    const scores = [0.3, -1.2, 2, 0.1, 0.7];
    const loss = (x: tf.Tensor1D) => plackettLuceLoss(x, [[3, 1, 2], [2, 1]], 2); // prettier-ignore
    const gradient = gradientAt(loss, () => list(scores));
    expectClose(gradient, finiteDifferences((x) => only(() => loss(list(x))), scores), 1e-3); // prettier-ignore
    expectClose([gradient.reduce((a, b) => a + b, 0)], [0], 1e-6);
  });

  it('reads ties as choices from all that are not better, and shares the first place', () => {
    // Each of two tied best from all three, then the last from itself: by hand.
    const all = Math.log(Math.exp(1) + Math.exp(2) + Math.exp(0));
    expectClose([only(() => plackettLuceLoss(list([1, 2, 0]), [[1, 1, 2]], 1))], [2 * all - 3]);
    expectClose([only(() => plackettLuceLoss(list([1, 2, 0]), [[1, 1, 2]], 1, 'first'))], [all - 1.5]); // prettier-ignore
  });

  it('refuses rankings of other responses', () => {
    expect(() => plackettLuceLoss(list([1, 2]), [[1, 2, 3]], 1)).toThrow(/3 responses.*2 scores/);
  });
});

const batch = (scale = [1, 1], policyChosen = list([-10])) => ({
  policyChosen: tf.div<tf.Tensor1D>(policyChosen, scale[0] ?? 1),
  policyRejected: list([-14 / (scale[1] ?? 1)]),
  referenceChosen: list([-12 / (scale[0] ?? 1)]),
  referenceRejected: list([-13 / (scale[1] ?? 1)]),
  pairCount: 1,
});

onEachBackend('losses on pairs', () => {
  const loss = (options: PreferenceLossOptions, scale?: number[]) =>
    only(() => preferenceLoss(batch(scale), options).loss);

  it('gives the golden losses and implied rewards', () => {
    expectClose([loss({ kind: 'dpo', beta: 0.1 })], [0.55435524]);
    expectClose([loss({ kind: 'dpo', beta: 0.1, labelSmoothing: 0.1 })], [0.58435524]);
    expectClose([loss({ kind: 'robust', beta: 0.1, labelSmoothing: 0.1 })], [0.51685524]);
    expectClose([loss({ kind: 'hinge', beta: 0.1 })], [0.7]);
    expectClose([loss({ kind: 'ipo', beta: 0.1 })], [4]);
    expectClose([loss({ kind: 'ipo', beta: 0.1 }, [5, 7])], [19.86612245]);
    const statistics = scalarsOf(() => preferenceLoss(batch(), { kind: 'dpo', beta: 0.1 }).statistics); // prettier-ignore
    expectClose([statistics.chosenReward, statistics.rejectedReward], [0.2, -0.1]);
    expect(statistics.accuracy).toBe(1);
  });

  it('starts at ln 2 and chance accuracy where policy and reference agree', () => {
    const same = { policyChosen: list([-3, -4]), policyRejected: list([-5, -6]), referenceChosen: list([-3, -4]), referenceRejected: list([-5, -6]), pairCount: 2 }; // prettier-ignore
    const options = { kind: 'dpo', beta: 0.1 } as const;
    expectClose([only(() => preferenceLoss(same, options).loss)], [Math.LN2]);
    expect(scalarsOf(() => preferenceLoss(same, options).statistics).accuracy).toBe(0.5);
  });

  it('agrees with finite differences', () => {
    for (const options of [
      { kind: 'dpo', beta: 0.1, labelSmoothing: 0.2 },
      { kind: 'ipo', beta: 0.2 },
      { kind: 'robust', beta: 0.1, labelSmoothing: 0.2 },
      { kind: 'hinge', beta: 0.1 },
    ] as const) {
      // prettier-ignore
      const of = (x: tf.Tensor1D) => preferenceLoss(batch([1, 1], x), options).loss;
      const gradient = gradientAt(of, () => list([-10]));
      expectClose(gradient, finiteDifferences((x) => only(() => of(list(x))), [-10], 0.1), 1e-3); // prettier-ignore
    }
  });
});

onEachBackend('thumbs (KTO)', () => {
  const of = (policy: tf.Tensor1D, good: number[], weights = [1, 1]) =>
    ktoLoss(
      { policy, reference: list(good.map(() => 0)), good: list(good), baseline: tf.scalar(0.2), count: good.length }, // prettier-ignore
      { beta: 0.1, desirableWeight: weights[0]!, undesirableWeight: weights[1]! },
    );

  it('gives the golden losses of one thumb up and one down', () => {
    expectClose([only(() => of(list([2]), [1]).loss)], [0.45512111]);
    expectClose([only(() => of(list([-1]), [0]).loss)], [0.47003595]);
    const both = only(() => of(list([2, -1]), [1, 0], [2, 0.5]).loss);
    expectClose([both], [(2 * 0.45512111 + 0.5 * 0.47003595) / 2]);
    const statistics = scalarsOf(() => of(list([2, -1]), [1, 0]).statistics);
    expectClose([statistics.chosenReward, statistics.rejectedReward], [0.2, -0.1]);
  });

  it('agrees with finite differences, and takes no baseline below 0', () => {
    const loss = (x: tf.Tensor1D) => of(x, [1, 0, 1]).loss;
    const at = [2, -1, 0.3];
    expectClose(gradientAt(loss, () => list(at)), finiteDifferences((x) => only(() => loss(list(x))), at), 1e-3); // prettier-ignore
    expect(only(() => mismatchedKl(list([-3, -1]), list([0, 0])))).toBe(0);
    expectClose([only(() => mismatchedKl(list([3, -1]), list([0, 0])))], [1]);
  });
});

onEachBackend('losses on pairs without a reference', () => {
  const of = (chosen: tf.Tensor1D, options: ReferenceFreeOptions) =>
    referenceFreeLoss({ chosen, rejected: list([-14 / 7]), pairCount: 1 }, options);
  const orpo = { kind: 'orpo', weight: 0.1 } as const;
  const simpo = { kind: 'simpo', beta: 2, margin: 1 } as const;

  it('gives the golden values of ORPO and SimPO', () => {
    const mean = list([-4 / 5]);
    expectClose([scalarsOf(() => of(mean, orpo).statistics).margin], [1.65120422]);
    expectClose([only(() => of(mean, orpo).loss)], [0.81754805]);
    expectClose(
      [only(() => of(mean, orpo).loss.sub(of(mean, { ...orpo, weight: 0 }).loss))],
      [0.01754805],
    );
    expectClose([only(() => of(mean, { ...orpo, weight: 0 }).loss)], [0.8]);
    expectClose([only(() => of(mean, simpo).loss)], [0.22041741]);
    expect(scalarsOf(() => of(mean, simpo).statistics).accuracy).toBe(1);
  });

  it('agrees with finite differences, and is finite for certain responses', () => {
    for (const options of [orpo, simpo]) {
      const loss = (x: tf.Tensor1D) => of(x, options).loss;
      expectClose(gradientAt(loss, () => list([-0.8])), finiteDifferences((x) => only(() => loss(list(x))), [-0.8]), 1e-3); // prettier-ignore
      expect(Number.isFinite(only(() => loss(list([0]))))).toBe(true);
    }
  });
});

describe('advantages without a group', () => {
  it('compares with nothing, with the others, or with the past', () => {
    expectClose(reinforceAdvantages([1, 2, 6], 'none', 9), [1, 2, 6]);
    expectClose(reinforceAdvantages([1, 2, 6], 'batch', 9), [-3, -1.5, 4.5]);
    expectClose(reinforceAdvantages([1, 2, 6], 'running', 4), [-3, -2, 2]);
    expectClose(reinforceAdvantages([1, 2, 6], 'running', null), [-2, -1, 3]);
  });
  it('keeps the first best of each group', () => {
    expectClose(bestOfGroups([1, 3, 3, 0, -1, -2], 3), [0, 1, 0, 1, 0, 0]);
    expect(() => bestOfGroups([1, 2, 3], 2)).toThrow(/divided evenly/);
  });
});

describe('best of n', () => {
  it('has the golden KL', () => {
    const golden = { 1: 0, 2: 0.19314718, 4: 0.63629436, 8: 1.20444154, 16: 1.83508872, 64: 3.17450808, 1000: 5.90875528, 60000: 10.00211651 }; // prettier-ignore
    for (const [n, kl] of Object.entries(golden)) expect(bestOfNKl(Number(n))).toBeCloseTo(kl, 7);
    expect(() => bestOfNKl(0)).toThrow(/no best of 0/);
  });

  it('has the golden estimates', () => {
    const proxy = [0.1, 0.9, 0.3, 0.7, 0.5];
    const gold = [1, 0, 3, 2, 5];
    const estimates = [1, 2, 3, 5].map((n) => bestOfNEstimate(proxy, gold, n));
    expectClose(estimates, [2.2, 1.9, 1.1, 0], 1e-9);
    expect(() => bestOfNEstimate(proxy, gold, 6)).toThrow(/Best of 6.*5 responses/);
  });

  it('equals the mean over all subsets, ties broken either way', () => {
    const score = fc.integer({ min: 0, max: 4 });
    const responses = fc.array(fc.tuple(score, score), { minLength: 1, maxLength: 7 });
    fc.assert(
      fc.property(responses, fc.nat(), (pairs, seed) => {
        const n = (seed % pairs.length) + 1;
        let sum = 0;
        let subsets = 0;
        for (let bits = 0; bits < 1 << pairs.length; bits++) {
          const subset = pairs.filter((_, i) => (bits >> i) & 1);
          if (subset.length !== n) continue;
          const top = Math.max(...subset.map(([proxy]) => proxy));
          const best = subset.filter(([proxy]) => proxy === top);
          sum += best.reduce((total, [, gold]) => total + gold, 0) / best.length;
          subsets += 1;
        }
        const estimate = bestOfNEstimate(pairs.map(([p]) => p), pairs.map(([, g]) => g), n); // prettier-ignore
        expectClose([estimate], [sum / subsets], 1e-9);
      }),
    );
  });

  it('stays finite for tens of thousands', () => {
    const scores = Array.from({ length: 60_000 }, (_, i) => i);
    expect(bestOfNEstimate(scores, scores, 1000)).toBeCloseTo((60_001 * 1000) / 1001 - 1, 5);
  });
});
