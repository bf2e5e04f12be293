/**
 * Stage 5: the reward model (Ouyang 2022, equation 1). It starts as the fine-tuned model with a scalar in
 * place of the language head, and learns to score the better of two answers higher:
 *
 *     loss = − mean over prompts of  1/pairs Σ log σ( r(x, better) − r(x, worse) )
 *
 * All pairs of a prompt are one element of a batch, so each answer is read once. Only differences are
 * learned; afterwards the bias is set so that demonstrations score 0 on average (Stiennon 2020), which
 * gives PPO's missing-EOS rule and value targets a fixed place on the scale.
 */
import * as tf from '@tensorflow/tfjs-core';
import { pairwiseLoss, type Pairs } from '../algorithms/bradley-terry';
import { lossGradients } from '../algorithms/gradients';
import {
  Optimizer,
  scheduledOptions,
  type OptimizerOptions,
  type SavedOptimizer,
} from '../algorithms/optimizer';
import { checkFinite } from '../algorithms/training-checks';
import type { LengthsConfig, RewardModelConfig } from '../config';
import { cycle, normal, STREAM } from '../data/random';
import { pairBatch, pairWidths, type PairBatch } from '../data/batches';
import type { Tokenizer } from '../data/tokenizer';
import { rowScores } from '../model/heads';
import { Model, prefixed, readTensors, unprefixed } from '../model/model';
import { makeOwned } from '../model/owned';
import { joinRows, rowTensors } from '../model/rows';
import { scoreRows } from '../model/score';
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
  reward: Model;
  optimizer: Optimizer;
  progress: TrainingProgress;
}

/** Begin training the reward model, or go on from where `saved` left off. */
export function rewardModel(
  inputs: RewardModelInputs,
  config: RewardModelConfig,
  saved?: SavedRun,
): TrainingRun {
  const told = { ...inputs, train: inputs.train.filter(({ pairs }) => pairs.length > 0), heldOut: inputs.heldOut.filter(({ pairs }) => pairs.length > 0) }; // prettier-ignore
  if (told.train.length === 0)
    throw new Error(
      'There is no comparison to learn from: every answer is tied or skipped. Rank some samples first.',
    );
  const state = saved ? resume(told, saved) : begin(told, config);
  return {
    steps: steps(state, told, config),
    progress: state.progress,
    save: async () => ({
      ...prefixed('reward', await state.reward.records()),
      ...prefixed('reward-optimizer', await readTensors(state.optimizer.moments())),
    }),
    modelConfig: state.reward.config,
    result: async () => ({
      config: state.reward.config,
      tensors: await centred(state.reward, told),
    }),
    dispose: () => {
      state.reward.dispose();
      state.optimizer.dispose();
    },
  };
}

function begin({ policy, train, seed }: RewardModelInputs, config: RewardModelConfig): State {
  const tensors = { ...policy.tensors, ...initialHead(policy.config.width, seed) };
  return {
    ...models(policy, tensors),
    progress: {
      step: 0,
      steps: Math.ceil((train.length * config.epochs) / config.batchSize),
      optimizerSteps: { reward: 0 },
      klCoefficient: 0,
      randomCounters: {},
      dataCursor: 0,
    },
  };
}

/** N(0, 1 / (D + 1)) and bias 0 (Ziegler 2019, code; Stiennon 2020, B.1). */
function initialHead(D: number, seed: number): TensorRecords {
  const deviation = 1 / Math.sqrt(D + 1);
  const weight = Float32Array.from(
    { length: D },
    (_, i) => deviation * normal(seed, STREAM.initialisation, i),
  );
  return {
    'score.weight': { shape: [1, D], data: weight },
    'score.bias': { shape: [1], data: new Float32Array(1) },
  };
}

function resume({ policy }: RewardModelInputs, { tensors, progress }: SavedRun): State {
  const optimizer = {
    step: progress.optimizerSteps.reward ?? 0,
    moments: unprefixed('reward-optimizer', tensors),
  };
  return {
    ...models(policy, unprefixed('reward', tensors), optimizer),
    progress: structuredClone(progress),
  };
}

const models = ({ config }: Weights, tensors: TensorRecords, optimizer?: SavedOptimizer) =>
  makeOwned((own) => {
    const reward = own(new Model('reward', config, 'scalar', tensors));
    return { reward, optimizer: own(new Optimizer(reward.parameters, optimizer)) };
  });

async function* steps(
  { reward, optimizer, progress }: State,
  inputs: RewardModelInputs,
  config: RewardModelConfig,
): AsyncGenerator<TrainingStep, void> {
  const { train, heldOut, seed } = inputs;
  const read = reader(inputs, config);
  while (progress.step < progress.steps) {
    const comparisons = cycle(train, progress.dataCursor, config.batchSize, seed, STREAM.comparisons); // prettier-ignore
    const batch = read(comparisons);
    const options = scheduledOptions(config, config.learningRate, progress.step, progress.steps);
    const measured = tf.tidy(() => trainOnce(reward, optimizer, batch, options)); // (4)
    const [loss, accuracy, margin, gradientNorm] = await measured.data<'float32'>();
    measured.dispose();
    const metrics: Metrics = {
      'loss/train': loss!,
      'rewards/accuracies': accuracy!,
      'rewards/margins': margin!,
      'policy/grad_norm': gradientNorm!,
      lr: options.learningRate,
    };
    checkFinite(metrics, progress.step + 1);

    progress.step += 1;
    progress.dataCursor += config.batchSize;
    progress.optimizerSteps = { reward: optimizer.step };
    const last = progress.step === progress.steps;
    if (heldOut.length > 0 && (last || progress.step % config.evaluateEvery === 0))
      Object.assign(metrics, await heldOutMetrics(reward, heldOut, read, config));
    if (last && inputs.demonstrations.length > 0)
      metrics['rewards/bias'] = -(await demonstrationScore(reward, inputs));
    yield { step: progress.step, steps: progress.steps, tokens: batch.answers.tokens, metrics };
  }
}

