/**
 * A run on the disk: weights, moments, curve and settings in one file, which is written beside its place and
 * then moved there, so that a crash leaves either the old one or the new one whole.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { decayStart } from '../../algorithms/schedule';
import { scheduledOptions, type OptimizerConfig } from '../../algorithms/optimizer';
import { readSafetensors, writeSafetensors } from '../../model/safetensors';
import type { TensorRecords } from '../../records';
import { writeWhole } from '../base-files';
import { UsageError } from '../flags';

export const CHECKPOINT_FILE = 'checkpoint.safetensors';

/** One measurement of a run. */
export const CurvePoint = v.object({
  /** Tokens seen. */
  tokens: v.number(),
  /** Nats per token, mean of the steps read since the last measurement; null at the start. */
  trainLoss: v.nullable(v.number()),
  /** Nats per token; null without a held-out text. */
  heldOutLoss: v.nullable(v.number()),
  /** On held-out declarations of the built-in world; null where there are none. */
  worldLoss: v.nullable(v.number()),
  /** Share of the world's facts whose sentence the model completes; null where none were told. */
  factsKnown: v.optional(v.nullable(v.number()), null),
});
export type CurvePoint = v.InferOutput<typeof CurvePoint>;

const Progress = v.object({
  step: v.number(),
  /** Spent on it so far, in all sessions. */
  seconds: v.number(),
  curve: v.array(CurvePoint),
});
export type Progress = v.InferOutput<typeof Progress>;

/** The settings that a resumed run must share with the one that it goes on with. */
const Settings = v.object({
  model: v.string(),
  seed: v.number(),
  batchSize: v.number(),
  contextTokens: v.number(),
  worldShare: v.number(),
  /** SHA-256 of the training text with the world's declarations, and of the tokenizer. */
  text: v.string(),
  tokenizer: v.string(),
});
export type Settings = v.InferOutput<typeof Settings>;

/** What decides the learning rate of every step. */
const Rates = v.object({
  schedule: v.picklist(['cosine', 'linear', 'constant', 'wsd']),
  learningRate: v.number(),
  warmupSteps: v.number(),
  scheduleSteps: v.number(),
  /** Share of the world while the rate of `wsd` falls; left out where it is the share of all steps. */
  worldShareLate: v.optional(v.number()),
});
export type Rates = v.InferOutput<typeof Rates>;

export interface SavedRun {
  tensors: TensorRecords;
  progress: Progress;
}

/** Write the run into its folder. @throws WeightValueError where a weight is no number any more. */
export function saveRun(
  folder: string,
  { tensors, progress }: SavedRun,
  settings: Settings,
  rates: Rates,
): void {
  const metadata = {
    progress: JSON.stringify(progress),
    settings: JSON.stringify(settings),
    rates: JSON.stringify(rates),
  };
  const file = writeSafetensors(tensors, 'F32', metadata);
  writeWhole(join(folder, CHECKPOINT_FILE), new Uint8Array(file));
}

/**
 * Read the run in a folder, to go on with it under these settings.
 * @throws UsageError where they would make another run of it.
 */
export function readRun(
  folder: string,
  settings: Settings,
  rates: Rates,
  optimizer: OptimizerConfig,
): SavedRun {
  const bytes = readFileSync(join(folder, CHECKPOINT_FILE));
  const { tensors, metadata } = readSafetensors(new Uint8Array(bytes).buffer);
  const part = (name: string): unknown => JSON.parse(metadata[name] ?? 'null');
  const progress = v.parse(Progress, part('progress'));
  const before = v.parse(Settings, part('settings'));
  const changed = (Object.keys(before) as (keyof Settings)[]).filter(
    (name) => before[name] !== settings[name],
  );
  if (changed.length)
    throw new UsageError(
      `The run in ${folder} was begun with ${changed.map((name) => `${name} ${before[name]} and not ${settings[name]}`).join(', ')}. Give what it was begun with, or name another folder.`,
    );
  checkRates(progress.step, v.parse(Rates, part('rates')), rates, optimizer);
  return { tensors, progress };
}

/**
 * The share of the world in the steps in which the rate of `wsd` falls, when a model keeps most of what it
 * reads (Hu et al. 2024, section 4: the best data belong there); null in all others.
 */
export function lateShare(rates: Rates, step: number): number | null {
  const { worldShareLate = null, schedule, scheduleSteps } = rates;
  return schedule === 'wsd' && step >= decayStart(scheduleSteps) ? worldShareLate : null;
}

/** Must hold for a resumed run to be the run that was never stopped: no step done had another rate. */
function checkRates(steps: number, before: Rates, now: Rates, optimizer: OptimizerConfig): void {
  const rate = ({ schedule, learningRate, warmupSteps, scheduleSteps }: Rates, step: number) =>
    scheduledOptions({ ...optimizer, schedule, warmupSteps }, learningRate, step, scheduleSteps)
      .learningRate;
  for (let step = 0; step < steps; step++)
    if (rate(before, step) !== rate(now, step) || lateShare(before, step) !== lateShare(now, step))
      throw new UsageError(
        `The run has done ${steps} steps with learning rates or a share of the world that these flags would change (step ${step + 1}: a rate of ${rate(before, step)} and not ${rate(now, step)}). Give --learning-rate, --warmup, --schedule, --schedule-steps (or --steps) and --world-late as before.`,
      );
}
