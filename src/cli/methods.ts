/**
 * The methods of chapter 6 one after the other, from the same fine-tuned model and the same labels: what
 * `--methods` asks for. Best of n trains nothing, so it is no stage of the pipeline; it answers by picking.
 */
import { bestOfNKl } from '../algorithms/best-of-n';
import { METHODS, type Method } from '../config';
import { gold } from '../data/gold';
import { ofSplit, optimisation, type Lab, type Learned, type PipelineEvent } from '../pipeline';
import type { Contest, Evaluation, Labeler, Progress, Weights } from '../records';
import { bestOfN } from '../stages/6-best-of-n';
import { decided } from '../stages/7-evaluation';
import type { GivenAnswer } from '../stages/7-measures';

/** Methods by the names that the command line takes; the first of a list is stage 6 of the pipeline itself. */
export const REPORTED_METHODS = [...METHODS, 'bestOfN'] as const;
export type ReportedMethod = (typeof REPORTED_METHODS)[number];

/** Answers that best of n picks from. */
export const BEST_OF = 16;

export interface Outcome {
  evaluation: Evaluation;
  /** Null of a method that makes no model. */
  optimized: Weights | null;
}

/** One more method on what the first five stages left. @param take hears all events of its two stages */
export async function runMethod(
  method: Method,
  lab: Lab,
  labeler: Labeler,
  learned: Learned,
  take: (event: PipelineEvent) => void,
): Promise<Outcome> {
  const ids = { ...lab.ids, optimized: method, ppoRun: method };
  const events = optimisation({ ...lab, method, ids }, labeler, learned);
  for (;;) {
    const next = await events.next();
    if (next.done) return next.value;
    take(next.value);
  }
}

/**
 * Of 16 answers that the fine-tuned model draws at temperature 1 the one that the reward model likes best, against one
 * answer of the same model. KL is the bound of Stiennon 2020. @param say hears how far it is
 */
export async function runBestOfN(
  { tokenizer, prompts, config, seed, now, ids }: Lab,
  judge: Labeler,
  { fineTuned, reward }: Learned,
  /** Of the fine-tuned model, in the order of the held-out prompts. */
  baseline: readonly GivenAnswer[],
  say: (progress: Progress) => void,
): Promise<Outcome> {
  const heldOut = ofSplit(prompts, 'held-out').slice(0, config.evaluation.prompts);
  const { missingEosScore } = config.ppo;
  const { temperature } = config.evaluation;
  const contests: Contest[] = [];
  const work = bestOfN(
    { policy: fineTuned, scorer: reward, prompts: heldOut, tokenizer, lengths: config.lengths, seed },
    { answers: BEST_OF, temperature: 1, missingEosScore },
  ); // prettier-ignore
  for await (const progress of work) {
    const prompt = heldOut[contests.length]!;
    const sides = [
      { checkpointId: 'bestOfN', ...progress.picked },
      { checkpointId: ids.fineTuned, ...theirs(baseline[contests.length]!) },
    ];
    contests.push({
      id: `bestOfN:${ids.fineTuned}:${seed}:${prompt.id}`,
      prompt,
      answers: sides.map((side) => ({ ...side, gold: gold(prompt, side.text)?.total ?? null })),
      seed,
      temperature,
    });
    say(progress);
  }
  const inputs = { policyId: 'bestOfN', baselineId: ids.fineTuned, judge, seed, now };
  return { evaluation: await decided(contests, bestOfNKl(BEST_OF), inputs), optimized: null };
}

const theirs = ({ answer, finished }: GivenAnswer) => ({ text: answer, finished });
