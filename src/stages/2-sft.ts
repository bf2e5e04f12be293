/**
 * Stage 2: supervised fine-tuning on demonstrations (Ouyang 2022, section 3.5).
 *
 *     loss = − Σ_t m_t log π(y_t | x, y_<t) / Σ_t m_t
 *
 * The mask m is 1 on response tokens, the end of sequence with them, and 0 on the prompt: the model learns
 * to answer and not to ask. Dropout is left out: at this size the held-out loss tells when to stop.
 *
 * Plain text may be mixed in, as InstructGPT does in PPO (equation 2): a fact that is only told and one that is
 * also asked about stay the same kind of thing, so that the model learns to answer about either, where one that
 * is fine-tuned on questions alone forgets what it is not asked (Allen-Zhu and Li 2023, "mixed training").
 *
 * With `noiseMultiplier` above 0 the training is differentially private (Abadi 2016; `algorithms/private-gradient.ts`):
 * every step draws each demonstration with probability q = batch size / N, shortens the gradient of each to
 * `exampleClip`, and adds noise. What Adam, decay and clipping make of the noisy mean is no matter any more. ε holds
 *
 *   - for the weights, and not for the losses that are reported beside them;
 *   - where nothing else in the run is private: plain text is added as it is, so it must be public, as the lab's own
 *     is, and the model that is started from must not have learned from the same demonstrations;
 *   - against whoever does not know the seed of the run, from which the noise could be made again.
 */
import * as tf from '@tensorflow/tfjs-core';
import { crossEntropy } from '../algorithms/cross-entropy';
import { dpSettings, noiseProblem, privacyAccountant } from '../algorithms/dp-accountant';
import { addGradients, lossGradients } from '../algorithms/gradients';
import { scheduledOptions, type OptimizerOptions } from '../algorithms/optimizer';
import { clippedSum, noisyMean } from '../algorithms/private-gradient';
import type { LengthsConfig, SftConfig } from '../config';
import { DemonstrationReader } from '../data/demonstration-batches';
import type { PackedRows } from '../data/packed';
import { poissonSample, seedOf, STREAM } from '../data/random';
import type { TextBatch } from '../data/texts';
import type { Tokenizer } from '../data/tokenizer';
import { windowedBatch } from '../data/windows';
import { responseLogProbabilities } from '../model/heads';
import type { Model } from '../model/model';
import { prefersOneShape } from '../model/narrow';
import { rowTensors } from '../model/rows';
import type {
  Demonstration,
  Metrics,
  SavedRun,
  TrainingProgress,
  TrainingRun,
  TrainingStep,
  Weights,
} from '../records';
import type { Mask } from '../shapes';
import { Learner } from '../training/learner';
import { nextTexts, plainTextLoss } from '../training/plain-text';
import { finishStep, isMeasured, progressOf, stepsOfPasses, trainingRun } from '../training/run';

export interface SftInputs {
  /** What training starts from: the base model. */
  base: Weights;
  train: Demonstration[];
  heldOut: Demonstration[];
  /** Plain text that is mixed in, where the config says so. */
  ptxTexts?: readonly string[];
  tokenizer: Tokenizer;
  lengths: LengthsConfig;
  seed: number;
}

/** Begin fine-tuning, or go on from where `saved` left off. */
export function sft(inputs: SftInputs, config: SftConfig, saved?: SavedRun): TrainingRun {
  if (inputs.train.length === 0)
    throw new Error('There are no demonstrations to learn from. Write some, or import them.');
  if (config.ptxCoefficient > 0 && !inputs.ptxTexts?.length)
    throw new Error('Plain text is to be mixed in, and there is none. Set ptxCoefficient to 0, or give some.'); // prettier-ignore
  const problem = noiseProblem(config);
  if (problem) throw new Error(problem);
  const policy = new Learner('policy', 'language', inputs.base, { saved });
  const progress = progressOf(saved, { steps: stepsOfPasses(inputs.train.length, config) });
  return trainingRun([policy], [], progress, steps(policy, progress, inputs, config));
}

