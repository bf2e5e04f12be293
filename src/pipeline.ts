/**
 * The main path: reinforcement learning from human feedback as InstructGPT does it (Ouyang 2022), seven
 * stages in a row, each taking what the last returned.
 *
 *     demonstrations → SFT → samples → rankings → reward model → PPO → evaluation
 *
 * The pipeline is given a labeler and does not know whether it is a person or a rule. Between stages models
 * are plain numbers off the device; each stage puts on the device what it needs and clears up after itself.
 * Whoever iterates may stop at any event, and decides what is stored.
 */
import type { LabConfig } from './config';
import type {
  Comparison,
  Demonstration,
  Evaluation,
  Id,
  Labeler,
  Progress,
  Prompt,
  Ranking,
  Sample,
  Stage,
  TrainingRun,
  TrainingStage,
  TrainingStep,
  Weights,
} from './records';
import { collectDemonstrations } from './stages/1-demonstrations';
import { sft } from './stages/2-sft';
import { drawSamples } from './stages/3-samples';
import { rankSamples } from './stages/4-rankings';
import { rewardModel } from './stages/5-reward-model';
import { ppo, type PpoInputs } from './stages/6-ppo';
import { evaluate } from './stages/7-evaluation';

export interface Lab {
  base: Weights;
  tokenizer: PpoInputs['tokenizer'];
  demonstrations: Demonstration[];
  /** Prompts without a demonstration, training and held-out ones. */
  prompts: Prompt[];
  /** Plain texts that PPO mixes in, where its config says so. */
  ptxTexts?: readonly string[];
  config: LabConfig;
  seed: number;
  /** Milliseconds since 1970, as the time of all that is made. */
  now: number;
  /** Under which the fine-tuned model, the optimized one and PPO's run are stored. */
  ids: { fineTuned: Id; optimized: Id; ppoRun: Id };
}

/** What happens on the way. `run` is given with each step, so that it can be saved right then. */
export type PipelineEvent =
  | { kind: 'stage'; stage: Stage }
  | { kind: 'progress'; stage: Stage; progress: Progress }
  | { kind: 'samples'; samples: Sample[] }
  | { kind: 'ranking'; ranking: Ranking }
  | { kind: 'step'; stage: TrainingStage; step: TrainingStep; run: TrainingRun }
  | { kind: 'model'; stage: TrainingStage; model: Weights };

export interface PipelineResult {
  fineTuned: Weights;
  reward: Weights;
  optimized: Weights;
  samples: Sample[];
  comparisons: Comparison[];
  evaluation: Evaluation;
}

/** Run all seven stages. The judge of the evaluation is the labeler too. */
export async function* pipeline(
  lab: Lab,
  labeler: Labeler,
): AsyncGenerator<PipelineEvent, PipelineResult> {
  const { base, tokenizer, prompts, ptxTexts = [], config, seed, now, ids } = lab;
  const { lengths } = config;
  const given = { tokenizer, lengths, seed };

  yield { kind: 'stage', stage: 'demonstrations' };
  const shown = yield* reported('demonstrations', collectDemonstrations(lab.demonstrations, given));

  yield { kind: 'stage', stage: 'sft' };
  const fineTuned = yield* trained('sft', sft({ ...given, ...shown, base }, config.sft));

  yield { kind: 'stage', stage: 'samples' };
  const toSample = prompts.slice(0, config.samples.prompts);
  const samples = yield* reported(
    'samples',
    drawSamples(
      { ...given, now, policy: fineTuned, checkpointId: ids.fineTuned, prompts: toSample },
      config.samples,
    ),
  );

  yield { kind: 'stage', stage: 'rankings' };
  const { comparisons } = yield* reported('rankings', rankSamples(samples, labeler));

  yield { kind: 'stage', stage: 'reward-model' };
  const reward = yield* trained(
    'reward-model',
    rewardModel(
      {
        ...given,
        policy: fineTuned,
        train: comparisons.filter(({ prompt }) => prompt.split === 'train'),
        heldOut: comparisons.filter(({ prompt }) => prompt.split === 'held-out'),
        demonstrations: shown.train,
      },
      config.rewardModel,
    ),
  );

  yield { kind: 'stage', stage: 'ppo' };
  const queries = prompts.filter(({ split }) => split === 'train');
  const optimized = yield* trained(
    'ppo',
    ppo(
      { ...given, reference: fineTuned, reward, prompts: queries, ptxTexts, runId: ids.ppoRun },
      config.ppo,
    ),
  );

  yield { kind: 'stage', stage: 'evaluation' };
  const heldOut = prompts.filter(({ split }) => split === 'held-out');
  const evaluation = yield* reported(
    'evaluation',
    evaluate(
      {
        ...given,
        now,
        policy: optimized,
        policyId: ids.optimized,
        baseline: fineTuned,
        baselineId: ids.fineTuned,
        prompts: heldOut,
        judge: labeler,
      },
      config.evaluation,
    ),
  );
  return { fineTuned, reward, optimized, samples, comparisons, evaluation };
}

/** Train to the end, passing every step on, and let go of the device whatever happens. */
async function* trained(
  stage: TrainingStage,
  run: TrainingRun,
): AsyncGenerator<PipelineEvent, Weights> {
  try {
    for await (const step of run.steps) yield { kind: 'step', stage, step, run };
    const model = await run.result();
    yield { kind: 'model', stage, model };
    return model;
  } finally {
    run.dispose();
  }
}

/** Run a stage without training to its end, passing on how far it is and what it made. */
async function* reported<Result>(
  stage: Stage,
  work: AsyncGenerator<Progress & { samples?: Sample[]; ranking?: Ranking }, Result>,
): AsyncGenerator<PipelineEvent, Result> {
  try {
    for (;;) {
      const next = await work.next();
      if (next.done) return next.value;
      const { samples, ranking } = next.value;
      if (samples) yield { kind: 'samples', samples };
      if (ranking) yield { kind: 'ranking', ranking };
      yield { kind: 'progress', stage, progress: next.value };
    }
  } finally {
    // Ends a generator that was left before its end; one that has ended takes no notice.
    await work.return(undefined as never);
  }
}
