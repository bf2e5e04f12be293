/**
 * Ratings of models out of blind votes: P(i is preferred to j) = p_i / (p_i + p_j) (Bradley and Terry 1952),
 * fitted by Hunter's minorisation-maximisation,
 *
 *     p_i ← W_i / Σ_j n_ij / (p_i + p_j)
 *
 * with W_i the wins of i and n_ij the contests of i and j. A tie is half a win for each. The order of votes
 * does not matter, unlike in Elo's running update.
 *
 * The likelihood has a maximum only where from every model a chain of wins or ties leads to every other
 * (Ford 1957): one that never lost has no finite rating, and two that were never compared, not even through
 * others, have no common scale. Then, and only then, every model is given `PRIOR` contests, half won and half
 * lost, against an imagined model of middling strength; `note` says so. Groups that no vote connects are
 * listed: what is said of models of different groups is the prior alone.
 *
 * Source: Hunter 2004, "MM algorithms for generalized Bradley-Terry models", equation 3.
 */
import { bootstrapDraws, groupBy, quantile, type BootstrapOptions } from './bootstrap';

export interface Vote {
  /** Names of the two models. */
  first: string;
  second: string;
  /** 1 where the first was preferred, 0 where the second was, 0.5 for a tie. */
  score: 0 | 0.5 | 1;
  promptId: string;
}

export interface Rating {
  name: string;
  /** ln p_i; over all models they add up to 0. Differences are log odds of being preferred. */
  strength: number;
  votes: number;
}

export interface Ratings {
  /** Best first. */
  ratings: Rating[];
  /** Contests against the imagined model; 0 where none were needed. */
  prior: number;
  /** Groups of models that votes connect; one group where all can be compared. */
  groups: string[][];
  /** Why there is a prior, as a sentence; null where there is none. */
  note: string | null;
}

/** Contests of each model with the imagined one, half of them won. */
const PRIOR = 1;
const PASSES = 10_000;

/** Elo's points of a strength: 400 points are odds of ten to one, 1000 is the middle. */
export const eloOf = (strength: number): number => 1000 + (400 / Math.LN10) * strength;

/** Probability that a model of one strength is preferred to one of another. */
export const preferred = (strength: number, other: number): number =>
  1 / (1 + Math.exp(other - strength));

/** @throws Error without a vote, and where a model is compared with itself */
export function bradleyTerryRatings(votes: readonly Vote[]): Ratings {
  if (votes.length === 0) throw new Error('There are no ratings without a vote.');
  const own = votes.find(({ first, second }) => first === second);
  if (own) throw new Error(`"${own.first}" is compared with itself, which says nothing.`);
  const names = [...new Set(votes.flatMap(({ first, second }) => [first, second]))];
  const { wins, contests } = tally(votes, names);
  const apart = namesOf(
    components(names.length, (i, j) => at2(contests, i, j) > 0),
    names,
  );
  const strong = components(names.length, (i, j) => reaches(wins, i, j)).length === 1;
  const prior = strong ? 0 : PRIOR;
  const strengths = fit(wins, contests, prior);
  const ratings = names.map((name, i) => ({
    name,
    strength: strengths[i] ?? 0,
    votes: (contests[i] ?? []).reduce((sum, n) => sum + n, 0),
  }));
  return {
    ratings: ratings.sort((x, y) => y.strength - x.strength),
    prior,
    groups: apart,
    note: strong ? null : noteOf(apart.length),
  };
}

const noteOf = (groups: number): string =>
  groups > 1
    ? `The votes fall into ${groups} groups of models that were never compared, so ratings across groups rest on a prior of one contest each with a model of middling strength.`
    : 'A model or a group of models won or lost all its contests, so ratings rest partly on a prior of one contest each with a model of middling strength.';

const at2 = (table: readonly (readonly number[])[], i: number, j: number): number =>
  table[i]?.[j] ?? 0;

