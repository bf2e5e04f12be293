/**
 * One ranking out of several labelers' rankings of the same answers. No rule is right in every case (Arrow
 * 1951): Borda's count always gives an order and can put a majority's favourite second; majority duels never
 * do that and may go round in a circle, which is then said.
 *
 * Sources: Borda 1781; Copeland 1951.
 */

export interface Consensus {
  /** 1 is best, equal ranks are ties; after a group of n, n − 1 ranks are left out. */
  ranks: number[];
  /** Points of each answer. */
  scores: number[];
}

/** A point for every answer that is put below, half a point for every one tied with, over all labelers. */
export function bordaConsensus(rankings: readonly (readonly number[])[]): Consensus {
  const scores = duels(rankings, (sum, better, _worse, tied) => sum + better + tied / 2);
  return { scores, ranks: ranksOfScores(scores) };
}

/**
 * A point for each answer beaten in the eyes of a majority, half a point for each draw (Copeland).
 * `circular` where majorities prefer A to B, B to C and C to A.
 */
export function majorityConsensus(
  rankings: readonly (readonly number[])[],
): Consensus & { circular: boolean } {
  const scores = duels(
    rankings,
    (sum, better, worse) => sum + (better > worse ? 1 : better === worse ? 0.5 : 0),
  );
  const K = scores.length;
  const beats = (i: number, j: number) => {
    const votes = rankings.map((ranks) => Math.sign((ranks[j] ?? 0) - (ranks[i] ?? 0)));
    return votes.reduce((sum, vote) => sum + vote, 0) > 0;
  };
  const answers = Array.from({ length: K }, (_, k) => k);
  return { scores, ranks: ranksOfScores(scores), circular: hasCircle(answers, beats) };
}

/** Fold over the other answers, for each answer: labelers who put it above, below, and on a par. */
function duels(
  rankings: readonly (readonly number[])[],
  fold: (sum: number, better: number, worse: number, tied: number) => number,
): number[] {
  const [first] = rankings;
  if (!first) throw new Error('There is no consensus without a ranking.');
  const odd = rankings.find((ranks) => ranks.length !== first.length);
  if (odd)
    throw new Error(`All rank the same answers; there are ${first.length} and ${odd.length}.`);
  return first.map((_, i) => {
    let sum = 0;
    for (let j = 0; j < first.length; j++) {
      if (j === i) continue;
      const signs = rankings.map((ranks) => Math.sign((ranks[j] ?? 0) - (ranks[i] ?? 0)));
      const count = (wanted: number) => signs.filter((sign) => sign === wanted).length;
      sum = fold(sum, count(1), count(-1), count(0));
    }
    return sum;
  });
}

/** 1 + how many have more points. */
const ranksOfScores = (scores: readonly number[]): number[] =>
  scores.map((score) => 1 + scores.filter((other) => other > score).length);

/** Takes away, again and again, whoever is beaten by nobody left; what cannot be taken away is a circle. */
function hasCircle(answers: number[], beats: (i: number, j: number) => boolean): boolean {
  let left = answers;
  for (;;) {
    const beaten = left.filter((j) => left.some((i) => beats(i, j)));
    if (beaten.length === 0) return false;
    if (beaten.length === left.length) return true;
    left = beaten;
  }
}
