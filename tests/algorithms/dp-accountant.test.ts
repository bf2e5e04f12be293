import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  clippingFactor,
  noiseFor,
  privacyLoss,
  RDP_ORDERS,
  renyiDivergence,
} from '../../src/algorithms/dp-accountant';

describe('Rényi divergence of the sampled Gaussian', () => {
  test.each([
    // The binomial sum for whole orders (Mironov 2019, section 3.3), summed in Python.
    [2, 1.5, 0.04, 0.0008949969668736336],
    [5, 1.5, 0.04, 0.0024239246923765992],
    [20, 1.1, 0.01, 3.4169310395609327],
    [3, 0.7, 0.256, 1.1315526913980667],
    [32, 4, 0.5, 0.444779481971411],
    // The integral for fractional ones, by four million points in numpy.
    [2.5, 1.5, 0.04, 0.0011328034664699986],
    [1.5, 2.5, 0.01, 1.3001417944245704e-5],
    [2.71828, 1, 0.1, 0.02682586807365535],
  ])('at order %s, σ %s and q %s is %s nats', (alpha, sigma, q, wanted) => {
    expect(renyiDivergence(alpha, sigma, q) / wanted).toBeCloseTo(1, 8);
  });

  test('is α / 2σ² where every example takes part, and nothing where none does', () => {
    expect(renyiDivergence(7, 2, 1)).toBe(7 / 8);
    expect(renyiDivergence(7, 2, 0)).toBe(0);
    expect(renyiDivergence(7, 2, 1 - 1e-12)).toBeCloseTo(7 / 8, 8);
  });
});

describe('the loss of privacy', () => {
  test("is that of Opacus's own test", () => {
    // opacus/tests/accountants_test.py: σ 1.5, q 0.04, 2250 steps, δ 1e-5.
    const { epsilon } = privacyLoss({ noiseMultiplier: 1.5, sampleRate: 0.04, steps: 2250 }, 1e-5);
    expect(epsilon).toBeCloseTo(7.32911117143, 6);
  });

  test("is that of TensorFlow Privacy's tutorial by the older conversion", () => {
    // MNIST: 60,000 examples, batches of 250, 15 epochs, σ 1.3, δ 1e-5: "ε = 1.18" with ε = RDP − ln δ / (α − 1).
    const older = RDP_ORDERS.map(
      (alpha) => 3600 * renyiDivergence(alpha, 1.3, 250 / 60000) - Math.log(1e-5) / (alpha - 1),
    );
    expect(Math.min(...older)).toBeCloseTo(1.18, 2);
    // The newer conversion is never worse.
    const { epsilon } = privacyLoss({ noiseMultiplier: 1.3, sampleRate: 250 / 60000, steps: 3600 }, 1e-5); // prettier-ignore
    expect(epsilon).toBeLessThan(1.18);
    expect(epsilon).toBeGreaterThan(0.9);
  });

  test('grows with steps and sampling and shrinks with noise', () => {
    const setting = fc.record({
      noiseMultiplier: fc.double({ min: 0.6, max: 5, noNaN: true }),
      sampleRate: fc.double({ min: 0.001, max: 0.5, noNaN: true }),
      steps: fc.integer({ min: 1, max: 2000 }),
    });
    fc.assert(
      fc.property(setting, (run) => {
        const { epsilon } = privacyLoss(run, 1e-5);
        const other = (change: Partial<typeof run>) =>
          privacyLoss({ ...run, ...change }, 1e-5).epsilon;
        expect(other({ steps: run.steps * 2 })).toBeGreaterThanOrEqual(epsilon);
        expect(other({ sampleRate: run.sampleRate * 1.5 })).toBeGreaterThanOrEqual(epsilon - 1e-9);
        expect(other({ noiseMultiplier: run.noiseMultiplier * 1.5 })).toBeLessThanOrEqual(epsilon + 1e-9); // prettier-ignore
      }),
      { numRuns: 4 },
    );
    expect(privacyLoss({ noiseMultiplier: 1, sampleRate: 0.1, steps: 0 }, 1e-5).epsilon).toBe(0);
  });

  test('can be bought with noise', () => {
    // Opacus's own test finds 1.425307617 for ε 8, halving until the noise is at most 0.01 too large.
    const run = { sampleRate: 0.04, steps: 2250 };
    const noise = noiseFor(8, 1e-5, run);
    expect(noise).toBeLessThan(1.425307617);
    expect(noise).toBeGreaterThan(1.415307617);
    expect(privacyLoss({ ...run, noiseMultiplier: noise - 2e-4 }, 1e-5).epsilon).toBeGreaterThan(8);
    expect(privacyLoss({ ...run, noiseMultiplier: noise }, 1e-5).epsilon).toBeLessThanOrEqual(8);
  });

  test('is refused for impossible settings', () => {
    const run = { noiseMultiplier: 1, sampleRate: 0.1, steps: 1 };
    expect(() => privacyLoss({ ...run, noiseMultiplier: 0 }, 1e-5)).toThrow(/without noise/);
    expect(() => privacyLoss({ ...run, sampleRate: 2 }, 1e-5)).toThrow(/sample rate is 2/);
    expect(() => privacyLoss({ ...run, steps: 0.5 }, 1e-5)).toThrow(/0.5 steps/);
    expect(() => privacyLoss(run, 0)).toThrow(/δ is 0/);
  });
});

test('a gradient is shortened to the norm and never lengthened', () => {
  expect([clippingFactor(4, 1), clippingFactor(0.5, 1), clippingFactor(0, 1)]).toEqual([0.25, 1, 1]); // prettier-ignore
});
