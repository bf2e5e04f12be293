/**
 * Stage 5: the reward model (Ouyang 2022, equation 1). It starts as the fine-tuned model with a scalar in
 * place of the language head, and learns to score the better of two answers higher:
 *
 *     loss = − mean over prompts of  1/pairs Σ log σ( r(x, better) − r(x, worse) )
 *
 * The score is what the scalar head reads at the last token, and a share of how likely the model itself finds the
 * answer (model/heads.ts), which is known before the first label.
 *
 * All pairs of a prompt are one element of a batch, so each answer is read once. Only differences are
 * learned; afterwards the bias is set so that demonstrations score 0 on average (Stiennon 2020), which
 * gives PPO's missing-EOS rule and value targets a fixed place on the scale.
 *
 * With several `members` it is an ensemble (training/reward-member.ts, model/members.ts): networks that differ in
 * their first head and in the order of their data learn side by side, a step of each in every step. Its score is their
 * mean, by which the held-out loss is measured, and their spread tells where none of them knows.
 */
import * as tf from '@tensorflow/tfjs-core';
import { lossGradients } from '../algorithms/gradients';
import { averaged, readStacked, stacked } from '../algorithms/measured';
import { scheduledOptions, type OptimizerOptions } from '../algorithms/optimizer';
import { mean } from '../algorithms/statistics';
import type { LengthsConfig, RewardModelConfig } from '../config';
import { ComparisonReader, type ComparisonBatch } from '../data/comparison-batches';
import { STREAM } from '../data/random';
import type { Tokenizer } from '../data/tokenizer';
import { windowedBatch } from '../data/windows';
import { rowScores } from '../model/heads';
import { joinMembers } from '../model/members';
import { widthStep } from '../model/narrow';
import { makeOwned } from '../model/owned';
import { answerTensors, comparisonLoss, heldOutMetrics } from '../training/comparisons';
import type { Learner } from '../training/learner';
import type {
  Comparison,
  Demonstration,
  Metrics,
  SavedRun,
  TrainingProgress,
  TrainingRun,
  TrainingStep,
  Weights,
} from '../records';
import { centred, keptScore, rewardMember, savedBest, type RewardMember } from '../training/reward-member'; // prettier-ignore
import { finishStep, isMeasured, progressOf, stepsOfPasses, trainingRun } from '../training/run'; // prettier-ignore

export interface RewardModelInputs {
  /** Trunk to start from: the fine-tuned policy. */
  policy: Weights;
  /** Of training prompts, and of held-out prompts. */
  train: Comparison[];
  heldOut: Comparison[];
  /** Whose mean score becomes 0. */
  demonstrations: Demonstration[];
  tokenizer: Tokenizer;
  lengths: LengthsConfig;
  seed: number;
}

interface State {
  members: readonly RewardMember[];
  progress: TrainingProgress;
}

/** Begin training the reward model, or go on from where `saved` left off. */
export function rewardModel(
  inputs: RewardModelInputs,
  config: RewardModelConfig,
  saved?: SavedRun,
): TrainingRun {
  const isTold = ({ pairs }: Comparison) => pairs.length > 0;
  const [train, heldOut] = [inputs.train.filter(isTold), inputs.heldOut.filter(isTold)];
  if (train.length === 0)
    throw new Error(
      'There is no comparison to learn from: every answer is tied or skipped. Rank some samples first.',
    );
  const { policy, seed } = inputs;
  const members = makeOwned((own) =>
    Array.from({ length: config.members }, (_, k) => {
      const member = rewardMember(k, policy, config.likelihood, seed, saved);
      own(member.learner);
      return member;
    }),
  );
  const progress = progressOf(saved, { steps: stepsOfPasses(train.length, config) });
  const state: State = { members, progress };
  const [first, ...others] = members.map(({ learner }) => learner) as [Learner, ...Learner[]]; // the config has one at least
  const run = trainingRun([first, ...others], [], progress, steps(state, { ...inputs, train, heldOut }, config)); // prettier-ignore
  return {
    ...run,
    save: async () => Object.assign(await run.save(), ...members.map(savedBest)),
    result: async () => {
      const learned: Weights[] = [];
      for (const member of members) learned.push({ config: policy.config, tensors: await centred(member, inputs) }); // prettier-ignore
      return joinMembers(learned);
    },
  };
}

