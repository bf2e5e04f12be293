/**
 * The position of each token: how many real tokens stand before it in its row.
 *
 *     position_t = Σ_{s<t} mask_s          mask (B, T), positions (B, T) int32
 *
 * One program on WebGPU, where the stock sum along a row is a program for each doubling of its length.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { Mask, TokenIds } from '../shapes';
import { isFused, run } from './kernel';
import { registerWebGpu } from './webgpu-program';

const POSITIONS = 'LabPositions';

/** The same in stock operations. */
export const referencePositions = (mask: Mask): TokenIds =>
  tf.tidy(() => tf.cast<TokenIds>(tf.cumsum<Mask>(mask, 1, true), 'int32'));

registerWebGpu(POSITIONS, ({ inputs: { mask }, runProgram }) => {
  const [B, T] = mask!.shape as Mask['shape'];
  return runProgram(
    {
      key: 'positions',
      inputs: ['mask'],
      outputs: { result: { shape: [B, T], dtype: 'int32' } },
      invocations: B * T,
      integers: { T, total: B * T },
      code: /* wgsl */ `
        fn main(index : i32) {
          if (index >= uniforms.total) { return; }
          var before = 0.0;
          for (var i = index - index % uniforms.T; i < index; i++) { before += mask[i]; }
          result[index] = i32(before);
        }`,
    },
    [mask!],
  );
});

/** Position of each token (B, T), int32, from a mask (B, T) of ones and zeros. */
export const tokenPositions = (mask: Mask): TokenIds =>
  isFused(POSITIONS) ? (run(POSITIONS, { mask }) as TokenIds) : referencePositions(mask);
