import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { generalizedAdvantages } from '../../src/algorithms/gae';
import { adaptiveKlCoefficient, klEstimate, sequenceKl } from '../../src/algorithms/kl';
import { maskedMoments, whiten } from '../../src/algorithms/masked';
import { applyMissingEosScore, tokenRewards } from '../../src/algorithms/rewards';
import { expectClose } from './backends';
import { golden } from './golden';

const float = (bound: number) => fc.double({ min: -bound, max: bound, noNaN: true });

/** Rows of 6 tokens: numbers, and a mask with padding at the end and gaps, its first token real. */
const rollout = fc.integer({ min: 1, max: 4 }).chain((rows) =>
  fc.record({
    rewards: fc.array(float(3), { minLength: rows * 6, maxLength: rows * 6 }),
    values: fc.array(float(3), { minLength: rows * 6, maxLength: rows * 6 }),
    mask: fc
      .array(fc.constantFrom(0, 1), { minLength: rows * 6, maxLength: rows * 6 })
      .map((mask) => mask.map((m, i) => (i % 6 === 0 ? 1 : m))),
  }),
);

describe('KL estimates', () => {
  const ratios = golden.logProbabilities.map((l, i) => l - (golden.referenceLogProbabilities[i] ?? 0)); // prettier-ignore
  it('gives the golden values per token and per response', () => {
    expectClose(ratios.map((r) => klEstimate('k1', r)), [0.2, -0.1, -1, 0, 0], 1e-6); // prettier-ignore
    expectClose(ratios.map((r) => klEstimate('k2', r)), [0.02, 0.005, 0.5, 0, 0], 1e-6); // prettier-ignore
    expectClose(ratios.map((r) => klEstimate('k3', r)), [0.01873075, 0.00517092, 0.71828183, 0, 0], 1e-6); // prettier-ignore
    const sum = (kind: 'k1' | 'k3') =>
      sequenceKl(kind, golden.logProbabilities, golden.referenceLogProbabilities, golden.mask, 5);
    expectClose(sum('k1'), [-0.9], 1e-6);
    expectClose(sum('k3'), [0.7421835], 1e-6);
  });

  it('has the expectations and variances of an enumerated distribution', () => {
    const p = [0.5, 0.3, 0.2];
    const q = [0.4, 0.4, 0.2];
    const expectation = (f: (logRatio: number) => number) =>
      p.reduce((sum, pi, i) => sum + pi * f(Math.log(pi / (q[i] ?? NaN))), 0);
    const kl = 0.0252671539;
    expect(expectation((r) => klEstimate('k1', r))).toBeCloseTo(kl, 9);
    expect(expectation((r) => klEstimate('k3', r))).toBeCloseTo(kl, 9);
    expect(expectation((r) => klEstimate('k2', r))).toBeCloseTo(0.0248624073, 9);
    // The mistakes that others made: the exponent of the wrong sign, and the KL the other way round.
    expect(expectation((r) => klEstimate('k3', -r))).toBeCloseTo(0.0247328461, 9);
    const reverse = q.reduce((sum, qi, i) => sum + qi * Math.log(qi / (p[i] ?? NaN)), 0);
    expect(reverse).toBeCloseTo(0.0258154085, 9);
    expect(expectation((r) => (klEstimate('k1', r) - kl) ** 2)).toBeCloseTo(0.0490863856, 9);
    expect(expectation((r) => (klEstimate('k3', r) - kl) ** 2)).toBeCloseTo(0.0002545942, 9);
  });

  it('keeps its digits near zero, where exp(x) - 1 has none', () => {
    expect(klEstimate('k3', 1)).toBeCloseTo(Math.exp(-1), 12);
    expect(klEstimate('k3', -1)).toBeCloseTo(Math.E - 2, 12);
    expect(klEstimate('k3', 1e-4) / 5e-9).toBeCloseTo(1, 3);
    expect(klEstimate('k3', 1e-7) / 5e-15).toBeCloseTo(1, 4);
    expect(klEstimate('k3', -1e-6)).toBeGreaterThan(0);
  });

  it('reads padding nowhere and skips gaps', () => {
    const sums = sequenceKl(
      'k1',
      [1, NaN, 3, 4, 5, NaN],
      [0, 0, 0, 0, 0, 0],
      [1, 0, 1, 1, 1, 0],
      3,
    );
    expectClose(sums, [4, 9]);
  });

  it('names the array that does not fit', () => {
    expect(() => sequenceKl('k1', [1, 2], [1], [1, 1], 2)).toThrow(
      /referenceLogProbabilities has 1/,
    );
    expect(() => sequenceKl('k1', [1, 2, 3], [1, 2, 3], [1, 1, 1], 2)).toThrow(/divided evenly/);
  });
});

