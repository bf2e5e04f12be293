/**
 * Where the reward model and a labeler part ways: pairs of a ranking in which the answer that the labeler
 * put lower has the higher score. Pure, so that it can be tested.
 */
import { comparisonsOf } from '../../data/comparisons';
import type { Comparison, Ranking, Split } from '../../records';

/** What the reward model is asked for each answer of some comparisons, in their order. */
export const questionsOf = (
  comparisons: readonly Comparison[],
): { prompt: string; response: string }[] =>
  comparisons.flatMap(({ prompt, responses }) =>
    responses.map((response) => ({ prompt: prompt.text, response })),
  );

/** The comparisons of prompts that the reward model was not trained on. */
export const heldOutComparisons = (rankings: readonly Ranking[]): Comparison[] =>
  comparisonsOf(rankings.filter(({ prompt }) => prompt.split === 'held-out'));

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
 * @param scores one for each question of `questionsOf(comparisons)`.
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
export function pairsBySplit(rankings: readonly Ranking[]): {
  train: PairCounts;
  heldOut: PairCounts;
  simulated: number;
} {
  const all = comparisonsOf(rankings);
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
