/** The trunk and its heads: against a pretrained model, against plain loops, and against themselves. */
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { mean } from '../../src/algorithms/statistics';
import { linear } from '../../src/kernels/linear';
import {
  lastRealToken,
  responseLogProbabilities,
  responseValues,
  rowScores,
} from '../../src/model/heads';
import { readHuggingFaceModel, writeHuggingFaceModel } from '../../src/model/hugging-face';
import { LIKELIHOOD, Model, prefixed, unprefixed } from '../../src/model/model';
import { readSafetensors, writeSafetensors } from '../../src/model/safetensors';
import { hiddenStates, positionsOf } from '../../src/model/transformer';
import type { ModelConfig, TensorRecords } from '../../src/records';
import { onEngines } from '../engines';
import { stories, storiesAbsence } from '../stories';
import { tinyModel, tinyModelFiles } from '../tiny-model';
import { PlainLlama } from './plain-llama';

/** A vocabulary that plain loops get through quickly, and a head that is not as wide as its group. */
const CONFIG: Partial<ModelConfig> = { vocabSize: 48, heads: 4, kvHeads: 2, maxPositions: 32 };
const tiny = tinyModel(3, CONFIG);
const V = tiny.config.vocabSize;
const D = tiny.config.width;
const [P, R, B] = [4, 3, 3];
const T = P + R;
/** Left-padded queries of 4, 2 and 1 tokens; responses of 3, 2 and 3. What stands on padding is junk. */
const IDS = [
  [1, 7, 9, 11, 20, 21, 2],
  [30, 30, 1, 5, 33, 2, 45],
  [45, 0, 17, 1, 44, 47, 3],
];
const MASK = [
  [1, 1, 1, 1, 1, 1, 1],
  [0, 0, 1, 1, 1, 1, 0],
  [0, 0, 0, 1, 1, 1, 1],
];

/** Logits (V) after each real token of each row, null on padding; in double precision. */
const PLAIN: (number[] | null)[][] = IDS.map((row, b) => {
  const llama = new PlainLlama(tiny.config, tiny.tensors);
  return row.map((id, t) => (MASK[b]![t] ? llama.next(id) : null));
});

const logSoftmax = (logits: number[], temperature: number): number[] => {
  const scaled = logits.map((z) => z / temperature);
  const top = Math.max(...scaled);
  const norm = top + Math.log(scaled.reduce((sum, z) => sum + Math.exp(z - top), 0));
  return scaled.map((z) => z - norm);
};

const idsTensor = (ids = IDS) => tf.tensor2d(ids, [ids.length, ids[0]!.length], 'int32');
const maskTensor = (mask = MASK) => tf.tensor2d(mask, [mask.length, mask[0]!.length]);
const drawnTensor = () => maskTensor(MASK.map((row) => row.slice(P)));

/** Numbers of what `compute` makes; all else is disposed. */
async function numbersOf(compute: () => tf.Tensor): Promise<number[]> {
  const result = tf.tidy(compute);
  const values = Array.from(await result.data<'float32'>());
  result.dispose();
  return values;
}

const worst = (got: number[], wanted: (number | null)[]): number =>
  got.reduce((most, x, i) => {
    const want = wanted[i];
    // Written so that NaN is the worst of all.
    const error = want === null || want === undefined ? 0 : Math.abs(x - want);
    return error <= most ? most : error;
  }, 0);

