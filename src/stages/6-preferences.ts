/**
 * Stage 6 without a reward model: learn from labelled responses directly. One step is one batch of labels:
 *
 *   dpo    pairs: make the chosen response likelier, relative to the reference, than the rejected (Rafailov 2023)
 *   kto    thumbs up and down, one response at a time (Ethayarajh 2024)
 *   orpo   pairs without a reference, with fine-tuning on the chosen response (Hong 2024); simpo likewise
 *
 * All three read the same comparisons as the reward model. Nothing is sampled, so nothing here can tell how the
 * policy's own answers change: look at both implied rewards, since only their difference is asked for, and at
 * an evaluation afterwards.
 */
import * as tf from '@tensorflow/tfjs-core';
import { preferenceLoss, type PreferenceLossOptions } from '../algorithms/dpo';
import { lossGradients, type LossAndStatistics } from '../algorithms/gradients';
import { ktoLoss, mismatchedKl } from '../algorithms/kto';
import { averaged, readStacked, stacked } from '../algorithms/measured';
import {
  Optimizer,
  scheduledOptions,
  type OptimizerOptions,
  type SavedOptimizer,
} from '../algorithms/optimizer';
import { referenceFreeLoss } from '../algorithms/orpo';
import { assertFiniteMetrics, TrainingError } from '../algorithms/training-checks';
import type { DpoConfig, KtoConfig, LengthsConfig, OrpoConfig } from '../config';
import { pairBatch, pairWidths, type PairBatch } from '../data/batches';
import { pairsOfComparisons, thumbsOfComparisons } from '../data/preferences';
import { cycle, STREAM } from '../data/random';
import type { TextPair } from '../data/template';
import type { Tokenizer } from '../data/tokenizer';
import { responseLogProbabilities } from '../model/heads';
import { Model, prefixed, unprefixed } from '../model/model';
import { makeOwned } from '../model/owned';
import { joinRows, rowTensors } from '../model/rows';
import type {
  Comparison,
  Metrics,
  SavedRun,
  TensorRecords,
  TrainingProgress,
  TrainingRun,
  TrainingStep,
  Weights,
} from '../records';
import type { PerRow } from '../shapes';

export interface PreferenceInputs {
  /** What the policy starts as, and is compared with where the method asks for it. */
  reference: Weights;
  /** Of training prompts, and of held-out prompts. */
  train: Comparison[];
  heldOut: Comparison[];
  tokenizer: Tokenizer;
  lengths: LengthsConfig;
  seed: number;
}

export type PreferenceSettings =
  | { method: 'dpo'; config: DpoConfig }
  | { method: 'kto'; config: KtoConfig }
  | { method: 'orpo'; config: OrpoConfig };

/** One label: a pair as two responses, the chosen first, or a thumb as one. */
interface Label {
  responses: TextPair[];
  good: boolean;
}

interface Labels {
  train: Label[];
  heldOut: Label[];
  /** One shape for all batches. */
  widths: { P: number; R: number };
}

interface State {
  policy: Model;
  /** Null where the method has none. */
  reference: Model | null;
  optimizer: Optimizer;
  progress: TrainingProgress;
}

/** Begin to learn from labels, or go on from where `saved` left off. */
export function preferences(
  inputs: PreferenceInputs,
  settings: PreferenceSettings,
  saved?: SavedRun,
): TrainingRun {
  const labels = labelsOf(inputs, settings);
  const state = saved ? resume(inputs, settings, saved) : begin(inputs, settings, labels);
  const { policy, reference, optimizer, progress } = state;
  return {
    steps: steps(state, labels, inputs, settings),
    progress,
    save: async () => ({
      ...prefixed('policy', await policy.records()),
      ...prefixed('policy-optimizer', await optimizer.readMoments()),
    }),
    modelConfig: policy.config,
    result: async () => ({ config: policy.config, tensors: await policy.records() }),
    dispose: () => {
      for (const owner of [policy, reference, optimizer]) owner?.dispose();
    },
  };
}