describe('adaptive KL coefficient', () => {
  it('follows the golden sequence', () => {
    let coefficient = 0.15;
    const path = [0, 3, 6, 7.5, 12, 6.3].map(
      (kl) => (coefficient = adaptiveKlCoefficient(coefficient, kl, 6, 512, 10_000)),
    );
    expectClose(path, [0.148464, 0.14694373, 0.14694373, 0.14844843, 0.14996854, 0.15035246], 1e-7);
  });

  it('refuses a KL that is not a number', () => {
    expect(() => adaptiveKlCoefficient(0.1, NaN, 6, 32, 640)).toThrow(
      /KL of the last rollout is NaN/,
    );
    expect(() => adaptiveKlCoefficient(0.1, 1, 0, 32, 640)).toThrow(/positive target/);
  });
});

describe('token rewards', () => {
  const inputs = { ...golden, responseLength: 5 };
  it('gives the golden values, the score at the last response token', () => {
    expectClose(tokenRewards({ ...inputs, scores: [1.5] }, 0.05), golden.rewards, 1e-6);
  });

  it('refuses a response without a token', () => {
    const mask = [0, 0, 0, 0, 0];
    expect(() => tokenRewards({ ...inputs, mask, scores: [1] }, 0.05)).toThrow(
      /Response 0 has no token/,
    );
  });

  it('adds up to the score less the KL penalty, for any mask', () => {
    fc.assert(
      fc.property(rollout, ({ rewards: logProbabilities, values: reference, mask }) => {
        const scores = Array.from({ length: mask.length / 6 }, (_, row) => row - 1.5);
        const responses = { logProbabilities, referenceLogProbabilities: reference, mask, scores, responseLength: 6 }; // prettier-ignore
        const rewards = tokenRewards(responses, 0.3);
        const kl = sequenceKl('k1', logProbabilities, reference, mask, 6);
        const sums = scores.map((_, row) => rewards.slice(row * 6, row * 6 + 6).reduce((a, b) => a + b, 0)); // prettier-ignore
        expectClose(sums, scores.map((score, row) => score - 0.3 * (kl[row] ?? NaN)), 1e-5); // prettier-ignore
      }),
    );
  });

  it('replaces the score of a response that never ended', () => {
    expectClose(applyMissingEosScore([2, 3], [true, false], -1), [2, -1]);
  });
});

