/**
 * Where the reward model and a labeler part ways: pairs of a ranking in which the answer that the labeler
 * put lower has the higher score. Pure, so that it can be tested.
 */
import { comparisonsOf } from '../../data/comparisons';
import type { Comparison, Ranking } from '../../records';

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
