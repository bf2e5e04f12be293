import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crossEntropy } from '../../src/algorithms/cross-entropy';
import {
  explainedVariance,
  policyLoss,
  valueLoss,
  type PolicyLossOptions,
} from '../../src/algorithms/ppo-loss';
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

const update = {
  logProbabilities: [-0.7, -0.6, -2.4, -0.1, 0],
  oldLogProbabilities: golden.logProbabilities,
  advantages: [1, -1, 1, 0.5, 0],
  mask: golden.mask,
};

interface PolicyNumbers {
  logProbabilities: ArrayLike<number>;
  oldLogProbabilities: ArrayLike<number>;
  advantages: ArrayLike<number>;
  mask: ArrayLike<number>;
  entropy?: ArrayLike<number>;
}

/** The policy loss of flat lists. `tokenCount` is that of the mask unless given. */
function policyOf(
  numbers: PolicyNumbers,
  options: PolicyLossOptions = { clipRange: 0.2 },
  tokenCount = Array.from(numbers.mask).reduce((a, b) => a + b, 0),
  logProbabilities: tf.Tensor2D = rows(numbers.logProbabilities),
) {
  return policyLoss(
    {
      logProbabilities,
      oldLogProbabilities: rows(numbers.oldLogProbabilities),
      advantages: rows(numbers.advantages),
      mask: rows(numbers.mask),
      tokenCount,
      ...(numbers.entropy ? { entropy: rows(numbers.entropy) } : {}),
    },
    options,
  );
}

const policyGradient = (numbers: PolicyNumbers, options?: PolicyLossOptions) =>
  gradientAt(
    (x: tf.Tensor2D) => policyOf(numbers, options, undefined, x).loss,
    () => rows(numbers.logProbabilities),
  );

