/** Everything that a run is made of but its weights: tokenizer, token rows, settings, and words for the card. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { trainTokenizer } from '../../data/bpe';
import { fastEncoder } from '../../data/bpe-encoder';
import { loadTokenizer, type Tokenizer } from '../../data/tokenizer';
import type { ModelConfig } from '../../records';
import { UsageError } from '../flags';
import type { Settings } from './checkpoint';
import type { PretrainOptions } from './options';
import { SHAPES } from './shapes';
import { documentsOf, heldOutWindows, tokenDocuments, tokenRow, type Sources, type Windows } from './text'; // prettier-ignore
import { declarations } from './world';

/** Batches that the held-out loss is the mean of. */
const HELD_OUT_BATCHES = 8;

export interface Material {
  config: ModelConfig;
  tokenizer: Tokenizer;
  sources: Sources;
  heldOut: Windows[];
  /** The whole held-out text, which takes too long for every measurement. */
  heldOutAll: Windows[];
  worldHeldOut: Windows[];
  settings: Settings;
  /** What the text is, as a sentence. */
  description: string;
}

/** Read, tokenize and cut all texts. @throws UsageError where a text is too short. */
export function readMaterial(options: PretrainOptions): Material {
  const { batchSize: B, contextTokens: T, worldShare, worldShareLate, seed, model } = options;
  const isTold = worldShare > 0 || worldShareLate > 0;
  const texts = options.corpus.map((file) => readFileSync(file, 'utf8'));
  const documents = texts.flatMap(documentsOf);
  const facts = isTold ? declarations('train') : [];
  const tokenizerJson = readTokenizer(options, [...documents, ...facts]);
  const vocabSize = vocabularyOf(tokenizerJson);
  const config: ModelConfig = { ...SHAPES[model], vocabSize };
  const tokenizer = loadTokenizer(tokenizerJson, config);
  const encoding = {
    encode: fastEncoder(tokenizerJson) ?? tokenizer.encode,
    bosId: tokenizer.bosId,
    eosId: tokenizer.eosId,
  };

  const corpus = tokenRow(documents, encoding);
  const world = tokenDocuments(facts, encoding);
  if (isTold && world.length === 0)
    throw new UsageError(`--world is ${worldShare}, but the built-in world has no declarations to train on. Give --world 0.`); // prettier-ignore
  if (corpus.length <= T)
    throw new UsageError(`--corpus has ${corpus.length} tokens, too few for one window of ${T} and its last target. Give more text, or a shorter --context.`); // prettier-ignore
  const heldOutText = options.heldOut ? documentsOf(readFileSync(options.heldOut, 'utf8')) : [];
  const heldOutRow = tokenRow(heldOutText, encoding);
  const heldOut = heldOutWindows(heldOutRow, B, T, HELD_OUT_BATCHES);
  if (options.heldOut && heldOut.length === 0)
    throw new UsageError(`--held-out is ${options.heldOut}, whose text is shorter than one window of ${T} tokens. Give more text, or a shorter --context.`); // prettier-ignore
  const unseenFacts = tokenRow(declarations('held-out'), encoding);
  const digest = createHash('sha256').update(JSON.stringify([documents, facts]));
  return {
    config,
    tokenizer,
    sources: { corpus, world, worldShare },
    heldOut,
    heldOutAll: heldOutWindows(heldOutRow, B, T, Infinity),
    worldHeldOut: heldOutWindows(unseenFacts, B, T, HELD_OUT_BATCHES),
    settings: {
      model,
      seed,
      batchSize: B,
      contextTokens: T,
      worldShare,
      text: digest.digest('hex'),
      tokenizer: tokenizer.hash,
    },
    description: describe(options, documents.length, corpus.length, facts.length),
  };
}

/** The tokenizer of a run: its own when it is resumed, the one asked for, or a new one. */
function readTokenizer(
  { resume, out, tokenizer, model }: PretrainOptions,
  texts: string[],
): string {
  if (resume) return readFileSync(join(out, 'tokenizer.json'), 'utf8');
  if (tokenizer) return readFileSync(tokenizer, 'utf8');
  return trainTokenizer(texts, SHAPES[model].vocabSize);
}

/** Tokens of a tokenizer.json; `loadTokenizer` checks the rest. */
function vocabularyOf(json: string): number {
  const { model } = JSON.parse(json) as { model?: { vocab?: object } };
  return Object.keys(model?.vocab ?? {}).length;
}

function describe(
  { corpus, worldShare, worldShareLate }: PretrainOptions,
  documents: number,
  tokens: number,
  facts: number,
): string {
  const names = corpus.map((file) => basename(file)).join(', ');
  const text = `${names}: ${documents} documents, ${tokens} tokens`;
  const percent = (share: number) => `${Math.round(100 * share)}%`;
  const late = worldShareLate === worldShare ? '' : `, ${percent(worldShareLate)} at the end`;
  return worldShare > 0 || worldShareLate > 0
    ? `${text}; and ${facts} declarations of the built-in world, ${percent(worldShare)} of the tokens seen${late}`
    : text;
}
