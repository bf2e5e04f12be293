/** Responses to one query that go through the trunk together: against each with a query of its own. */
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { analyseRollout } from '../../src/model/analyse';
import { generate } from '../../src/model/generate';
import { responseLogProbabilities, responseValues, rowScores } from '../../src/model/heads';
import { RewardEnsemble } from '../../src/model/members';
import { LIKELIHOOD, Model } from '../../src/model/model';
import { rowTensors, type Rows } from '../../src/model/rows';
import { responseStates } from '../../src/model/siblings';
import { onEngines } from '../engines';
import { tinyModel } from '../tiny-model';

const CONFIG = { vocabSize: 48, heads: 4, kvHeads: 2, maxPositions: 32 } as const;
const language = tinyModel(3, CONFIG);
const P = 6;

/** Queries of so many tokens, each with responses of so many, n of each; and junk where there is padding. */
const forked = fc
  .record({
    n: fc.integer({ min: 2, max: 4 }),
    R: fc.integer({ min: 1, max: 5 }),
    queries: fc.array(fc.integer({ min: 1, max: P }), { minLength: 1, maxLength: 3 }),
    seed: fc.nat(1000),
  })
  .map(({ n, R, queries, seed }) => {
    const B = queries.length * n;
    const T = P + R;
    const ids = new Int32Array(B * T);
    const mask = new Float32Array(B * T);
    const responses = new Float32Array(B * R);
    for (let row = 0; row < B; row++) {
      const query = Math.floor(row / n);
      const length = (seed + row * 7) % (R + 1);
      for (let t = 0; t < T; t++) {
        ids[row * T + t] = (t < P ? 5 + query * 11 + t * 3 + seed : 2 + row * 17 + t * 5) % 48;
        mask[row * T + t] = Number(t >= P - queries[query]! && t < P + length);
      }
      for (let t = 0; t < length; t++) responses[row * R + t] = 1;
    }
    return { n, R, B, rows: { ids, mask } satisfies Rows, responses };
  });

/** Numbers of what `compute` makes; all else is disposed. */
async function numbersOf(compute: () => tf.Tensor): Promise<Float32Array> {
  const result = tf.tidy(compute);
  const values = (await result.data<'float32'>()).slice();
  result.dispose();
  return values;
}

const farthest = (x: Float32Array, y: Float32Array): number => {
  expect(x.length).toBe(y.length);
  return x.reduce((most, value, i) => Math.max(most, Math.abs(value - y[i]!)), 0);
};

onEngines('siblings', (backend) => {
  const numRuns = backend === 'webgpu' ? 4 : 12;

  test('have the states that each has with a query of its own', async () => {
    const model = new Model('policy', language.config, 'language', language.tensors, false);
    await fc.assert(
      fc.asyncProperty(forked, async ({ n, R, B, rows, responses }) => {
        const statesOf = (siblings: number) =>
          numbersOf(() => {
            const { ids, mask } = rowTensors(rows, B);
            return tf.mul(
              responseStates(model, ids, mask, R, siblings),
              // The column before a response is real, those of the response as far as it goes.
              tf.expandDims(tf.concat([tf.ones([B, 1]), tf.tensor2d(responses, [B, R])], 1), 2),
            );
          });
        const [apart, together] = [await statesOf(1), await statesOf(n)];
        expect(apart.some((x) => Math.abs(x) > 0.1)).toBe(true);
        expect(farthest(together, apart)).toBeLessThan(2e-5);
      }),
      { numRuns },
    );
    model.dispose();
  });

  test('teach the model what they teach it apart: all gradients of choices, values and scores', async () => {
    const tensors = { ...tinyModel(4, CONFIG, 'scalar').tensors, [LIKELIHOOD]: { shape: [1], data: Float32Array.of(0.7) } }; // prettier-ignore
    const model = new Model('value', language.config, 'scalar', tensors);
    const variables = Object.values(model.parameters);
    await fc.assert(
      fc.asyncProperty(forked, async ({ n, R, B, rows, responses }) => {
        const gradientsOf = (siblings: number) =>
          numbersOf(() => {
            const { ids, mask } = rowTensors(rows, B);
            const drawn = tf.tensor2d(responses, [B, R]);
            const { grads } = tf.variableGrads(() => {
              const { logProbabilities, entropy } = responseLogProbabilities(model, ids, mask, R, 0.8, siblings); // prettier-ignore
              const values = responseValues(model, ids, mask, R, siblings);
              const perToken = tf.mul(tf.addN([logProbabilities, entropy, tf.square(values)]), drawn); // prettier-ignore
              return tf.add<tf.Scalar>(tf.sum(perToken), tf.sum(rowScores(model, ids, mask, drawn, siblings))); // prettier-ignore
            }, variables);
            return tf.concat(variables.map(({ name }) => tf.reshape(grads[name]!, [-1])));
          });
        const [apart, together] = [await gradientsOf(1), await gradientsOf(n)];
        const largest = apart.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
        expect(largest).toBeGreaterThan(0.01);
        expect(farthest(together, apart) / largest).toBeLessThan(2e-5);
      }),
      { numRuns },
    );
    model.dispose();
  });

  test('are analysed as they are apart, in groups of whole families', async () => {
    const scalar = tinyModel(5, CONFIG, 'scalar');
    const [policy, reference] = ['a', 'b'].map((name, i) => new Model(name, language.config, 'language', tinyModel(6 + i, CONFIG).tensors, false)) as [Model, Model]; // prettier-ignore
    const value = new Model('c', language.config, 'scalar', scalar.tensors, false);
    const reward = new RewardEnsemble('d', { config: language.config, tensors: scalar.tensors });
    const models = { policy, reference, value, reward };
    await fc.assert(
      fc.asyncProperty(forked, async ({ n, B, rows, responses }) => {
        const apart = await analyseRollout(models, rows, responses, B, 1.2);
        const together = await analyseRollout(models, rows, responses, B, 1.2, n);
        for (const name of [
          'logProbabilities',
          'referenceLogProbabilities',
          'entropy',
          'exactKl',
          'values',
        ] as const)
          // prettier-ignore
          expect([name, farthest(together[name], apart[name]) < 1e-4]).toEqual([name, true]);
        expect(farthest(together.rawScores!, apart.rawScores!)).toBeLessThan(1e-4);
      }),
      { numRuns },
    );
    for (const owner of [policy, reference, value, reward]) owner.dispose();
  });

  test('are drawn as they are apart', async () => {
    const model = new Model('sampler', language.config, 'language', language.tensors, false);
    const [n, R] = [3, 6];
    const lengths = [5, 2].flatMap((length) => Array<number>(n).fill(length));
    const mask = Float32Array.from(lengths.flatMap((length) => Array.from({ length: P }, (_, t) => Number(t >= P - length)))); // prettier-ignore
    const ids = mask.map((real, i) => (real ? 4 + ((Math.floor(i / (P * n)) * 13 + (i % P) * 3) % 40) : 0)); // prettier-ignore
    const drawn = (siblings: number) =>
      generate(model, Int32Array.from(ids), mask, { responseTokens: R, temperature: 1.1, topK: 0, topP: 1, seed: 5, streams: lengths.map((_, row) => row), siblings }); // prettier-ignore
    const [apart, together] = [await drawn(1), await drawn(n)];
    expect(together.ids).toEqual(apart.ids);
    expect(farthest(together.logProbabilities, apart.logProbabilities)).toBeLessThan(2e-5);
    expect(new Set(Array.from({ length: n }, (_, row) => together.ids.slice(row * R, (row + 1) * R).join())).size).toBeGreaterThan(1); // prettier-ignore
    model.dispose();
  });
});