onEachBackend('policy loss', () => {
  it('gives the golden loss, statistics and gradient', () => {
    const statistics = scalarsOf(() => policyOf(update).statistics);
    expectClose(numbersOf(() => policyOf(update).loss), [-0.36637066]); // prettier-ignore
    expectClose([statistics.policyLoss], [-0.36637066]);
    expectClose([statistics.clipFraction, statistics.outsideFraction], [0.25, 0.5]);
    expectClose([statistics.approximateKl], [0.0325]);
    expectClose([statistics.approximateKlK3], [0.03125407]);
    expectClose([statistics.approximateKlK1], [0.05]);
    expectClose([statistics.ratioMax], [1.34985881]);
    expectClose([statistics.ratioMean], [(1.34985881 + 0.90483742 + 0.67032005 + 1) / 4]);
    expectClose(policyGradient(update), [0, 0.22620935, -0.16758001, -0.125, 0]);
  });

  it('shows ratio 1, KL 0 and nothing clipped where the policy has not moved', () => {
    const still = { ...update, logProbabilities: update.oldLogProbabilities };
    const statistics = scalarsOf(() => policyOf(still).statistics);
    expect(statistics).toEqual({
      policyLoss: -0.375,
      ratioMean: 1,
      ratioMax: 1,
      approximateKl: 0,
      approximateKlK3: 0,
      approximateKlK1: expect.closeTo(0, 10),
      clipFraction: 0,
      outsideFraction: 0,
    });
    // At ratio 1 the gradient is -A / tokens: that of a plain policy gradient.
    expectClose(policyGradient(still), [-0.25, 0.25, -0.25, -0.125, 0]);
  });

  it('reads nothing on padding', () => {
    const dirty = {
      logProbabilities: [...update.logProbabilities.slice(0, 4), 300],
      oldLogProbabilities: [...update.oldLogProbabilities.slice(0, 4), -300],
      advantages: [...update.advantages.slice(0, 4), -1e6],
      mask: update.mask,
    };
    expectClose(numbersOf(() => policyOf(dirty).loss), [-0.36637066]); // prettier-ignore
    expectClose(policyGradient(dirty), [0, 0.22620935, -0.16758001, -0.125, 0]);
    expectClose([scalarsOf(() => policyOf(dirty).statistics).ratioMax], [1.34985881]);
  });

  it('finds the largest ratio among real tokens, even where it is below 1', () => {
    const falling = { ...update, logProbabilities: [-1.5, -1, -2.5, -0.6, 0] };
    expectClose([scalarsOf(() => policyOf(falling).statistics).ratioMax], [Math.exp(-0.5)]);
  });

  it('measures the KL of a tiny update to three digits, in float32', () => {
    const step = 2 ** -10;
    const tiny = { logProbabilities: [step], oldLogProbabilities: [0], advantages: [1], mask: [1] };
    const { approximateKlK3, approximateKl } = scalarsOf(() => policyOf(tiny).statistics);
    expectClose([approximateKlK3 / (Math.expm1(step) - step)], [1], 1e-3);
    expectClose([approximateKl / (step ** 2 / 2)], [1], 1e-6);
  });

  it('bounds the loss of an unlikely bad token with dual clip', () => {
    const bad = { logProbabilities: [Math.log(5)], oldLogProbabilities: [0], advantages: [-1], mask: [1] }; // prettier-ignore
    expectClose(numbersOf(() => policyOf(bad).loss), [5]); // prettier-ignore
    const dual = { clipRange: 0.2, dualClip: 3 };
    expectClose(numbersOf(() => policyOf(bad, dual).loss), [3]); // prettier-ignore
    expectClose(policyGradient(bad, dual), [0]);
    // Positive advantages are left alone.
    expectClose(numbersOf(() => policyOf({ ...bad, advantages: [1] }, dual).loss), [-1.2]); // prettier-ignore
    expect(() => policyOf(bad, { clipRange: 0.2, dualClip: 0.9 })).toThrow(/Dual clip is 0.9/);
  });

  it('clips above and below at different ranges', () => {
    const batch = { logProbabilities: [1, -1], oldLogProbabilities: [0, 0], advantages: [1, -1], mask: [1, 1] }; // prettier-ignore
    const options = { clipRange: 0.2, clipRangeHigh: 0.28 };
    expectClose(numbersOf(() => policyOf(batch, options).loss), [(-1.28 + 0.8) / 2]); // prettier-ignore
  });

  it('pays for entropy only what is asked', () => {
    const entropy = [1, 2, 3, 4, 100];
    const options = { clipRange: 0.2, entropyCoefficient: 0.01 };
    const loss = () => policyOf({ ...update, entropy }, options).loss;
    expectClose(numbersOf(loss), [-0.36637066 - 0.01 * 2.5]);
    expect(() => policyOf(update, options)).toThrow(/no entropy/);
  });

  it('agrees with finite differences away from the kinks', () => {
    const f = (x: Float32Array) => numbersOf(() => policyOf(update, undefined, 4, rows(x)).loss)[0] ?? NaN; // prettier-ignore
    expectClose(policyGradient(update), finiteDifferences(f, update.logProbabilities), 1e-3);
  });

  it('refuses a batch without a response token', () => {
    expect(() => policyOf({ ...update, mask: [0, 0, 0, 0, 0] })).toThrow(/mean over 0 tokens/);
  });
});

const valueUpdate = [0.5, 0.1, 0.1, 1.3, 0];

const valueOf = (values: tf.Tensor2D, clipRange = 0.2) =>
  valueLoss(
    {
      values,
      oldValues: rows(golden.values),
      returns: rows(golden.returns),
      mask: rows(golden.mask),
      tokenCount: 4,
    },
    { clipRange },
  );

onEachBackend('value loss', () => {
  it('gives the golden loss and statistics', () => {
    expectClose(numbersOf(() => valueOf(rows(valueUpdate)).loss), [0.62896879]); // prettier-ignore
    const statistics = scalarsOf(() => valueOf(rows(valueUpdate)).statistics);
    expectClose([statistics.valueError / 2, statistics.valueClipFraction], [0.59045504, 0.5]);
    expectClose(numbersOf(() => valueOf(rows(valueUpdate), 100).loss), [0.59045504]); // prettier-ignore
  });

  it('agrees with finite differences, with no gradient where the clip binds', () => {
    const gradient = gradientAt(
      (x: tf.Tensor2D) => valueOf(x).loss,
      () => rows(valueUpdate),
    );
    const f = (x: Float32Array) => numbersOf(() => valueOf(rows(x)).loss)[0] ?? NaN;
    expectClose(gradient, finiteDifferences(f, valueUpdate), 1e-3);
    expect(gradient[0]).toBe(0);
    expect(gradient[4]).toBe(0);
  });
});

