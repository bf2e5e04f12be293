/**
 * Hugging Face's `config.json` and our `ModelConfig`: the same facts under other names.
 *
 * What the file leaves out has the default of Hugging Face's `LlamaConfig`. What this architecture cannot
 * run is refused, never ignored: a model that runs with other arithmetic than it was trained with talks
 * nonsense without any error.
 */
import * as v from 'valibot';
import type { ModelConfig } from '../records';
import { ModelConfigError } from './file-errors';
import type { Head } from './model';
import type { WeightDtype } from './safetensors';

const ARCHITECTURES: Record<Head, string> = {
  language: 'LlamaForCausalLM',
  scalar: 'LlamaForSequenceClassification',
};
const TORCH_DTYPES: Record<WeightDtype, string> = {
  F32: 'float32',
  F16: 'float16',
  BF16: 'bfloat16',
};

// ── What a file may say ───────────────────────────────────────────────────────────────────────────

const LARGEST = 2 ** 24; // beyond any model that fits; bounds the work that a broken file can ask for
const MOST_LAYERS = 256;

const show = (value: unknown): string => (JSON.stringify(value) ?? String(value)).slice(0, 80);
const because = (key: string, reason: string) => (issue: { input: unknown }) =>
  `${key} is ${show(issue.input)}; ${reason}.`;

function whole(key: string, least: number, most: number) {
  const message = because(key, `it is a whole number between ${least} and ${most}`);
  return v.pipe(
    v.number(message),
    v.integer(message),
    v.minValue(least, message),
    v.maxValue(most, message),
  );
}
const size = (key: string) => whole(key, 1, LARGEST);
const tokenId = (key: string) => whole(key, 0, LARGEST);
function positive(key: string) {
  const message = because(key, 'it is a positive number');
  return v.pipe(v.number(message), v.finite(message), v.gtValue(0, message));
}
/** A switch that must be as this architecture has it; absent, it is. */
const only = <T extends boolean | string | number>(key: string, value: T, reason: string) =>
  v.nullish(v.literal(value, because(key, reason)), value);
const rope = (key: string) =>
  v.nullish(
    v.looseObject(
      {
        rope_type: only(`${key}.rope_type`, 'default', 'scaled rotary positions are not supported'),
        type: only(`${key}.type`, 'default', 'scaled rotary positions are not supported'),
        rope_theta: v.optional(positive(`${key}.rope_theta`)),
      },
      because(key, 'it is a table of settings or null'),
    ),
  );

const LlamaJson = v.looseObject(
  {
    model_type: v.literal('llama', because('model_type', 'only models of type "llama" can be run')),
    architectures: v.nullish(
      v.array(
        v.picklist(
          Object.values(ARCHITECTURES),
          because('architectures', `supported are ${Object.values(ARCHITECTURES).join(' and ')}`),
        ),
        because('architectures', 'it is a list of names'),
      ),
      [ARCHITECTURES.language],
    ),
    vocab_size: size('vocab_size'),
    hidden_size: size('hidden_size'),
    intermediate_size: size('intermediate_size'),
    num_hidden_layers: whole('num_hidden_layers', 1, MOST_LAYERS),
    num_attention_heads: size('num_attention_heads'),
    num_key_value_heads: v.nullish(size('num_key_value_heads')),
    head_dim: v.nullish(size('head_dim')),
    max_position_embeddings: v.nullish(size('max_position_embeddings'), 2048),
    rms_norm_eps: v.nullish(positive('rms_norm_eps'), 1e-6),
    rope_theta: v.nullish(positive('rope_theta')),
    rope_scaling: rope('rope_scaling'),
    rope_parameters: rope('rope_parameters'), // where transformers 5 keeps both of the above
    hidden_act: only('hidden_act', 'silu', 'the feed-forward layers here are SwiGLU, with "silu"'),
    attention_bias: only('attention_bias', false, 'layers with biases are not supported'),
    mlp_bias: only('mlp_bias', false, 'layers with biases are not supported'),
    tie_word_embeddings: only(
      'tie_word_embeddings',
      true,
      'only models whose output head is their embedding are supported',
    ),
    partial_rotary_factor: only(
      'partial_rotary_factor',
      1,
      'rotary positions turn the whole head here',
    ),
    quantization_config: v.nullish(
      v.never('quantization_config is there; use the model before it was quantized.'),
    ),
    bos_token_id: v.nullish(tokenId('bos_token_id'), 1),
    eos_token_id: v.nullish(
      v.union(
        [tokenId('eos_token_id'), v.strictTuple([tokenId('eos_token_id')])],
        because('eos_token_id', 'it is one token id'),
      ),
      2,
    ),
    pad_token_id: v.nullish(tokenId('pad_token_id')),
  },
  // A table's own message is about the table, or about a key that it lacks.
  (issue) =>
    issue.expected === 'Object'
      ? 'config.json is not a table of settings.'
      : `${issue.expected?.replaceAll('"', '')} is missing.`,
);

