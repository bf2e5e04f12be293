/**
 * The main path: reinforcement learning from human feedback as InstructGPT does it (Ouyang 2022), seven
 * stages in a row, each taking what the last returned.
 *
 *     demonstrations → SFT → samples → rankings → reward model → PPO → evaluation
 *
 * In the place of PPO any other method of chapter 6 may stand; its stage is called `ppo` all the same.
 * The pipeline is given a labeler and does not know whether it is a person or a rule. Between stages models
 * are plain numbers off the device; each stage puts on the device what it needs and clears up after itself.
 * Whoever iterates may stop at any event, and decides what is stored.
 */
import type { LabConfig, Method } from './config';
import { optimise, type OptimiseInputs } from './optimise';
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
  Split,
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
import { evaluate } from './stages/7-evaluation';

export interface Lab {
  base: Weights;
  tokenizer: OptimiseInputs['tokenizer'];
  demonstrations: Demonstration[];
  /** Prompts without a demonstration, training and held-out ones. */
  prompts: Prompt[];
  /** Plain texts that are mixed in while fine-tuning and optimising, where the config says so. */
  ptxTexts?: readonly string[];
  config: LabConfig;
  /** How stage 6 optimises; PPO unless given. */
  method?: Method;
  seed: number;
  /** Milliseconds since 1970, as the time of all that is made. */
  now: number;
  /** Under which the fine-tuned model, the optimized one and the run of stage 6 are stored. */
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

/** What the first five stages leave, and every method of stage 6 may learn from. */
export interface Learned {
  fineTuned: Weights;
  reward: Weights;
  samples: Sample[];
  comparisons: Comparison[];
}

export interface Optimized {
  optimized: Weights;
  evaluation: Evaluation;
}

export type PipelineResult = Learned & Optimized;

/** Run all seven stages. The judge of the evaluation is the labeler too. */
export async function* pipeline(
  lab: Lab,
  labeler: Labeler,
): AsyncGenerator<PipelineEvent, PipelineResult> {
  const { base, tokenizer, prompts, config, seed, now, ids } = lab;
  const { lengths } = config;
  const given = { tokenizer, lengths, seed };

  yield { kind: 'stage', stage: 'demonstrations' };
  const shown = yield* reported('demonstrations', collectDemonstrations(lab.demonstrations, given));

  yield { kind: 'stage', stage: 'sft' };
  const fineTuned = yield* trained(
    'sft',
    sft({ ...given, ...shown, base, ptxTexts: lab.ptxTexts ?? [] }, config.sft),
  );

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
        ...bySplit(comparisons),
        demonstrations: shown.train,
      },
      config.rewardModel,
    ),
  );

  const learned = { fineTuned, reward, samples, comparisons };
  return { ...learned, ...(yield* optimisation(lab, labeler, learned)) };
}

/**
 * The last two stages: optimise what was fine-tuned, and see whether it became better. Gone through again with
 * another method, they learn from the same labels.
 */
export async function* optimisation(
  lab: Lab,
  labeler: Labeler,
  { fineTuned, reward, comparisons }: Learned,
): AsyncGenerator<PipelineEvent, Optimized> {
  const { tokenizer, prompts, ptxTexts = [], config, method = 'ppo', seed, now, ids } = lab;
  const given = { tokenizer, lengths: config.lengths, seed };

  yield { kind: 'stage', stage: 'ppo' };
  const optimized = yield* trained(
    'ppo',
    optimise(
      method,
      {
        ...given,
        reference: fineTuned,
        reward,
        prompts: ofSplit(prompts, 'train'),
        comparisons: bySplit(comparisons),
        ptxTexts,
        runId: ids.ppoRun,
      },
      config[method],
    ),
  );

  yield { kind: 'stage', stage: 'evaluation' };
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
        prompts: ofSplit(prompts, 'held-out'),
        judge: labeler,
      },
      config.evaluation,
    ),
  );
  return { optimized, evaluation };
}

/** Labels to learn from, and labels to measure on: those of prompts that were held out. */
export const bySplit = (comparisons: readonly Comparison[]) => ({
  train: comparisons.filter(({ prompt }) => prompt.split === 'train'),
  heldOut: comparisons.filter(({ prompt }) => prompt.split === 'held-out'),
});

export const ofSplit = (prompts: readonly Prompt[], split: Split): Prompt[] =>
  prompts.filter((prompt) => prompt.split === split);

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
