import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ModelConfigError } from '../../src/model/file-errors';
import { readLlamaConfig, writeLlamaConfig } from '../../src/model/llama-config';
import type { ModelConfig } from '../../src/records';

/** As transformers 4 writes it. */
const FILE = {
  architectures: ['LlamaForCausalLM'],
  attention_bias: false,
  attention_dropout: 0.0,
  bos_token_id: 1,
  eos_token_id: 2,
  head_dim: 32,
  hidden_act: 'silu',
  hidden_size: 128,
  initializer_range: 0.02,
  intermediate_size: 352,
  max_position_embeddings: 256,
  mlp_bias: false,
  model_type: 'llama',
  num_attention_heads: 4,
  num_hidden_layers: 6,
  num_key_value_heads: 2,
  pad_token_id: 0,
  pretraining_tp: 1,
  rms_norm_eps: 1e-5,
  rope_scaling: null,
  rope_theta: 10000.0,
  tie_word_embeddings: true,
  torch_dtype: 'float32',
  transformers_version: '4.48.0',
  use_cache: true,
  vocab_size: 1024,
};
const CONFIG: ModelConfig = {
  vocabSize: 1024,
  width: 128,
  layers: 6,
  heads: 4,
  kvHeads: 2,
  feedForward: 352,
  maxPositions: 256,
  rmsEpsilon: 1e-5,
  ropeTheta: 10_000,
  bosId: 1,
  eosId: 2,
  padId: 0,
};
const read = (changes: object, padFallback?: number) =>
  readLlamaConfig(JSON.stringify({ ...FILE, ...changes }), padFallback).config;

function refusal(json: string): string {
  try {
    readLlamaConfig(json);
  } catch (error) {
    if (error instanceof ModelConfigError) return error.message;
    throw error;
  }
  throw new Error('Nothing was refused.');
}

describe('reading', () => {
  test('finds the shape', () => {
    expect(readLlamaConfig(JSON.stringify(FILE))).toEqual({ config: CONFIG, head: 'language' });
  });

  test('gives what is absent the default of LlamaConfig', () => {
    const bare = {
      model_type: 'llama',
      vocab_size: 100,
      hidden_size: 8,
      intermediate_size: 16,
      num_hidden_layers: 1,
      num_attention_heads: 4,
      pad_token_id: 0,
    };
    expect(readLlamaConfig(JSON.stringify(bare)).config).toMatchObject({
      kvHeads: 4,
      maxPositions: 2048,
      rmsEpsilon: 1e-6,
      ropeTheta: 10_000,
      bosId: 1,
      eosId: 2,
    });
  });

  test('takes the forms of transformers 5, one end of sequence in a list, and a padding from elsewhere', () => {
    const newer = { rope_parameters: { rope_theta: 5e5, rope_type: 'default' } };
    expect(read({ ...newer, rope_theta: undefined }).ropeTheta).toBe(5e5);
    expect(read({ rope_scaling: { rope_type: 'default' } }).ropeTheta).toBe(10_000);
    expect(read({ eos_token_id: [7] }).eosId).toBe(7);
    expect(read({ pad_token_id: null }, 5).padId).toBe(5);
  });

  test.each<[object, string]>([
    [{ model_type: 'mistral' }, 'model_type is "mistral"; only models of type "llama" can be run'],
    [{ model_type: undefined }, 'model_type is missing'],
    [{ architectures: ['LlamaForTokenClassification'] }, 'architectures is "LlamaForTokenClassification"'],
    [{ attention_bias: true }, 'attention_bias is true; layers with biases'],
    [{ mlp_bias: true }, 'mlp_bias is true; layers with biases'],
    [{ hidden_act: 'gelu' }, 'hidden_act is "gelu"'],
    [{ rope_scaling: { rope_type: 'llama3', factor: 8 } }, 'rope_scaling.rope_type is "llama3"; scaled rotary positions'],
    [{ rope_scaling: { type: 'linear', factor: 2 } }, 'rope_scaling.type is "linear"'],
    [{ rope_parameters: { rope_type: 'yarn' } }, 'rope_parameters.rope_type is "yarn"'],
    [{ partial_rotary_factor: 0.5 }, 'partial_rotary_factor is 0.5'],
    [{ tie_word_embeddings: false }, 'tie_word_embeddings is false; only models whose output head is their embedding'],
    [{ quantization_config: { bits: 4 } }, 'use the model before it was quantized'],
    [{ head_dim: 64 }, 'head_dim is 64 where hidden_size / num_attention_heads is 32'],
    [{ num_attention_heads: 5, head_dim: null }, 'hidden_size 128 cannot be divided among 5'],
    [{ num_attention_heads: 128, head_dim: null }, 'must be even'],
    [{ num_key_value_heads: 3 }, '4 attention heads cannot share 3'],
    [{ num_key_value_heads: 0 }, 'num_key_value_heads is 0'],
    [{ num_hidden_layers: 1e9 }, 'num_hidden_layers is 1000000000; it is a whole number between 1 and 256'],
    [{ hidden_size: '128' }, 'hidden_size is "128"'],
    [{ vocab_size: 10.5 }, 'vocab_size is 10.5'],
    [{ vocab_size: undefined }, 'vocab_size is missing'],
    [{ rms_norm_eps: 0 }, 'rms_norm_eps is 0; it is a positive number'],
    [{ rope_theta: -1 }, 'rope_theta is -1'],
    [{ bos_token_id: 1024 }, 'bos_token_id is 1024, beyond the vocabulary of 1024'],
    [{ eos_token_id: [1, 2] }, 'eos_token_id is [1,2]; it is one token id'],
    [{ pad_token_id: null }, 'pad_token_id is missing'],
    [{ pad_token_id: 2 }, 'pad_token_id and eos_token_id are both 2'],
  ])('refuses %j', (changes, sentence) => {
    const message = refusal(JSON.stringify({ ...FILE, ...changes }));
    expect(message).toContain(sentence);
    expect(message).toMatch(/^This model cannot be run here: .*\.$/);
  }); // prettier-ignore

  test('names every problem at once', () => {
    const message = refusal(JSON.stringify({ ...FILE, hidden_act: 'relu', attention_bias: true }));
    expect(message).toContain('hidden_act');
    expect(message).toContain('attention_bias');
  });

  test.each(['', '{', '[]', 'null', '5', '{}'])('refuses the text %j', (json) => {
    expect(refusal(json)).toMatch(/\.$/);
  });

  test('refuses or reads anything, and nothing else happens', () => {
    const keys = fc.constantFrom(...Object.keys(FILE), 'rope_parameters', 'quantization_config');
    fc.assert(
      fc.property(fc.dictionary(keys, fc.jsonValue(), { maxKeys: 3 }), (changes) => {
        try {
          const config = read(changes);
          expect(config.width % (2 * config.heads)).toBe(0);
          expect(config.padId).not.toBe(config.eosId);
        } catch (error) {
          expect(error).toBeInstanceOf(ModelConfigError);
        }
      }),
      { numRuns: 1000 },
    );
  });
});

