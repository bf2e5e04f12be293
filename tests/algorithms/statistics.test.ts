import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  distinctN,
  mean,
  pearsonCorrelation,
  standardDeviation,
} from '../../src/algorithms/statistics';
import { wilsonInterval, winRate } from '../../src/algorithms/win-rate';
import { expectClose } from './backends';

describe('win rate', () => {
  it('gives the golden interval', () => {
    expectClose(wilsonInterval(60, 100), [0.502003, 0.690599], 1e-6);
    expect(winRate({ wins: 50, losses: 30, ties: 20 })).toEqual({
      wins: 50,
      losses: 30,
      ties: 20,
      value: 0.6,
      low: expect.closeTo(0.502003, 6),
      high: expect.closeTo(0.690599, 6),
    });
  });

  it('stays within 0 and 1, holds the rate, and mirrors when sides change', () => {
    const count = fc.integer({ min: 0, max: 500 });
    fc.assert(
      fc.property(count, count, count, (wins, losses, ties) => {
        fc.pre(wins + losses + ties > 0);
        const { value, low, high } = winRate({ wins, losses, ties });
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(1);
        expect(low).toBeLessThanOrEqual(value + 1e-12);
        expect(high).toBeGreaterThanOrEqual(value - 1e-12);
        const other = winRate({ wins: losses, losses: wins, ties });
        expectClose([other.value, other.low, other.high], [1 - value, 1 - high, 1 - low], 1e-9);
      }),
    );
  });

  it('refuses a rate of nothing', () => {
    expect(() => winRate({ wins: 0, losses: 0, ties: 0 })).toThrow(/without a contest/);
    expect(() => wilsonInterval(3, 2)).toThrow(/3 successes among 2/);
  });
});

describe('statistics', () => {
  it('has mean and unbiased standard deviation', () => {
    expect(mean([1, 2, 6])).toBe(3);
    expect(standardDeviation([1, 2, 6])).toBeCloseTo(Math.sqrt(7), 12);
    expect(mean([])).toBeNaN();
    expect(standardDeviation([4])).toBeNaN();
  });

  it('correlates', () => {
    expect(pearsonCorrelation([1, 2, 3], [10, 20, 30])).toBeCloseTo(1, 12);
    expect(pearsonCorrelation([1, 2, 3], [3, 2, 1])).toBeCloseTo(-1, 12);
    expect(pearsonCorrelation([1, 2, 3, 4], [1, -1, -1, 1])).toBeCloseTo(0, 12);
    // Worked by hand: covariance 4, squares 10 and 10.
    expect(pearsonCorrelation([1, 2, 3, 4, 5], [2, 1, 4, 3, 5])).toBeCloseTo(0.8, 12);
    expect(pearsonCorrelation([1, 2], [5, 5])).toBeNaN();
    expect(() => pearsonCorrelation([1], [1, 2])).toThrow(/needs pairs/);
  });

  it('counts distinct n-grams within texts, never across them', () => {
    const texts = [['the', 'cat', 'the', 'cat'], ['the', 'cat'], ['dog']];
    expect(distinctN(texts, 1)).toBeCloseTo(3 / 7, 12);
    expect(distinctN(texts, 2)).toBeCloseTo(2 / 4, 12);
    expect(
      distinctN(
        [
          ['a b', 'c'],
          ['a', 'b c'],
        ],
        2,
      ),
    ).toBe(1);
    expect(distinctN([['a']], 2)).toBeNaN();
    expect(() => distinctN([], 0)).toThrow(/0-grams/);
  });
});
