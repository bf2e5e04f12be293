/** Comparisons as methods beside the reward model learn from them: one pair, or one thumb, at a time. */
import type { Comparison } from '../records';

/** Two responses to one prompt, of which one was preferred. */
export interface PreferencePair {
  text: string;
  chosen: string;
  rejected: string;
}

/** All pairs of all comparisons, in their order; ties have none. */
export const pairsOfComparisons = (comparisons: readonly Comparison[]): PreferencePair[] =>
  comparisons.flatMap(({ prompt, responses, pairs }) =>
    pairs.map(({ better, worse }) => ({
      text: prompt.text,
      chosen: responses[better]!,
      rejected: responses[worse]!,
    })),
  );

/** One response that somebody liked or did not like. */
export interface Thumb {
  text: string;
  response: string;
  good: boolean;
}

/**
 * A thumb up for every response that was better than another and worse than none, a thumb down for the reverse;
 * those in between, and those that nobody could tell apart, say neither.
 */
export const thumbsOfComparisons = (comparisons: readonly Comparison[]): Thumb[] =>
  comparisons.flatMap(({ prompt, responses, pairs }) =>
    responses.flatMap((response, i) => {
      const wins = pairs.some(({ better }) => better === i);
      const loses = pairs.some(({ worse }) => worse === i);
      return wins === loses ? [] : [{ text: prompt.text, response, good: wins }];
    }),
  );
