import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { calibration } from '../../src/algorithms/calibration';
import { uniform } from '../../src/random';

describe('calibration', () => {
  test('of a case worked out by hand', () => {
    // Bins of one fifth: [0, .2): .1 → 0; [.2, .4): none; [.6, .8): .7, .7 → 1, 0; [.8, 1]: .9, 1 → 1, 1.
    const { bins, error, largestGap, brier } = calibration([0.1, 0.7, 0.7, 0.9, 1], [0, 1, 0, 1, 1], 5); // prettier-ignore
    expect(bins.map(({ count }) => count)).toEqual([1, 0, 0, 2, 2]);
    expect(bins[3]).toMatchObject({ from: 0.6, to: 0.8, said: 0.7, happened: 0.5 });
    expect(bins[1]).toMatchObject({ said: NaN, happened: NaN, low: NaN, high: NaN });
    // 1/5 · 0.1 + 2/5 · 0.2 + 2/5 · 0.05
    expect(error).toBeCloseTo(0.12, 12);
    expect(largestGap).toBeCloseTo(0.2, 12);
    expect(brier).toBeCloseTo((0.01 + 0.09 + 0.49 + 0.01 + 0) / 5, 12);
  });

  test('is near perfect of outcomes drawn with the probabilities, and poor of boasting', () => {
    const said = Array.from({ length: 20_000 }, (_, i) => uniform(1, 1, i));
    const happened = said.map((p, i) => Number(uniform(1, 2, i) < p));
    expect(calibration(said, happened).error).toBeLessThan(0.015);
    const boasted = said.map((p) => (p > 0.5 ? 0.99 : 0.01));
    expect(calibration(boasted, happened).error).toBeGreaterThan(0.2);
  });

  test('counts every probability once and never errs by more than 1', () => {
    const list = fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(0, 0.5, 1))); // prettier-ignore
    fc.assert(
      fc.property(list, fc.integer({ min: 1, max: 30 }), (pairs, n) => {
        const found = calibration(pairs.map(([p]) => p), pairs.map(([, y]) => y), n); // prettier-ignore
        expect(found.bins.reduce((sum, { count }) => sum + count, 0)).toBe(pairs.length);
        if (pairs.length === 0) {
          expect(found.error).toBeNaN();
          return;
        }
        expect(found.error).toBeGreaterThanOrEqual(0);
        expect(found.error).toBeLessThanOrEqual(found.largestGap + 1e-12);
      }),
    );
  });

  test('refuses what is no probability', () => {
    expect(() => calibration([1.2], [1])).toThrow(/Entry 0 is 1.2/);
    expect(() => calibration([1], [])).toThrow(/1 and 0/);
  });
});
