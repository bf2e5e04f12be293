/** Cached generation: against a pretrained model's reference, against the full pass, and as a sampler. */
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { generate, type Decoding } from '../../src/model/generate';
import type { Generated } from '../../src/model/transcript';
import { responseLogProbabilities } from '../../src/model/heads';
import { Model } from '../../src/model/model';
import { joinRows, rowTensors, type Rows } from '../../src/model/rows';
import type { TensorRecords } from '../../src/records';
import { onEngines, runningEngine } from '../engines';
import { stories, storiesAbsence } from '../stories';
import { tinyModel } from '../tiny-model';
import { PlainLlama } from './plain-llama';

const tiny = tinyModel(3, { vocabSize: 48, heads: 4, kvHeads: 2, maxPositions: 64 });
/** So few tokens that the end of sequence comes often. */
const few = tinyModel(4, { vocabSize: 8, maxPositions: 64 });

/** Queries of different lengths, padded on the left to the longest. */
function leftPadded(queries: number[][], padId = 0): Rows {
  const P = Math.max(...queries.map((query) => query.length));
  const pad = queries.map((query) => P - query.length);
  return {
    ids: Int32Array.from(queries.flatMap((q, i) => [...Array<number>(pad[i]!).fill(padId), ...q])),
    mask: Float32Array.from(queries.flatMap((q, i) => [...Array<number>(pad[i]!).fill(0), ...q.map(() => 1)])), // prettier-ignore
  };
}

const QUERIES = [[1, 7, 9, 11, 20], [1, 5], [1], [1, 40, 41, 42]];

const decoding = (changes: Partial<Decoding> = {}): Decoding => ({
  responseTokens: 6,
  temperature: 1,
  topK: 0,
  topP: 1,
  seed: 17,
  streams: QUERIES.map((_, row) => row),
  ...changes,
});

async function fullPass(model: Model, queries: Rows, generated: Generated, temperature: number) {
  const B = generated.lengths.length;
  const both = tf.tidy(() => {
    const { ids, mask } = rowTensors(joinRows(queries, generated, B), B);
    return responseLogProbabilities(model, ids, mask, generated.ids.length / B, temperature)
      .logProbabilities;
  });
  const values = Array.from(await both.data<'float32'>());
  both.dispose();
  return values;
}

/** Largest distance between two log-probabilities of real tokens; NaN where one is not a number. */
const worst = (generated: Generated, wanted: ArrayLike<number>): number =>
  Math.max(...generated.logProbabilities.map((x, i) => (generated.mask[i] ? Math.abs(x - wanted[i]!) : 0))); // prettier-ignore

/** Model, run, dispose. */
async function withModel<Result>(
  { config, tensors }: { config: typeof tiny.config; tensors: TensorRecords },
  use: (model: Model) => Promise<Result>,
): Promise<Result> {
  const model = new Model('generator', config, 'language', tensors, false);
  try {
    return await use(model);
  } finally {
    model.dispose();
  }
}

