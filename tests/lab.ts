/**
 * A very small lab for tests of stages: a random model with the base's tokenizer, a handful of the world's
 * demonstrations and prompts, short lengths, and a reward that can be told in advance.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  labConfig,
  sectionConfig,
  type ConfigChanges,
  type LabConfig,
  type LengthsConfig,
} from '../src/config';
import { queryIds, responseIds } from '../src/data/template';
import { simulatedLabeler } from '../src/data/labelers';
import { loadTokenizer, type Tokenizer } from '../src/data/tokenizer';
import { worldDemonstrations, worldPrompts } from '../src/data/world';
import type { Lab } from '../src/pipeline';
import type {
  Demonstration,
  Labeler,
  Metrics,
  ModelConfig,
  Prompt,
  Sample,
  SampledResponse,
  SavedRun,
  Split,
  TensorRecords,
  TrainingRun,
  TrainingStep,
  Weights,
} from '../src/records';
import { SMALL_BASE, TINY_CONFIG, tinyModel } from './tiny-model';

export const tokenizer: Tokenizer = loadTokenizer(
  readFileSync(join(SMALL_BASE, 'tokenizer.json'), 'utf8'),
  TINY_CONFIG,
);

export const LENGTHS: LengthsConfig = sectionConfig('lengths', {
  promptTokens: 20,
  responseTokens: 12,
});

const fitsQuery = ({ text }: Prompt) => queryIds(text, tokenizer).length <= LENGTHS.promptTokens;
const fitsBoth = (each: Demonstration) =>
  fitsQuery(each) && responseIds(each.response, tokenizer).length <= LENGTHS.responseTokens;

/** The world's shortest questions, with answers and without. */
export const DEMONSTRATIONS: Demonstration[] = worldDemonstrations(1, 300, 0).filter(fitsBoth);
export const PROMPTS: Prompt[] = worldPrompts(1).filter(fitsQuery);

export const promptsOf = (split: Split, count: number): Prompt[] =>
  PROMPTS.filter((prompt) => prompt.split === split).slice(0, count);
export const demonstrationsOf = (split: Split, count: number): Demonstration[] =>
  DEMONSTRATIONS.filter((demonstration) => demonstration.split === split).slice(0, count);

/** A prompt that nobody has a rule for. */
export const ownPrompt = (text: string, split: Split = 'train'): Prompt => ({
  id: `own:${text}`,
  text,
  task: 'own',
  split,
  source: 'human',
  check: null,
});

// ── Models ────────────────────────────────────────────────────────────────────────────────────────

/**
 * The tiny model, but with an end of sequence that comes about once in ten tokens: all tokens share a
 * direction, and the end has more of it.
 */
export function talker(seed = 1, changes: Partial<ModelConfig> = {}): Weights {
  const { config, tensors } = tinyModel(seed, changes);
  const embedding = tensors['model.embed_tokens.weight']!;
  const data = embedding.data.slice();
  for (let id = 0; id < config.vocabSize; id++)
    data[id * config.width]! += id === config.eosId ? 1.5 : 0.3;
  return { config, tensors: { ...tensors, 'model.embed_tokens.weight': { ...embedding, data } } };
}

/**
 * A reward model that is known in advance: `size` times about the mean over all tokens of a row of +1 for
 * an even id and -1 for an odd one. One layer attends to all tokens alike and copies that mean; nothing
 * else computes.
 */
export function parityReward(size = 3, changes: Partial<ModelConfig> = {}): Weights {
  const { config, tensors: shapes } = tinyModel(1, changes, 'scalar');
  const tensors: TensorRecords = {};
  for (const [name, { shape, data }] of Object.entries(shapes))
    tensors[name] = { shape, data: new Float32Array(data.length).fill(shape.length === 1 ? 1 : 0) };
  const set = (name: string, row: number, column: number, value: number) => {
    const { shape, data } = tensors[name]!;
    data[row * shape[1]! + column] = value;
  };
  for (let id = 0; id < config.vocabSize; id++) {
    set('model.embed_tokens.weight', id, 0, id % 2 === 0 ? 1 : -1); // what is counted
    set('model.embed_tokens.weight', id, 2, 4); // keeps the norm from depending on the mean
  }
  set('model.layers.0.self_attn.v_proj.weight', 0, 0, 1);
  set('model.layers.0.self_attn.o_proj.weight', 1, 0, 1);
  set('score.weight', 0, 1, size);
  tensors['score.bias']!.data[0] = 0;
  return { config, tensors };
}

// ── Letters ───────────────────────────────────────────────────────────────────────────────────────

const SYMBOLS = '\n .:?Aabcdefghijklmnopqrstuvwxyz';