function labelsOf(inputs: PreferenceInputs, { method }: PreferenceSettings): Labels {
  const read = (comparisons: Comparison[]): Label[] =>
    method === 'kto'
      ? thumbsOfComparisons(comparisons).map(({ good, ...response }) => ({ responses: [response], good })) // prettier-ignore
      : pairsOfComparisons(comparisons).map(({ text, chosen, rejected }) => ({
          responses: [chosen, rejected].map((response) => ({ text, response })),
          good: true,
        }));
  const [train, heldOut] = [read(inputs.train), read(inputs.heldOut)];
  if (train.length === 0)
    throw new TrainingError(
      'There is no label to learn from: every answer is tied or skipped. Rank some samples first.',
    );
  const texts = [...train, ...heldOut].flatMap(({ responses }) => responses);
  return { train, heldOut, widths: pairWidths(texts, inputs.tokenizer, inputs.lengths) };
}

function begin(
  inputs: PreferenceInputs,
  { method, config }: PreferenceSettings,
  { train }: Labels,
): State {
  // prettier-ignore
  return {
    ...models(inputs, method, inputs.reference.tensors),
    progress: {
      step: 0,
      steps: Math.ceil((train.length * config.epochs) / config.batchSize),
      optimizerSteps: { policy: 0 },
      klCoefficient: 0,
      randomCounters: {},
      dataCursor: 0,
    },
  };
}

function resume(
  inputs: PreferenceInputs,
  { method }: PreferenceSettings,
  { tensors, progress }: SavedRun,
): State {
  // prettier-ignore
  const optimizer = {
    step: progress.optimizerSteps.policy ?? 0,
    moments: unprefixed('policy-optimizer', tensors),
  };
  return {
    ...models(inputs, method, unprefixed('policy', tensors), optimizer),
    progress: structuredClone(progress),
  };
}

const models = (
  { reference }: PreferenceInputs,
  method: PreferenceSettings['method'],
  policy: TensorRecords,
  optimizer?: SavedOptimizer,
) =>
  // prettier-ignore
  makeOwned((own) => {
    const ofPolicy = own(new Model('policy', reference.config, 'language', policy));
    return {
      policy: ofPolicy,
      reference: method === 'orpo' ? null : own(new Model('reference', reference.config, 'language', reference.tensors, false)), // prettier-ignore
      optimizer: own(new Optimizer(ofPolicy.parameters, optimizer)),
    };
  });

// ── The steps ─────────────────────────────────────────────────────────────────────────────────────

async function* steps(
  { policy, reference, optimizer, progress }: State,
  labels: Labels,
  inputs: PreferenceInputs,
  settings: PreferenceSettings,
): AsyncGenerator<TrainingStep, void> {
  const { config } = settings;
  const { train, heldOut, widths } = labels;
  const read = (some: readonly Label[]) => batchOf(some, inputs.tokenizer, widths);
  const measures = STATISTICS[settings.method];
  const names = ['loss', ...measures, 'norm'];
  while (progress.step < progress.steps) {
    const batch = read(cycle(train, progress.dataCursor, config.batchSize, inputs.seed, STREAM.comparisons)); // prettier-ignore
    const options = scheduledOptions(config, config.learningRate, progress.step, progress.steps);
    const measured = tf.tidy(() => trainOnce(policy, reference, optimizer, batch, settings, options)); // prettier-ignore
    const [values] = await readStacked(names, [measured]);
    measured.dispose();
    const { norm, ...statistics } = values!;
    const metrics: Metrics = {
      ...namedMetrics(statistics, 'train'),
      'policy/grad_norm': norm!,
      lr: options.learningRate,
    };
    assertFiniteMetrics(metrics, progress.step + 1);

    progress.step += 1;
    progress.dataCursor += config.batchSize;
    progress.optimizerSteps = { policy: optimizer.step };
    const isLast = progress.step === progress.steps;
    if (heldOut.length > 0 && (isLast || progress.step % config.evaluateEvery === 0)) {
      const held: tf.Tensor1D[] = [];
      for (let start = 0; start < heldOut.length; start += config.batchSize) {
        const some = read(heldOut.slice(start, start + config.batchSize));
        held.push(tf.tidy(() => measureOnce(policy, reference, some, settings)));
      }
      const records = await readStacked(names.slice(0, -1), held);
      tf.dispose(held);
      // Batches weigh alike; the last may be smaller.
      Object.assign(metrics, namedMetrics(averaged(names.slice(0, -1), records), 'eval'));
    }
    yield { step: progress.step, steps: progress.steps, tokens: batch.answers.tokens, metrics };
  }
}

