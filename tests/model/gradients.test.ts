/** Gradients of the whole model: against PyTorch in double precision, and against finite differences. */
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { crossEntropy } from '../../src/algorithms/cross-entropy';
import { addGradients, lossGradients } from '../../src/algorithms/gradients';
import { Optimizer } from '../../src/algorithms/optimizer';
import { responseLogProbabilities, responseValues, rowScores } from '../../src/model/heads';
import { LIKELIHOOD, Model, readTensors } from '../../src/model/model';
import type { TensorRecords } from '../../src/records';
import type { NamedTensors } from '../../src/shapes';
import { onEngines } from '../engines';
import { llamaGradients, llamaGradientsWeights } from '../fixtures/llama-gradients';
import { tinyModel } from '../tiny-model';
import { PlainLlama } from './plain-llama';

/** Largest distance between two lists over the largest number wanted; NaN where anything is. */
function relative(got: ArrayLike<number>, wanted: ArrayLike<number>): number {
  expect(got.length).toBe(wanted.length);
  let [distance, size] = [0, 0];
  for (let i = 0; i < wanted.length; i++) {
    const error = Math.abs(got[i]! - wanted[i]!);
    if (!(error <= distance)) distance = error;
    size = Math.max(size, Math.abs(wanted[i]!));
  }
  return distance / size;
}

/** Tensors by name, off the device, and disposed there. */
async function taken(compute: () => NamedTensors): Promise<TensorRecords> {
  const tensors = tf.tidy(compute);
  const records = await readTensors(tensors);
  tf.dispose(tensors);
  return records;
}

const int2 = (rows: number[][]) => tf.tensor2d(rows, [rows.length, rows[0]!.length], 'int32');
const float2 = (rows: number[][]) => tf.tensor2d(rows, [rows.length, rows[0]!.length], 'float32');

// ── PyTorch ───────────────────────────────────────────────────────────────────────────────────────

const fixture = llamaGradients();
const R = fixture.responseTokens;
const tokenCount = fixture.mask.flatMap((row) => row.slice(-R)).reduce((a, b) => a + b, 0);

/** The SFT loss of some rows of the fixture, divided by the tokens of all. */
const fixtureLoss = (model: Model, rows: number[]) => () => {
  const ids = rows.map((row) => fixture.ids[row]!);
  const mask = rows.map((row) => fixture.mask[row]!);
  const { logProbabilities } = responseLogProbabilities(model, int2(ids), float2(mask), R);
  const responses = float2(mask.map((row) => row.slice(-R)));
  return { loss: crossEntropy(logProbabilities, responses, tokenCount), statistics: {} };
};

const fixtureModel = () =>
  new Model('fixture', fixture.config, 'language', llamaGradientsWeights(fixture.config));

// ── Finite differences ────────────────────────────────────────────────────────────────────────────

const tiny = tinyModel(7, { vocabSize: 24, width: 8, heads: 4, kvHeads: 2, feedForward: 12 });
const { vocabSize: V, width: D } = tiny.config;
const EMBEDDING = 'model.embed_tokens.weight';
const TEMPERATURE = 0.7;
const RESPONSE = 3;
const IDS = [
  [1, 7, 9, 11, 20, 2],
  [0, 0, 1, 5, 5, 8],
];
const MASK = [
  [1, 1, 1, 1, 1, 1],
  [0, 0, 1, 1, 1, 0],
];
/** What each response token, and each row, counts in the losses. */
const OF_LOG = [
  [0.9, -1.4, 0.3],
  [-0.7, 1.1, 0],
];
const OF_ENTROPY = [
  [0.5, 0.2, -0.8],
  [1.3, -0.4, 0],
];
const OF_VALUE = [
  [1.2, -0.6, 0.4],
  [-0.9, 0.8, 0],
];
const OF_SCORE = [1.5, -1.1];

type Losses = { language: number; scalar: number };