/** What a step of either kind is given. */
interface Teaching {
  policy: Learner;
  progress: TrainingProgress;
  inputs: SftInputs;
  config: SftConfig;
  reader: DemonstrationReader;
}
/** One optimizer step with these options on whatever demonstrations are next. */
type Teach = (
  options: OptimizerOptions,
  text: TextBatch | null,
) => Promise<{ tokens: number; metrics: Metrics }>;

async function* steps(
  policy: Learner,
  progress: TrainingProgress,
  inputs: SftInputs,
  config: SftConfig,
): AsyncGenerator<TrainingStep, void> {
  const { train, heldOut, tokenizer, lengths } = inputs;
  const { steps } = progress;
  const reader = new DemonstrationReader([...train, ...heldOut], tokenizer, lengths, prefersOneShape()); // prettier-ignore
  const byLength = heldOut.toSorted((a, b) => reader.width(a) - reader.width(b));
  const measure = () => heldOutLoss(policy.model, byLength, reader, config);
  const kind = config.noiseMultiplier > 0 ? teachingPrivately : teachingInBatches;
  const teach = kind({ policy, progress, inputs, config, reader });
  while (progress.step < steps) {
    const metrics: Metrics = {};
    if (progress.step === 0 && heldOut.length > 0) metrics['eval/loss_before'] = await measure();

    const options = scheduledOptions(config, config.learningRate, progress.step, steps);
    const text = nextTexts(progress, inputs, config);
    const taught = await teach(options, text);
    Object.assign(metrics, taught.metrics, {
      lr: options.learningRate,
      epoch: (progress.dataCursor + config.batchSize) / train.length,
    });
    finishStep(progress, [policy], metrics);
    progress.dataCursor += config.batchSize;
    if (isMeasured(progress, heldOut, config)) metrics['eval/loss'] = await measure();
    yield { step: progress.step, steps, tokens: taught.tokens, metrics };
  }
}

// ── Batch by batch ────────────────────────────────────────────────────────────────────────────────

function teachingInBatches(teaching: Teaching): Teach {
  const { policy, progress, inputs, config, reader } = teaching;
  const { train, seed } = inputs;
  const { batchSize, window } = config;
  const windows = { batchSize, window, batches: progress.steps, seed, stream: STREAM.demonstrations }; // prettier-ignore
  return async (options, text) => {
    const batch = reader.read(windowedBatch(train, reader.width, progress.step, windows));
    const measured = tf.tidy(() => trainOnce(policy, batch, text, config, options)); // (3)
    const [loss, textLoss, gradientNorm] = await measured.data<'float32'>(); // the one readback
    measured.dispose();
    const metrics = {
      'loss/train': loss!,
      ...(text ? { 'loss/ptx': textLoss! } : {}),
      'policy/grad_norm': gradientNorm!,
    };
    return { tokens: batch.tokens, metrics };
  };
}

/** Loss on responses and on plain text, nats per token, and gradient norm: (3). Call it inside a `tidy`. */
function trainOnce(
  policy: Learner,
  batch: PackedRows,
  text: TextBatch | null,
  config: SftConfig,
  options: OptimizerOptions,
): tf.Tensor1D {
  const { model } = policy;
  const ofText = text && lossGradients(model.parameters, () => plainTextLoss(model, text, config));
  const { loss, gradients } = lossGradients(model.parameters, () => ({
    loss: batchLoss(model, batch),
    statistics: {},
  }));
  const all = ofText ? addGradients(gradients, ofText.gradients) : gradients;
  const norm = policy.apply(all, options);
  return tf.stack([loss, ofText?.statistics.textLoss ?? tf.scalar(0), norm]) as tf.Tensor1D;
}

// ── One by one, with noise ────────────────────────────────────────────────────────────────────────

