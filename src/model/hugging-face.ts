/**
 * A model as the files that Hugging Face's transformers keeps: `model.safetensors`, `config.json` and
 * `tokenizer.json`. Reading checks the three against one another before anything is made of them.
 */
import type { ModelConfig, TensorRecords } from '../records';
import { TokenizerMismatchError, WeightMismatchError } from './file-errors';
import { readLlamaConfig, writeLlamaConfig } from './llama-config';
import { memberCount, prefixOf } from './members';
import { shapesFor, type Head } from './model';
import { readSafetensors, writeSafetensors, type WeightDtype } from './safetensors';

export interface HuggingFaceFiles {
  /** `model.safetensors`. */
  weights: ArrayBuffer;
  /** `config.json`. */
  config: string;
  /** `tokenizer.json`. */
  tokenizer: string;
}

export interface HuggingFaceModel {
  config: ModelConfig;
  /** A language model, or a reward model, which Hugging Face calls a sequence classification. */
  head: Head;
  /** Exactly the parameters of `shapesFor(config, head, tensors)`, of a reward model those of every member. */
  tensors: TensorRecords;
}

const EMBEDDING = 'model.embed_tokens.weight';
const TIED_HEAD = 'lm_head.weight';
const SCORE_BIAS = 'score.bias';
/** Tables that older files carry and that follow from the config. */
const DERIVED = /\.rotary_emb\.(inv_freq|cos_cached|sin_cached)$/;

/**
 * Read a model from its three files.
 * @throws ModelFileError of the class that says which file is wrong; see `file-errors.ts`.
 */
export function readHuggingFaceModel(files: HuggingFaceFiles): HuggingFaceModel {
  const tokenizer = inspectTokenizer(files.tokenizer);
  const { config, head } = readLlamaConfig(files.config, tokenizer.padding);
  checkTokenizer(tokenizer, config);
  const stored = readSafetensors(files.weights).tensors;
  checkTiedHead(stored);
  const tensors = Object.fromEntries(
    Object.entries(stored).filter(([name]) => name !== TIED_HEAD && !DERIVED.test(name)),
  );
  // Hugging Face's score has no bias; it shifts all scores alike, so that none is the same as zero.
  if (head === 'scalar') tensors[SCORE_BIAS] ??= { shape: [1], data: new Float32Array(1) };
  checkParameters(tensors, config, head);
  return { config, head, tensors };
}

/**
 * Write a model as its three files.
 * @param tokenizer the text of its `tokenizer.json`.
 * @throws ModelFileError where parameters are missing, too many, not finite or too large for `dtype`.
 */
export function writeHuggingFaceModel(
  { config, head, tensors }: HuggingFaceModel,
  tokenizer: string,
  dtype: WeightDtype = 'F32',
): HuggingFaceFiles {
  checkTokenizer(inspectTokenizer(tokenizer), config);
  checkParameters(tensors, config, head);
  return {
    weights: writeSafetensors(tensors, dtype, { format: 'pt' }), // without it transformers refuses
    config: writeLlamaConfig(config, head, dtype),
    tokenizer,
  };
}

// ── Weights against config ────────────────────────────────────────────────────────────────────────

/**
 * The parameters that these tensors should be. Transformers reads the first member of an ensemble, and says of the
 * others, and of the weight of the likelihood, that it does not use them.
 */
function shapesOf(
  tensors: TensorRecords,
  config: ModelConfig,
  head: Head,
): Record<string, number[]> {
  const own = Object.entries(shapesFor(config, head, tensors));
  const members = head === 'scalar' ? memberCount(tensors) : 1;
  const others = Array.from({ length: members - 1 }, (_, i) =>
    own.map(([name, shape]) => [`${prefixOf(i + 1)}/${name}`, shape] as const),
  );
  return Object.fromEntries([...own, ...others.flat()]);
}

function checkParameters(tensors: TensorRecords, config: ModelConfig, head: Head): void {
  const shapes = shapesOf(tensors, config, head);
  const problems: string[] = [];
  const missing = Object.keys(shapes).filter((name) => !tensors[name]);
  const extra = Object.keys(tensors).filter((name) => !Object.hasOwn(shapes, name));
  if (missing.length)
    problems.push(`${list(missing)} ${missing.length > 1 ? 'are' : 'is'} missing`);
  if (extra.length) problems.push(`${list(extra)} ${extra.length > 1 ? 'are' : 'is'} not of such a model`); // prettier-ignore
  for (const [name, wanted] of Object.entries(shapes)) {
    const got = tensors[name]?.shape;
    if (got && got.join() !== wanted.join())
      problems.push(`${name} has shape (${got.join(', ')}) where (${wanted.join(', ')}) is wanted`);
  }
  if (problems.length)
    throw new WeightMismatchError(
      `The weights are not those of the model in config.json: ${problems.slice(0, 4).join('; ')}. Choose files that belong together.`,
    );
}

