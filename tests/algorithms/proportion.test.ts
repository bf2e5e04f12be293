import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  clopperPearson,
  differenceOfProportions,
  meanOfRates,
  triesWithoutIncident,
  upperBound,
  votesNeeded,
} from '../../src/algorithms/proportion';
import {
  logGamma,
  normalCdf,
  normalQuantile,
  regularisedBeta,
} from '../../src/algorithms/special-functions';
import { wilsonInterval } from '../../src/algorithms/win-rate';
import { expectClose } from './backends';

/** P(X ≥ k) of n tries at rate p, summed term by term. */
function upperTail(k: number, n: number, p: number): number {
  let term = (1 - p) ** n;
  let below = 0;
  for (let i = 0; i < k; i++) {
    below += term;
    term *= ((n - i) / (i + 1)) * (p / (1 - p));
  }
  return 1 - below;
}

describe('special functions', () => {
  test('are those of the C library', () => {
    // Python's math.lgamma and math.erfc.
    expect(logGamma(0.3)).toBeCloseTo(1.0957979948180752, 13);
    expect(logGamma(123.4)).toBeCloseTo(469.3360974421906, 10);
    const values = [-6, -1.96, 0.3, 2.5].map(normalCdf);
    const wanted = [9.865876450377012e-10, 0.024997895148220435, 0.6179114221889526, 0.9937903346742238]; // prettier-ignore
    values.forEach((value, i) => expect(value / wanted[i]!).toBeCloseTo(1, 12));
  });

  test('the beta distribution sums binomial tails', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 0, max: 40 }),
        fc.double({ min: 0.01, max: 0.99, noNaN: true }),
        (k, more, p) => {
          const n = k + more;
          expect(regularisedBeta(p, k, n - k + 1)).toBeCloseTo(upperTail(k, n, p), 9);
        },
      ),
    );
  });

  test('quantiles turn the distribution round', () => {
    expect(normalQuantile(0.975)).toBeCloseTo(1.959963984540054, 12);
    expect(normalQuantile(0.8)).toBeCloseTo(0.8416212335729143, 12);
    expect(() => normalQuantile(1)).toThrow(/no normal quantile of 1/);
  });
});

describe('a rate', () => {
  test('has the exact interval that R gives', () => {
    // The example of R's help page on binom.test: Mendel's peas, 682 of 925.
    expectClose(clopperPearson(682, 925), [0.7076683, 0.7654066], 5e-8);
    const [low, high] = clopperPearson(3, 25);
    expect(upperTail(3, 25, low)).toBeCloseTo(0.025, 10);
    expect(upperTail(4, 25, high)).toBeCloseTo(0.975, 10);
  });

  test('of nothing seen is bounded by the rule of three', () => {
    expect(upperBound(0, 1000)).toBeCloseTo(1 - 0.05 ** (1 / 1000), 14);
    expect(upperBound(0, 1000) * 1000).toBeCloseTo(3, 1);
    expect(upperBound(0, 1)).toBeCloseTo(0.95, 14);
    expect(upperBound(5, 5)).toBe(1);
    expect(1 - upperTail(3, 50, upperBound(2, 50))).toBeCloseTo(0.05, 10);
    // 0.95 ** 59 is the first below 0.05: the sample size for 5% that auditors use.
    expect(triesWithoutIncident(0.05)).toBe(59);
  });

  test('lies within its interval, which narrows with more', () => {
    fc.assert(
      fc.property(fc.nat(200), fc.nat(200), (successes, failures) => {
        fc.pre(successes + failures > 0);
        const total = successes + failures;
        const [low, high] = clopperPearson(successes, total);
        expect(low).toBeLessThanOrEqual(successes / total);
        expect(high).toBeGreaterThanOrEqual(successes / total);
        const [low10, high10] = clopperPearson(10 * successes, 10 * total);
        expect(high10 - low10).toBeLessThan(high - low);
        expect(upperBound(successes, total)).toBeLessThanOrEqual(high);
      }),
    );
  });

  test('of an empty set is refused', () => {
    for (const [k, n] of [
      [0, 0],
      [3, 2],
      [-1, 4],
      [0.5, 4],
    ] as const)
      // prettier-ignore
      expect(() => upperBound(k, n)).toThrow(/There is no rate/);
  });
});

test('the difference of two rates is that of Newcombe', () => {
  // Newcombe 1998, table II, method 10: examples a, b, d and g.
  const cases = [
    [56, 70, 48, 80, 0.0524, 0.3339],
    [9, 10, 3, 10, 0.1705, 0.809],
    [5, 56, 0, 29, -0.0381, 0.1926],
    [10, 10, 0, 10, 0.6075, 1],
  ] as const;
  for (const [a, m, b, n, low, high] of cases) {
    const found = differenceOfProportions({ successes: a, total: m }, { successes: b, total: n });
    expectClose([found.value, found.low, found.high], [a / m - b / n, low, high], 5.1e-5);
  }
});

describe('the mean of rates', () => {
  test('of a rate and one turned round is half of their difference', () => {
    const [low, high] = wilsonInterval(56, 70);
    const [lowQ, highQ] = wilsonInterval(48, 80);
    const { value, ...ends } = meanOfRates([{ value: 0.8, low, high }, { value: -0.6, low: -highQ, high: -lowQ }]); // prettier-ignore
    const whole = differenceOfProportions({ successes: 56, total: 70 }, { successes: 48, total: 80 }); // prettier-ignore
    expectClose([2 * value, 2 * ends.low, 2 * ends.high], [whole.value, whole.low, whole.high], 1e-9); // prettier-ignore
  });

  test('is sure of nothing where all are 0, and refuses none at all', () => {
    const [low, high] = wilsonInterval(0, 20);
    const never = { value: 0, low, high };
    expect(meanOfRates([never, never])).toMatchObject({ value: 0, low: 0 });
    expect(meanOfRates([never, never]).high).toBeCloseTo(high / Math.SQRT2, 12);
    expect(() => meanOfRates([])).toThrow('There is no mean without a rate.');
  });
});

describe('votes needed to tell two apart', () => {
  test('give the power that was asked for', () => {
    expect(votesNeeded(0.6)).toBe(194);
    expect(votesNeeded(0.4)).toBe(194);
    for (const rate of [0.55, 0.6, 0.7]) {
      const n = votesNeeded(rate);
      // The exact power of the normal test of one half, summed term by term.
      const needed = Math.ceil(n / 2 + (1.96 * Math.sqrt(n)) / 2);
      expect(Math.abs(upperTail(needed, n, rate) - 0.8)).toBeLessThan(0.035);
    }
    expect(votesNeeded(0.6, { power: 0.9 })).toBeGreaterThan(194);
  });

  test('are refused for two alike', () => expect(() => votesNeeded(0.5)).toThrow(/No number/));
});
