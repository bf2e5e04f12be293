import { expect, test } from 'vitest';
import { exposure } from '../../src/algorithms/exposure';
import { mean } from '../../src/algorithms/statistics';

test('exposure is the bits by which the rank beats a guess', () => {
  // Carlini 2019: rank 1 of 2^n candidates has n bits, the last rank has none.
  expect(exposure([-1, -3, -5, -9], 0)).toEqual({ rank: 1, candidates: 4, exposure: 2, chance: 0.25 }); // prettier-ignore
  expect(exposure([-1, -3, -5, -9], 3)).toEqual({ rank: 4, candidates: 4, exposure: 0, chance: 1 });
  expect(exposure([-2, -2, -2], 1)).toMatchObject({ rank: 2 });
});

test('of a model that never saw the secret it is log2 e on average', () => {
  const n = 4096;
  const logs = Array.from({ length: n }, (_, i) => -i);
  expect(mean(logs.map((_, secret) => exposure(logs, secret).exposure))).toBeCloseTo(Math.LOG2E, 2);
});

test('there is none of a candidate that is not there', () => {
  expect(() => exposure([], 0)).toThrow(/no candidate 0 among 0/);
  expect(() => exposure([-1, NaN], 0)).toThrow(/Candidate 1/);
});
