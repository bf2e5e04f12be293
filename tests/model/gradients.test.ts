/** Gradients of the whole model: against PyTorch in double precision, and against finite differences. */
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { crossEntropy } from '../../src/algorithms/cross-entropy';
import { addGradients, lossGradients } from '../../src/algorithms/gradients';
import { Optimizer } from '../../src/algorithms/optimizer';
import { responseLogProbabilities, responseValues, rowScores } from '../../src/model/heads';
import { Model, readTensors } from '../../src/model/model';
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

/** The last token is never said: its row of the embedding is the scalar head of the plain pass. */
const tiny = tinyModel(7, { vocabSize: 24, width: 8, heads: 4, kvHeads: 2, feedForward: 12 });
const { vocabSize: V, width: D } = tiny.config;
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

/** Both losses by plain loops in double precision. */
function plainLosses(tensors: TensorRecords, bias: number): Losses {
  const losses: Losses = { language: 0, scalar: 0 };
  IDS.forEach((row, b) => {
    const llama = new PlainLlama(tiny.config, tensors);
    let before: number[] | null = null;
    row.forEach((id, t) => {
      if (!MASK[b]![t]) return;
      const r = t - (row.length - RESPONSE);
      if (before && r >= 0) {
        const scaled = before.map((z) => z / TEMPERATURE);
        const norm = Math.log(scaled.reduce((sum, z) => sum + Math.exp(z), 0));
        const log = scaled.map((z) => z - norm);
        const entropy = -log.reduce((sum, x) => sum + Math.exp(x) * x, 0);
        losses.language += OF_LOG[b]![r]! * log[id]! + OF_ENTROPY[b]![r]! * entropy;
        losses.scalar += OF_VALUE[b]![r]! * (before[V - 1]! + bias);
      }
      before = llama.next(id);
    });
    losses.scalar += OF_SCORE[b]! * (before![V - 1]! + bias);
  });
  return losses;
}

/** The scalar model: the trunk, and the last row of the embedding as its head. */
const scalarTensors: TensorRecords = {
  ...tiny.tensors,
  'score.weight': {
    shape: [1, D],
    data: tiny.tensors['model.embed_tokens.weight']!.data.slice((V - 1) * D),
  },
  'score.bias': { shape: [1], data: Float32Array.of(0.1) },
};

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
      tf.sum(tf.mul(rowScores(model, int2(IDS), float2(MASK)), tf.tensor1d(OF_SCORE))),
    ),
} satisfies Record<keyof Losses, (model: Model) => tf.Tensor>;

/** Central difference of a plain loss in number `i` of a parameter. */
function difference(which: keyof Losses, name: string, i: number): number {
  if (name === 'score.bias') {
    const [above, below] = [plainLosses(tiny.tensors, 0.6), plainLosses(tiny.tensors, -0.4)];
    return above[which] - below[which];
  }
  const [parameter, at] =
    name === 'score.weight' ? ['model.embed_tokens.weight', (V - 1) * D + i] : [name, i];
  const { data } = tiny.tensors[parameter]!;
  const value = data[at]!;
  const at2 = (shift: number) => {
    data[at] = value + shift;
    const result = [data[at]!, plainLosses(tiny.tensors, 0.1)[which]] as const;
    data[at] = value;
    return result;
  };
  const [[high, above], [low, below]] = [at2(2 ** -10), at2(-(2 ** -10))];
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
      expect(loss!.data[0]).toBeCloseTo(plainLosses(tiny.tensors, 0.1)[which], 4);
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
