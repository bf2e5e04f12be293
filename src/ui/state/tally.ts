/** A person's votes in the arena as counts and a win rate. Pure, so that it can be tested. */
import { winRate } from '../../algorithms/win-rate';
import type { Outcome, WinRate } from '../../records';

export { OUTCOMES, type Outcome } from '../../records';

/** The side on which an answer was shown. */
export type Vote = 'left' | 'right' | 'tie' | 'both-bad';

/** @param isLeft whether the checkpoint under test stood on the left. */
export function outcomeOf(vote: Vote, isLeft: boolean): Outcome {
  if (vote === 'tie' || vote === 'both-bad') return vote;
  return (vote === 'left') === isLeft ? 'win' : 'loss';
}

/** The win rate of some votes, as the evaluation stage has it; null before the first. */
export function winRateOf(outcomes: readonly Outcome[]): WinRate | null {
  if (outcomes.length === 0) return null;
  const count = (...kinds: Outcome[]) => outcomes.filter((each) => kinds.includes(each)).length;
  return winRate({ wins: count('win'), losses: count('loss'), ties: count('tie', 'both-bad') });
}