/** A tokenizer of single letters, for models so small that plain JavaScript and software WebGPU are quick. */
export const LETTERS: Tokenizer = {
  vocabSize: SYMBOLS.length + 3,
  bosId: TINY_CONFIG.bosId,
  eosId: TINY_CONFIG.eosId,
  padId: TINY_CONFIG.padId,
  addsSpace: false,
  encode: (text) => Array.from(text, (letter) => SYMBOLS.indexOf(letter) + 3),
  decode: (ids) => ids.map((id) => SYMBOLS[id - 3] ?? '').join(''),
  token: (id) => SYMBOLS[id - 3] ?? ['<pad>', '<bos>', '<eos>'][id] ?? '',
  json: '{}',
  hash: 'letters',
};

/** What stages of the letter lab are given, with a model of 35 tokens and one layer. */
export const LETTER_LENGTHS: LengthsConfig = { promptTokens: 10, responseTokens: 6 };
const LETTER_MODEL = { vocabSize: LETTERS.vocabSize, layers: 1 };
export const letterTalker = (seed = 1): Weights => talker(seed, LETTER_MODEL);
export const letterReward = (): Weights => parityReward(3, LETTER_MODEL);
export const LETTER_PROMPTS: Prompt[] = ['is it?', 'a b', 'why', 'do go.', 'who?', 'x', 'on a'].map((text) => ownPrompt(text)); // prettier-ignore
export const LETTER_DEMONSTRATIONS: Demonstration[] = LETTER_PROMPTS.flatMap((prompt) =>
  ['yes', 'no.'].map((response) => ({ ...prompt, response, createdAt: 0 })),
);

// ── Runs ──────────────────────────────────────────────────────────────────────────────────────────

/** Lets timers and messages through: a stage on the processor never waits for anything else. */
const turn = () => new Promise((resolve) => setImmediate(resolve));

/** All steps of a run from where it stands, or the next `count`. */
export async function stepsOf(run: TrainingRun, count = Infinity): Promise<TrainingStep[]> {
  const steps: TrainingStep[] = [];
  while (steps.length < count) {
    const next = await run.steps.next();
    if (next.done) break;
    steps.push(next.value);
    await turn();
  }
  return steps;
}

/** Everything that a test wants of a run that goes to its end; the run is disposed. */
export async function finished(run: TrainingRun): Promise<{ metrics: Metrics[]; model: Weights }> {
  try {
    const metrics = (await stepsOf(run)).map((step) => step.metrics);
    return { metrics, model: await run.result() };
  } finally {
    run.dispose();
  }
}

/** What resuming needs, as it comes back from IndexedDB: cloned, and sharing nothing with the run. */
export async function saved(run: TrainingRun): Promise<SavedRun> {
  return structuredClone({ tensors: await run.save(), progress: run.progress });
}

/** A generator's yields and what it returned. */
export async function exhausted<Y, Result>(
  generator: AsyncGenerator<Y, Result>,
): Promise<{ yields: Y[]; result: Result }> {
  const yields: Y[] = [];
  for (;;) {
    const next = await generator.next();
    if (next.done) return { yields, result: next.value };
    yields.push(next.value);
    await turn();
  }
}

// ── The pipeline ──────────────────────────────────────────────────────────────────────────────────

export const labeler = simulatedLabeler({ rule: 'gold', seed: 1 });
/** Tells even the answers of a model apart that has learned nothing. */
export const lengthLabeler = simulatedLabeler({ rule: 'short', seed: 1 });

/** Somebody who is shown two answers and clicks the one that they like more, or neither where they like both alike. */
export const clicker = (
  liking: (response: SampledResponse) => number,
  clicked: (sample: Sample) => void = () => {},
): Labeler => {
  const info = { id: 'clicker', name: 'A clicker', source: 'simulated' } as const;
  return {
    info,
    rank(sample) {
      clicked(sample);
      const [a, b] = sample.responses.map(liking) as [number, number];
      return Promise.resolve({
        id: `ranking:${sample.id}`,
        sampleId: sample.id,
        prompt: sample.prompt,
        responses: sample.responses.map(({ text }) => text),
        ranks: a === b ? [1, 1] : a > b ? [1, 2] : [2, 1],
        verdict: 'ranked',
        flagged: false,
        shown: [0, 1],
        labeler: info,
        seconds: 0,
        createdAt: 0,
      });
    },
  };
};

/** Everything that the pipeline needs, as small as it gets. */
export function tinyLab(changes: ConfigChanges = {}, seed = 1): Lab {
  const config: LabConfig = labConfig({ lengths: LENGTHS, ...changes });
  return {
    base: talker(seed),
    tokenizer,
    demonstrations: [...demonstrationsOf('train', 12), ...demonstrationsOf('held-out', 4)],
    prompts: [...promptsOf('train', 6), ...promptsOf('held-out', 4)],
    config,
    seed,
    now: 0,
    ids: { fineTuned: 'sft', optimized: 'ppo', ppoRun: 'ppo' },
  };
}