describe('writing', () => {
  test('is undone by reading', () => {
    const arbitrary = fc
      .record({
        E: fc.integer({ min: 1, max: 8 }),
        kvHeads: fc.integer({ min: 1, max: 4 }),
        group: fc.integer({ min: 1, max: 4 }),
        vocabSize: fc.integer({ min: 3, max: 5000 }),
        layers: fc.integer({ min: 1, max: 20 }),
        feedForward: fc.integer({ min: 1, max: 500 }),
        maxPositions: fc.integer({ min: 1, max: 4096 }),
        rmsEpsilon: fc.double({ min: 1e-8, max: 1e-2, noNaN: true }),
        ropeTheta: fc.double({ min: 1, max: 1e7, noNaN: true }),
      })
      .map(({ E, group, kvHeads, ...rest }): ModelConfig => {
        const heads = group * kvHeads;
        return { ...rest, kvHeads, heads, width: 2 * E * heads, bosId: 1, eosId: 2, padId: 0 };
      });
    const heads = fc.constantFrom('language' as const, 'scalar' as const);
    fc.assert(
      fc.property(arbitrary, heads, (config, head) => {
        const json = writeLlamaConfig(config, head, 'F16');
        expect(readLlamaConfig(json)).toEqual({ config, head });
      }),
    );
  });

  test('says what transformers needs to build the same model', () => {
    const { transformers_version, initializer_range, use_cache, ...facts } = FILE;
    const { attention_dropout, pretraining_tp, ...needed } = facts;
    expect(JSON.parse(writeLlamaConfig(CONFIG, 'language', 'F32'))).toEqual(needed);
    expect(JSON.parse(writeLlamaConfig(CONFIG, 'scalar', 'BF16'))).toMatchObject({
      architectures: ['LlamaForSequenceClassification'],
      id2label: { 0: 'score' },
      torch_dtype: 'bfloat16',
    });
  });
});
