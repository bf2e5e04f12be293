/**
 * How checkpoints stand by blind votes: ratings, win rates of every two, and how many votes would tell them apart; for
 * each judge apart, since what a person prefers and what a rule prefers must never be mixed. Pure, so that it can be tested.
 */
import { groupBy } from '../../algorithms/bootstrap';
import { votesNeeded } from '../../algorithms/proportion';
import { eloOf, ratingsWithIntervals, type Vote } from '../../algorithms/ratings';
import { winRate } from '../../algorithms/win-rate';
import type { Evaluation, Id, LabelerInfo, Outcome, WinRate } from '../../records';

export interface RatedModel {
  checkpointId: Id;
  /** On Elo's scale: 1000 is the middle, 400 points are odds of ten to one. */
  rating: number;
  low: number;
  high: number;
  votes: number;
}

export interface PairStanding {
  first: Id;
  second: Id;
  /** Of the first; ties count half. */
  winRate: WinRate;
  /** Of the ties those where neither was good. */
  bothBad: number;
  /** Contests at which a rule contradicted itself when the sides were swapped; they count as ties. */
  contradicted: number;
  /** See `furtherVotes`. */
  further: number | null;
}

export interface Standing {
  judge: LabelerInfo;
  votes: number;
  /** Best first. */
  models: RatedModel[];
  pairs: PairStanding[];
  /** Why ratings rest on more than the votes, as a sentence; null where they do not. */
  note: string | null;
}

interface Decided {
  first: Id;
  second: Id;
  promptId: Id;
  outcome: Outcome;
  contradicted: boolean;
}

const SCORES: Record<Outcome, Vote['score']> = { win: 1, loss: 0, tie: 0.5, 'both-bad': 0.5 };

/** The contests of evaluations of which it is known who won; those of older records are not. */
const decidedOf = (evaluations: readonly Evaluation[]): Decided[] =>
  evaluations.flatMap(({ checkpointId: first, baselineId: second, contests }) =>
    contests.flatMap(({ prompt, outcome, contradicted }) =>
      outcome === undefined || first === second
        ? []
        : { first, second, promptId: prompt.id, outcome, contradicted: contradicted ?? false },
    ),
  );

/** Judges with the most votes first; one that judged nothing that counts is left out. */
export function standingsOf(
  evaluations: readonly Evaluation[],
  options: { seed: number; draws?: number },
): Standing[] {
  const judges = groupBy(evaluations, ({ judge }) => `${judge.source} ${judge.id}`);
  const standings = judges.flatMap((own) => {
    const decided = decidedOf(own);
    const judge = own[0]?.judge;
    return judge && decided.length > 0 ? standingOf(judge, decided, options) : [];
  });
  return standings.sort((x, y) => y.votes - x.votes);
}

function standingOf(
  judge: LabelerInfo,
  decided: readonly Decided[],
  { seed, draws = 200 }: { seed: number; draws?: number },
): Standing {
  const votes = decided.map(({ first, second, promptId, outcome }): Vote => {
    return { first, second, promptId, score: SCORES[outcome] };
  });
  const { ratings, note } = ratingsWithIntervals(votes, { seed, draws });
  return {
    judge,
    votes: votes.length,
    note,
    models: ratings.map(({ name, strength, low, high, votes: count }) => ({
      checkpointId: name,
      rating: eloOf(strength),
      low: eloOf(low),
      high: eloOf(high),
      votes: count,
    })),
    pairs: groupBy(decided, ({ first, second }) => [first, second].sort().join(' ')).flatMap(
      pairOf,
    ),
  };
}

/** All contests of two models, whichever of them was called the first. */
function pairOf(contests: readonly Decided[]): PairStanding[] {
  const [any] = contests;
  if (!any) return [];
  const { first, second } = any;
  const count = (has: (contest: Decided) => boolean) => contests.filter(has).length;
  const won = (by: Id) =>
    count((c) => (c.outcome === 'win' && c.first === by) || (c.outcome === 'loss' && c.second === by)); // prettier-ignore
  const tally = { wins: won(first), losses: won(second), ties: count(({ outcome }) => SCORES[outcome] === 0.5) }; // prettier-ignore
  return [
    {
      first,
      second,
      winRate: winRate(tally),
      bothBad: count(({ outcome }) => outcome === 'both-bad'),
      contradicted: count(({ contradicted }) => contradicted),
      further: furtherVotes(tally),
    },
  ];
}

/**
 * Votes still missing, ties among them as often as so far, to tell two models apart that differ as much as it seems
 * now; 0 where there are enough, null where they seem alike and no number would do.
 */
export function furtherVotes(tally: { wins: number; losses: number; ties: number }): number | null {
  const { wins, losses, ties } = tally;
  const decided = wins + losses;
  if (wins === losses) return null;
  const missing = Math.max(0, votesNeeded(wins / decided) - decided);
  return Math.ceil((missing * (decided + ties)) / decided);
}
