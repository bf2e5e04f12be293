import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ModelFileError } from '../../src/model/file-errors';
import {
  readHuggingFaceModel,
  writeHuggingFaceModel,
  type HuggingFaceFiles,
} from '../../src/model/hugging-face';
import { joinMembers, membersOf } from '../../src/model/members';
import { LIKELIHOOD, parameterShapes } from '../../src/model/model';
import { writeSafetensors } from '../../src/model/safetensors';
import type { TensorRecords } from '../../src/records';
import { SMALL_BASE, tinyModel, tinyModelFiles } from '../tiny-model';

const tokenizer = readFileSync(`${SMALL_BASE}/tokenizer.json`, 'utf8');
const tiny = tinyModel(1);

function refusal(files: HuggingFaceFiles): { name: string; message: string } {
  try {
    readHuggingFaceModel(files);
  } catch (error) {
    if (error instanceof ModelFileError) return error;
    throw error;
  }
  throw new Error('Nothing was refused.');
}

/** The tiny model's files with other tensors, a changed config or a changed tokenizer. */
const filesWith = (tensors: TensorRecords, config = {}, changed = tokenizer): HuggingFaceFiles => ({
  weights: writeSafetensors(tensors),
  config: JSON.stringify({ ...JSON.parse(tinyModelFiles().config), ...config }),
  tokenizer: changed,
});
const embedding = tiny.tensors['model.embed_tokens.weight']!;

describe('a model', () => {
  test('written in F32 reads back to the bit', () => {
    const back = readHuggingFaceModel(writeHuggingFaceModel(tiny, tokenizer));
    expect(back.config).toEqual(tiny.config);
    expect(back.head).toBe('language');
    expect(Object.keys(back.tensors).sort()).toEqual(Object.keys(tiny.tensors).sort());
    for (const [name, { shape, data }] of Object.entries(tiny.tensors)) {
      expect(back.tensors[name]!.shape).toEqual(shape);
      expect(Buffer.from(back.tensors[name]!.data.buffer).equals(Buffer.from(data.buffer)), name).toBe(true); // prettier-ignore
    }
  });

  test('with a scalar head is a sequence classification, whose bias may be absent', () => {
    const reward = tinyModel(2, {}, 'scalar');
    const files = writeHuggingFaceModel(reward, tokenizer);
    const back = readHuggingFaceModel(files);
    expect(back.head).toBe('scalar');
    expect(back.tensors['score.bias']).toEqual(reward.tensors['score.bias']);
    const { 'score.bias': bias, ...theirs } = reward.tensors;
    expect(bias).toBeDefined();
    const without = readHuggingFaceModel({ ...files, weights: writeSafetensors(theirs) });
    expect([...without.tensors['score.bias']!.data]).toEqual([0]);
    const weighted = {
      ...reward.tensors,
      [LIKELIHOOD]: { shape: [1], data: Float32Array.of(4.5) },
    };
    const read = readHuggingFaceModel(writeHuggingFaceModel({ ...reward, tensors: weighted }, tokenizer)); // prettier-ignore
    expect(read.tensors[LIKELIHOOD]).toEqual(weighted[LIKELIHOOD]);
  });

  test('of several members is written and read with all of them', () => {
    const members = [2, 3].map((seed) => tinyModel(seed, {}, 'scalar'));
    const joined = joinMembers(members);
    const files = writeHuggingFaceModel({ ...joined, head: 'scalar' }, tokenizer);
    expect(membersOf(readHuggingFaceModel(files)).map(({ tensors }) => tensors)).toEqual(members.map(({ tensors }) => tensors)); // prettier-ignore
    const { 'member-1/model.norm.weight': _, ...less } = joined.tensors;
    expect(() => writeHuggingFaceModel({ ...joined, tensors: less, head: 'scalar' }, tokenizer)).toThrow('member-1/model.norm.weight is missing'); // prettier-ignore
  });

  test('may repeat its embedding as its head, and carry tables that follow from its config', () => {
    const inverse = { shape: [4], data: Float32Array.of(1, 0.1, 0.01, 0.001) };
    const more = {
      ...tiny.tensors,
      'lm_head.weight': embedding,
      'model.layers.0.self_attn.rotary_emb.inv_freq': inverse,
    };
    const names = Object.keys(readHuggingFaceModel(filesWith(more)).tensors);
    expect(names.sort()).toEqual(Object.keys(tiny.tensors).sort());
  });

  test('gets its padding from the tokenizer where the config names none', () => {
    expect(readHuggingFaceModel(filesWith(tiny.tensors, { pad_token_id: null })).config.padId).toBe(0); // prettier-ignore
  });
});