async function* steps(
  state: State,
  inputs: RewardModelInputs,
  config: RewardModelConfig,
): AsyncGenerator<TrainingStep, void> {
  const { members, progress } = state;
  const { train, heldOut, tokenizer, lengths } = inputs;
  const { batchSize, window } = config;
  const learners = members.map(({ learner }) => learner);
  const models = learners.map(({ model }) => model);
  const reader = new ComparisonReader([...train, ...heldOut], tokenizer, lengths, batchSize, widthStep()); // prettier-ignore
  const nextBatch = ({ seed }: RewardMember): ComparisonBatch => {
    const windows = { batchSize, window, batches: progress.steps, seed, stream: STREAM.comparisons }; // prettier-ignore
    return reader.read(windowedBatch(train, reader.width, progress.step, windows));
  };
  while (progress.step < progress.steps && !isPatienceOver(progress, config)) {
    const options = scheduledOptions(config, config.learningRate, progress.step, progress.steps);
    const batches = members.map(nextBatch);
    const measured = learners.map((learner, k) =>
      tf.tidy(() => trainOnce(learner, batches[k]!, config, options)),
    ); // each (S)
    const taught = await readStacked(STATISTICS, measured); // the one readback
    tf.dispose(measured);
    const { loss, accuracy, margin, norm } = averaged(STATISTICS, taught);
    const metrics: Metrics = {
      'loss/train': loss,
      'rewards/accuracies': accuracy,
      'rewards/margins': margin,
      'policy/grad_norm': norm,
      lr: options.learningRate,
    };
    finishStep(progress, learners, metrics);
    progress.dataCursor += batchSize;

    if (isMeasured(progress, heldOut, config)) {
      const measures = await heldOutMetrics(models, heldOut, reader, config);
      await noteBest(state, measures['eval/loss']!, config);
      Object.assign(metrics, measures, { 'eval/best_loss': progress.running?.bestLoss });
    }
    if (progress.step === progress.steps || isPatienceOver(progress, config)) Object.assign(metrics, await biasOf(state, inputs)); // prettier-ignore
    const tokens = batches.reduce((sum, { answers }) => sum + answers.tokens, 0);
    yield { step: progress.step, steps: progress.steps, tokens, metrics };
  }
}

/** Whether the held-out loss has not fallen for so many measurements that there is no use in going on. */
const isPatienceOver = ({ running }: TrainingProgress, { patience }: RewardModelConfig): boolean =>
  patience > 0 && (running?.sinceBest ?? 0) >= patience;

/** Remember the lowest held-out loss, and the members that had it where they are to be kept. */
async function noteBest(state: State, loss: number, { keep }: RewardModelConfig): Promise<void> {
  const { bestLoss = Infinity, sinceBest = 0 } = state.progress.running ?? {};
  if (loss < bestLoss) {
    state.progress.running = { bestLoss: loss, sinceBest: 0 };
    if (keep === 'best') for (const member of state.members) member.best = await member.learner.model.records(); // prettier-ignore
  } else state.progress.running = { bestLoss, sinceBest: sinceBest + 1 };
}

/** What a member's step measures, in the order in which it is stacked on the device. */
const STATISTICS = ['loss', 'accuracy', 'margin', 'norm'] as const;

/** One optimizer step of one member; statistics (S). Call it inside a `tidy`. */
function trainOnce(
  reward: Learner,
  batch: ComparisonBatch,
  config: RewardModelConfig,
  options: OptimizerOptions,
): tf.Tensor1D {
  // The bias cancels in every difference: its gradient is rounding noise, and Adam would amplify that.
  const { loss, statistics, gradients } = lossGradients(reward.model.parameters, () => {
    const { ids, mask, drawn } = answerTensors(batch);
    return comparisonLoss(rowScores(reward.model, ids, mask, drawn, batch.siblings), batch, config);
  });
  const still = { ...gradients, 'score.bias': tf.zerosLike(gradients['score.bias']!) };
  const norm = reward.apply(still, options);
  return stacked(STATISTICS, { loss, ...statistics, norm });
}

/** What centring will add to the bias once training is over, mean over members, for the record. */
async function biasOf({ members }: State, inputs: RewardModelInputs): Promise<Metrics> {
  if (inputs.demonstrations.length === 0) return {};
  const biases: number[] = [];
  for (const member of members) {
    member.finalScore = await keptScore(member, inputs);
    biases.push(-member.finalScore);
  }
  return { 'rewards/bias': mean(biases) };
}
