/** Two checkpoints answer the same held-out prompts, and a rule or a reward model says whose answer is better. */
import { bothSides } from '../data/both-sides';
import { simulatedLabeler } from '../data/labelers';
import type { Evaluation, Id, Labeler, Prompt } from '../records';
import { evaluate } from '../stages/7-evaluation';
import { modelJudge } from './answers';
import type { EvaluateRequest } from './messages';
import type { Models } from './models';
import type { Pass } from './turns';

/** @throws Error where it was stopped: nothing is kept of half an evaluation. */
export async function compareCheckpoints(
  models: Models,
  request: EvaluateRequest,
  heldOut: Prompt[],
  pass: Pass,
): Promise<Evaluation> {
  const { config, lengths, checkpointId, baselineId, seed } = request;
  const { judge, contradicted } = await judgeOf(models, request);
  const steps = evaluate(
    {
      policy: await models.weights(checkpointId),
      policyId: checkpointId,
      baseline: await models.weights(baselineId),
      baselineId,
      prompts: heldOut,
      judge,
      tokenizer: models.tokenizer,
      lengths,
      seed,
      now: Date.now(),
    },
    config,
  );
  for (;;) {
    const next = await steps.next();
    if (next.done) {
      const contests = next.value.contests.map((contest) =>
        contradicted.has(contest.id) ? { ...contest, contradicted: true } : contest,
      );
      return { ...next.value, contests };
    }
    if (!(await pass(next.value))) {
      await steps.return(undefined as never);
      throw new Error('The evaluation was stopped before it was finished; nothing was kept of it.');
    }
  }
}

/** A reward model scores each answer alone, so that no side can sway it; a rule is asked from both. */
async function judgeOf(
  models: Models,
  { judge, lengths, seed }: EvaluateRequest,
): Promise<{ judge: Labeler; contradicted: ReadonlySet<Id> }> {
  if (judge.kind === 'simulated')
    return bothSides(simulatedLabeler({ rule: judge.rule, flipRate: 0, seed }));
  const { rewardModelId } = judge;
  const reward = await models.weights(rewardModelId);
  return {
    judge: modelJudge(reward, rewardModelId, models.tokenizer, lengths),
    contradicted: new Set(),
  };
}