/** The scalar model: the trunk, a head that reads as the last token's row does, and the weight of its likelihood. */
const scalarTensors: TensorRecords = {
  ...tiny.tensors,
  'score.weight': { shape: [1, D], data: tiny.tensors[EMBEDDING]!.data.slice((V - 1) * D) },
  'score.bias': { shape: [1], data: Float32Array.of(0.1) },
  [LIKELIHOOD]: { shape: [1], data: Float32Array.of(0.6) },
};

const logSoftmax = (logits: number[]): number[] => {
  const norm = Math.log(logits.reduce((sum, z) => sum + Math.exp(z), 0));
  return logits.map((z) => z - norm);
};

/** Both losses by plain loops in double precision. The scalar head is one more row of the embedding. */
function plainLosses(tensors: TensorRecords): Losses {
  const losses: Losses = { language: 0, scalar: 0 };
  const number = (name: string) => tensors[name]!.data[0]!;
  const rows = Float32Array.of(...tensors[EMBEDDING]!.data, ...tensors['score.weight']!.data);
  const wide = { ...tensors, [EMBEDDING]: { shape: [V + 1, D], data: rows } };
  IDS.forEach((row, b) => {
    const llama = new PlainLlama({ ...tiny.config, vocabSize: V + 1 }, wide);
    let before: number[] | null = null;
    const said: number[] = [];
    row.forEach((id, t) => {
      if (!MASK[b]![t]) return;
      const r = t - (row.length - RESPONSE);
      if (before && r >= 0) {
        const logits = before.slice(0, V);
        const log = logSoftmax(logits.map((z) => z / TEMPERATURE));
        const entropy = -log.reduce((sum, x) => sum + Math.exp(x) * x, 0);
        losses.language += OF_LOG[b]![r]! * log[id]! + OF_ENTROPY[b]![r]! * entropy;
        losses.scalar += OF_VALUE[b]![r]! * (before[V]! + number('score.bias'));
        said.push(logSoftmax(logits)[id]!);
      }
      before = llama.next(id);
    });
    const likelihood = said.reduce((x, y) => x + y, 0) / said.length;
    const score = before![V]! + number('score.bias') + number(LIKELIHOOD) * likelihood;
    losses.scalar += OF_SCORE[b]! * score;
  });
  return losses;
}

/** Both losses as the project computes them. */
const LOSSES = {
  language: (model: Model) => {
    const of = responseLogProbabilities(model, int2(IDS), float2(MASK), RESPONSE, TEMPERATURE);
    return tf.add(
      tf.sum(tf.mul(of.logProbabilities, float2(OF_LOG))),
      tf.sum(tf.mul(of.entropy, float2(OF_ENTROPY))),
    );
  },
  scalar: (model: Model) =>
    tf.add(
      tf.sum(tf.mul(responseValues(model, int2(IDS), float2(MASK), RESPONSE), float2(OF_VALUE))),
      tf.sum(tf.mul(rowScores(model, int2(IDS), float2(MASK), float2(MASK.map((row) => row.slice(-RESPONSE)))), tf.tensor1d(OF_SCORE))), // prettier-ignore
    ),
} satisfies Record<keyof Losses, (model: Model) => tf.Tensor>;

/** Central difference of a plain loss in number `i` of a parameter. */
function difference(which: keyof Losses, name: string, i: number): number {
  const { data } = scalarTensors[name]!;
  const value = data[i]!;
  const at = (shift: number) => {
    data[i] = value + shift;
    const result = [data[i]!, plainLosses(scalarTensors)[which]] as const;
    data[i] = value;
    return result;
  };
  const [[high, above], [low, below]] = [at(2 ** -10), at(-(2 ** -10))];
  return (above - below) / (high - low); // the shift that float32 has made of it
}

/** Numbers of the three largest gradients, and of the one in the middle. */
function watched(gradient: Float32Array): number[] {
  const order = [...gradient.keys()].sort((a, b) => Math.abs(gradient[b]!) - Math.abs(gradient[a]!)); // prettier-ignore
  return [...new Set([...order.slice(0, 3), order[Math.floor(order.length / 2)]!])];
}