onEachBackend('cross-entropy', () => {
  it('is the mean over the tokens that count', () => {
    const logProbabilities = [-9, -9, -1, -2, -0.25, -9, -9, -3];
    const mask = [0, 0, 1, 1, 1, 0, 0, 1];
    const loss = (x: tf.Tensor2D) => crossEntropy(x, rows(mask, 4), 4);
    expectClose(numbersOf(() => loss(rows(logProbabilities, 4))), [1.5625]); // prettier-ignore
    const gradient = gradientAt(loss, () => rows(logProbabilities, 4));
    expectClose(gradient, mask.map((real) => (real ? -0.25 : 0))); // prettier-ignore
  });
});

onEachBackend('cut into micro-batches', () => {
  const tokens = 12;
  const list = (bound: number) =>
    fc.array(fc.double({ min: -bound, max: bound, noNaN: true }), { minLength: tokens, maxLength: tokens }); // prettier-ignore
  const batch = fc.record({
    logProbabilities: list(2),
    oldLogProbabilities: list(2),
    advantages: list(2),
    mask: fc
      .array(fc.constantFrom(0, 1), { minLength: tokens, maxLength: tokens })
      .filter((mask) => mask.includes(1)),
    cut: fc.integer({ min: 1, max: tokens - 1 }),
  });

  it('gives the losses and statistics of the whole, whatever the cut', () => {
    fc.assert(
      fc.property(batch, ({ cut, ...numbers }) => {
        const count = numbers.mask.filter(Boolean).length;
        const part = (from: number, to: number) => {
          const piece = (x: number[]) => x.slice(from, to);
          const { statistics, loss } = policyOf(
            {
              logProbabilities: piece(numbers.logProbabilities),
              oldLogProbabilities: piece(numbers.oldLogProbabilities),
              advantages: piece(numbers.advantages),
              mask: piece(numbers.mask),
            },
            { clipRange: 0.2 },
            count,
          );
          const value = valueLoss(
            {
              values: rows(piece(numbers.logProbabilities)),
              oldValues: rows(piece(numbers.oldLogProbabilities)),
              returns: rows(piece(numbers.advantages)),
              mask: rows(piece(numbers.mask)),
              tokenCount: count,
            },
            { clipRange: 0.2 },
          );
          return { loss, ...statistics, value: value.loss, ...value.statistics };
        };
        const whole = scalarsOf(() => part(0, tokens));
        const first = scalarsOf(() => part(0, cut));
        const second = scalarsOf(() => part(cut, tokens));
        for (const name of Object.keys(whole) as (keyof typeof whole)[]) {
          const both =
            name === 'ratioMax' ? Math.max(first[name], second[name]) : first[name] + second[name];
          expectClose([both], [whole[name]], 1e-5);
        }
      }),
      { numRuns: 30 },
    );
  });
});

describe('explained variance', () => {
  it('gives the golden value', () => {
    const mask = [1, 1, 1, 1, 0];
    expect(explainedVariance([1.1, 1.9, 3.2, 3.6, 50], [1, 2, 3, 4, -50], mask)).toBeCloseTo(
      0.958,
      9,
    );
  });
  it('is 1 for perfect values, 0 for constant ones, and not a number for equal returns', () => {
    const all = [1, 1, 1];
    expect(explainedVariance([1, 2, 4], [1, 2, 4], all)).toBe(1);
    expect(explainedVariance([7, 7, 7], [1, 2, 4], all)).toBe(0);
    expect(explainedVariance([1, 2, 3], [5, 5, 5], all)).toBeNaN();
  });
});
