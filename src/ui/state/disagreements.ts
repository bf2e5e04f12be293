/**
 * Where the reward model and a labeler part ways: pairs of a ranking in which the answer that the labeler
 * put lower has the higher score. Pure, so that it can be tested.
 */
import { comparisonsOf } from '../../data/comparisons';
import { learnedLabels, type Labeling } from '../../data/labeling';
import type { Comparison, Ranking, Split } from '../../records';

export interface JudgedPair {
  comparison: Comparison;
  /** Answer that the labeler put higher, and its score. */
  better: string;
  betterScore: number;
  worse: string;
  worseScore: number;
  /** Score of the better minus score of the worse; below 0 the model disagrees. */
  margin: number;
}

export interface Agreement {
  /** All pairs, the strongest disagreement first. */
  pairs: JudgedPair[];
  agreed: number;
}

/**
 * @param scores one for each response of each comparison, in their order
 * @throws Error where their number is another
 */
export function agreementOf(
  comparisons: readonly Comparison[],
  scores: readonly number[],
): Agreement {
  const wanted = comparisons.reduce((sum, { responses }) => sum + responses.length, 0);
  if (wanted !== scores.length)
    throw new Error(`The reward model gave ${scores.length} scores for ${wanted} answers.`);
  let start = 0;
  const pairs = comparisons.flatMap((comparison) => {
    const { responses } = comparison;
    const own = scores.slice(start, start + responses.length);
    start += responses.length;
    return comparison.pairs.map(({ better, worse }): JudgedPair => {
      const betterScore = own[better] ?? NaN;
      const worseScore = own[worse] ?? NaN;
      return {
        comparison,
        better: responses[better] ?? '',
        betterScore,
        worse: responses[worse] ?? '',
        worseScore,
        margin: betterScore - worseScore,
      };
    });
  });
  pairs.sort((a, b) => a.margin - b.margin);
  return { pairs, agreed: pairs.filter(({ margin }) => margin > 0).length };
}

export interface PairCounts {
  rankings: number;
  pairs: number;
}

/** How much there is to learn from and to measure on, and the share of pairs that no person made. */
export function pairsBySplit(
  rankings: readonly Ranking[],
  labeling: Pick<Labeling, 'heldOut' | 'consensus'> = { heldOut: [], consensus: false },
): {
  train: PairCounts;
  heldOut: PairCounts;
  simulated: number;
  /** By labelers that are only measured on. */
  others: PairCounts;
} {
  const { learn, test } = learnedLabels(rankings, labeling);
  const all = comparisonsOf(learn);
  const apart = comparisonsOf(test);
  const pairsOf = (some: readonly Comparison[]) =>
    some.reduce((sum, { pairs }) => sum + pairs.length, 0);
  const countOf = (split: Split): PairCounts => {
    const some = all.filter(({ prompt }) => prompt.split === split);
    return { rankings: some.length, pairs: pairsOf(some) };
  };
  const total = pairsOf(all);
  const simulated = pairsOf(all.filter(({ source }) => source === 'simulated'));
  return {
    train: countOf('train'),
    heldOut: countOf('held-out'),
    simulated: total ? simulated / total : 0,
    others: { rankings: apart.length, pairs: pairsOf(apart) },
  };
}

/** Answers that are scored in one question, so that no batch grows beyond what a small device bears. */
const AT_ONCE = 64;

/** Scores of many answers, asked some at a time. */
export async function scoresOf(
  questions: readonly { prompt: string; response: string }[],
  ask: (some: { prompt: string; response: string }[]) => Promise<number[]>,
): Promise<number[]> {
  const scores: number[] = [];
  for (let start = 0; start < questions.length; start += AT_ONCE)
    scores.push(...(await ask(questions.slice(start, start + AT_ONCE))));
  return scores;
}