onEngines('gradients', () => {
  test('of a Llama and its AdamW step are those of PyTorch', async () => {
    const model = fixtureModel();
    const gradients = await taken(() => {
      const found = lossGradients(model.parameters, fixtureLoss(model, [0, 1]));
      return { ...found.gradients, loss: found.loss };
    });
    expect(gradients['loss']!.data[0]).toBeCloseTo(fixture.loss, 5);
    for (const [name, wanted] of Object.entries(fixture.gradients))
      expect(relative(gradients[name]!.data, wanted), name).toBeLessThan(2e-3);

    const before = await model.records();
    const optimizer = new Optimizer(model.parameters);
    const norm = await taken(() => {
      const found = lossGradients(model.parameters, fixtureLoss(model, [0, 1]));
      return {
        norm: optimizer.apply(found.gradients, { ...fixture.adamw, gradientClip: Infinity }),
      };
    });
    expect(norm['norm']!.data[0]! / fixture.gradientNorm).toBeCloseTo(1, 4);
    expect(optimizer.step).toBe(1);
    const after = await model.records();
    for (const [name, wanted] of Object.entries(fixture.afterStep)) {
      const old = before[name]!.data;
      const moved = after[name]!.data.map((x, i) => x - old[i]!);
      const shouldMove = wanted.map((x, i) => x - old[i]!);
      expect(relative(moved, shouldMove), name).toBeLessThan(2e-2);
    }
    optimizer.dispose();
    model.dispose();
  });

  test('of two micro-batches add up to those of their batch', async () => {
    const model = fixtureModel();
    const of = (rows: number[]) => lossGradients(model.parameters, fixtureLoss(model, rows));
    const whole = await taken(() => of([0, 1]).gradients);
    const parts = await taken(() => addGradients(of([0]).gradients, of([1]).gradients));
    for (const [name, { data }] of Object.entries(whole))
      expect(relative(parts[name]!.data, data), name).toBeLessThan(1e-5);
    model.dispose();
  });

  test.each(['language', 'scalar'] as const)(
    'of the %s head and of every kind of parameter are finite differences',
    async (which) => {
      const tensors = which === 'language' ? tiny.tensors : scalarTensors;
      const model = new Model('differences', tiny.config, which, tensors);
      const gradients = await taken(() => {
        const compute = () => ({ loss: tf.reshape(LOSSES[which](model), []) as tf.Scalar, statistics: {} }); // prettier-ignore
        const found = lossGradients(model.parameters, compute);
        return { ...found.gradients, loss: found.loss };
      });
      const { loss, ...byName } = gradients;
      expect(loss!.data[0]).toBeCloseTo(plainLosses(scalarTensors)[which], 4);
      expect(Object.keys(byName)).toEqual(Object.keys(tensors));
      for (const [name, { data }] of Object.entries(byName)) {
        const numbers = watched(data);
        const wanted = numbers.map((i) => difference(which, name, i));
        expect(relative(numbers.map((i) => data[i]!), wanted), name).toBeLessThan(1e-3); // prettier-ignore
      }
      model.dispose();
    },
  );

  test('stay within the parameters that were named', async () => {
    const policy = new Model('policy', tiny.config, 'language', tiny.tensors);
    const reference = await policy.copy('reference', false);
    const other = await policy.copy('other', true);
    const before = tf.memory().numTensors;
    const compute = () => {
      const all = [policy, reference, other].map((model) => LOSSES.language(model));
      return { loss: tf.reshape(tf.addN(all), []) as tf.Scalar, statistics: {} };
    };
    const gradients = await taken(() => lossGradients(policy.parameters, compute).gradients);
    expect(Object.keys(gradients)).toEqual(Object.keys(policy.parameters));
    expect(() => tf.tidy(() => lossGradients(reference.parameters, compute))).toThrow();
    expect(tf.memory().numTensors).toBe(before);
    for (const model of [policy, reference, other]) model.dispose();
  });
});
