/** A person's votes in the arena as counts and a win rate. Pure, so that it can be tested. */
import type { WinRate } from '../../records';

/** What was voted on the checkpoint under test; `both-bad` prefers neither and counts as a tie. */
export const OUTCOMES = ['win', 'loss', 'tie', 'both-bad'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** The side on which an answer was shown. */
export type Vote = 'left' | 'right' | 'tie' | 'both-bad';

/** @param isLeft whether the checkpoint under test stood on the left. */
export function outcomeOf(vote: Vote, isLeft: boolean): Outcome {
  if (vote === 'tie' || vote === 'both-bad') return vote;
  return (vote === 'left') === isLeft ? 'win' : 'loss';
}

/** Half of 5% on either side of the normal distribution. */
const Z = 1.959963984540054;

/**
 * (wins + ties / 2) / all with its 95% Wilson interval, as `algorithms/win-rate.ts` has it for the worker;
 * null before the first vote. A test holds the two together.
 */
export function winRateOf(outcomes: readonly Outcome[]): WinRate | null {
  const total = outcomes.length;
  if (total === 0) return null;
  const count = (...kinds: Outcome[]) => outcomes.filter((each) => kinds.includes(each)).length;
  const wins = count('win');
  const losses = count('loss');
  const ties = count('tie', 'both-bad');
  const value = (wins + ties / 2) / total;
  const spread = Z ** 2 / total;
  const center = (value + spread / 2) / (1 + spread);
  const half = (Z / (1 + spread)) * Math.sqrt((value * (1 - value)) / total + spread / (4 * total));
  return {
    wins,
    losses,
    ties,
    value,
    low: Math.max(0, center - half),
    high: Math.min(1, center + half),
  };
}