function tally(votes: readonly Vote[], names: readonly string[]) {
  const table = () => names.map(() => names.map(() => 0));
  const [wins, contests] = [table(), table()];
  const add = (to: number[][], i: number, j: number, by: number) => {
    const row = to[i];
    if (row) row[j] = (row[j] ?? 0) + by;
  };
  for (const { first, second, score } of votes) {
    const [i, j] = [names.indexOf(first), names.indexOf(second)];
    add(wins, i, j, score);
    add(wins, j, i, 1 - score);
    add(contests, i, j, 1);
    add(contests, j, i, 1);
  }
  return { wins, contests };
}

/** Whether a chain of wins or ties leads from i to j and from j to i. */
function reaches(wins: readonly (readonly number[])[], i: number, j: number): boolean {
  const leads = (from: number, to: number) => {
    const seen = new Set([from]);
    for (const now of seen)
      wins.forEach((_, next) => {
        if (at2(wins, now, next) > 0) seen.add(next);
      });
    return seen.has(to);
  };
  return leads(i, j) && leads(j, i);
}

/** Sets that a symmetric relation connects. */
function components(n: number, related: (i: number, j: number) => boolean): number[][] {
  const left = new Set(Array.from({ length: n }, (_, i) => i));
  const found: number[][] = [];
  for (const start of left) {
    const group = new Set([start]);
    for (const now of group) for (const next of left) if (related(now, next)) group.add(next);
    for (const member of group) left.delete(member);
    found.push([...group]);
  }
  return found;
}

const namesOf = (groups: number[][], names: readonly string[]): string[][] =>
  groups.map((group) => group.flatMap((i) => names[i] ?? []));

/** ln p of each, centred. Its loops are plain, since an interval takes hundreds of fits. */
function fit(
  wins: readonly (readonly number[])[],
  contests: readonly (readonly number[])[],
  prior: number,
): number[] {
  const n = wins.length;
  const faced = Float64Array.from(contests.flat()); // (n, n)
  const won = wins.map((row) => row.reduce((sum, w) => sum + w, prior / 2));
  let logs = new Float64Array(n); // of p
  const p = new Float64Array(n).fill(1);
  for (let pass = 0; pass < PASSES; pass++) {
    const next = new Float64Array(n);
    let center = 0;
    for (let i = 0; i < n; i++) {
      let share = prior / (p[i]! + 1);
      for (let j = 0; j < n; j++) share += faced[i * n + j]! / (p[i]! + p[j]!);
      next[i] = Math.log(won[i]! / share);
      // With the imagined model, whose strength is 1, the scale is fixed already.
      if (prior === 0) center += next[i]! / n;
    }
    let moved = 0;
    for (let i = 0; i < n; i++) {
      next[i]! -= center;
      moved = Math.max(moved, Math.abs(next[i]! - logs[i]!));
      p[i] = Math.exp(next[i]!);
    }
    logs = next;
    if (moved < 1e-12) break;
  }
  const middle = mean([...logs]);
  return Array.from(logs, (log) => log - middle);
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

export interface RatingInterval extends Rating {
  low: number;
  high: number;
}

/**
 * Ratings with intervals from drawing PROMPTS again, each with all its votes. A draw that needs a prior has
 * one; a draw without a vote on some model says nothing of it.
 */
export function ratingsWithIntervals(
  votes: readonly Vote[],
  options: BootstrapOptions,
): Omit<Ratings, 'ratings'> & { ratings: RatingInterval[] } {
  const point = bradleyTerryRatings(votes);
  const prompts = groupBy(votes, ({ promptId }) => promptId);
  const drawn = new Map<string, number[]>();
  bootstrapDraws(
    prompts.length,
    (units) => {
      const { ratings } = bradleyTerryRatings([...units].flatMap((unit) => prompts[unit] ?? []));
      for (const { name, strength } of ratings)
        drawn.set(name, [...(drawn.get(name) ?? []), strength]);
      return NaN;
    },
    { draws: 500, ...options },
  );
  const tail = (1 - (options.level ?? 0.95)) / 2;
  const ratings = point.ratings.map((rating) => {
    const sorted = (drawn.get(rating.name) ?? []).sort((x, y) => x - y);
    return { ...rating, low: quantile(sorted, tail), high: quantile(sorted, 1 - tail) };
  });
  return { ...point, ratings };
}
