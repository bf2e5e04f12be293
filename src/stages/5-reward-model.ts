/**
 * Stage 5: the reward model (Ouyang 2022, equation 1). It starts as the fine-tuned model with a scalar in
 * place of the language head, and learns to score the better of two answers higher:
 *
 *     loss = − mean over prompts of  1/pairs Σ log σ( r(x, better) − r(x, worse) )
 *
 * All pairs of a prompt are one element of a batch, so each answer is read once. Only differences are
 * learned; afterwards the bias is set so that demonstrations score 0 on average (Stiennon 2020), which
 * gives PPO's missing-EOS rule and value targets a fixed place on the scale.
 *
 * Runs that differ in their seed alone differ in their first head and in the order of their data: a few of
 * them are an ensemble, whose spread (`scoreByEnsemble` of model/score.ts) tells where none of them knows.
 */
import * as tf from '@tensorflow/tfjs-core';
import { pairwiseLoss } from '../algorithms/bradley-terry';
import { lossGradients } from '../algorithms/gradients';
import { scheduledOptions, type OptimizerOptions } from '../algorithms/optimizer';
import { plackettLuceLoss } from '../algorithms/plackett-luce';
import { wilsonInterval } from '../algorithms/win-rate';
import type { LengthsConfig, RewardModelConfig } from '../config';
import { ComparisonReader, type ComparisonBatch } from '../data/comparison-batches';
import { STREAM } from '../data/random';
import type { Tokenizer } from '../data/tokenizer';
import { windowedBatch } from '../data/windows';
import { rowScores } from '../model/heads';
import { prefixed, unprefixed, type Model } from '../model/model';
import { rowTensors } from '../model/rows';
import type {
  Comparison,
  Demonstration,
  Metrics,
  SavedRun,
  TensorRecords,
  TrainingProgress,
  TrainingRun,
  TrainingStep,
  Weights,
} from '../records';
import { Learner } from '../training/learner';
import { initialHead, meanScore } from '../training/reward-scale';
import { finishStep, frozen, isMeasured, progressOf, stepsOfPasses, trainingRun } from '../training/run'; // prettier-ignore

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
  reward: Learner;
  progress: TrainingProgress;
  /** The model of the lowest held-out loss, where it is kept; off the device. */
  best: TensorRecords | null;
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
  const start = { ...policy, tensors: { ...policy.tensors, ...initialHead(policy.config.width, seed) } }; // prettier-ignore
  const best = unprefixed('reward-best', saved?.tensors ?? {});
  const state: State = {
    reward: new Learner('reward', 'scalar', start, { saved }),
    progress: progressOf(saved, { steps: stepsOfPasses(train.length, config) }),
    best: Object.keys(best).length > 0 ? best : null,
  };
  const { reward, progress } = state;
  const run = trainingRun([reward], [], progress, steps(state, { ...inputs, train, heldOut }, config)); // prettier-ignore
  return {
    ...run,
    save: async () => ({ ...(await run.save()), ...prefixed('reward-best', state.best ?? {}) }),
    result: async () => ({ config: policy.config, tensors: await centred(state, inputs) }),
  };
}

async function* steps(
  state: State,
  inputs: RewardModelInputs,
  config: RewardModelConfig,
): AsyncGenerator<TrainingStep, void> {
  const { reward, progress } = state;
  const { train, heldOut, tokenizer, lengths, seed } = inputs;
  const { batchSize, window } = config;
  const reader = new ComparisonReader([...train, ...heldOut], tokenizer, lengths, batchSize);
  const windows = { batchSize, window, batches: progress.steps, seed, stream: STREAM.comparisons };
  while (progress.step < progress.steps && !isPatienceOver(progress, config)) {
    const comparisons = windowedBatch(train, reader.width, progress.step, windows);
    const batch = reader.read(comparisons);
    const options = scheduledOptions(config, config.learningRate, progress.step, progress.steps);
    const measured = tf.tidy(() => trainOnce(reward, batch, config, options)); // (4)
    const [loss, accuracy, margin, gradientNorm] = await measured.data<'float32'>();
    measured.dispose();
    const metrics: Metrics = {
      'loss/train': loss!,
      'rewards/accuracies': accuracy!,
      'rewards/margins': margin!,
      'policy/grad_norm': gradientNorm!,
      lr: options.learningRate,
    };
    finishStep(progress, [reward], metrics);
    progress.dataCursor += batchSize;

    if (isMeasured(progress, heldOut, config)) {
      const measures = await heldOutMetrics(reward.model, heldOut, reader, config);
      await noteBest(state, measures['eval/loss'], config);
      Object.assign(metrics, measures, { 'eval/best_loss': progress.running?.bestLoss });
    }
    if (progress.step === progress.steps || isPatienceOver(progress, config)) Object.assign(metrics, await biasOf(state, inputs)); // prettier-ignore
    yield { step: progress.step, steps: progress.steps, tokens: batch.answers.tokens, metrics };
  }
}

/** Whether the held-out loss has not fallen for so many measurements that there is no use in going on. */
const isPatienceOver = ({ running }: TrainingProgress, { patience }: RewardModelConfig): boolean =>
  patience > 0 && (running?.sinceBest ?? 0) >= patience;