/** A head that repeats the embedding is the embedding; another one is a model that we cannot run. */
function checkTiedHead(tensors: TensorRecords): void {
  const head = tensors[TIED_HEAD];
  const embedding = tensors[EMBEDDING];
  if (!head || !embedding) return;
  const same =
    head.shape.join() === embedding.shape.join() &&
    head.data.every((value, i) => value === embedding.data[i]);
  if (!same)
    throw new WeightMismatchError(
      `The weights have an output head, ${TIED_HEAD}, that differs from their embedding; only models whose head is their embedding are supported. Choose another model.`,
    );
}

/** The first names and how many more there are. */
function list(names: string[]): string {
  const shown = names.slice(0, 3).join(', ');
  return names.length > 3 ? `${shown} and ${names.length - 3} more` : shown;
}

// ── Tokenizer against config ──────────────────────────────────────────────────────────────────────

interface TokenizerFacts {
  ids: Set<number>;
  special: Map<number, string>;
  /** Id of a token that is plainly for padding, or else the one for unknown text. */
  padding: number | undefined;
}

/** What the JSON of a tokenizer says about its ids, without building it. */
function inspectTokenizer(json: string): TokenizerFacts {
  const file = parseTokenizer(json);
  const model = isObject(file) && isObject(file.model) ? file.model : undefined;
  const vocabulary = model?.vocab;
  const ids = Array.isArray(vocabulary)
    ? vocabulary.map((_, id) => id) // Unigram: a list of pieces with their scores
    : Object.values(isObject(vocabulary) ? vocabulary : {});
  const added = isObject(file) && Array.isArray(file.added_tokens) ? file.added_tokens : [];
  const special = new Map<number, string>();
  for (const token of added.filter(isObject)) {
    ids.push(token.id);
    if (token.special === true && typeof token.id === 'number') special.set(token.id, String(token.content)); // prettier-ignore
  }
  const numbers = ids.filter((id): id is number => Number.isSafeInteger(id) && Number(id) >= 0);
  if (!numbers.length || numbers.length < ids.length)
    throw new TokenizerMismatchError(
      'tokenizer.json has no vocabulary of tokens with their ids. Choose the tokenizer.json that lies beside the weights.',
    );
  const idOf = (pattern: RegExp) => [...special].find(([, content]) => pattern.test(content))?.[0];
  return {
    ids: new Set(numbers),
    special,
    padding: idOf(/^[<[]\|?pad\|?[>\]]$/i) ?? idOf(/^[<[]\|?unk\|?[>\]]$/i),
  };
}

/**
 * Must hold for the ids to mean what they meant in training: one token for each row of the embedding,
 * and special tokens where the config says.
 */
function checkTokenizer({ ids, special }: TokenizerFacts, config: ModelConfig): void {
  const remedy = 'Choose the tokenizer.json that the model was trained with.';
  const largest = [...ids].reduce((a, b) => Math.max(a, b), 0);
  if (ids.size !== config.vocabSize || largest !== config.vocabSize - 1)
    throw new TokenizerMismatchError(
      `The tokenizer has ${ids.size} tokens with ids up to ${largest}, but the model's vocabulary is ${config.vocabSize}. ${remedy}`,
    );
  const roles = { 'begin-of-sequence': config.bosId, 'end-of-sequence': config.eosId, padding: config.padId }; // prettier-ignore
  for (const [role, id] of Object.entries(roles))
    if (!special.has(id))
      throw new TokenizerMismatchError(
        `The config's ${role} token is ${id}, which is no special token of the tokenizer (special are ${[...special].map(([each, content]) => `${each} ${content}`).join(', ') || 'none'}). ${remedy}`,
      );
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function parseTokenizer(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    throw new TokenizerMismatchError(
      `tokenizer.json is not JSON (${detail.slice(0, 120)}). Choose the tokenizer.json that lies beside the weights.`,
    );
  }
}
