/**
 * Text to token ids and back, whatever file the tokenizer came in.
 *
 * Ids of special tokens are given by rows and never by text: a person who writes `<eos>` into a prompt gets
 * the five characters, not the end of the sequence.
 */
import { Tokenizer as HuggingFaceEncoder } from '@huggingface/tokenizers';
import * as v from 'valibot';
import type { ModelConfig } from '../records';
import { sha256 } from './sha256';

export interface Tokenizer {
  vocabSize: number;
  bosId: number;
  eosId: number;
  /** Never the same as `eosId`: a model could not learn to end if its endings were masked as padding. */
  padId: number;
  /** Special tokens before a person's turn and before the model's; absent where the tokenizer has none. */
  turnIds?: { user: number; assistant: number };
  /** Whether `encode` puts a space in front, as tokenizers of the SentencePiece family do. */
  addsSpace: boolean;
  /** Ids of a text, without special tokens. */
  encode(text: string): number[];
  /** Text of ids, special tokens left out. Bytes that are no UTF-8 become U+FFFD. */
  decode(ids: readonly number[]): string;
  /** One token as people read it, its space kept; special tokens by name. */
  token(id: number): string;
  /** The same tokenizer as the text of a `tokenizer.json`. */
  json: string;
  /** SHA-256 of `json`: ids are only comparable where this is equal. */
  hash: string;
}

/** What a tokenizer must agree with its model on. */
export type SpecialIds = Pick<ModelConfig, 'vocabSize' | 'bosId' | 'eosId' | 'padId'>;

/** A tokenizer file that cannot be used, with the reason as a sentence. */
export class TokenizerError extends Error {
  override name = 'TokenizerError';
}

const REMEDY = 'Choose the tokenizer that the model was trained with.';

/** Must hold before ids of a tokenizer go into a model. @throws TokenizerError */
export function checkSpecialIds(has: number, { vocabSize, bosId, eosId, padId }: SpecialIds): void {
  if (has !== vocabSize)
    throw new TokenizerError(
      `The tokenizer has ${has} tokens and the model ${vocabSize}. ${REMEDY}`,
    );
  for (const [name, id] of Object.entries({ beginning: bosId, end: eosId, padding: padId }))
    if (!Number.isInteger(id) || id < 0 || id >= vocabSize)
      throw new TokenizerError(
        `The ${name} token is ${id}, which is no id between 0 and ${vocabSize - 1}. ${REMEDY}`,
      );
  if (padId === eosId)
    throw new TokenizerError(
      `Padding and the end of a sequence are both token ${padId}, so the model could not learn to end. Name another padding token in the model's config.`,
    );
}

// ── Hugging Face ──────────────────────────────────────────────────────────────────────────────────

const AddedToken = v.looseObject({
  id: v.pipe(v.number(), v.integer(), v.minValue(0)),
  content: v.string(),
  special: v.optional(v.boolean(), false),
});
const TokenizerFile = v.looseObject({
  added_tokens: v.optional(v.array(AddedToken), []),
  model: v.looseObject({
    vocab: v.union([v.record(v.string(), v.number()), v.array(v.unknown())]),
  }),
});

/**
 * The tokenizer of a `tokenizer.json` (byte-level BPE, or the byte-fallback BPE of Llama 2).
 * @param model whose ids it must fit.
 * @throws TokenizerError
 */
export function loadTokenizer(json: string, model: SpecialIds): Tokenizer {
  const file = readTokenizerFile(json);
  const vocabulary = file.model.vocab;
  const ids = new Set(
    Array.isArray(vocabulary) ? vocabulary.map((_, id) => id) : Object.values(vocabulary),
  );
  for (const { id } of file.added_tokens) ids.add(id);
  checkSpecialIds(ids.size, model);
  const special = new Map(
    file.added_tokens.filter((token) => token.special).map(({ id, content }) => [id, content]),
  );
  for (const id of [model.bosId, model.eosId, model.padId])
    if (!special.has(id))
      throw new TokenizerError(`Token ${id} is no special token of the tokenizer. ${REMEDY}`);

  // The library finds special tokens anywhere in a text. It is not told of them, so text stays text.
  const ordinary = file.added_tokens.filter((token) => !token.special);
  const encoder = makeEncoder({ ...file, added_tokens: ordinary });
  const isText = (id: number) => !special.has(id) && encoder.id_to_token(id) !== undefined;
  const decode = (all: readonly number[]): string => {
    const kept = all.filter(isText);
    // The library throws on an empty list, and would otherwise tidy spaces away.
    return kept.length ? encoder.decode(kept, { clean_up_tokenization_spaces: false }) : '';
  };
  const encode = (text: string) =>
    text === '' ? [] : encoder.encode(text, { add_special_tokens: false }).ids;
  return {
    ...pick(model),
    ...turnsOf(special),
    addsSpace: /^[▁Ġ]/.test(encoder.id_to_token(encode('a')[0] ?? -1) ?? ''),
    encode,
    decode,
    token: tokenReader(special, encode, decode),
    json,
    hash: sha256(json),
  };
}

/** The tokens of a conversation, where the file has both. */
function turnsOf(special: ReadonlyMap<number, string>): Pick<Tokenizer, 'turnIds'> {
  const idOf = (name: string) => [...special].find(([, content]) => content === name)?.[0];
  const [user, assistant] = [idOf('<user>'), idOf('<assistant>')];
  return user === undefined || assistant === undefined ? {} : { turnIds: { user, assistant } };
}

const pick = ({ vocabSize, bosId, eosId, padId }: SpecialIds): SpecialIds => ({
  vocabSize,
  bosId,
  eosId,
  padId,
});

function readTokenizerFile(json: string): v.InferOutput<typeof TokenizerFile> {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw new TokenizerError(`The file is not JSON, so it is no tokenizer.json. ${REMEDY}`);
  }
  const result = v.safeParse(TokenizerFile, value);
  if (!result.success)
    throw new TokenizerError(
      `The file has no vocabulary of tokens with their ids (${result.issues[0].message}). ${REMEDY}`,
    );
  return result.output;
}

function makeEncoder(file: object): HuggingFaceEncoder {
  try {
    return new HuggingFaceEncoder(file, {});
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    throw new TokenizerError(`The tokenizer cannot be built (${detail.slice(0, 120)}). ${REMEDY}`);
  }
}

/** Reads a token between others, since a decoder may drop the space of the first. */
export function tokenReader(
  special: ReadonlyMap<number, string>,
  encode: (text: string) => number[],
  decode: (ids: readonly number[]) => string,
): (id: number) => string {
  const before = encode('a');
  const length = decode(before).length;
  return (id) => special.get(id) ?? decode([...before, id]).slice(length);
}

// ── Text as it grows ──────────────────────────────────────────────────────────────────────────────

/**
 * Decodes a growing row: `push` gives the text that the new ids add. A character whose bytes are spread
 * over several tokens is held back until it is whole; `end` gives what is left.
 */
export function streamDecoder(tokenizer: Tokenizer): {
  push(ids: readonly number[]): string;
  end(): string;
} {
  const all: number[] = [];
  let shown = 0;
  const upTo = (text: string, end: number) => {
    const added = text.slice(shown, end);
    shown = Math.max(shown, end);
    return added;
  };
  return {
    push(ids) {
      all.push(...ids);
      const text = tokenizer.decode(all);
      return upTo(text, text.replace(/\uFFFD+$/, '').length);
    },
    end() {
      const text = tokenizer.decode(all);
      return upTo(text, text.length);
    },
  };
}
