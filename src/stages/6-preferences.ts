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
import { scheduledOptions, type OptimizerOptions } from '../algorithms/optimizer';
import { referenceFreeLoss } from '../algorithms/orpo';
import { PREFERENCE_STATISTICS, preferenceMetrics } from '../algorithms/preference-metrics';
import { TrainingError } from '../algorithms/training-checks';
import type { DpoConfig, KtoConfig, LengthsConfig, OrpoConfig } from '../config';
import { pairWidths } from '../data/batches';
import { labelBatch, pairLabels, thumbLabels, type Label, type LabelBatch } from '../data/label-batches'; // prettier-ignore
import { cycle, STREAM } from '../data/random';
import type { Tokenizer } from '../data/tokenizer';
import type { Model } from '../model/model';
import { makeOwned } from '../model/owned';
import { halves, responseLogs, type ResponseLogs } from '../model/response-logs';
import type {
  Comparison,
  Metrics,
  SavedRun,
  TrainingProgress,
  TrainingRun,
  TrainingStep,
  Weights,
} from '../records';
import type { PerRow } from '../shapes';
import { Learner } from '../training/learner';
import { finishStep, frozen, isMeasured, progressOf, stepsOfPasses, trainingRun } from '../training/run'; // prettier-ignore

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

interface Labels {
  train: Label[];
  heldOut: Label[];
  /** One shape for all batches. */
  widths: { P: number; R: number };
}

interface State {
  policy: Learner;
  /** Null where the method has none. */
  reference: Model | null;
  progress: TrainingProgress;
}

/** Begin to learn from labels, or go on from where `saved` left off. */
export function preferences(
  inputs: PreferenceInputs,
  settings: PreferenceSettings,
  saved?: SavedRun,
): TrainingRun {
  const { method, config } = settings;
  const labels = labelsOf(inputs, settings);
  const state = makeOwned((own): State => ({
    policy: own(new Learner('policy', 'language', inputs.reference, { saved })),
    reference: own(method === 'orpo' ? null : frozen('reference', 'language', inputs.reference)),
    progress: progressOf(saved, { steps: stepsOfPasses(labels.train.length, config) }),
  }));
  const { policy, reference, progress } = state;
  return trainingRun([policy], [reference], progress, steps(state, labels, inputs, settings));
}

function labelsOf(inputs: PreferenceInputs, { method }: PreferenceSettings): Labels {
  const read = method === 'kto' ? thumbLabels : pairLabels;
  const [train, heldOut] = [read(inputs.train), read(inputs.heldOut)];
  if (train.length === 0)
    throw new TrainingError(
      'There is no label to learn from: every answer is tied or skipped. Rank some samples first.',
    );
  const texts = [...train, ...heldOut].flatMap(({ responses }) => responses);
  return { train, heldOut, widths: pairWidths(texts, inputs.tokenizer, inputs.lengths) };
}

async function* steps(
  state: State,
  { train, heldOut, widths }: Labels,
  { tokenizer, seed }: PreferenceInputs,
  settings: PreferenceSettings,
): AsyncGenerator<TrainingStep, void> {
  const { config, method } = settings;
  const { policy, progress } = state;
  const { batchSize, learningRate } = config;
  const names = ['loss', ...PREFERENCE_STATISTICS[method], 'norm'];
  while (progress.step < progress.steps) {
    const some = cycle(train, progress.dataCursor, batchSize, seed, STREAM.comparisons);
    const batch = labelBatch(some, tokenizer, widths);
    const options = scheduledOptions(config, learningRate, progress.step, progress.steps);
    const measured = tf.tidy(() => trainOnce(state, batch, settings, options));
    const [values] = await readStacked(names, [measured]);
    measured.dispose();
    const { norm, ...statistics } = values!;
    const metrics: Metrics = {
      ...preferenceMetrics(statistics, 'train'),
      'policy/grad_norm': norm!,
      lr: options.learningRate,
    };
    finishStep(progress, [policy], metrics);
    progress.dataCursor += batchSize;
    if (isMeasured(progress, heldOut, config)) {
      const batches = batchesOf(heldOut, batchSize).map((held) => labelBatch(held, tokenizer, widths)); // prettier-ignore
      Object.assign(metrics, await heldOutMetrics(state, batches, settings));
    }
    yield { step: progress.step, steps: progress.steps, tokens: batch.answers.tokens, metrics };
  }
}

const batchesOf = <T>(items: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size)); // prettier-ignore

/** Loss and statistics on labels of prompts that were held out. Batches weigh alike; the last may be smaller. */
async function heldOutMetrics(
  state: State,
  batches: readonly LabelBatch[],
  settings: PreferenceSettings,
): Promise<Metrics> {
  const names = ['loss', ...PREFERENCE_STATISTICS[settings.method]];
  const held = batches.map((batch) => tf.tidy(() => measureOnce(state, batch, settings)));
  const records = await readStacked(names, held);
  tf.dispose(held);
  return preferenceMetrics(averaged(names, records), 'eval');
}

// ── The losses ────────────────────────────────────────────────────────────────────────────────────

type Measured = LossAndStatistics<Record<string, tf.Scalar>>;

/** Loss, statistics and gradient norm of one optimizer step, stacked. Call it inside a `tidy`. */
function trainOnce(
  state: State,
  batch: LabelBatch,
  settings: PreferenceSettings,
  options: OptimizerOptions,
): tf.Tensor1D {
  const { policy } = state;
  const objective = objectiveOf(state, batch, settings);
  const { loss, statistics, gradients } = lossGradients(policy.model.parameters, objective);
  const norm = policy.apply(gradients, options);
  return stacked<string>(['loss', ...PREFERENCE_STATISTICS[settings.method], 'norm'], { ...statistics, loss, norm }); // prettier-ignore
}

/** Loss and statistics alone. Call it inside a `tidy`. */
function measureOnce(state: State, batch: LabelBatch, settings: PreferenceSettings): tf.Tensor1D {
  const { loss, statistics } = objectiveOf(state, batch, settings)();
  return stacked<string>(['loss', ...PREFERENCE_STATISTICS[settings.method]], {
    ...statistics,
    loss,
  });
}

/** The loss of a batch by the policy; what the reference says is computed now, outside of the gradient. */
function objectiveOf(
  { policy: { model: policy }, reference }: State,
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

const pick = ({ sums, means }: ResponseLogs, { lengthAveraged }: DpoConfig): PerRow =>
  lengthAveraged ? means : sums;

function sumsOf(
  { sums }: ResponseLogs,
  B: number,
): { chosenLog: tf.Scalar; rejectedLog: tf.Scalar } {
  const [chosen, rejected] = halves(sums, B);
  return { chosenLog: tf.mean(chosen), rejectedLog: tf.mean(rejected) };
}
