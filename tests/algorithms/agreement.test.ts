import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  alphaWithInterval,
  cohenKappa,
  fleissKappa,
  krippendorffAlpha,
  pairAgreement,
  type Judgement,
} from '../../src/algorithms/agreement';
import { bordaConsensus, majorityConsensus } from '../../src/algorithms/consensus';

const repeat = (pair: readonly [number, number], times: number) =>
  Array.from({ length: times }, () => pair);

describe("Cohen's kappa", () => {
  test('of the textbook table of 50 applications is 0.4', () => {
    // 20 yes-yes, 5 yes-no, 10 no-yes, 15 no-no: p_o 0.7, p_e 0.5.
    const both = [...repeat([1, 1], 20), ...repeat([1, 0], 5), ...repeat([0, 1], 10), ...repeat([0, 0], 15)]; // prettier-ignore
    expect(cohenKappa(both.map(([x]) => x), both.map(([, y]) => y))).toBeCloseTo(0.4, 12); // prettier-ignore
  });

  test('leaves gaps out and is undefined where nothing varies or nothing is shared', () => {
    expect(cohenKappa([1, null, 2, 3], [1, 5, null, 3])).toBe(1);
    expect(cohenKappa([1, 1], [1, 1])).toBeNaN();
    expect(cohenKappa([], [])).toBeNaN();
    expect(cohenKappa([1, null], [null, 1])).toBeNaN();
    expect(() => cohenKappa([1], [])).toThrow(/same items/);
  });
});

describe("Fleiss' kappa", () => {
  // Ten items, fourteen labelers, five categories: the worked example of Wikipedia's article, κ = 0.210.
  const TABLE = [
    [0, 0, 0, 0, 14],
    [0, 2, 6, 4, 2],
    [0, 0, 3, 5, 6],
    [0, 3, 9, 2, 0],
    [2, 2, 8, 1, 1],
    [7, 7, 0, 0, 0],
    [3, 2, 6, 3, 0],
    [2, 5, 3, 2, 2],
    [6, 5, 2, 1, 0],
    [0, 2, 2, 3, 7],
  ];
  test('of the worked example is 0.210', () => expect(fleissKappa(TABLE)).toBeCloseTo(0.20993, 5));

  test('is undefined of one labeler, of one category and of nothing', () => {
    expect(fleissKappa([[1, 0], [0, 1]])).toBeNaN(); // prettier-ignore
    expect(fleissKappa([[3, 0], [3, 0]])).toBeNaN(); // prettier-ignore
    expect(fleissKappa([])).toBeNaN();
    expect(() => fleissKappa([[2, 1], [1, 1]])).toThrow(/Item 2 has 2 judgements/); // prettier-ignore
  });
});

describe("Krippendorff's alpha", () => {
  const _ = null;
  // Krippendorff 2011, example C: four observers, twelve units, gaps.
  const OBSERVERS: Judgement[][] = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, _, _, _],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, _, 3],
    [_, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, _],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, _],
  ];
  const UNITS = OBSERVERS[0]!.map((_, unit) => OBSERVERS.map((judged) => judged[unit]!));

  test.each([['nominal', 0.743], ['ordinal', 0.815], ['interval', 0.849]] as const)(
    'on a %s scale is %s in the published example',
    (scale, wanted) => expect(krippendorffAlpha(UNITS, scale)).toBeCloseTo(wanted, 3),
  ); // prettier-ignore

  test('is nominal whatever the categories are called, and interval whatever the unit', () => {
    const other = UNITS.map((unit) =>
      unit.map((x) => (x === null ? null : [0, 9, 4, 7, 1, 2][x]!)),
    );
    expect(krippendorffAlpha(other)).toBeCloseTo(krippendorffAlpha(UNITS), 12);
    const scaled = UNITS.map((unit) => unit.map((x) => (x === null ? null : 32 + 1.8 * x)));
    expect(krippendorffAlpha(scaled, 'interval')).toBeCloseTo(krippendorffAlpha(UNITS, 'interval'), 12); // prettier-ignore
    // Only the order counts for ordinal values.
    const bent = UNITS.map((unit) => unit.map((x) => (x === null ? null : x ** 3)));
    expect(krippendorffAlpha(bent, 'ordinal')).toBeCloseTo(krippendorffAlpha(UNITS, 'ordinal'), 12);
  });

  test('is about 0 of chance, 1 of agreement, below 0 of contradiction', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 2 }), (values) => {
        fc.pre(new Set(values).size > 1);
        for (const scale of ['nominal', 'ordinal', 'interval'] as const)
          expect(krippendorffAlpha(values.map((x) => [x, x, x]), scale)).toBeCloseTo(1, 12); // prettier-ignore
      }),
    );
    expect(krippendorffAlpha([[0, 1], [1, 0], [0, 1]])).toBeLessThan(0); // prettier-ignore
  });

  test('is undefined of one labeler, of ties alone and of nothing', () => {
    expect(krippendorffAlpha([[1], [2], [3]])).toBeNaN();
    expect(krippendorffAlpha([[0, 0], [0, 0]])).toBeNaN(); // prettier-ignore
    expect(krippendorffAlpha([])).toBeNaN();
    expect(krippendorffAlpha([[1, null], [null, 2]])).toBeNaN(); // prettier-ignore
  });

  test('has an interval that holds it and repeats with its seed', () => {
    const found = alphaWithInterval(UNITS, 'nominal', { seed: 1, draws: 400 });
    expect(found.low).toBeLessThan(found.value);
    expect(found.high).toBeGreaterThan(found.value);
    expect(alphaWithInterval(UNITS, 'nominal', { seed: 1, draws: 400 })).toEqual(found);
    expect(() => alphaWithInterval([], 'nominal', { seed: 1 })).toThrow(/0 units/);
  });
});

