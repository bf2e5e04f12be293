/**
 * A very small random model with the tokenizer of the shipped base, for tests that need a model that fits
 * real text and runs in milliseconds. It has learnt nothing.
 */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeHuggingFaceModel, type HuggingFaceFiles } from '../src/model/hugging-face';
import { parameterShapes, type Head } from '../src/model/model';
import type { ModelConfig, TensorRecords } from '../src/records';

export const SMALL_BASE = join(
  dirname(fileURLToPath(import.meta.url)),
  '..',
  'public',
  'base',
  'small',
);

/** Width 16, 2 layers, 2 heads on 1 key/value head; 21,072 parameters, 16,384 of them the embedding. */
export const TINY_CONFIG: ModelConfig = {
  vocabSize: 1024,
  width: 16,
  layers: 2,
  heads: 2,
  kvHeads: 1,
  feedForward: 32,
  maxPositions: 256,
  rmsEpsilon: 1e-5,
  ropeTheta: 10_000,
  bosId: 1,
  eosId: 2,
  padId: 0,
};

export interface TinyModel {
  config: ModelConfig;
  head: Head;
  tensors: TensorRecords;
}

/**
 * Matrices of N(0, 0.1), gains near 1; equal seeds give equal models.
 * @param changes to the config, for instance `{ vocabSize: 48 }` where no tokenizer is involved.
 */
export function tinyModel(
  seed = 1,
  changes: Partial<ModelConfig> = {},
  head: Head = 'language',
): TinyModel {
  const config = { ...TINY_CONFIG, ...changes };
  const normal = normals(seed);
  const tensors: TensorRecords = {};
  for (const [name, shape] of Object.entries(parameterShapes(config, head))) {
    const size = shape.reduce((a, b) => a * b, 1);
    const center = name.endsWith('norm.weight') ? 1 : 0;
    tensors[name] = { shape, data: Float32Array.from({ length: size }, () => center + 0.1 * normal()) }; // prettier-ignore
  }
  return { config, head, tensors };
}

/** The tiny model as three files: what a person would choose in an import, or `public/base/<name>/`. */
export function tinyModelFiles(seed = 1): HuggingFaceFiles {
  return writeHuggingFaceModel(tinyModel(seed), readFileSync(join(SMALL_BASE, 'tokenizer.json'), 'utf8')); // prettier-ignore
}

/** Standard normal numbers: a 32-bit mixing of a counter (splitmix32), then Box-Muller. */
function normals(seed: number): () => number {
  let counter = Math.imul(seed, 0x9e3779b9);
  const uniform = (): number => {
    counter = (counter + 0x9e3779b9) | 0;
    let z = counter;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return (((z ^ (z >>> 15)) >>> 0) + 0.5) / 2 ** 32;
  };
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}
