/** Votes of the arena: sides are undone rightly, and the win rate is that of the evaluation stage. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { winRate } from '../../src/algorithms/win-rate';
import { OUTCOMES, outcomeOf, winRateOf } from '../../src/ui/state/tally';

test('a vote is for what stood on that side', () => {
  expect(outcomeOf('left', true)).toBe('win');
  expect(outcomeOf('left', false)).toBe('loss');
  expect(outcomeOf('right', true)).toBe('loss');
  expect(outcomeOf('right', false)).toBe('win');
  expect(outcomeOf('tie', true)).toBe('tie');
  expect(outcomeOf('both-bad', false)).toBe('both-bad');
});

test('win rate and interval are those of the evaluation stage', () => {
  expect(winRateOf([])).toBeNull();
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...OUTCOMES), { minLength: 1 }), (outcomes) => {
      const count = (kind: string) => outcomes.filter((each) => each === kind).length;
      const wanted = winRate({
        wins: count('win'),
        losses: count('loss'),
        ties: count('tie') + count('both-bad'),
      });
      expect(winRateOf(outcomes)).toEqual(wanted);
    }),
  );
});
