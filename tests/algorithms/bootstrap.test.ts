import { describe, expect, test } from 'vitest';
import {
  bootstrap,
  bootstrapOverPrompts,
  groupBy,
  pairedBootstrap,
  quantile,
} from '../../src/algorithms/bootstrap';
import { mean, standardDeviation } from '../../src/algorithms/statistics';
import { normal } from '../../src/data/random';

const scores = Array.from({ length: 200 }, (_, i) => normal(3, 1, i));
const meanAt = (units: Int32Array) => mean(Float64Array.from(units, (i) => scores[i]!));

test('quantiles lie between neighbours, as in numpy', () => {
  expect(quantile([1, 2, 4, 8], 0.5)).toBe(3);
  expect(quantile([1, 2, 4, 8], 0.1)).toBeCloseTo(1.3, 12);
  expect(quantile([5], 0.975)).toBe(5);
  expect(quantile([], 0.5)).toBeNaN();
});

describe('the bootstrap', () => {
  test('of a mean is as wide as its standard error says', () => {
    const { value, low, high } = bootstrap(200, meanAt, { seed: 1, draws: 3000 });
    const error = standardDeviation(scores) / Math.sqrt(200);
    expect(value).toBeCloseTo(mean(scores), 12);
    expect((high - low) / (2 * 1.96 * error)).toBeGreaterThan(0.94);
    expect((high - low) / (2 * 1.96 * error)).toBeLessThan(1.06);
    expect(bootstrap(200, meanAt, { seed: 1, draws: 50 })).toEqual(bootstrap(200, meanAt, { seed: 1, draws: 50 })); // prettier-ignore
  });

  test('over prompts is wider than over answers that repeat each other', () => {
    const answers = scores
      .slice(0, 40)
      .flatMap((score, i) => Array.from({ length: 8 }, () => ({ promptId: `p${i}`, score })));
    const over = (promptOf: (x: (typeof answers)[0], i?: number) => string) =>
      bootstrapOverPrompts(answers, promptOf, (items) => mean(items.map(({ score }) => score)), { seed: 2, draws: 800 }); // prettier-ignore
    let unique = 0;
    const byPrompt = over(({ promptId }) => promptId);
    const byAnswer = over(() => `${unique++}`);
    const ratio = (byPrompt.high - byPrompt.low) / (byAnswer.high - byAnswer.low);
    expect(ratio / Math.sqrt(8)).toBeGreaterThan(0.85);
    expect(ratio / Math.sqrt(8)).toBeLessThan(1.15);
  });

  test('leaves out draws in which nothing is defined, and refuses nothing at all', () => {
    const halves = bootstrap(2, ([a, b]) => (a === b ? NaN : 1), { seed: 1, draws: 100 });
    expect(halves).toEqual({ value: 1, low: 1, high: 1 });
    expect(bootstrap(3, () => NaN, { seed: 1 })).toEqual({ value: NaN, low: NaN, high: NaN });
    expect(() => bootstrap(0, () => 1, { seed: 1 })).toThrow(/0 units/);
  });

  test('groups in the order of first sight', () =>
    expect(groupBy(['b1', 'a1', 'b2'], (x) => x[0]!)).toEqual([['b1', 'b2'], ['a1']]));
});

describe('the paired bootstrap', () => {
  test('sees a small difference that unpaired scores would hide', () => {
    const better = scores.map((score, i) => score + 0.05 + 0.02 * normal(4, 1, i));
    const { value, low, high, better: sure } = pairedBootstrap(better, scores, { seed: 1 });
    expect(value).toBeGreaterThan(0.04);
    expect(low).toBeGreaterThan(0.04);
    expect(high).toBeLessThan(0.06);
    expect(sure).toBe(1);
  });

  test('of the same model is no difference', () => {
    expect(pairedBootstrap([1, 2], [1, 2], { seed: 1 })).toEqual({ value: 0, low: 0, high: 0, better: 0.5 }); // prettier-ignore
    expect(() => pairedBootstrap([1], [1, 2], { seed: 1 })).toThrow(/1 and 2/);
    expect(() => pairedBootstrap([], [], { seed: 1 })).toThrow(/0 units/);
  });
});
