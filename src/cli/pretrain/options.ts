/** The command line of `npm run pretrain`, checked before anything is begun. */
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { PRETRAINING, type PretrainingConfig } from '../../config';
import { LADDER, type BackendName } from '../../kernels/engine';
import { fieldValue, LARGEST_SEED, oneOf, readFlags, UsageError, wholeNumber } from '../flags';
import { CHECKPOINT_FILE } from './checkpoint';
import { SHAPE_NAMES, SHAPES, type ShapeName } from './shapes';

export const USAGE = `Usage: npm run pretrain -- --model NAME --corpus FILE... --steps N --out DIR [options]

Trains a base model from nothing on text and on the facts of the built-in world. Writes model.safetensors,
config.json, tokenizer.json and card.json to --out, and ${CHECKPOINT_FILE}, from which --resume goes on.

  --model NAME           ${SHAPE_NAMES.join(', ')}
  --corpus FILE          text, its documents separated by a line <|endoftext|>; may be given more than once
  --steps N              optimizer steps of the whole run
  --out DIR              where everything goes
  --held-out FILE        text of the same form that is measured and never trained on
  --seed N               whole number, 0 or more; the same seed gives the same model (1)
  --batch N              windows in a step (${PRETRAINING.batchSize.value})
  --context N            tokens in a window (${PRETRAINING.contextTokens.value})
  --learning-rate X      peak learning rate (${PRETRAINING.learningRate.value})
  --warmup N             steps until the peak (${PRETRAINING.warmupSteps.value})
  --schedule NAME        ${PRETRAINING.schedule.options.join(', ')} (${PRETRAINING.schedule.value})
  --schedule-steps N     steps that the schedule is laid out for, where that is not --steps
  --world SHARE          share of the tokens that tell of the built-in world (${PRETRAINING.worldShare.value})
  --world-late SHARE     that share while the learning rate of wsd falls, when most is learned (as --world)
  --tokenizer FILE       a tokenizer.json to use; without it one is trained on the text
  --checkpoint-every N   steps between two measurements, each with a checkpoint (250)
  --seconds N            save and stop after so long
  --resume               go on from the checkpoint in --out; the other flags as before. --steps may change as
                         long as the learning rates of the steps done do not: with wsd, until the fall begins
  --backend NAME         ${LADDER.join(', ')} (wasm)
  --threads N            threads of the WASM backend (as many as there are cores); the result is the same
  --data TEXT            for the card: what the text is
  --license TEXT         for the card: licence of the weights
  --sentence TEXT        for the person who chooses a base; with it the index of bases in the folder above --out
                         gets a line at the end
  --help                 this text
`;

export interface PretrainOptions extends PretrainingConfig {
  model: ShapeName;
  corpus: string[];
  heldOut: string | undefined;
  out: string;
  tokenizer: string | undefined;
  steps: number;
  scheduleSteps: number;
  /** Share of the world while the rate of `wsd` falls. */
  worldShareLate: number;
  seed: number;
  checkpointEvery: number;
  seconds: number;
  resume: boolean;
  backend: BackendName;
  threads: number;
  data: string | undefined;
  license: string | undefined;
  sentence: string | undefined;
}

const MOST_STEPS = 1_000_000;
const MOST_THREADS = 64;
const text = { type: 'string' } as const;
const FLAGS = {
  model: text,
  corpus: { type: 'string', multiple: true },
  steps: text,
  out: text,
  'held-out': text,
  seed: text,
  batch: text,
  context: text,
  'learning-rate': text,
  warmup: text,
  schedule: text,
  'schedule-steps': text,
  world: text,
  'world-late': text,
  tokenizer: text,
  'checkpoint-every': text,
  seconds: text,
  resume: { type: 'boolean' },
  backend: text,
  threads: text,
  data: text,
  license: text,
  sentence: text,
  help: { type: 'boolean' },
} as const;