test('two rankings agree pair by pair', () => {
  // Pairs: 12 alike, 13 alike, 14 alike, 23 tied by the second, 24 tied by the first, 34 against.
  expect(pairAgreement([1, 2, 3, 2], [1, 2, 2, 4])).toEqual({
    agreed: 3,
    pairs: 6,
    decided: 4,
    decidedAlike: 3,
  });
  expect(pairAgreement([1, 1], [1, 1])).toEqual({ agreed: 1, pairs: 1, decided: 0, decidedAlike: 0 }); // prettier-ignore
  expect(pairAgreement([1], [1]).pairs).toBe(0);
  expect(() => pairAgreement([1, 2], [1])).toThrow(/same answers/);
});

describe('consensus', () => {
  test('of the Tennessee capital: Borda and the majority choose Nashville', () => {
    // Shares of voters and the order of Memphis, Nashville, Chattanooga, Knoxville; Borda's points 126, 194, 173, 107.
    const voters = (
      [
        [42, [1, 2, 3, 4]],
        [26, [4, 1, 2, 3]],
        [15, [4, 3, 1, 2]],
        [17, [4, 3, 2, 1]],
      ] as const
    ).flatMap(
      // prettier-ignore
      ([n, ranks]) => Array.from({ length: n }, () => [...ranks]),
    );
    expect(bordaConsensus(voters)).toEqual({ scores: [126, 194, 173, 107], ranks: [3, 1, 2, 4] });
    expect(majorityConsensus(voters)).toEqual({ scores: [0, 3, 2, 1], ranks: [4, 1, 2, 3], circular: false }); // prettier-ignore
  });

  test('says where majorities go round in a circle', () => {
    const condorcet = [[1, 2, 3], [3, 1, 2], [2, 3, 1]]; // prettier-ignore
    expect(majorityConsensus(condorcet)).toEqual({ scores: [1, 1, 1], ranks: [1, 1, 1], circular: true }); // prettier-ignore
    // With a winner outside the circle it is still one.
    const above = condorcet.map((ranks) => [1, ...ranks.map((rank) => rank + 1)]);
    expect(majorityConsensus(above)).toMatchObject({ ranks: [1, 2, 2, 2], circular: true });
  });

  test('of one labeler is that labeler, ties and all; of none there is none', () => {
    expect(bordaConsensus([[2, 1, 2]]).ranks).toEqual([2, 1, 2]);
    expect(majorityConsensus([[1, 1, 1]])).toEqual({ scores: [1, 1, 1], ranks: [1, 1, 1], circular: false }); // prettier-ignore
    expect(() => bordaConsensus([])).toThrow(/without a ranking/);
    expect(() => bordaConsensus([[1, 2], [1]])).toThrow(/same answers/);
  });
});
