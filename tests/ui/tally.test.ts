/** Votes of the arena: sides are undone rightly, and half a win is half a win. */
import { expect, test } from 'vitest';
import { outcomeOf, winRateOf, type Outcome } from '../../src/ui/state/tally';

test('a vote is for what stood on that side', () => {
  expect(outcomeOf('left', true)).toBe('win');
  expect(outcomeOf('left', false)).toBe('loss');
  expect(outcomeOf('right', true)).toBe('loss');
  expect(outcomeOf('right', false)).toBe('win');
  expect(outcomeOf('tie', true)).toBe('tie');
  expect(outcomeOf('both-bad', false)).toBe('both-bad');
});

test('ties and "both bad" are half a win, with an interval', () => {
  expect(winRateOf([])).toBeNull();
  const outcomes: Outcome[] = [
    ...Array<Outcome>(50).fill('win'),
    ...Array<Outcome>(30).fill('loss'),
    ...Array<Outcome>(15).fill('tie'),
    ...Array<Outcome>(5).fill('both-bad'),
  ];
  const rate = winRateOf(outcomes)!;
  expect(rate).toMatchObject({ wins: 50, losses: 30, ties: 20, value: 0.6 });
  // 95% Wilson interval of 60 in 100.
  expect(rate.low).toBeCloseTo(0.502003, 6);
  expect(rate.high).toBeCloseTo(0.690599, 6);
});
