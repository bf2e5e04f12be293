/** What a nat of KL costs from rollout to rollout, by each of the three controls. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sectionConfig, type PpoConfig } from '../../src/config';
import type { TrainingProgress } from '../../src/records';
import { steerKl } from '../../src/training/kl-control';

const progressAt = (klCoefficient: number): TrainingProgress => ({
  step: 0,
  steps: 100,
  optimizerSteps: {},
  klCoefficient,
  randomCounters: {},
  dataCursor: 0,
  running: { weight: 3 },
});

/** Coefficients after each of some rollouts with these distinct pairs and this KL. */
function prices(config: PpoConfig, distinct: readonly number[], kl = 2) {
  const progress = progressAt(config.klCoefficient);
  const after = distinct.map((each) => {
    progress.step += 1;
    steerKl(progress, { 'objective/kl': kl, 'response/distinct_2': each }, config);
    return progress.klCoefficient;
  });
  return { after, progress };
}
const ppo = (changes: Partial<PpoConfig>) => sectionConfig('ppo', { klCoefficient: 0.2, klHorizon: 2, ...changes }); // prettier-ignore
const byDistinct = (changes: Partial<PpoConfig> = {}) => ppo({ klControl: 'distinct', distinctTarget: 0.8, criticWarmup: 2, ...changes }); // prettier-ignore

describe('the price of KL', () => {
  test('stays where it is fixed, and follows the KL where it is steered by it', () => {
    expect(prices(ppo({ klControl: 'fixed' }), [0.5, 0.1, 0.1]).after).toEqual([0.2, 0.2, 0.2]);
    const { after } = prices(ppo({ klControl: 'adaptive', klTarget: 1.9 }), [0.5], 2);
    expect(after[0]).toBeCloseTo(0.2 * (1 + (2 / 1.9 - 1) / 2), 12);
  });

  test('waits while the policy rests, then compares with the mean of that time', () => {
    const { after, progress } = prices(byDistinct(), [0.5, 0.3, 0.2, 0, 0.5]);
    expect(after.slice(0, 2)).toEqual([0.2, 0.2]);
    expect(progress.running).toMatchObject({ weight: 3, distinctRollouts: 2 });
    expect(progress.running!.distinctStart).toBeCloseTo(0.4, 12);
    // 0.8 of 0.4 and 0.2 of 0.2 are 0.36: a share of 0.9, enough, and the price is as low as it may be.
    expect(after[2]).toBe(0.2);
    expect(after[3]).toBeCloseTo(0.2 * (1 + (0.8 / 0.72 - 1) / 2), 12); // 0.288 of 0.4
    expect(after[4]! / after[3]!).toBeCloseTo(1 + (0.8 / 0.826 - 1) / 2, 12); // 0.3304 of 0.4
  });

  test('rests one rollout where the critic does not warm up', () => {
    const { after } = prices(byDistinct({ criticWarmup: 0 }), [0.5, 0]);
    expect(after[0]).toBe(0.2);
    expect(after[1]).toBe(0.2); // a share of 0.8
    expect(prices(byDistinct({ criticWarmup: 0 }), [0.5, 0, 0]).after[2]).toBeGreaterThan(0.2);
  });

  test('rises below the target and falls above it, by a fifth in a horizon at most, to what was set', () => {
    const shares = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 3, maxLength: 30 }); // prettier-ignore
    fc.assert(
      fc.property(shares, fc.double({ min: 0.01, max: 1, noNaN: true }), (later, first) => {
        const { after, progress } = prices(byDistinct({ criticWarmup: 1 }), [first, ...later]);
        const { distinctStart = 0, distinctNow = 0 } = progress.running!;
        const [before, last] = after.slice(-2) as [number, number];
        expect(Math.min(...after)).toBeGreaterThanOrEqual(0.2);
        expect(Math.abs(last / before - 1)).toBeLessThanOrEqual(0.2 / 2 + 1e-12);
        if (distinctNow / distinctStart < 0.8 - 1e-9) expect(last).toBeGreaterThan(before);
        if (distinctNow / distinctStart > 0.8) expect(last).toBeLessThanOrEqual(before);
      }),
    );
  });

  test('stays where no response has a pair, or none ever had', () => {
    expect(prices(byDistinct(), [0.5, 0.5, NaN]).after).toEqual([0.2, 0.2, 0.2]);
    expect(prices(byDistinct(), [0, 0, 0.4]).after).toEqual([0.2, 0.2, 0.2]);
  });
});
