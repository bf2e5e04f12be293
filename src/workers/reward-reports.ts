/** How good a reward model is on labels that it never saw, and how much better more labels would make it. */
import type { LengthsConfig } from '../config';
import { shuffled, STREAM } from '../data/random';
import type { Tokenizer } from '../data/tokenizer';
import type { Comparison, Metrics, Weights } from '../records';
import { judgeRewardModel } from '../stages/5-reward-report';
import { rewardModel } from '../stages/5-reward-model';
import type { JudgedComparison, JudgeReply, LearningCurvePoint, LearningCurveRequest } from './messages'; // prettier-ignore
import type { Models } from './models';
import { bySplit, labelsOf, type ProjectLab } from './runs';
import type { Pass } from './turns';

/** Reports how far it is, and says whether to go on. */

/** A project, with as much of its models as is needed here. */
export type ReportLab = Omit<ProjectLab, 'models'> & {
  models: Pick<Models, 'tokenizer' | 'weights'>;
};

export class StoppedError extends Error {
  override name = 'StoppedError';
}

/** Scores of all labels that a reward model of this project does not learn from. */
export async function judgeLabels(
  rewards: readonly Weights[],
  lab: ReportLab,
  lengths: LengthsConfig,
  pass: Pass,
): Promise<JudgeReply> {
  const { learn, test } = await labelsOf(lab);
  const { heldOut } = bySplit(learn);
  const given = { rewards, tokenizer: lab.models.tokenizer, lengths };
  return {
    heldOut: await judged(heldOut, given, pass),
    others: await judged(test, given, pass),
  };
}

async function judged(
  comparisons: readonly Comparison[],
  given: { rewards: readonly Weights[]; tokenizer: Tokenizer; lengths: LengthsConfig },
  pass: Pass,
): Promise<JudgedComparison[]> {
  if (comparisons.every(({ pairs }) => pairs.length === 0)) return [];
  const judging = judgeRewardModel({ ...given, comparisons });
  for (;;) {
    const next = await judging.next();
    if (next.done) return next.value.answers;
    if (await pass(next.value)) continue;
    await judging.return(undefined as never);
    throw new StoppedError('Judging was stopped before it was finished.');
  }
}

/**
 * Train reward models on growing shares of the labels and measure each on the same held-out prompts. Each share
 * holds the one before it, all use the same settings, and none is kept. Stopping gives the points so far.
 */
export async function learningCurve(
  { config, lengths, fromId, shares }: LearningCurveRequest,
  lab: ReportLab,
  pass: Pass,
): Promise<LearningCurvePoint[]> {
  const { train, heldOut } = bySplit((await labelsOf(lab)).learn);
  if (heldOut.length === 0)
    throw new Error('No held-out prompt has been ranked, so there is nothing to measure on. Rank some first.'); // prettier-ignore
  const { tokenizer } = lab.models;
  const { seed } = lab;
  const order = shuffled(train, seed, STREAM.split);
  const parts = shares.map((share) =>
    order.slice(0, Math.max(1, Math.round(share * order.length))),
  );
  const given = { policy: await lab.models.weights(fromId), heldOut, demonstrations: [], tokenizer, lengths, seed }; // prettier-ignore
  const points: LearningCurvePoint[] = [];
  const total = parts.reduce((sum, part) => sum + part.length, 0);
  let before = 0;
  for (const part of parts) {
    const run = rewardModel({ ...given, train: part }, config);
    let last: Metrics = {};
    try {
      for await (const { step, steps, metrics } of run.steps) {
        last = { ...last, ...metrics };
        if (!(await pass({ done: before + (part.length * step) / steps, total }))) return points;
      }
    } finally {
      await run.steps.return();
      run.dispose();
    }
    before += part.length;
    points.push({
      rankings: part.length,
      pairs: part.reduce((sum, { pairs }) => sum + pairs.length, 0),
      accuracy: last['eval/accuracy'] ?? NaN,
      low: last['eval/accuracy_low'] ?? NaN,
      high: last['eval/accuracy_high'] ?? NaN,
      trainAccuracy: last['rewards/accuracies'] ?? NaN,
    });
  }
  return points;
}
