/** The laws of over-optimisation: golden peaks, and fits that find the law they were drawn from. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitScalingLaw, goldAt, peakOf } from '../../src/algorithms/over-optimisation';

describe('over-optimisation', () => {
  it('has the golden peaks', () => {
    const bon = peakOf({ kind: 'best-of-n', alpha: 1, beta: 0.2 });
    expect([bon.d, bon.gold]).toEqual([2.5, 1.25]);
    const rl = peakOf({ kind: 'rl', alpha: 1, beta: 0.5 });
    expect(rl.d).toBeCloseTo(2.71828183, 8);
    expect(rl.gold).toBeCloseTo(1.35914091, 8);
    expect(() => peakOf({ kind: 'rl', alpha: 1, beta: 0 })).toThrow(/never falls/);
  });

  it('peaks where it peaks, and is 0 where it begins', () => {
    const laws = fc.record({
      kind: fc.constantFrom('best-of-n' as const, 'rl' as const),
      alpha: fc.double({ min: 0.1, max: 2, noNaN: true }),
      beta: fc.double({ min: 0.2, max: 2, noNaN: true }),
    });
    fc.assert(
      fc.property(laws, (law) => {
        const { d, gold } = peakOf(law);
        expect(goldAt(law, 0)).toBe(0);
        for (const other of [0.9 * d, 1.1 * d]) expect(goldAt(law, other)).toBeLessThan(gold);
        const distances = [0, 0.5, 1, 2, 3, 5];
        const fitted = fitScalingLaw(law.kind, distances, distances.map((x) => goldAt(law, x))); // prettier-ignore
        expect(fitted.alpha).toBeCloseTo(law.alpha, 6);
        expect(fitted.beta).toBeCloseTo(law.beta, 6);
        expect(fitted.rSquared).toBeCloseTo(1, 6);
      }),
    );
  });

  it('needs two distances', () => {
    expect(() => fitScalingLaw('rl', [1, 1], [1, 2])).toThrow(/Two different distances/);
    expect(() => fitScalingLaw('rl', [1], [1, 2])).toThrow(/1 distances for 2/);
  });
});