/** Remember the lowest held-out loss, and the model that had it where it is to be kept. */
async function noteBest(state: State, loss: number, { keep }: RewardModelConfig): Promise<void> {
  const { bestLoss = Infinity, sinceBest = 0 } = state.progress.running ?? {};
  if (loss < bestLoss) {
    state.progress.running = { bestLoss: loss, sinceBest: 0 };
    if (keep === 'best') state.best = await state.reward.model.records();
  } else state.progress.running = { bestLoss, sinceBest: sinceBest + 1 };
}

/** The loss that the config asks for; accuracy and margin are of pairs in any case. */
function batchLoss(reward: Model, batch: ComparisonBatch, config: RewardModelConfig) {
  const { answers, pairs, rankings, prompts, pairCount } = batch;
  const { ids, mask } = rowTensors(answers, answers.B); // (N, T)
  const scores = rowScores(reward, ids, mask); // (N)
  const { labelSmoothing } = config;
  const pairwise = pairwiseLoss(scores, pairs, { promptCount: prompts, pairCount, labelSmoothing });
  switch (config.loss) {
    case 'pairs':
      return pairwise;
    case 'ranking':
    case 'best': {
      const count = rankings.reduce((sum, ranks) => sum + ranks.length, 0);
      const real: tf.Tensor1D = tf.slice(scores, [0], [count]); // without the rows that fill up
      const choices = config.loss === 'ranking' ? 'all' : 'first';
      return { ...pairwise, loss: plackettLuceLoss(real, rankings, prompts, choices) };
    }
    default:
      return config.loss satisfies never;
  }
}

/** Loss, accuracy, margin, gradient norm: (4). Call it inside a `tidy`. */
function trainOnce(
  reward: Learner,
  batch: ComparisonBatch,
  config: RewardModelConfig,
  options: OptimizerOptions,
): tf.Tensor1D {
  // The bias cancels in every difference: its gradient is rounding noise, and Adam would amplify that.
  const { loss, statistics, gradients } = lossGradients(reward.model.parameters, () =>
    batchLoss(reward.model, batch, config),
  );
  const still = { ...gradients, 'score.bias': tf.zerosLike(gradients['score.bias']!) };
  const norm = reward.apply(still, options);
  return tf.stack([loss, statistics.accuracy, statistics.margin, norm]) as tf.Tensor1D;
}

/**
 * Loss and accuracy on comparisons of prompts that training has not seen. The accuracy's 95% interval counts
 * prompts and not pairs, since the pairs of one prompt are right or wrong together.
 */
async function heldOutMetrics(
  reward: Model,
  heldOut: readonly Comparison[],
  reader: ComparisonReader,
  config: RewardModelConfig,
) {
  const sorted = heldOut.slice().sort((a, b) => reader.width(a) - reader.width(b));
  let [loss, accuracy, pairs] = [0, 0, 0];
  for (let start = 0; start < sorted.length; start += config.batchSize) {
    const batch = reader.read(sorted.slice(start, start + config.batchSize));
    const measured = tf.tidy(() => {
      const { loss, statistics } = batchLoss(reward, batch, config);
      return tf.stack([loss, statistics.accuracy]);
    });
    const [batchLossValue, batchAccuracy] = await measured.data<'float32'>();
    measured.dispose();
    loss += batchLossValue! * batch.prompts;
    accuracy += batchAccuracy! * batch.pairCount;
    pairs += batch.pairCount;
  }
  // Float sums may end a rounding above 1.
  const rate = Math.min(1, accuracy / pairs);
  const [low, high] = wilsonInterval(rate * heldOut.length, heldOut.length);
  return {
    'eval/loss': loss / heldOut.length,
    'eval/accuracy': rate,
    'eval/accuracy_low': low,
    'eval/accuracy_high': high,
  };
}

// ── Where 0 is ────────────────────────────────────────────────────────────────────────────────────

/**
 * The parameters with the bias moved so that demonstrations score 0 on average. The model in training keeps
 * its own: a bias cancels in every difference, but rounds them differently, and a run that is looked at must
 * go on as one that is not.
 */
async function centred(state: State, inputs: RewardModelInputs): Promise<TensorRecords> {
  const tensors = state.best ?? (await state.reward.model.records());
  if (inputs.demonstrations.length === 0) return tensors;
  const bias = tensors['score.bias']!.data[0]! - (await keptDemonstrationScore(state, inputs));
  return { ...tensors, 'score.bias': { shape: [1], data: Float32Array.of(bias) } };
}

/** What centring will add to the bias, for the record. */
const biasOf = async (state: State, inputs: RewardModelInputs): Promise<Metrics> =>
  inputs.demonstrations.length === 0
    ? {}
    : { 'rewards/bias': -(await keptDemonstrationScore(state, inputs)) };

/** Mean score that the model which is kept gives to the demonstrations, in reward. */
async function keptDemonstrationScore(
  { best, reward: { model } }: State,
  { demonstrations, tokenizer, lengths }: RewardModelInputs,
): Promise<number> {
  const kept = best
    ? frozen('reward-best', 'scalar', { config: model.config, tensors: best })
    : model;
  try {
    return await meanScore(kept, demonstrations, tokenizer, lengths);
  } finally {
    if (kept !== model) kept.dispose();
  }
}