onEngines('a model', () => {
  test.skipIf(storiesAbsence)(
    `of 260,032 weights gives the reference's logits and log-probabilities (needs ../shared/data)`,
    async () => {
      const { config, tensors, golden } = stories();
      const model = new Model('stories', config, 'language', tensors, false);
      const length = golden.prefix.length;
      const ids = () => tf.tensor2d(golden.prefix, [1, length], 'int32');
      const mask = () => tf.ones<tf.Rank.R2>([1, length]);
      const logits = await numbersOf(() => {
        const last = tf.slice(hiddenStates(model, ids(), mask()), [0, length - 1, 0], [1, 1, -1]);
        return linear(last, model.parameters['model.embed_tokens.weight'] as tf.Tensor2D);
      });
      expect(worst(logits, golden.last_logits)).toBeLessThan(1e-4);
      const log = await numbersOf(
        () => responseLogProbabilities(model, ids(), mask(), length - 1).logProbabilities,
      );
      expect(log).toHaveLength(golden.token_logprobs.length);
      expect(worst(log, golden.token_logprobs)).toBeLessThan(1e-4);
      model.dispose();
    },
  );

  test.each([1, 0.6])(
    'gives the log-probabilities and entropies of plain loops at temperature %f',
    async (temperature) => {
      const model = new Model('tiny', tiny.config, 'language', tiny.tensors, false);
      const both = await numbersOf(() => {
        const of = responseLogProbabilities(model, idsTensor(), maskTensor(), R, temperature);
        return tf.stack([of.logProbabilities, of.entropy]); // (2, B, R)
      });
      const wanted = [0, 1].flatMap((which) =>
        IDS.flatMap((row, b) =>
          row.slice(P).map((id, r) => {
            if (!MASK[b]![P + r]) return null;
            const log = logSoftmax(PLAIN[b]![P + r - 1]!, temperature);
            return which === 0 ? log[id]! : -log.reduce((sum, x) => sum + Math.exp(x) * x, 0);
          }),
        ),
      );
      expect(both).toHaveLength(2 * B * R);
      expect(worst(both, wanted)).toBeLessThan(1e-5);
      model.dispose();
    },
  );

  test('with a scalar head reads values before each token and scores at the last real one', async () => {
    // The head is one row of the embedding, so what it reads is the logit of that token.
    const token = 13;
    const embedding = tiny.tensors['model.embed_tokens.weight']!.data;
    const bias = 0.25;
    const tensors: TensorRecords = {
      ...tiny.tensors,
      'score.weight': { shape: [1, D], data: embedding.slice(token * D, (token + 1) * D) },
      'score.bias': { shape: [1], data: Float32Array.of(bias) },
    };
    const model = new Model('scalar', tiny.config, 'scalar', tensors, false);
    const values = await numbersOf(() => responseValues(model, idsTensor(), maskTensor(), R));
    const before = IDS.flatMap((row, b) =>
      row.slice(P).map((_, r) => {
        const logits = PLAIN[b]![P + r - 1];
        return MASK[b]![P + r] && logits ? logits[token]! + bias : null;
      }),
    );
    expect(worst(values, before)).toBeLessThan(1e-5);
    const scores = await numbersOf(() =>
      rowScores(model, idsTensor(), maskTensor(), drawnTensor()),
    );
    const last = PLAIN.map((row) => row.filter((logits) => logits !== null).at(-1)![token]! + bias);
    expect(worst(scores, last)).toBeLessThan(1e-5);
    expect(scores).toHaveLength(B);
    model.dispose();

    const weighted = { ...tensors, [LIKELIHOOD]: { shape: [1], data: Float32Array.of(2.5) } };
    const reward = new Model('reward', tiny.config, 'scalar', weighted, false);
    const logs = IDS.map(
      (row, b) =>
      row.slice(P).flatMap((id, r) => (MASK[b]![P + r] ? [logSoftmax(PLAIN[b]![P + r - 1]!, 1)[id]!] : [])), // prettier-ignore
    );
    const wanted = logs.map((row, b) => last[b]! + 2.5 * mean(row));
    expect(worst(await numbersOf(() => rowScores(reward, idsTensor(), maskTensor(), drawnTensor())), wanted)).toBeLessThan(1e-4); // prettier-ignore
    reward.dispose();
  });

  test('does not look at what stands on padding, nor at what comes later', async () => {
    const model = new Model('tiny', tiny.config, 'language', tiny.tensors, false);
    const hidden = (ids: number[][]) =>
      numbersOf(() => hiddenStates(model, idsTensor(ids), maskTensor()));
    const [as, other] = [
      await hidden(IDS),
      await hidden(IDS.map((row, b) => row.map((id, t) => (MASK[b]![t] ? id : (id + 5) % V)))),
    ];
    const real = (values: number[]) =>
      MASK.flatMap((row, b) =>
        row.flatMap((m, t) => (m ? values.slice((b * T + t) * D, (b * T + t + 1) * D) : [])),
      );
    expect(real(other)).toEqual(real(as));
    const future = await hidden(IDS.map((row) => row.map((id, t) => (t === T - 1 ? (id + 1) % V : id)))); // prettier-ignore
    const untilLast = (values: number[]) =>
      MASK.flatMap((_, b) => values.slice(b * T * D, (b * T + T - 1) * D));
    expect(untilLast(future)).toEqual(untilLast(as));
    expect(future).not.toEqual(as);
    model.dispose();
  });

  test('counts positions from the first real token, and finds the last', async () => {
    expect(await numbersOf(() => positionsOf(maskTensor()))).toEqual([
      ...[0, 1, 2, 3, 4, 5, 6],
      ...[0, 0, 0, 1, 2, 3, 4],
      ...[0, 0, 0, 0, 1, 2, 3],
    ]);
    expect(await numbersOf(() => lastRealToken(maskTensor()))).toEqual([
      ...[0, 0, 0, 0, 0, 0, 1],
      ...[0, 0, 0, 0, 0, 1, 0],
      ...[0, 0, 0, 0, 0, 0, 1],
    ]);
  });

  test('finds the last token of rows of any width, whatever widths there were before', async () => {
    for (const width of [4, 9, 6, 17]) {
      const lengths = Array.from({ length: width }, (_, i) => i + 1);
      const rows = lengths.map((length) => Array.from({ length: width }, (_, t) => Number(t < length))); // prettier-ignore
      const last = rows.map((row) => row.map((_, t) => Number(t === row.lastIndexOf(1))));
      expect(await numbersOf(() => lastRealToken(maskTensor(rows)))).toEqual(last.flat());
    }
  });

  test('survives being written and read again to the bit', async () => {
    const tensors = structuredClone(tinyModel(5).tensors);
    const gain = tensors['model.norm.weight']!.data;
    gain.set([-0, 1e-40, 3.4e38, -1e-45, Math.fround(0.1)]); // negative zero, denormals, the largest
    const config = tinyModel(5).config;
    const first = new Model('first', config, 'language', tensors);
    const file = writeSafetensors(prefixed('policy', await first.records()), 'F32');
    const read = unprefixed('policy', readSafetensors(file).tensors);
    const second = new Model('second', config, 'language', read);
    const back = await second.records();
    expect(Object.keys(back)).toEqual(Object.keys(tensors));
    for (const [name, { shape, data }] of Object.entries(tensors)) {
      expect(back[name]!.shape, name).toEqual(shape);
      expect(new Uint32Array(back[name]!.data.buffer), name).toEqual(new Uint32Array(data.buffer));
    }
    const files = writeHuggingFaceModel(
      { config, head: 'language', tensors: back },
      tinyModelFiles().tokenizer,
    );
    expect(readHuggingFaceModel(files).config).toEqual(config);
    first.dispose();
    second.dispose();
  });

  test('that is refused leaves nothing on the device', () => {
    const before = tf.memory().numTensors;
    const { 'model.norm.weight': norm, ...without } = tiny.tensors;
    const make = (tensors: TensorRecords) => new Model('policy', tiny.config, 'language', tensors);
    expect(() => make(without)).toThrow('The policy model lacks the parameter model.norm.weight.');
    const turned = { ...without, 'model.norm.weight': { ...norm!, shape: [1, D] } };
    expect(() => make(turned)).toThrow(/model\.norm\.weight has shape \(1, 16\) where \(16\)/);
    expect(tf.memory().numTensors).toBe(before);
    const language = make(tiny.tensors);
    expect(() =>
      tf.tidy(() => rowScores(language, idsTensor(), maskTensor(), drawnTensor())),
    ).toThrow('The policy model has no scalar head');
    language.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('a checkpoint of several models', () => {
  test('gives each its own tensors back', () => {
    const together = { ...prefixed('policy', tiny.tensors), ...prefixed('policy-optimizer', {}) };
    expect(unprefixed('policy', together)).toEqual(tiny.tensors);
    expect(unprefixed('value', together)).toEqual({});
  });
});