describe('files that do not belong together are refused:', () => {
  const { 'model.norm.weight': norm, ...normless } = tiny.tensors;
  const untied = { shape: embedding.shape, data: embedding.data.map((x, i) => (i === 777 ? x + 1 : x)) }; // prettier-ignore
  const turned = { ...tiny.tensors, 'model.embed_tokens.weight': { ...embedding, shape: [16, 1024] } }; // prettier-ignore
  const json = JSON.parse(tokenizer);
  const { '<bos>': first, ...fewer } = json.model.vocab;
  const short = { ...json, added_tokens: [], model: { ...json.model, vocab: fewer } };
  const plain = {
    ...json,
    added_tokens: json.added_tokens.filter((t: { id: number }) => t.id !== 2),
  };

  test.each<[string, HuggingFaceFiles, string, string]>([
    ['a missing tensor', filesWith(normless), 'WeightMismatchError', 'model.norm.weight is missing'],
    ['an extra tensor', filesWith({ ...tiny.tensors, 'model.extra': norm! }), 'WeightMismatchError', 'model.extra is not of such a model'],
    ['another number of layers', filesWith(tiny.tensors, { num_hidden_layers: 3 }), 'WeightMismatchError', 'model.layers.2.input_layernorm.weight, model.layers.2.self_attn.q_proj.weight, model.layers.2.self_attn.k_proj.weight and 6 more are missing'],
    ['another shape', filesWith(turned), 'WeightMismatchError', 'model.embed_tokens.weight has shape (16, 1024) where (1024, 16) is wanted'],
    ['another head', filesWith({ ...tiny.tensors, 'lm_head.weight': untied }), 'WeightMismatchError', 'lm_head.weight, that differs'],
    ['a smaller tokenizer', filesWith(tiny.tensors, {}, JSON.stringify(short)), 'TokenizerMismatchError', "1023 tokens with ids up to 1023, but the model's vocabulary is 1024"],
    ['a larger tokenizer', filesWith(tiny.tensors, { vocab_size: 512 }), 'TokenizerMismatchError', "1024 tokens with ids up to 1023, but the model's vocabulary is 512"],
    ['an end that is a word', filesWith(tiny.tensors, { eos_token_id: 500 }), 'TokenizerMismatchError', 'end-of-sequence token is 500, which is no special token of the tokenizer (special are 0 <pad>, 1 <bos>, 2 <eos>, 3 <user>, 4 <assistant>)'],
    ['an end that is not special', filesWith(tiny.tensors, {}, JSON.stringify(plain)), 'TokenizerMismatchError', 'end-of-sequence token is 2'],
    ['a tokenizer that is not JSON', filesWith(tiny.tensors, {}, '{'), 'TokenizerMismatchError', 'is not JSON'],
    ['a tokenizer without words', filesWith(tiny.tensors, {}, '{}'), 'TokenizerMismatchError', 'has no vocabulary'],
  ])('%s', (_what, files, name, sentence) => {
    const error = refusal(files);
    expect(error.name).toBe(name);
    expect(error.message).toContain(sentence);
    expect(error.message).toMatch(/ Choose .*\.$/);
  }); // prettier-ignore

  test('and are not written either', () => {
    const model = { ...tiny, tensors: normless };
    expect(() => writeHuggingFaceModel(model, tokenizer)).toThrow('model.norm.weight is missing');
    expect(first).toBe(1);
  });
});

test('the shipped base is whole, 16-bit and under 3 MB', () => {
  const bytes = Uint8Array.from(readFileSync(`${SMALL_BASE}/model.safetensors`));
  const config = readFileSync(`${SMALL_BASE}/config.json`, 'utf8');
  const base = readHuggingFaceModel({ weights: bytes.buffer, config, tokenizer });
  const shapes = Object.entries(parameterShapes(base.config, base.head));
  expect(shapes.length).toBe(Object.keys(base.tensors).length);
  expect(bytes.length).toBeLessThan(3e6);
});

const REFERENCE = '../shared/base';
test.skipIf(!existsSync(REFERENCE))(
  `the reference base survives being written again to the bit (skipped where ${REFERENCE} is absent)`,
  () => {
    const files = {
      weights: Uint8Array.from(readFileSync(`${REFERENCE}/model.safetensors`)).buffer,
      config: readFileSync(`${REFERENCE}/config.json`, 'utf8'),
      tokenizer: readFileSync(`${REFERENCE}/tokenizer.json`, 'utf8'),
    };
    const model = readHuggingFaceModel(files);
    const again = readHuggingFaceModel(writeHuggingFaceModel(model, files.tokenizer));
    expect(again.config).toEqual(model.config);
    for (const [name, { data }] of Object.entries(model.tensors))
      expect(Buffer.from(again.tensors[name]!.data.buffer).equals(Buffer.from(data.buffer)), name).toBe(true); // prettier-ignore
  },
);