/** What the command line asks for; null where it asks for help. @throws UsageError */
export function readOptions(args: string[]): PretrainOptions | null {
  const flags = readFlags(args, FLAGS);
  if (flags.help) return null;
  const { model: name, corpus = [], steps: count, out: folder } = flags;
  if (!name || !corpus.length || !count || !folder)
    throw new UsageError('--model, --corpus, --steps and --out are needed.');
  const model = oneOf('--model', name, SHAPE_NAMES);
  const steps = wholeNumber('--steps', count, 1, MOST_STEPS);
  const schedule = oneOf('--schedule', flags.schedule ?? PRETRAINING.schedule.value, PRETRAINING.schedule.options); // prettier-ignore
  const scheduleSteps = wholeNumber('--schedule-steps', flags['schedule-steps'] ?? count, 1, MOST_STEPS); // prettier-ignore
  const contextTokens = fieldValue('--context', flags.context, PRETRAINING.contextTokens);
  const { maxPositions } = SHAPES[model];
  if (contextTokens > maxPositions)
    throw new UsageError(`--context is ${contextTokens}; the model ${model} has ${maxPositions} positions.`); // prettier-ignore
  const options: PretrainOptions = {
    ...fixedSettings(),
    model,
    corpus: corpus.map((file) => existing('--corpus', file)),
    heldOut: flags['held-out'] && existing('--held-out', flags['held-out']),
    out: resolve(folder),
    tokenizer: flags.tokenizer && existing('--tokenizer', flags.tokenizer),
    steps,
    schedule,
    scheduleSteps,
    contextTokens,
    batchSize: fieldValue('--batch', flags.batch, PRETRAINING.batchSize),
    learningRate: fieldValue('--learning-rate', flags['learning-rate'], PRETRAINING.learningRate),
    warmupSteps: fieldValue('--warmup', flags.warmup, PRETRAINING.warmupSteps),
    worldShare: fieldValue('--world', flags.world, PRETRAINING.worldShare),
    worldShareLate: fieldValue(
      '--world-late',
      flags['world-late'] ?? flags.world,
      PRETRAINING.worldShare,
    ),
    seed: wholeNumber('--seed', flags.seed ?? '1', 0, LARGEST_SEED),
    checkpointEvery: wholeNumber('--checkpoint-every', flags['checkpoint-every'] ?? '250', 1, MOST_STEPS), // prettier-ignore
    seconds: flags.seconds === undefined ? Infinity : wholeNumber('--seconds', flags.seconds, 1, 1e9), // prettier-ignore
    resume: flags.resume ?? false,
    backend: oneOf('--backend', flags.backend ?? 'wasm', LADDER),
    threads: flags.threads === undefined ? availableParallelism() : wholeNumber('--threads', flags.threads, 1, MOST_THREADS), // prettier-ignore
    data: flags.data,
    license: flags.license,
    sentence: flags.sentence,
  };
  checkFolder(options);
  return options;
}

/** What no flag sets. */
function fixedSettings() {
  const { beta1, beta2, epsilon, weightDecay, gradientClip, finalLearningRate } = PRETRAINING;
  return {
    beta1: beta1.value,
    beta2: beta2.value,
    epsilon: epsilon.value,
    weightDecay: weightDecay.value,
    gradientClip: gradientClip.value,
    finalLearningRate: finalLearningRate.value,
  };
}

function existing(flag: string, file: string): string {
  if (!existsSync(file)) throw new UsageError(`${flag} is ${file}, where there is no file.`);
  return resolve(file);
}

/** A run is neither overwritten nor resumed by mistake. */
function checkFolder({ out, resume, tokenizer }: PretrainOptions): void {
  const isThere = existsSync(join(out, CHECKPOINT_FILE));
  if (resume && !isThere)
    throw new UsageError(`--out is ${out}, where there is no ${CHECKPOINT_FILE} to resume from.`);
  if (!resume && isThere)
    throw new UsageError(`--out is ${out}, where a run lies already. Go on with it by --resume, or name another folder.`); // prettier-ignore
  if (resume && tokenizer)
    throw new UsageError('--tokenizer and --resume exclude each other: a run keeps its tokenizer.');
}