// ── Reading and writing ───────────────────────────────────────────────────────────────────────────

/**
 * Read a `config.json`.
 * @param padFallback the token to pad with where the file names none, as many files do; often `<unk>`.
 * @throws ModelConfigError naming every setting that is broken or cannot be run.
 */
export function readLlamaConfig(
  json: string,
  padFallback?: number,
): { config: ModelConfig; head: Head } {
  const result = v.safeParse(LlamaJson, parse(json));
  if (!result.success) refuse([...new Set(result.issues.map((issue) => issue.message))]);
  const file = result.output;
  const eos = file.eos_token_id;
  const config = {
    vocabSize: file.vocab_size,
    width: file.hidden_size,
    layers: file.num_hidden_layers,
    heads: file.num_attention_heads,
    kvHeads: file.num_key_value_heads ?? file.num_attention_heads,
    feedForward: file.intermediate_size,
    maxPositions: file.max_position_embeddings,
    rmsEpsilon: file.rms_norm_eps,
    ropeTheta:
      file.rope_theta ??
      file.rope_parameters?.rope_theta ??
      file.rope_scaling?.rope_theta ??
      10_000,
    bosId: file.bos_token_id,
    eosId: typeof eos === 'number' ? eos : eos[0],
    padId: file.pad_token_id ?? padFallback ?? -1,
  };
  const problems = modelConfigProblems(config);
  const headWidth = config.width / config.heads;
  if (file.head_dim && file.head_dim !== headWidth)
    problems.push(
      `head_dim is ${file.head_dim} where hidden_size / num_attention_heads is ${headWidth}; heads of another width are not supported.`,
    );
  if (problems.length) refuse(problems);
  const head = file.architectures.includes(ARCHITECTURES.scalar) ? 'scalar' : 'language';
  return { config, head };
}

/** What is impossible in a config taken as a whole, a sentence each. */
export function modelConfigProblems(config: ModelConfig): string[] {
  const { width, heads, kvHeads, vocabSize, bosId, eosId, padId } = config;
  const problems: string[] = [];
  if (width % heads !== 0)
    problems.push(`hidden_size ${width} cannot be divided among ${heads} attention heads.`);
  else if ((width / heads) % 2 !== 0)
    problems.push(`Heads of width ${width / heads} cannot be rotated in pairs; it must be even.`);
  if (heads % kvHeads !== 0)
    problems.push(`${heads} attention heads cannot share ${kvHeads} key/value heads evenly.`);
  if (padId < 0)
    problems.push(
      'pad_token_id is missing; add it to config.json, with a special token other than the end of sequence.',
    );
  for (const [key, id] of Object.entries({ bos: bosId, eos: eosId, pad: padId }))
    if (id >= vocabSize)
      problems.push(`${key}_token_id is ${id}, beyond the vocabulary of ${vocabSize}.`);
  if (padId === eosId)
    problems.push(
      `pad_token_id and eos_token_id are both ${eosId}; a model cannot learn to stop when its last token counts as padding. Give pad_token_id another special token.`,
    );
  return problems;
}

/** A `config.json` that Hugging Face's transformers reads, versions 4 and 5. */
export function writeLlamaConfig(config: ModelConfig, head: Head, dtype: WeightDtype): string {
  const file = {
    architectures: [ARCHITECTURES[head]],
    model_type: 'llama',
    vocab_size: config.vocabSize,
    hidden_size: config.width,
    intermediate_size: config.feedForward,
    num_hidden_layers: config.layers,
    num_attention_heads: config.heads,
    num_key_value_heads: config.kvHeads,
    head_dim: config.width / config.heads,
    max_position_embeddings: config.maxPositions,
    rms_norm_eps: config.rmsEpsilon,
    rope_theta: config.ropeTheta,
    rope_scaling: null,
    hidden_act: 'silu',
    attention_bias: false,
    mlp_bias: false,
    tie_word_embeddings: true,
    bos_token_id: config.bosId,
    eos_token_id: config.eosId,
    pad_token_id: config.padId,
    torch_dtype: TORCH_DTYPES[dtype],
    // One label makes transformers build a head of one output, the score.
    ...(head === 'scalar' ? { id2label: { 0: 'score' }, label2id: { score: 0 } } : {}),
  };
  return `${JSON.stringify(file, null, 2)}\n`;
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    throw new ModelConfigError(
      `config.json is not JSON (${detail.slice(0, 120)}). Choose the config.json that lies beside the weights.`,
    );
  }
}

function refuse(problems: string[]): never {
  throw new ModelConfigError(
    `This model cannot be run here: ${problems.join(' ')} Choose another model, or convert this one.`,
  );
}
