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
import { pairwiseLoss, type Pairs } from '../algorithms/bradley-terry';
import { lossGradients } from '../algorithms/gradients';
import {
  Optimizer,
  scheduledOptions,
  type OptimizerOptions,
  type SavedOptimizer,
} from '../algorithms/optimizer';
import { plackettLuceLoss } from '../algorithms/plackett-luce';
import { checkFinite } from '../algorithms/training-checks';
import { wilsonInterval } from '../algorithms/win-rate';
import type { LengthsConfig, RewardModelConfig } from '../config';
import { pairBatch, pairWidths } from '../data/batches';
import { packedIds, packedRows, type PackedRows } from '../data/packed';
import { normal, STREAM } from '../data/random';
import type { Tokenizer } from '../data/tokenizer';
import { windowedBatch } from '../data/windows';
import { rowScores } from '../model/heads';
import { Model, prefixed, unprefixed } from '../model/model';
import { makeOwned } from '../model/owned';
import { rowTensors } from '../model/rows';
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
  /** The model of the lowest held-out loss, where it is kept; off the device. */
  best: TensorRecords | null;
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
      ...prefixed('reward-optimizer', await state.optimizer.readMoments()),
      ...prefixed('reward-best', state.best ?? {}),
    }),
    modelConfig: state.reward.config,
    result: async () => ({
      config: state.reward.config,
      tensors: await centred(state, told),
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
    best: null,
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
  const best = unprefixed('reward-best', tensors);
  return {
    ...models(policy, unprefixed('reward', tensors), optimizer),
    progress: structuredClone(progress),
    best: Object.keys(best).length > 0 ? best : null,
  };
}

const models = ({ config }: Weights, tensors: TensorRecords, optimizer?: SavedOptimizer) =>
  makeOwned((own) => {
    const reward = own(new Model('reward', config, 'scalar', tensors));
    return { reward, optimizer: own(new Optimizer(reward.parameters, optimizer)) };
  });

async function* steps(
  state: State,
  inputs: RewardModelInputs,
  config: RewardModelConfig,
): AsyncGenerator<TrainingStep, void> {
  const { reward, optimizer, progress } = state;
  const { train, heldOut, seed } = inputs;
  const reader = new BatchReader(inputs, config);
  const { batchSize, window } = config;
  const windows = { batchSize, window, batches: progress.steps, seed, stream: STREAM.comparisons };
  while (progress.step < progress.steps && !isPatienceOver(progress, config)) {
    const comparisons = windowedBatch(train, reader.width, progress.step, windows);
    const batch = reader.read(comparisons);
    const options = scheduledOptions(config, config.learningRate, progress.step, progress.steps);
    const measured = tf.tidy(() => trainOnce(reward, optimizer, batch, config, options)); // (4)
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
    progress.dataCursor += batchSize;
    progress.optimizerSteps = { reward: optimizer.step };
    const isLast = progress.step === progress.steps;
    if (heldOut.length > 0 && (isLast || progress.step % config.evaluateEvery === 0)) {
      const measures = await heldOutMetrics(reward, heldOut, reader, config);
      await noteBest(state, measures['eval/loss'], config);
      Object.assign(metrics, measures, { 'eval/best_loss': progress.running?.bestLoss });
    }
    if (isLast || isPatienceOver(progress, config)) Object.assign(metrics, await biasOf(state, inputs)); // prettier-ignore
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
    if (keep === 'best') state.best = await state.reward.records();
  } else state.progress.running = { bestLoss, sinceBest: sinceBest + 1 };
}

/** Comparisons as the device wants them: all answers of all prompts (N rows), and pairs of row numbers. */
interface ComparisonBatch {
  answers: PackedRows;
  pairs: Pairs;
  /** Ranks of the answers by prompt, as its pairs tell them. */
  rankings: number[][];
  prompts: number;
  pairCount: number;
}

/**
 * Reads batches of few shapes: K rows a prompt, K(K−1)/2 pairs a prompt, filled up with weight 0, and as wide
 * as the longest of their answers needs. Every answer is tokenized once.
 */
class BatchReader {
  readonly #lines = new Map<Comparison, number[][]>();
  readonly #rows: number;
  readonly #slots: number;
  readonly #padId: number;

  constructor(
    { train, heldOut, tokenizer, lengths }: RewardModelInputs,
    { batchSize }: RewardModelConfig,
  ) {
    const all = [...train, ...heldOut];
    const K = Math.max(...all.map(({ responses }) => responses.length));
    for (const comparison of all) {
      const { prompt, responses } = comparison;
      const lines = responses.map((response) => packedIds({ text: prompt.text, response }, tokenizer, lengths)); // prettier-ignore
      this.#lines.set(comparison, lines);
    }
    this.#rows = batchSize * K;
    this.#slots = (batchSize * K * (K - 1)) / 2;
    this.#padId = tokenizer.padId;
  }

  /** Tokens of the longest answer with its prompt. */
  readonly width = (comparison: Comparison): number =>
    Math.max(...this.#linesOf(comparison).map((line) => line.length));

  read(comparisons: readonly Comparison[]): ComparisonBatch {
    const pairs: Pairs = {
      better: new Int32Array(this.#slots),
      worse: new Int32Array(this.#slots),
      weights: new Float32Array(this.#slots),
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
    const lines = comparisons.flatMap((comparison) => this.#linesOf(comparison));
    return {
      answers: packedRows(lines, this.#rows, this.#padId),
      pairs,
      rankings: comparisons.map(ranksOf),
      prompts: comparisons.length,
      pairCount: slot,
    };
  }

  #linesOf(comparison: Comparison): number[][] {
    const lines = this.#lines.get(comparison);
    if (!lines) throw new Error(`The comparison ${comparison.id} is not of this run.`);
    return lines;
  }
}

/** Rank of each answer: one more than the answers that are better. */
const ranksOf = ({ responses, pairs }: Comparison): number[] =>
  responses.map((_, i) => 1 + pairs.filter(({ worse }) => worse === i).length);

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
  reward: Model,
  optimizer: Optimizer,
  batch: ComparisonBatch,
  config: RewardModelConfig,
  options: OptimizerOptions,
): tf.Tensor1D {
  // The bias cancels in every difference: its gradient is rounding noise, and Adam would amplify that.
  const { loss, statistics, gradients } = lossGradients(reward.parameters, () =>
    batchLoss(reward, batch, config),
  );
  const still = { ...gradients, 'score.bias': tf.zerosLike(gradients['score.bias']!) };
  const norm = optimizer.apply(still, options);
  return tf.stack([loss, statistics.accuracy, statistics.margin, norm]) as tf.Tensor1D;
}

/**
 * Loss and accuracy on comparisons of prompts that training has not seen. The accuracy's 95% interval counts
 * prompts and not pairs, since the pairs of one prompt are right or wrong together.
 */
async function heldOutMetrics(
  reward: Model,
  heldOut: readonly Comparison[],
  reader: BatchReader,
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

/** Rows that are scored together when centring. */
const CENTRE_ROWS = 32;

/**
 * The parameters with the bias moved so that demonstrations score 0 on average. The model in training keeps
 * its own: a bias cancels in every difference, but rounds them differently, and a run that is looked at must
 * go on as one that is not.
 */
async function centred(state: State, inputs: RewardModelInputs): Promise<TensorRecords> {
  const tensors = state.best ?? (await state.reward.records());
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
  { best, reward }: State,
  inputs: RewardModelInputs,
): Promise<number> {
  if (!best) return demonstrationScore(reward, inputs);
  const kept = new Model('reward-best', reward.config, 'scalar', best, false);
  try {
    return await demonstrationScore(kept, inputs);
  } finally {
    kept.dispose();
  }
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
