/**
 * The text of pretraining as windows of token ids. A corpus is one long row of documents, each between its
 * beginning and its end, and a window is cut from it anywhere. The world's declarations are a few words each,
 * so a window of them is filled with as many as fit, drawn anew every time: in one fixed order a model would
 * learn the order.
 */
import { STREAM } from '../../data/random';
import { random } from '../../random';

const SEPARATOR = /^<\|endoftext\|>$/m;

/** The documents of a text file, without the space around them. */
export const documentsOf = (text: string): string[] =>
  text
    .split(SEPARATOR)
    .map((document) => document.trim())
    .filter((document) => document !== '');

/** What turns text into ids. */
export interface Encoding {
  encode(text: string): readonly number[];
  bosId: number;
  eosId: number;
}

/** A document between its beginning and its end. */
const idsOf = (document: string, { encode, bosId, eosId }: Encoding): Int32Array =>
  Int32Array.from([bosId, ...encode(document), eosId]);

/** Documents one behind the other. */
export function tokenRow(documents: readonly string[], encoding: Encoding): Int32Array {
  const parts = documents.map((document) => idsOf(document, encoding));
  const row = new Int32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    row.set(part, at);
    at += part.length;
  }
  return row;
}

/** Each document's ids on their own. */
export const tokenDocuments = (documents: readonly string[], encoding: Encoding): Int32Array[] =>
  documents.map((document) => idsOf(document, encoding));

/** Inputs and targets of B windows, flat (B, T): each target is the token after its input. */
export interface Windows {
  ids: Int32Array;
  targets: Int32Array;
  B: number;
  T: number;
}

/** Write window number `row`, given its T + 1 tokens. */
function setWindow({ ids, targets, T }: Windows, row: number, tokens: Int32Array): void {
  ids.set(tokens.subarray(0, T), row * T);
  targets.set(tokens.subarray(1, T + 1), row * T);
}

const newWindows = (B: number, T: number): Windows => ({
  ids: new Int32Array(B * T),
  targets: new Int32Array(B * T),
  B,
  T,
});

export interface Sources {
  /** At least T + 1 tokens, unless `worldShare` is 1. */
  corpus: Int32Array;
  /** At least one document, unless `worldShare` is 0. */
  world: readonly Int32Array[];
  /** Share of windows, and so of tokens, that are of the world. */
  worldShare: number;
}

/** A whole number in [0, bound) of all 32 bits, since a corpus may have more than 2^24 tokens. */
const below = (bound: number, seed: number, stream: number, counter: number): number =>
  Math.floor((random(seed, stream, counter) / 2 ** 32) * bound);

/** The B windows (B, T) of a step: a function of seed and step alone, so that a run resumes anywhere. */
export function trainingWindows(
  { corpus, world, worldShare }: Sources,
  seed: number,
  step: number,
  B: number,
  T: number,
): Windows {
  const windows = newWindows(B, T);
  for (let row = 0; row < B; row++) {
    const number = step * B + row;
    const isWorld = random(seed, STREAM.pretraining, 2 * number) / 2 ** 32 < worldShare;
    if (isWorld) setWindow(windows, row, worldWindow(world, seed, number, T));
    else {
      const start = below(corpus.length - T, seed, STREAM.pretraining, 2 * number + 1);
      setWindow(windows, row, corpus.subarray(start, start + T + 1));
    }
  }
  return windows;
}

/** T + 1 tokens of documents drawn with replacement; the last is cut. */
function worldWindow(
  world: readonly Int32Array[],
  seed: number,
  number: number,
  T: number,
): Int32Array {
  const tokens = new Int32Array(T + 1);
  let at = 0;
  for (let drawn = 0; at <= T; drawn++) {
    // A document has two tokens or more, so a window never draws beyond its T + 1 counters.
    const which = below(world.length, seed, STREAM.pretrainingWorld, number * (T + 1) + drawn);
    const document = world[which]!.subarray(0, T + 1 - at);
    tokens.set(document, at);
    at += document.length;
  }
  return tokens;
}

/**
 * At most `most` batches of windows (B, T) at equal distances over a whole row of tokens; one smaller batch
 * where the row is short, and none where it has no T + 1 tokens.
 */
export function heldOutWindows(
  row: Int32Array,
  wanted: number,
  T: number,
  most: number,
): Windows[] {
  const whole = Math.max(0, Math.floor((row.length - 1) / T)); // windows that do not overlap
  if (whole === 0) return [];
  const B = Math.min(wanted, whole);
  const batches = Math.min(most, Math.floor(whole / B));
  const distance = (row.length - 1 - T) / Math.max(1, batches * B - 1);
  return Array.from({ length: batches }, (_, batch) => {
    const windows = newWindows(B, T);
    for (let i = 0; i < B; i++) {
      const start = Math.round((batch * B + i) * distance);
      setWindow(windows, i, row.subarray(start, start + T + 1));
    }
    return windows;
  });
}
