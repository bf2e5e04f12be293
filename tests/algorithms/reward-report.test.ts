/** A reward model's report, of four pairs that can be counted by hand. */
import { expect, it } from 'vitest';
import { cautiousScores, rewardReport, type JudgedPair } from '../../src/algorithms/reward-report';

const pair = (better: [number, number], worse: [number, number], source: string): JudgedPair => ({
  better: { score: better[0], length: better[1] },
  worse: { score: worse[0], length: worse[1] },
  source,
});
const PAIRS = [
  pair([2, 8], [0, 4], 'human'),
  pair([1, 6], [1, 6], 'human'),
  pair([0, 2], [1, 6], 'simulated'),
  pair([3, 10], [2, 8], 'simulated'),
];

it('counts accuracy, ties, margins and sources', () => {
  const report = rewardReport(PAIRS);
  expect(report.accuracy).toMatchObject({ count: 4, value: 2.5 / 4 });
  expect(report.accuracy.low).toBeLessThan(2.5 / 4);
  expect(report.bySource.human).toMatchObject({ count: 2, value: 0.75 });
  expect(report.bySource.simulated).toMatchObject({ count: 2, value: 0.5 });
  expect(report.ties).toBe(1);
  expect(report.margin).toBeCloseTo((2 + 0 - 1 + 1) / 4, 12);
});

it('sees through a model of length', () => {
  const report = rewardReport(PAIRS);
  expect(report.longerWins.value).toBe(2.5 / 4);
  expect(report.lengthCorrelation).toBeGreaterThan(0.9); // score rises with length in every pair
});

it('is calibrated where it is unsure and right half the time', () => {
  const unsure = [pair([1, 1], [1, 1], 'a'), pair([2, 1], [2, 1], 'a')];
  expect(rewardReport(unsure).calibration.error).toBeCloseTo(0, 12);
  const sureAndWrong = [pair([-9, 1], [9, 1], 'a')];
  expect(rewardReport(sureAndWrong).calibration.error).toBeCloseTo(1, 3);
  expect(() => rewardReport([])).toThrow(/no pair/);
});

it('takes a multiple of the spread off', () => {
  expect(cautiousScores({ mean: [1, 2], spread: [0.5, 2] }, 2)).toEqual([0, -2]);
});