describe('generalized advantage estimation', () => {
  const run = (discount: number, lambda: number) =>
    generalizedAdvantages({ ...golden, responseLength: 5 }, { discount, lambda });

  it('gives the golden values', () => {
    expectClose(run(1, 0.95).advantages, golden.advantages, 1e-6);
    expectClose(run(1, 0.95).returns, golden.returns, 1e-6);
    expectClose(run(1, 1).advantages, [1.345, 1.455, 1.15, 0.6, 0], 1e-6);
    expectClose(run(1, 1).returns, [1.545, 1.555, 1.55, 1.5, 0], 1e-6);
    expectClose(run(0.99, 0.95).advantages, [1.14977284, 1.34053465, 1.1053, 0.6, 0], 1e-6);
  });

  it('steps over a gap without discounting or resetting', () => {
    const { returns } = generalizedAdvantages(
      {
        rewards: [0, 0, 0, 0, 2],
        values: [0, 0, 9, 9, 0],
        mask: [1, 1, 0, 0, 1],
        responseLength: 5,
      },
      { discount: 0.5, lambda: 1 },
    );
    expectClose(returns, [0.5, 1, 0, 0, 2]);
  });

  it('discounts rewards alone where values are zero', () => {
    const inputs = {
      rewards: [0, 0, 0, 2],
      values: [0, 0, 0, 0],
      mask: [1, 1, 1, 1],
      responseLength: 4,
    };
    const { returns } = generalizedAdvantages(inputs, { discount: 0.5, lambda: 1 });
    expectClose(returns, [0.25, 0.5, 1, 2]);
  });

  it('is reward-to-go minus value where lambda is 1', () => {
    fc.assert(
      fc.property(rollout, fc.double({ min: 0.5, max: 1, noNaN: true }), (batch, discount) => {
        const inputs = { ...batch, responseLength: 6 };
        const { advantages } = generalizedAdvantages(inputs, { discount, lambda: 1 });
        const wanted = batch.mask.map((real, i) => {
          if (!real) return 0;
          let toGo = 0;
          let weight = 1;
          for (let j = i; j < (Math.floor(i / 6) + 1) * 6; j++) {
            if (!batch.mask[j]) continue;
            toGo += weight * (batch.rewards[j] ?? NaN);
            weight *= discount;
          }
          return toGo - (batch.values[i] ?? NaN);
        });
        expectClose(advantages, wanted, 1e-5);
      }),
    );
  });

  it('is the one-step error where lambda is 0, and treats rows apart', () => {
    const inputs = {
      rewards: [1, 2, 3, 4],
      values: [0.5, 0.25, 1, 2],
      mask: [1, 1, 1, 1],
      responseLength: 2,
    };
    const { advantages } = generalizedAdvantages(inputs, { discount: 1, lambda: 0 });
    expectClose(advantages, [0.75, 1.75, 4, 2]);
  });
});

describe('whitening', () => {
  it('gives the golden values', () => {
    const { advantages, rewards, mask } = golden;
    expectClose(
      whiten(advantages, mask),
      [0.42180063, 1.04560938, 0.17517857, -1.64258858, 0],
      1e-6,
    );
    expectClose(whiten(advantages, mask, { variance: 'unbiased' }), [0.36529007, 0.9055243, 0.15170909, -1.42252346, 0], 1e-6); // prettier-ignore
    expectClose(whiten(rewards, mask, { shiftMean: false }), [-0.22961612, -0.20630257, -0.13636194, 2.11728063, 0], 1e-6); // prettier-ignore
  });

  it('agrees with the published 3 x 3 example', () => {
    const x = [1.2, 1.3, 1.4, 1.5, 1.6, 1.7, 1.8, 1.9, 2.0];
    const mask = x.map(() => 1);
    const biased = [0.0508, 0.4381, 0.8254, 1.2127, 1.6, 1.9873, 2.3746, 2.7619, 3.1492];
    const unbiased = [0.1394, 0.5046, 0.8697, 1.2349, 1.6, 1.9651, 2.3303, 2.6954, 3.0606];
    expectClose(whiten(x, mask, { shiftMean: false }), biased, 5e-5);
    expectClose(whiten(x, mask, { shiftMean: false, variance: 'unbiased' }), unbiased, 5e-5);
  });

  it('has the moments of a masked pair', () => {
    const moments = maskedMoments([1, 2, 3, 4], [0, 1, 1, 0], 'unbiased');
    expect(moments).toEqual({ count: 2, mean: 2.5, variance: 0.5 });
    expectClose(whiten([1, 2, 3, 4], [0, 1, 1, 0], { variance: 'unbiased' }), [0, -Math.SQRT1_2, Math.SQRT1_2, 0], 1e-6); // prettier-ignore
    expect(() => maskedMoments([1, 2], [0, 1], 'unbiased')).toThrow(/unbiased variance of 1/);
    expect(() => maskedMoments([1, 2], [0, 0])).toThrow(/biased variance of 0/);
  });

  it('leaves mean 0 and variance 1 on real tokens and 0 on padding', () => {
    fc.assert(
      fc.property(rollout, ({ rewards, mask }) => {
        fc.pre(maskedMoments(rewards, mask).variance > 1e-3);
        const whitened = whiten(rewards, mask);
        const { mean, variance } = maskedMoments(whitened, mask);
        expectClose([mean, variance], [0, 1], 1e-4);
        mask.forEach((real, i) => expect(real || whitened[i] === 0).toBeTruthy());
      }),
    );
  });
});
