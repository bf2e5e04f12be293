/** The models that are trained from nothing, and their weights before the first step. */
import { normal, STREAM } from '../../data/random';
import { SPECIAL_IDS } from '../../data/bpe';
import { parameterShapes } from '../../model/model';
import type { ModelConfig, TensorRecords } from '../../records';

const COMMON = { ...SPECIAL_IDS, rmsEpsilon: 1e-5, ropeTheta: 10_000, maxPositions: 256 };

export const SHAPES = {
  /** 0.26 M parameters: plain JavaScript, phones, tests. */
  tiny: {
    ...COMMON,
    vocabSize: 512,
    width: 64,
    layers: 5,
    heads: 8,
    kvHeads: 4,
    feedForward: 172,
  },
  /** 1.2 M parameters: the default. */
  small: {
    ...COMMON,
    vocabSize: 1024,
    width: 128,
    layers: 6,
    heads: 4,
    kvHeads: 2,
    feedForward: 352,
  },
} as const satisfies Record<string, ModelConfig>;
export type ShapeName = keyof typeof SHAPES;
export const SHAPE_NAMES = Object.keys(SHAPES) as ShapeName[];

const DEVIATION = 0.02;
/** What writes into the residual stream, which sums two of these for each layer. */
const OUTPUT = /\.(o_proj|down_proj)\.weight$/;

/**
 * Matrices of N(0, 0.02), those that write into the residual stream divided by √(2L); gains of 1.
 * Source: Radford 2019 (GPT-2), section 2.3.
 */
export function initialWeights(config: ModelConfig, seed: number): TensorRecords {
  const tensors: TensorRecords = {};
  let drawn = 0;
  for (const [name, shape] of Object.entries(parameterShapes(config, 'language'))) {
    const data = new Float32Array(shape.reduce((a, b) => a * b, 1));
    const scale = OUTPUT.test(name) ? DEVIATION / Math.sqrt(2 * config.layers) : DEVIATION;
    if (shape.length < 2) data.fill(1);
    else
      for (let i = 0; i < data.length; i++)
        data[i] = scale * normal(seed, STREAM.initialisation, drawn++);
    tensors[name] = { shape, data };
  }
  return tensors;
}
