/**
 * What a reward model is worth, as the screen tells it: out of the scores that the worker gave to labels which the
 * model did not learn from. Pure, so that it can be tested.
 */
import { rewardReport, type JudgedPair, type Rate, type RewardReport } from '../../algorithms/reward-report'; // prettier-ignore
import type { Id, Ranking } from '../../records';
import type { JudgedComparison } from '../../workers/messages';

export type { Rate } from '../../algorithms/reward-report';
export type { JudgedComparison, JudgeReply, LearningCurvePoint } from '../../workers/messages';

export interface RewardView extends RewardReport {
  /** Score of the better less that of the worse, one for each pair. */
  margins: number[];
  /** One for each response, as it was scored. */
  responses: { length: number; score: number; text: string; prompt: string }[];
  byTask: Record<string, Rate>;
  /** Mean spread of an ensemble, in reward; 0 of one model. */
  spread: number;
}

/** Labels of one majority, in place of several labelers'. */
export const MAJORITY = 'majority';

/** Whose label a comparison is: a labeler's id, or the majority. */
export function labelerOf(rankings: readonly Ranking[]): (judged: JudgedComparison) => Id {
  const byRanking = new Map(rankings.map(({ id, labeler }) => [id, labeler.id]));
  return ({ comparison }) => byRanking.get(comparison.rankingId) ?? MAJORITY;
}

/**
 * @param sourceOf under which name a label is counted apart
 * Null where no label tells two responses apart.
 */
export function rewardView(
  answers: readonly JudgedComparison[],
  sourceOf: (judged: JudgedComparison) => string,
): RewardView | null {
  const pairs = pairsOf(answers, sourceOf);
  if (pairs.length === 0) return null;
  const spreads = answers.flatMap((each) => each.spreads);
  return {
    ...rewardReport(pairs),
    margins: pairs.map(({ better, worse }) => better.score - worse.score),
    byTask: rewardReport(pairsOf(answers, ({ comparison }) => comparison.prompt.task)).bySource,
    responses: answers.flatMap(({ comparison, scores, lengths }) =>
      comparison.responses.map((text, k) => ({
        length: lengths[k] ?? NaN,
        score: scores[k] ?? NaN,
        text,
        prompt: comparison.prompt.text,
      })),
    ),
    spread: spreads.reduce((a, b) => a + b, 0) / spreads.length,
  };
}

const pairsOf = (
  answers: readonly JudgedComparison[],
  sourceOf: (judged: JudgedComparison) => string,
): JudgedPair[] =>
  answers.flatMap((judged) => {
    const side = (k: number) => ({
      score: judged.scores[k] ?? NaN,
      length: judged.lengths[k] ?? NaN,
    });
    return judged.comparison.pairs.map(({ better, worse }) => ({
      better: side(better),
      worse: side(worse),
      source: sourceOf(judged),
    }));
  });

/**
 * The ranking to make again where a label is doubted: the label itself; of a majority its first person's. Null
 * where it is gone.
 */
export function rankingToDoubt(
  { comparison }: Pick<JudgedComparison, 'comparison'>,
  rankings: readonly Ranking[],
): Id | null {
  const own = rankings.find(({ id }) => id === comparison.rankingId);
  const sampleId = /^consensus:(.*)$/s.exec(comparison.rankingId)?.[1];
  const first = rankings.find(
    (each) => each.sampleId === sampleId && each.labeler.source === 'human',
  );
  return (own ?? first)?.id ?? null;
}
