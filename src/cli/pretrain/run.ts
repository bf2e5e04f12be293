/** The run itself: steps, and every so often a measurement, a line, a checkpoint and the files of the base. */
import { scheduledOptions } from '../../algorithms/optimizer';
import { writeBase, writeIndex, type BaseCard } from '../base-files';
import {
  lateShare,
  readRun,
  saveRun,
  type CurvePoint,
  type Progress,
  type Rates,
} from './checkpoint';
import { factsKnown } from './facts';
import type { Material } from './material';
import type { PretrainOptions } from './options';
import { weightsBefore } from './shapes';
import { greedyStories, type Story } from './stories';
import { trainingWindows } from './text';
import { Trainer } from './trainer';

/** Steps between two losses read off the device: each makes a GPU wait. */
const READ_EVERY = 10;

export interface PretrainedCard extends BaseCard {
  seed: number;
  steps: number;
  /** Computing time of all sessions. */
  seconds: number;
  /** On held-out declarations of the built-in world, nats per token. */
  worldLoss: number | null;
  /** Share of the world's facts whose sentence the model completes; null where none were told. */
  factsKnown: number | null;
  curve: CurvePoint[];
  /** At the end, on the whole held-out text and not only on the windows of the curve, nats per token. */
  heldOutLossOfAll: number | null;
  /** How ten fixed openings go on, greedily; none picked. */
  stories: Story[];
  tokenizerHash: string;
  command: string;
}

export interface Session {
  options: PretrainOptions;
  material: Material;
  /** The command line, for the card. */
  command: string;
  /** True once the run should save and stop. */
  isStopped(): boolean;
  /** Takes lines for the person. */
  say(line: string): void;
}

/** Train until all steps are done, or the session is stopped. @returns whether the run is finished. */
export async function pretrain(session: Session): Promise<boolean> {
  const { options, material, say } = session;
  const { trainer, progress } = begin(session);
  try {
    const started = Date.now() - progress.seconds * 1000;
    const sessionEnd = Date.now() + options.seconds * 1000;
    const { batchSize: B, contextTokens: T, seed, checkpointEvery, steps } = options;
    const meter = new Meter(trainer.step);
    if (trainer.step === 0) {
      progress.curve.push(await measure(trainer, material, 0, null));
      say(lineOf(options, progress, null));
    }
    while (trainer.step < steps) {
      const worldShare = lateShare(ratesOf(options), trainer.step) ?? options.worldShare;
      const sources = { ...material.sources, worldShare };
      const windows = trainingWindows(sources, seed, trainer.step, B, T);
      const rate = scheduledOptions(options, options.learningRate, trainer.step, options.scheduleSteps); // prettier-ignore
      const measured = trainer.train(windows, rate); // (2)
      const isEnd = trainer.step === steps || session.isStopped() || Date.now() >= sessionEnd;
      const isDue = isEnd || trainer.step % checkpointEvery === 0;
      if (isDue || trainer.step % READ_EVERY === 0) meter.add(trainer.step, await measured.data());
      measured.dispose();
      if (isDue) {
        progress.step = trainer.step;
        progress.seconds = (Date.now() - started) / 1000;
        progress.curve.push(await measure(trainer, material, trainer.step * B * T, meter.loss()));
        say(lineOf(options, progress, meter.speed(trainer.step)));
        await write(session, trainer, progress);
        meter.restart(trainer.step);
      }
      if (isEnd) break;
      await new Promise(setImmediate); // a signal is heard here
    }
    return trainer.step >= steps;
  } finally {
    trainer.dispose();
  }
}

const ratesOf = (options: PretrainOptions): Rates => {
  const { schedule, learningRate, warmupSteps, scheduleSteps, worldShareLate } = options;
  return { schedule, learningRate, warmupSteps, scheduleSteps, worldShareLate };
};

function begin({ options, material, say }: Session): { trainer: Trainer; progress: Progress } {
  const { config, settings } = material;
  if (!options.resume) {
    const trainer = new Trainer(config, weightsBefore(config, options.seed));
    return { trainer, progress: { step: 0, seconds: 0, curve: [] } };
  }
  const { tensors, progress } = readRun(options.out, settings, ratesOf(options), options);
  say(`Going on after step ${progress.step}.`);
  return { trainer: Trainer.restored(config, tensors, progress.step), progress };
}