/** Comparisons as the device wants them: all answers of all prompts (N rows), and pairs of row numbers. */
interface ComparisonBatch {
  answers: PairBatch;
  pairs: Pairs;
  prompts: number;
  pairCount: number;
}

/** Reads batches of one fixed shape: K rows a prompt, K(K−1)/2 pairs a prompt, filled up with weight 0. */
function reader(
  { train, heldOut, tokenizer, lengths }: RewardModelInputs,
  config: RewardModelConfig,
): (comparisons: Comparison[]) => ComparisonBatch {
  const all = [...train, ...heldOut];
  const K = Math.max(...all.map(({ responses }) => responses.length));
  const texts = all.flatMap(({ prompt, responses }) => responses.map((response) => ({ text: prompt.text, response }))); // prettier-ignore
  const widths = pairWidths(texts, tokenizer, lengths);
  const rows = config.batchSize * K;
  const slots = (config.batchSize * K * (K - 1)) / 2;
  return (comparisons) => {
    const answers = comparisons.flatMap(({ prompt, responses }) => responses.map((response) => ({ text: prompt.text, response }))); // prettier-ignore
    const pairs: Pairs = {
      better: new Int32Array(slots),
      worse: new Int32Array(slots),
      weights: new Float32Array(slots),
    };
    let slot = 0;
    let offset = 0;
    for (const comparison of comparisons) {
      for (const { better, worse } of comparison.pairs) {
        pairs.better[slot] = offset + better;
        pairs.worse[slot] = offset + worse;
        pairs.weights[slot++] = 1 / comparison.pairs.length;
      }
      offset += comparison.responses.length;
    }
    return {
      answers: pairBatch(answers, tokenizer, widths, rows),
      pairs,
      prompts: comparisons.length,
      pairCount: slot,
    };
  };
}

function batchLoss(reward: Model, { answers, pairs, prompts, pairCount }: ComparisonBatch) {
  const { queries, responses, B } = answers;
  const { ids, mask } = rowTensors(joinRows(queries, responses, B), B); // (N, P+R)
  const scores = rowScores(reward, ids, mask); // (N)
  return pairwiseLoss(scores, pairs, { promptCount: prompts, pairCount });
}

/** Loss, accuracy, margin, gradient norm: (4). Call it inside a `tidy`. */
function trainOnce(
  reward: Model,
  optimizer: Optimizer,
  batch: ComparisonBatch,
  options: OptimizerOptions,
): tf.Tensor1D {
  // The bias cancels in every difference: its gradient is rounding noise, and Adam would amplify that.
  const { loss, statistics, gradients } = lossGradients(reward.parameters, () =>
    batchLoss(reward, batch),
  );
  const still = { ...gradients, 'score.bias': tf.zerosLike(gradients['score.bias']!) };
  const norm = optimizer.apply(still, options);
  return tf.stack([loss, statistics.accuracy, statistics.margin, norm]) as tf.Tensor1D;
}

/** Accuracy and loss on comparisons of prompts that training has not seen. */
async function heldOutMetrics(
  reward: Model,
  heldOut: Comparison[],
  read: (comparisons: Comparison[]) => ComparisonBatch,
  config: RewardModelConfig,
): Promise<Metrics> {
  let [loss, accuracy, pairs] = [0, 0, 0];
  for (let start = 0; start < heldOut.length; start += config.batchSize) {
    const batch = read(heldOut.slice(start, start + config.batchSize));
    const measured = tf.tidy(() => {
      const { loss, statistics } = batchLoss(reward, batch);
      return tf.stack([loss, statistics.accuracy]);
    });
    const [batchLossValue, batchAccuracy] = await measured.data<'float32'>();
    measured.dispose();
    loss += batchLossValue! * batch.prompts;
    accuracy += batchAccuracy! * batch.pairCount;
    pairs += batch.pairCount;
  }
  return { 'eval/loss': loss / heldOut.length, 'eval/accuracy': accuracy / pairs };
}

/** Rows that are scored together when centring. */
const CENTRE_ROWS = 32;

/**
 * The parameters with the bias moved so that demonstrations score 0 on average. The model in training keeps
 * its own: a bias cancels in every difference, but rounds them differently, and a run that is looked at must
 * go on as one that is not.
 */
async function centred(reward: Model, inputs: RewardModelInputs): Promise<TensorRecords> {
  const tensors = await reward.records();
  if (inputs.demonstrations.length === 0) return tensors;
  const bias = tensors['score.bias']!.data[0]! - (await demonstrationScore(reward, inputs));
  return { ...tensors, 'score.bias': { shape: [1], data: Float32Array.of(bias) } };
}

/** Mean score of the demonstrations, in reward. */
async function demonstrationScore(
  reward: Model,
  { demonstrations, tokenizer, lengths }: RewardModelInputs,
): Promise<number> {
  const widths = pairWidths(demonstrations, tokenizer, lengths);
  let sum = 0;
  for (let start = 0; start < demonstrations.length; start += CENTRE_ROWS) {
    const rows = demonstrations.slice(start, start + CENTRE_ROWS);
    const { queries, responses, B } = pairBatch(rows, tokenizer, widths, CENTRE_ROWS);
    const values = await scoreRows(reward, queries, responses, B);
    for (let i = 0; i < rows.length; i++) sum += values[i]!;
  }
  return sum / demonstrations.length;
}
