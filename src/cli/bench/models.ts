/**
 * The models that are measured, with random weights: no speed here depends on what a model has learnt.
 */
import { integerBelow, normal, STREAM, seedOf } from '../../data/random';
import { parameterShapes, type Head } from '../../model/model';
import type { ModelConfig, TensorRecords } from '../../records';

const COMMON = { maxPositions: 256, rmsEpsilon: 1e-5, ropeTheta: 10_000, bosId: 1, eosId: 2, padId: 0 }; // prettier-ignore

/** What section 4 of the design was measured with: 0.87 M parameters. */
export const WIDE: ModelConfig = { ...COMMON, vocabSize: 512, width: 128, layers: 4, heads: 4, kvHeads: 4, feedForward: 352 }; // prettier-ignore
/** The shipped base: 1.24 M parameters. */
export const SMALL: ModelConfig = { ...COMMON, vocabSize: 1024, width: 128, layers: 6, heads: 4, kvHeads: 2, feedForward: 352 }; // prettier-ignore
/** stories260K of llama2.c. */
export const TINY: ModelConfig = { ...COMMON, vocabSize: 512, width: 64, layers: 5, heads: 8, kvHeads: 4, feedForward: 172 }; // prettier-ignore

/** Matrices of N(0, 0.02²), gains of 1, biases of 0; equal seeds give equal models. */
export function randomWeights(
  config: ModelConfig,
  head: Head = 'language',
  seed = 1,
): TensorRecords {
  const tensors: TensorRecords = {};
  let drawn = 0;
  for (const [name, shape] of Object.entries(parameterShapes(config, head))) {
    const size = shape.reduce((a, b) => a * b, 1);
    const data = new Float32Array(size);
    if (name.endsWith('norm.weight')) data.fill(1);
    else if (shape.length > 1)
      for (let i = 0; i < size; i++)
        data[i] = 0.02 * normal(seed, STREAM.initialisation, drawn + i);
    drawn += size;
    tensors[name] = { shape, data };
  }
  return tensors;
}

/** Token rows of a training batch, flat (B, T). */
export interface Batch {
  ids: Int32Array;
  B: number;
  T: number;
}

/** Random ids, none of them special. */
export function randomBatch({ vocabSize }: ModelConfig, B: number, T: number, seed = 1): Batch {
  const stream = seedOf(seed, STREAM.samples);
  const ids = Int32Array.from(
    { length: B * T },
    (_, i) => 3 + integerBelow(vocabSize - 3, seed, stream, i),
  );
  return { ids, B, T };
}

/** The same step size on all sides: AdamW without decay, gradients clipped together. */
export const TRAINING = {
  learningRate: 1e-3,
  beta1: 0.9,
  beta2: 0.95,
  epsilon: 1e-8,
  weightDecay: 0,
  gradientClip: 1,
} as const;