async function measure(
  trainer: Trainer,
  { heldOut, worldHeldOut, sources, tokenizer }: Material,
  tokens: number,
  trainLoss: number | null,
): Promise<CurvePoint> {
  return {
    tokens,
    trainLoss,
    heldOutLoss: await trainer.loss(heldOut),
    worldLoss: await trainer.loss(worldHeldOut),
    factsKnown: sources.worldShare > 0 ? await factsKnown(trainer.model, tokenizer) : null,
  };
}

/** Checkpoint first: it is what cannot be made again. */
async function write(session: Session, trainer: Trainer, progress: Progress): Promise<void> {
  const { options, material, command } = session;
  const { out, sentence } = options;
  const tensors = await trainer.records();
  saveRun(out, { tensors, progress }, material.settings, ratesOf(options));
  const model = { config: material.config, head: 'language' as const, tensors: await trainer.model.records() }; // prettier-ignore
  const last = progress.curve.at(-1);
  const isFinished = progress.step >= options.steps;
  const card: PretrainedCard = writeBase(out, model, material.tokenizer.json, 'F16', {
    license: options.license ?? 'not stated',
    data: options.data ?? material.description,
    tokensSeen: last?.tokens ?? 0,
    heldOutLoss: last?.heldOutLoss ?? null,
    worldLoss: last?.worldLoss ?? null,
    factsKnown: last?.factsKnown ?? null,
    heldOutLossOfAll: isFinished ? await trainer.loss(material.heldOutAll) : null,
    curve: progress.curve,
    stories: await greedyStories(trainer.model, material.tokenizer),
    seed: options.seed,
    steps: progress.step,
    seconds: Math.round(progress.seconds),
    tokenizerHash: material.tokenizer.hash,
    command,
    limits: `Trained on simple English alone. It forgets what a story was about, follows no instructions until it is taught, is no source of facts, and repeats the habits of its texts, stereotypes among them. ${material.config.maxPositions} positions, of which ${options.contextTokens} were trained.`,
    date: new Date().toISOString().slice(0, 10),
  });
  if (sentence !== undefined && isFinished) writeIndex(out, card, sentence);
}

/** Losses and time since the last measurement. */
class Meter {
  #losses: number[] = [];
  #from: number;
  #since = Date.now();

  constructor(step: number) {
    this.#from = step;
  }

  /** @throws Error where the loss is no number any more, before anything is overwritten. */
  add(step: number, [loss, norm]: ArrayLike<number> & Iterable<number>): void {
    if (!Number.isFinite(loss) || !Number.isFinite(norm))
      throw new Error(
        `Step ${step} gave a loss of ${loss} and a gradient norm of ${norm}: the training has gone wrong. The last checkpoint is as it was; begin again with a lower --learning-rate.`,
      );
    this.#losses.push(loss!);
  }

  /** Mean of what was read, nats per token. */
  loss(): number | null {
    const sum = this.#losses.reduce((a, b) => a + b, 0);
    return this.#losses.length ? sum / this.#losses.length : null;
  }

  /** Milliseconds per step, without measurements and writing. */
  speed(step: number): number {
    return (Date.now() - this.#since) / Math.max(1, step - this.#from);
  }

  restart(step: number): void {
    this.#losses = [];
    this.#from = step;
    this.#since = Date.now();
  }
}

/** A line of progress. @param speed milliseconds per step. */
function lineOf(options: PretrainOptions, { step, curve }: Progress, speed: number | null): string {
  const { steps, batchSize, contextTokens } = options;
  const { tokens, trainLoss, heldOutLoss, worldLoss, factsKnown: known } = curve.at(-1)!;
  const loss = (name: string, value: number | null) =>
    value === null ? [] : [`${name} ${value.toFixed(4)}`];
  const pace =
    speed === null
      ? []
      : [
          `${speed.toFixed(0)} ms a step`,
          `${Math.round((1000 * batchSize * contextTokens) / speed)} tokens/s`,
          `${timeOf(((steps - step) * speed) / 1000)} left`,
        ];
  return [
    `step ${step}/${steps}`,
    `${(tokens / 1e6).toFixed(2)} M tokens`,
    ...loss('train', trainLoss),
    ...loss('held-out', heldOutLoss),
    ...loss('world', worldLoss),
    ...(known === null ? [] : [`facts ${(100 * known).toFixed(1)}%`]),
    ...pace,
  ].join(', ');
}

/** Hours and minutes, or minutes and seconds. */
function timeOf(seconds: number): string {
  const [minutes, hours] = [Math.floor(seconds / 60), Math.floor(seconds / 3600)];
  return hours > 0 ? `${hours} h ${minutes % 60} min` : `${minutes} min ${Math.round(seconds % 60)} s`; // prettier-ignore
}