onEngines('generation', (backend) => {
  test.skipIf(storiesAbsence)(
    'of 260,032 weights takes the likeliest tokens of the reference (needs ../shared/data)',
    async () => {
      const { golden, ...weights } = stories();
      // All 200; fewer of the software adapter, which takes half a minute for them.
      const ids = golden.greedy_ids.slice(0, backend === 'webgpu' ? 40 : undefined);
      const [begin, ...wanted] = ids;
      const greedy = decoding({ responseTokens: wanted.length, temperature: 0, streams: [0] });
      const generated = await withModel(weights, (model) =>
        generate(model, Int32Array.of(begin!), Float32Array.of(1), greedy),
      );
      expect([begin, ...generated.ids]).toEqual(ids);
      expect(generated.finished).toEqual([false]);
      const log = generated.logProbabilities.subarray(0, golden.token_logprobs.length);
      golden.token_logprobs.forEach((x, i) => expect(Math.abs(log[i]! - x)).toBeLessThan(1e-4));
    },
  );

  test.each<[string, Partial<Decoding>]>([
    ['all tokens', {}],
    ['a low temperature', { temperature: 0.5 }],
    ['a high temperature', { temperature: 1.8 }],
    ['top-k', { topK: 5, temperature: 1.3 }],
    ['top-p', { topP: 0.6 }],
    ['top-k and top-p', { topK: 20, topP: 0.7, temperature: 0.8 }],
    ['the likeliest token', { temperature: 0 }],
  ])('from the cache gives the log-probabilities of the full pass: %s', async (_what, changes) => {
    const queries = leftPadded(QUERIES);
    const options = decoding(changes);
    await withModel(tiny, async (model) => {
      const generated = await generate(model, queries.ids, queries.mask, options);
      const full = await fullPass(model, queries, generated, options.temperature || 1);
      expect(worst(generated, full)).toBeLessThan(2e-5);
      // Something real was compared.
      expect(generated.mask.reduce((a, b) => a + b, 0)).toBeGreaterThan(6);
    });
  });

  test('of one row does not depend on the rows beside it', async () => {
    await withModel(tiny, async (model) => {
      const queries = leftPadded(QUERIES);
      const together = await generate(model, queries.ids, queries.mask, decoding());
      const R = decoding().responseTokens;
      for (const [row, query] of QUERIES.entries()) {
        const alone = leftPadded([query]);
        const own = await generate(model, alone.ids, alone.mask, decoding({ streams: [row] }));
        expect(own.ids).toEqual(together.ids.slice(row * R, (row + 1) * R));
        expect(worst(own, together.logProbabilities.slice(row * R, (row + 1) * R))).toBeLessThan(2e-5); // prettier-ignore
      }
      const again = await generate(model, queries.ids, queries.mask, decoding());
      expect(again.ids).toEqual(together.ids);
      const other = await generate(model, queries.ids, queries.mask, decoding({ seed: 18 }));
      expect(other.ids).not.toEqual(together.ids);
    });
  });

  test('ends a row at its end of sequence, with padding behind it', async () => {
    const { eosId, padId } = few.config;
    const streams = Array.from({ length: 12 }, (_, row) => row);
    const queries = leftPadded(streams.map((row) => [1, 3, 4, 5].slice(0, 1 + (row % 4))));
    const [B, R] = [streams.length, 10];
    const generated = await withModel(few, async (model) => {
      const drawn = await generate(model, queries.ids, queries.mask, decoding({ responseTokens: R, streams })); // prettier-ignore
      expect(worst(drawn, await fullPass(model, queries, drawn, 1))).toBeLessThan(2e-5);
      return drawn;
    });
    for (let row = 0; row < B; row++) {
      const ids = [...generated.ids.slice(row * R, (row + 1) * R)];
      const end = ids.indexOf(eosId);
      const length = end < 0 ? R : end + 1;
      expect(generated.lengths[row]).toBe(length);
      expect(generated.finished[row]).toBe(end >= 0);
      expect(ids.slice(length).every((id) => id === padId)).toBe(true);
      const mask = [...generated.mask.slice(row * R, (row + 1) * R)];
      expect(mask).toEqual(ids.map((_, t) => (t < length ? 1 : 0)));
      const log = [...generated.logProbabilities.slice(row * R, (row + 1) * R)];
      expect(log.every((x, t) => (t < length ? x < 0 : x === 0))).toBe(true);
    }
    // The seed is one with which some rows end and some do not.
    expect(generated.finished).toContain(true);
    expect(generated.finished).toContain(false);
    expect(new Set(generated.lengths).size).toBeGreaterThan(2);
  });

  test('stops when every row has ended, and reads back once in 16 tokens from a GPU', async () => {
    const { eosId, width } = few.config;
    // On WASM some of tfjs's own kernels read their inputs on the host, where they lie, and are counted.
    const readbacks = () => runningEngine().counters().readbacks;
    const query = leftPadded([[1], [1, 1]]);
    const greedy = decoding({ responseTokens: 40, temperature: 0, streams: [0, 1] });
    await withModel(few, async (model) => {
      const before = readbacks();
      const generated = await generate(model, query.ids, query.mask, greedy);
      expect(generated.finished).toEqual([false, false]);
      const every = backend === 'webgpu' ? 16 : 4;
      if (backend !== 'wasm') expect(readbacks() - before).toBe(Math.ceil(40 / every));
    });
    // The same model with an end of sequence that follows the beginning whatever else is said.
    const embedding = few.tensors['model.embed_tokens.weight']!;
    const data = embedding.data.slice();
    for (let d = 0; d < width; d++) data[eosId * width + d] = 9 * data[width + d]!;
    const tensors = { ...few.tensors, 'model.embed_tokens.weight': { ...embedding, data } };
    await withModel({ ...few, tensors }, async (model) => {
      const before = readbacks();
      const generated = await generate(model, query.ids, query.mask, greedy);
      expect(generated.lengths).toEqual([1, 1]);
      expect(generated.finished).toEqual([true, true]);
      if (backend !== 'wasm') expect(readbacks() - before).toBe(1);
    });
  });

  test.each<[string, Partial<Decoding>]>([
    ['all tokens', {}],
    ['a temperature', { temperature: 0.4 }],
    ['top-k', { topK: 3, temperature: 2 }],
    ['top-p', { topP: 0.55 }],
    ['both', { topK: 6, topP: 0.7, temperature: 0.7 }],
  ])('draws as often as the distribution says: %s', async (_what, changes) => {
    const rows = backend === 'webgpu' ? 250 : 1500; // in software a row costs milliseconds
    const streams = Array.from({ length: rows }, (_, row) => row);
    const queries = leftPadded(streams.map(() => [1, 6]));
    const options = decoding({ responseTokens: 1, streams, ...changes });
    const generated = await withModel(few, (model) =>
      generate(model, queries.ids, queries.mask, options),
    );
    const counts = new Array<number>(few.config.vocabSize).fill(0);
    for (const id of generated.ids) counts[id]! += 1;

    const wanted = keptDistribution(options);
    let chiSquare = 0;
    let degrees = -1;
    wanted.forEach((p, id) => {
      if (p === 0) expect(counts[id]).toBe(0);
      else {
        chiSquare += (counts[id]! - rows * p) ** 2 / (rows * p);
        degrees += 1;
      }
    });
    // 99.9% quantiles of the chi-square distribution with 1 to 7 degrees of freedom.
    const quantile = [10.83, 13.82, 16.27, 18.47, 20.52, 22.46, 24.32][degrees - 1]!;
    expect(degrees).toBeGreaterThan(0);
    expect(chiSquare).toBeLessThan(quantile);
  });

  test('that does not fit is refused, and leaves nothing behind', async () => {
    const before = tf.memory().numTensors;
    await withModel(tiny, async (model) => {
      const inside = tf.memory().numTensors;
      const queries = leftPadded(QUERIES);
      const long = decoding({ responseTokens: 60 });
      await expect(generate(model, queries.ids, queries.mask, long)).rejects.toThrow(
        "A prompt of 5 and a response of 60 tokens do not fit the model's 64 positions.",
      );
      const torn = decoding({ streams: [1, 2, 3] });
      await expect(generate(model, queries.ids, queries.mask, torn)).rejects.toThrow('evenly');
      await generate(model, queries.ids, queries.mask, decoding());
      expect(tf.memory().numTensors).toBe(inside);
    });
    expect(tf.memory().numTensors).toBe(before);
  });
});

/** What is left of the distribution after [1, 6] under temperature, then top-k, then top-p. */
function keptDistribution({ temperature, topK, topP }: Decoding): number[] {
  const llama = new PlainLlama(few.config, few.tensors);
  llama.next(1);
  const weights = llama.next(6).map((logit) => Math.exp(logit / temperature));
  const order = weights.map((_, id) => id).sort((a, b) => weights[b]! - weights[a]!);
  const likeliest = topK > 0 ? order.slice(0, topK) : order;
  const mass = likeliest.reduce((sum, id) => sum + weights[id]!, 0);
  const kept: number[] = [];
  let sum = 0;
  for (const id of likeliest) {
    kept.push(id);
    sum += weights[id]!;
    if (topP < 1 && sum >= topP * mass) break;
  }
  return weights.map((weight, id) => (kept.includes(id) ? weight / sum : 0));
}
