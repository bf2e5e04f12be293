/**
 * Dimension letters, used in every shape comment of this project:
 *
 *   B  batch: rows that are computed together
 *   P  prompt (query) length after left padding
 *   R  response length after right padding
 *   T  time: positions of a whole row, usually P + R
 *   S  source time: the keys an attention query may look at (S = T without a cache)
 *   L  layers
 *   H  query heads             G  key/value heads (G divides H)
 *   D  model width             E  head width, D / H
 *   F  feed-forward width
 *   V  vocabulary size
 *   K  answers per prompt
 *   N  rows of a flattened matrix, usually B·T
 *
 * Matrices of weights lie as (out, in), the way Hugging Face and llama2.c store them.
 */
import type {
  Tensor,
  Tensor1D,
  Tensor2D,
  Tensor3D,
  Tensor4D,
  Variable,
} from '@tensorflow/tfjs-core';

/** Token ids (B, T), int32. */
export type TokenIds = Tensor2D;
/** 1 where a token is real and 0 where it is padding (B, T), float32. */
export type Mask = Tensor2D;
/** One number per token (B, T), float32. */
export type PerToken = Tensor2D;
/** One number per row (B), float32. */
export type PerRow = Tensor1D;
/** Hidden states (B, T, D), float32. */
export type Hidden = Tensor3D;
/** Queries, keys or values by head (B, T, H or G, E), float32. */
export type ByHead = Tensor4D;
/** A weight matrix (out, in), float32. */
export type Matrix = Tensor2D;

/** Tensors by parameter name, without a model's prefix. Plain objects, since `tidy` looks into those. */
export type NamedTensors = Record<string, Tensor>;
/** Trainable or frozen variables by parameter name, without a model's prefix. */
export type NamedVariables = Record<string, Variable>;

/** A tensor did not have the shape that a function was promised. */
export class ShapeError extends Error {
  override name = 'ShapeError';
  constructor(what: string, wanted: readonly (number | null)[], got: readonly number[]) {
    const show = (shape: readonly (number | null)[]) =>
      `(${shape.map((d) => d ?? '?').join(', ')})`;
    super(`${what} has shape ${show(got)} where ${show(wanted)} was wanted.`);
  }
}

/** Fail with a sentence unless `tensor` has the wanted shape; `null` stands for any size. */
export function assertShape(
  what: string,
  tensor: Tensor,
  wanted: readonly (number | null)[],
): void {
  const fits =
    tensor.rank === wanted.length && wanted.every((d, i) => d === null || d === tensor.shape[i]);
  if (!fits) throw new ShapeError(what, wanted, tensor.shape);
}

/** `a / b` where b must divide a: batch and head sizes that do not fit are mistakes, not roundings. */
export function exactDivide(a: number, b: number, what: string): number {
  if (b === 0 || a % b !== 0) throw new Error(`${what}: ${a} cannot be divided evenly by ${b}.`);
  return a / b;
}