/** What each method measures beside its loss. */
const STATISTICS = {
  dpo: ['chosenReward', 'rejectedReward', 'accuracy', 'chosenLog', 'rejectedLog'],
  kto: ['chosenReward', 'rejectedReward', 'baseline'],
  orpo: ['chosenNll', 'margin', 'accuracy', 'chosenLog', 'rejectedLog'],
} as const satisfies Record<PreferenceSettings['method'], readonly string[]>;

/** TRL's names. */
const NAMES: Record<string, string> = {
  chosenReward: 'rewards/chosen',
  rejectedReward: 'rewards/rejected',
  accuracy: 'rewards/accuracies',
  margin: 'rewards/margins',
  chosenLog: 'logps/chosen',
  rejectedLog: 'logps/rejected',
  chosenNll: 'nll_loss',
  baseline: 'kl',
};

function namedMetrics(statistics: Record<string, number>, set: 'train' | 'eval'): Metrics {
  const named: Metrics = {};
  for (const [name, value] of Object.entries(statistics)) {
    if (name === 'loss') named[set === 'train' ? 'loss/train' : 'eval/loss'] = value;
    else named[set === 'train' ? NAMES[name]! : `eval/${NAMES[name]!}`] = value;
  }
  const { chosenReward, rejectedReward } = statistics;
  if (chosenReward !== undefined && rejectedReward !== undefined)
    named[set === 'train' ? 'rewards/margins' : 'eval/rewards/margins'] = chosenReward - rejectedReward; // prettier-ignore
  return named;
}

/** Labels as the device wants them. */
interface LabelBatch {
  /** Of pairs all chosen responses and then all rejected ones (2B rows); of thumbs the responses (B rows). */
  answers: PairBatch;
  /** Of thumbs each response with the prompt of the next one (B rows). */
  mismatched: PairBatch | null;
  good: Float32Array; // (B)
  B: number;
}

function batchOf(
  labels: readonly Label[],
  tokenizer: Tokenizer,
  widths: { P: number; R: number },
): LabelBatch {
  // prettier-ignore
  const first = labels.map(({ responses }) => responses[0]!);
  const second = labels.flatMap(({ responses }) => responses[1] ?? []);
  const strangers = first.map(({ response }, i) => ({ text: first[(i + 1) % first.length]!.text, response })); // prettier-ignore
  return {
    answers: pairBatch([...first, ...second], tokenizer, widths),
    mismatched: second.length > 0 ? null : pairBatch(strangers, tokenizer, widths),
    good: Float32Array.from(labels, ({ good }) => (good ? 1 : 0)),
    B: labels.length,
  };
}

// ── The losses ────────────────────────────────────────────────────────────────────────────────────

type Measured = LossAndStatistics<Record<string, tf.Scalar>>;

/** Loss, statistics and gradient norm of one optimizer step, stacked. Call it inside a `tidy`. */
function trainOnce(
  policy: Model,
  reference: Model | null,
  optimizer: Optimizer,
  batch: LabelBatch,
  settings: PreferenceSettings,
  options: OptimizerOptions,
): tf.Tensor1D {
  const objective = objectiveOf(policy, reference, batch, settings);
  const { loss, statistics, gradients } = lossGradients(policy.parameters, objective);
  const norm = optimizer.apply(gradients, options);
  return stacked<string>(['loss', ...STATISTICS[settings.method], 'norm'], { ...statistics, loss, norm }); // prettier-ignore
}

/** Loss and statistics alone. Call it inside a `tidy`. */
function measureOnce(
  policy: Model,
  reference: Model | null,
  batch: LabelBatch,
  settings: PreferenceSettings,
): tf.Tensor1D {
  const { loss, statistics } = objectiveOf(policy, reference, batch, settings)();
  return stacked<string>(['loss', ...STATISTICS[settings.method]], { ...statistics, loss });
}

