/** The models that are trained from nothing, and their weights before the first step. */
import { normal, STREAM } from '../../data/random';
import { SPECIAL_IDS } from '../../data/bpe';
import { initialWeights } from '../../model/initial-weights';
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

/** Of the matrices before the first step. Source: Radford 2019 (GPT-2), section 2.3. */
const DEVIATION = 0.02;

/** The weights before the first step. */
export const weightsBefore = (config: ModelConfig, seed: number): TensorRecords =>
  initialWeights(config, DEVIATION, (i) => normal(seed, STREAM.initialisation, i)).tensors;