function teachingPrivately({ policy, progress, inputs, config, reader }: Teaching): Teach {
  const { train, seed } = inputs;
  const settings = dpSettings(train.length, config);
  const epsilonAfter = privacyAccountant(settings, config.privacyDelta);
  const expected = settings.sampleRate * train.length; // q N
  return async (options, text) => {
    const { step } = progress;
    const drawn = poissonSample(train, settings.sampleRate, seed, STREAM.participation, step);
    const batches = drawn.map((one) => reader.read([one])); // B = 1
    const noise = { seed: seedOf(seed, STREAM.privacyNoise), step };
    const measured = tf.tidy(() => trainPrivately(policy, batches, text, config, { expected, noise, options })); // prettier-ignore
    const values = await measured.data<'float32'>(); // (2 + 2n)
    measured.dispose();
    const [textLoss, gradientNorm] = values;
    const losses = values.subarray(2, 2 + drawn.length);
    const norms = values.subarray(2 + drawn.length);
    const tokens = batches.reduce((sum, batch) => sum + batch.tokens, 0);
    const responseTokens = batches.reduce((sum, batch) => sum + batch.responseTokens, 0);
    const nats = batches.reduce((sum, batch, i) => sum + losses[i]! * batch.responseTokens, 0);
    const isLong = (norm: number) => norm > config.exampleClip;
    const ofDrawn = { 'loss/train': nats / responseTokens, 'privacy/clipped': norms.filter(isLong).length / drawn.length }; // prettier-ignore
    const metrics = {
      ...(drawn.length > 0 ? ofDrawn : {}), // a step without any is noise alone
      ...(text ? { 'loss/ptx': textLoss! } : {}),
      'policy/grad_norm': gradientNorm!,
      'privacy/examples': drawn.length,
      'privacy/epsilon': epsilonAfter(step + 1).epsilon,
    };
    return { tokens, metrics };
  };
}

/**
 * Loss on plain text, norm of the noisy gradient, then the loss (nats per token) and the gradient norm of each
 * example: (2 + 2n). Call it inside a `tidy`.
 * @param batches of one example each
 */
function trainPrivately(
  policy: Learner,
  batches: readonly PackedRows[],
  text: TextBatch | null,
  config: SftConfig,
  { expected, noise, options }: { expected: number; noise: { seed: number; step: number }; options: OptimizerOptions }, // prettier-ignore
): tf.Tensor1D {
  const { model } = policy;
  const { noiseMultiplier, exampleClip } = config;
  const examples = batches.map((batch) => () => batchLoss(model, batch));
  const { gradients, losses, norms } = clippedSum(model.parameters, examples, exampleClip);
  const noisy = noisyMean(gradients, { ...noise, deviation: noiseMultiplier * exampleClip }, expected); // prettier-ignore
  const ofText = text && lossGradients(model.parameters, () => plainTextLoss(model, text, config));
  const norm = policy.apply(ofText ? addGradients(noisy, ofText.gradients) : noisy, options);
  return tf.stack([ofText?.statistics.textLoss ?? tf.scalar(0), norm, ...losses, ...norms]) as tf.Tensor1D; // prettier-ignore
}

// ── The loss ──────────────────────────────────────────────────────────────────────────────────────

function batchLoss(policy: Model, batch: PackedRows) {
  const { B, R, responseTokens } = batch;
  const { ids, mask } = rowTensors(batch, B); // (B, T)
  const { logProbabilities } = responseLogProbabilities(policy, ids, mask, R); // (B, R)
  const responseMask: Mask = tf.tensor2d(batch.responses, [B, R]);
  return crossEntropy(logProbabilities, responseMask, responseTokens);
}

/** Mean loss over all held-out demonstrations, nats per response token. */
async function heldOutLoss(
  policy: Model,
  heldOut: readonly Demonstration[],
  reader: DemonstrationReader,
  { batchSize }: SftConfig,
): Promise<number> {
  let sum = 0;
  let tokens = 0;
  for (let start = 0; start < heldOut.length; start += batchSize) {
    const batch = reader.read(heldOut.slice(start, start + batchSize), batchSize);
    const loss = tf.tidy(() => batchLoss(policy, batch));
    sum += (await loss.data<'float32'>())[0]! * batch.responseTokens;
    tokens += batch.responseTokens;
    loss.dispose();
  }
  return sum / tokens;
}