/** The loss of a batch by the policy; what the reference says is computed now, outside of the gradient. */
function objectiveOf(
  policy: Model,
  reference: Model | null,
  batch: LabelBatch,
  settings: PreferenceSettings,
): () => Measured {
  const { answers, B } = batch;
  switch (settings.method) {
    case 'dpo': {
      const { config } = settings;
      const [referenceChosen, referenceRejected] = halves(pick(responseLogs(reference!, answers), config), B); // prettier-ignore
      return () => {
        const logs = responseLogs(policy, answers);
        const [policyChosen, policyRejected] = halves(pick(logs, config), B);
        const { loss, statistics } = preferenceLoss(
          { policyChosen, policyRejected, referenceChosen, referenceRejected, pairCount: B },
          preferenceOptions(config),
        );
        const nll = tf.neg(tf.mean<tf.Scalar>(halves(logs.means, B)[0]));
        return {
          loss: config.nllCoefficient > 0 ? tf.add(loss, tf.mul(nll, config.nllCoefficient)) : loss,
          statistics: { ...statistics, ...sumsOf(logs, B) },
        };
      };
    }
    case 'kto': {
      const { mismatched, good } = batch;
      const expected = responseLogs(reference!, answers).sums; // (B)
      const baseline = mismatchedKl(responseLogs(policy, mismatched!).sums, responseLogs(reference!, mismatched!).sums); // prettier-ignore
      return () => {
        const { sums } = responseLogs(policy, answers);
        const thumbs = { policy: sums, reference: expected, good: tf.tensor1d(good), baseline, count: B }; // prettier-ignore
        const { loss, statistics } = ktoLoss(thumbs, settings.config);
        return { loss, statistics: { ...statistics, baseline } };
      };
    }
    case 'orpo': {
      const { loss: kind, beta, margin } = settings.config;
      const options = kind === 'orpo' ? ({ kind, weight: beta } as const) : ({ kind, beta, margin } as const); // prettier-ignore
      return () => {
        const logs = responseLogs(policy, answers);
        const [chosen, rejected] = halves(logs.means, B);
        const { loss, statistics } = referenceFreeLoss({ chosen, rejected, pairCount: B }, options);
        return { loss, statistics: { ...statistics, ...sumsOf(logs, B) } };
      };
    }
    default:
      return settings satisfies never;
  }
}

const preferenceOptions = ({
  loss: kind,
  beta,
  labelSmoothing,
}: DpoConfig): PreferenceLossOptions =>
  kind === 'dpo' || kind === 'robust' ? { kind, beta, labelSmoothing } : { kind, beta };

/** Log-probabilities of whole responses (N), nats: summed, and averaged over their tokens. */
interface ResponseLogs {
  sums: PerRow;
  means: PerRow;
}

function responseLogs(model: Model, { queries, responses, B, R }: PairBatch): ResponseLogs {
  const { ids, mask } = rowTensors(joinRows(queries, responses, B), B); // (B, P+R)
  const { logProbabilities } = responseLogProbabilities(model, ids, mask, R); // (B, R)
  const real = tf.tensor2d(responses.mask, [B, R]);
  const sums: PerRow = tf.sum(tf.mul(logProbabilities, real), 1); // (B)
  return { sums, means: tf.div(sums, tf.sum(real, 1)) };
}

const pick = ({ sums, means }: ResponseLogs, { lengthAveraged }: DpoConfig): PerRow =>
  lengthAveraged ? means : sums;

/** Chosen and rejected (B) of both (2B). */
const halves = (both: PerRow, B: number): [PerRow, PerRow] => [
  tf.slice(both, [0], [B]),
  tf.slice(both, [B], [B]),
];

function sumsOf(
  { sums }: ResponseLogs,
  B: number,
): { chosenLog: tf.Scalar; rejectedLog: tf.Scalar } {
  const [chosen, rejected] = halves(sums, B);
  return { chosenLog: tf.mean(chosen), rejectedLog: tf.mean(rejected) };
}
