/**
 * Is a labeler reading? What rankings themselves show, for each labeler:
 *
 *     straight-lining   the order of the screen left as it was, or all tied, far more often than chance
 *     too fast          less time than it takes to read the answers
 *     position bias     whatever stands above is preferred
 *     length bias       whatever is longer is preferred
 *
 * Bias is the share of decided pairs in which the upper (the longer) answer was preferred, one half without
 * any; its interval draws rankings again, as pairs of one ranking are not independent. A longer answer may be
 * the better one, so a length bias is a question and no verdict.
 *
 * Source: Meade and Craig 2012, "Identifying careless responses in survey data".
 */
import { bootstrap, groupBy, type Estimate } from '../algorithms/bootstrap';
import { clopperPearson } from '../algorithms/proportion';
import type { LabelerInfo, Ranking } from '../records';
import { wordsOf } from './gold-text';

export interface LabelerCheck {
  labeler: LabelerInfo;
  rankings: number;
  /** Rankings that leave the order of the screen, top to bottom, or tie all. */
  straight: { count: number; share: number; low: number; high: number; longestRun: number };
  /** Rankings made faster than anybody reads; null where no time was measured. */
  tooFast: { count: number; share: number } | null;
  /** Null where no pair was decided. */
  position: Estimate | null;
  length: Estimate | null;
  /** What is odd, a sentence each. */
  warnings: string[];
}

/** Words a second beyond which nobody reads: about three times a fast reader. */
export const FASTEST_READING = 15;
/** Rankings below which no warning is given: fewer show nothing. */
const ENOUGH = 10;

/** One check for each labeler, in the order in which they first appear; what was skipped is left out. */
export const checkLabelers = (rankings: readonly Ranking[], seed: number): LabelerCheck[] =>
  groupBy(
    rankings.filter(({ verdict, ranks }) => verdict !== 'skipped' && ranks.length > 1),
    ({ labeler }) => labeler.id,
  ).flatMap((own) => (own[0] ? [checkOne(own[0].labeler, own, seed)] : []));

function checkOne(labeler: LabelerInfo, rankings: Ranking[], seed: number): LabelerCheck {
  const lines = rankings.map(isStraight);
  const count = lines.filter(Boolean).length;
  const [low, high] = clopperPearson(count, rankings.length);
  const timed = rankings.filter(({ seconds }) => seconds > 0);
  const fast = timed.filter((ranking) => ranking.seconds < wordsIn(ranking) / FASTEST_READING);
  const check = {
    labeler,
    rankings: rankings.length,
    straight: { count, share: count / rankings.length, low, high, longestRun: longestRun(lines) },
    tooFast: timed.length ? { count: fast.length, share: fast.length / timed.length } : null,
    position: bias(rankings, seed, ({ shown }, k) => -shown.indexOf(k)),
    length: bias(rankings, seed, ({ responses }, k) => wordsOf(responses[k] ?? '').length),
  };
  return { ...check, warnings: warningsOf(check, rankings) };
}

/** Ranks as they stood on the screen: 1, 2, 3 … from the top, or all the same. */
function isStraight({ ranks, shown }: Ranking): boolean {
  const onScreen = shown.map((k) => ranks[k] ?? 0);
  return (
    onScreen.every((rank) => rank === onScreen[0]) ||
    onScreen.every((rank, place) => rank === place + 1)
  );
}

const wordsIn = ({ responses }: Ranking): number =>
  responses.reduce((sum, response) => sum + wordsOf(response).length, 0);

function longestRun(lines: readonly boolean[]): number {
  let [run, longest] = [0, 0];
  for (const line of lines) {
    run = line ? run + 1 : 0;
    longest = Math.max(longest, run);
  }
  return longest;
}

/** Share of decided pairs in which the answer with more of something was preferred. */
function bias(
  rankings: readonly Ranking[],
  seed: number,
  of: (ranking: Ranking, k: number) => number,
): Estimate | null {
  const tallies = rankings.map((ranking) => {
    const tally = { more: 0, all: 0 };
    ranking.ranks.forEach((rank, i) =>
      ranking.ranks.forEach((other, j) => {
        const difference = of(ranking, i) - of(ranking, j);
        if (rank >= other || difference === 0) return; // i is preferred, and they differ
        tally.all += 1;
        tally.more += Number(difference > 0);
      }),
    );
    return tally;
  });
  const share = (units: Int32Array) => {
    let [more, all] = [0, 0];
    for (const unit of units) {
      more += tallies[unit]?.more ?? 0;
      all += tallies[unit]?.all ?? 0;
    }
    return more / all;
  };
  const any = tallies.some(({ all }) => all > 0);
  return any ? bootstrap(tallies.length, share, { seed }) : null;
}

const percent = (share: number): string => `${(100 * share).toFixed(0)}%`;

function warningsOf(check: Omit<LabelerCheck, 'warnings'>, rankings: readonly Ranking[]): string[] {
  const { straight, tooFast, position, length } = check;
  if (rankings.length < ENOUGH) return [];
  const warnings: string[] = [];
  // Left as it was by chance: one order of K!, and half of all that are all tied.
  const chance =
    rankings.reduce((sum, { ranks }) => sum + 1 / factorial(ranks.length), 0) / rankings.length;
  if (straight.low > 2 * chance)
    warnings.push(`${percent(straight.share)} of the rankings leave the order of the screen or tie all, where ${percent(chance)} would by chance.`); // prettier-ignore
  if (tooFast && tooFast.share > 0.2)
    warnings.push(`${percent(tooFast.share)} of the rankings took less time than reading the answers does.`); // prettier-ignore
  if (position && (position.low > 0.55 || position.high < 0.45))
    warnings.push(`The upper of two answers was preferred in ${percent(position.value)} of pairs, whatever it said.`); // prettier-ignore
  if (length && (length.low > 0.6 || length.high < 0.4))
    warnings.push(`The longer of two answers was preferred in ${percent(length.value)} of pairs. It may be the better one; look at some.`); // prettier-ignore
  return warnings;
}

const factorial = (n: number): number => (n < 2 ? 1 : n * factorial(n - 1));
