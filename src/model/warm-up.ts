/**
 * Compiling what training a model will run, before its first step: a dry run of both heads forward and
 * backward, of AdamW, and of one token of generation. Only what the model is made of is asked for; the few
 * stock programs of a stage's own loss are compiled in its first step.
 */
import * as tf from '@tensorflow/tfjs-core';
import { FlatAdamw } from '../kernels/adamw-flat';
import { compileAhead, type CompileProgress } from '../kernels/compile-ahead';
import { decodeAttention, writeCache } from '../kernels/kv-cache';
import { sampleTokens } from '../kernels/sample';
import type { ModelConfig, TensorRecords } from '../records';
import { exactDivide, type ByHead, type Mask, type TokenIds } from '../shapes';
import { embeddingOf, responseLogProbabilities, responseValues } from './heads';
import { Model, parameterShapes, type Head } from './model';
import { linear } from '../kernels/linear';
import { positionsOf, transformer } from './transformer';

/** Sizes do not matter to a program, but tfjs has others for axes of one. */
const [B, T, R] = [4, 4, 2];
const SIBLINGS = 2;
const NUMBERS = { maxNorm: 1, beta1: 0.9, beta2: 0.99, epsilon: 1e-5, stepSize: 0, rootScale: 1, kept: 1 }; // prettier-ignore

/** Compile for a model of this shape; yields after each program, and nothing where all are compiled. */
export async function* warmUp(config: ModelConfig): AsyncGenerator<CompileProgress, void, void> {
  yield* compileAhead(() => {
    const ids: TokenIds = tf.zeros([B, T], 'int32');
    const mask: Mask = tf.ones([B, T]);
    trainingStep(config, 'language', (model) => {
      const { logProbabilities, entropy } = responseLogProbabilities(model, ids, mask, R);
      return tf.add(logProbabilities, entropy);
    });
    trainingStep(config, 'scalar', (model) => responseValues(model, ids, mask, R));
    trainingStep(config, 'scalar', (model) => responseValues(model, ids, mask, R, SIBLINGS));
    generationStep(config);
  });
}

/** A model of zeros, for as long as `use` takes. */
function withModel(config: ModelConfig, head: Head, use: (model: Model) => void): void {
  const records: TensorRecords = {};
  for (const [name, shape] of Object.entries(parameterShapes(config, head)))
    records[name] = { shape, data: new Float32Array(shape.reduce((a, b) => a * b, 1)) };
  const model = new Model('warm-up', config, head, records);
  try {
    use(model);
  } finally {
    model.dispose();
  }
}

/** Forward, backward, and a step of the optimizer. */
const trainingStep = (config: ModelConfig, head: Head, compute: (model: Model) => tf.Tensor) =>
  withModel(config, head, (model) => {
    const variables = Object.values(model.parameters);
    const { grads } = tf.variableGrads(() => tf.mean<tf.Scalar>(compute(model)), variables);
    const optimizer = new FlatAdamw(variables);
    optimizer.step(variables.map(({ name }) => grads[name]!), NUMBERS); // prettier-ignore
    optimizer.dispose();
  });

/** One new token of each row, drawn with both filters. */
const generationStep = (config: ModelConfig) =>
  withModel(config, 'language', (model) => {
    const { heads: H, kvHeads: G, width } = config;
    const E = exactDivide(width, H, 'Width by heads');
    const [keys, values]: [ByHead, ByHead] = [tf.zeros([B, T, G, E]), tf.zeros([B, T, G, E])];
    const keyMask: Mask = tf.ones([B, T]);
    const column: Mask = tf.ones([B, 1]);
    const hidden = transformer(model, tf.zeros([B, 1], 'int32'), positionsOf(column), (_layer, query, key, value) => {
      writeCache(keys, key, 0);
      writeCache(values, value, 0);
      const mixed = decodeAttention(tf.reshape(query, [B, H, E]), keys, values, keyMask, 1);
      return tf.reshape(mixed, [B, 1, H, E]);
    }); // prettier-ignore
    const logits = linear<tf.Tensor2D>(tf.reshape(hidden, [B, width]), embeddingOf(model)); // (B, V)
    sampleTokens(logits, { seed: 0, streams: [0, 1, 2, 3], counter: 0, temperature: 1, topK: 2, topP: 0.9, greedy: false }); // prettier-ignore
  });
