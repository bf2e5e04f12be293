/**
 * What a reward model is worth, from its scores of pairs of which a labeler preferred one: accuracy with its
 * interval, ties, margins, whether it can be trusted in its certainty, and whether it has merely learned that
 * longer is better (Stiennon 2020, section 4.3).
 */
import { calibration, type Calibration } from './calibration';
import { at } from './rows';
import { mean, pearsonCorrelation } from './statistics';
import { winRate } from './win-rate';

/** One pair as the reward model scored it. Scores in reward, lengths in tokens. */
export interface JudgedPair {
  better: { score: number; length: number };
  worse: { score: number; length: number };
  /** Who labelled it, or where its prompt is from. */
  source: string;
}

/** A rate with its 95% Wilson interval. */
export interface Rate {
  count: number;
  value: number;
  low: number;
  high: number;
}

export interface RewardReport {
  /** Share of pairs whose better response scores higher; equal scores count half. */
  accuracy: Rate;
  bySource: Record<string, Rate>;
  /** Pairs with equal scores. */
  ties: number;
  /** Mean score of the better response less that of the worse. */
  margin: number;
  /** Share of pairs whose better response is the longer one: what "longer wins" would score. */
  longerWins: Rate;
  /** Correlation of score and length over all responses; NaN where either does not vary. */
  lengthCorrelation: number;
  /** Predicted sigmoid(margin) against what happened, each pair from both sides. */
  calibration: Calibration;
}

/** @throws Error without a pair */
export function rewardReport(pairs: readonly JudgedPair[]): RewardReport {
  if (pairs.length === 0) throw new Error('There is no pair to judge the reward model by.');
  const margins = pairs.map(({ better, worse }) => better.score - worse.score);
  const sources = [...new Set(pairs.map(({ source }) => source))].sort();
  const responses = pairs.flatMap(({ better, worse }) => [better, worse]);
  const probabilities = margins.flatMap((m) => [1 / (1 + Math.exp(-m)), 1 / (1 + Math.exp(m))]);
  return {
    accuracy: rateOf(margins),
    bySource: Object.fromEntries(
      sources.map((source) => [source, rateOf(margins.filter((_, i) => pairs[i]?.source === source))]), // prettier-ignore
    ),
    ties: margins.filter((m) => m === 0).length,
    margin: mean(margins),
    longerWins: rateOf(pairs.map(({ better, worse }) => better.length - worse.length)),
    lengthCorrelation: pearsonCorrelation(
      responses.map(({ score }) => score),
      responses.map(({ length }) => length),
    ),
    calibration: calibration(
      probabilities,
      probabilities.map((_, i) => (i % 2 === 0 ? 1 : 0)),
    ),
  };
}

/** How often a difference is above 0; 0 counts half. */
function rateOf(differences: readonly number[]): Rate {
  const wins = differences.filter((d) => d > 0).length;
  const losses = differences.filter((d) => d < 0).length;
  const { value, low, high } = winRate({ wins, losses, ties: differences.length - wins - losses });
  return { count: differences.length, value, low, high };
}

/** How far the mean of each member's scores and their spread are worth as a cautious score: mean - k spread. */
export const cautiousScores = (
  { mean: means, spread }: { mean: readonly number[]; spread: readonly number[] },
  caution: number,
): number[] => means.map((score, row) => score - caution * at(spread, row));
