/**
 * The key/value cache of generation: written in place, and attended by one new token per row.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { ByHead, Mask } from '../shapes';
import { referenceAttention } from './attention';
import { cachedProgram } from './attention-wgsl';
import { hostValues } from './host-memory';
import { cutForThreads, isFused, registerWasm, run, sizeOf } from './kernel';
import { registerWebGpu, runProgram, webGpuBackend } from './webgpu-program';
import type { Program } from './wgsl';

/**
 * Write `fresh` (B, n, G, E) into positions at … at+n-1 of `cache` (B, S, G, E), in place.
 * The cache must never be read back to the host: a backend may serve an older copy.
 */
export function writeCache(cache: ByHead, fresh: ByHead, at: number): void {
  const [B, S, G, E] = cache.shape;
  const n = fresh.shape[1];
  if (at < 0 || at + n > S)
    throw new Error(`Positions ${at} to ${at + n - 1} do not fit a cache of ${S} positions.`);
  write(cache, fresh, { rows: B, stride: S * G * E, width: n * G * E, at: at * G * E });
}

/**
 * The rows of a cache with these numbers, as a cache of their own. Only where the host sees the numbers: elsewhere
 * another shape costs more than the rows that it saves.
 */
export function takeCacheRows(cache: ByHead, rows: readonly number[]): ByHead {
  const [, S, G, E] = cache.shape;
  const taken: ByHead = tf.zeros([rows.length, S, G, E]);
  const from = hostValues(cache);
  const to = hostValues(taken);
  if (!from || !to)
    throw new Error('The cache lies on a backend whose numbers the host does not see.');
  const width = S * G * E;
  rows.forEach((row, i) => to.set(from.subarray(row * width, (row + 1) * width), i * width));
  return taken;
}

/** Which numbers of each row are written: `width` of `stride`, from offset `at`. */
interface Columns {
  rows: number;
  stride: number;
  width: number;
  at: number;
}

/** Write the rows of `source` into columns of `target`, where it lies. */
function write(target: tf.Tensor, source: tf.Tensor, columns: Columns): void {
  const gpu = webGpuBackend();
  if (gpu) {
    runProgram(gpu, writeProgram(target, columns), [source], target);
    return;
  }
  const from = hostValues(source);
  const to = hostValues(target);
  if (!from || !to) throw new Error('The cache lies on a backend that cannot write it.');
  const { rows, stride, width, at } = columns;
  for (let row = 0; row < rows; row++)
    to.set(from.subarray(row * width, (row + 1) * width), row * stride + at);
}

const writeProgram = (target: tf.Tensor, { rows, stride, width, at }: Columns): Program => ({
  key: `write columns ${target.dtype}`,
  inputs: ['source'],
  outputs: { result: { shape: target.shape } },
  invocations: rows * width,
  integers: { total: rows * width, stride, width, at },
  code: /* wgsl */ `
    fn main(index : i32) {
      if (index >= uniforms.total) { return; }
      let row = index / uniforms.width;
      result[row * uniforms.stride + uniforms.at + index % uniforms.width] = source[index];
    }`,
});

/** The same as `decodeAttention` in stock operations: keys past `length` are masked, so that sizes stay fixed. */
export function referenceDecodeAttention(
  query: tf.Tensor3D,
  keyCache: ByHead,
  valueCache: ByHead,
  keyMask: Mask,
  length: number,
): tf.Tensor3D {
  const [B, H, E] = query.shape;
  const S = keyCache.shape[1];
  const filled = tf.cast(tf.less(tf.range(0, S), length), 'float32'); // (S)
  const column: ByHead = tf.reshape(query, [B, 1, H, E]);
  const mixed = referenceAttention(column, keyCache, valueCache, tf.mul(keyMask, filled));
  return tf.reshape(mixed, [B, H, E]);
}

const DECODE = 'LabDecodeAttention';

registerWebGpu(DECODE, ({ inputs, attributes: { length }, runProgram }) => {
  const { query, keyCache, valueCache, keyMask } = inputs;
  const program = cachedProgram(sizes(query!, keyCache!), length!);
  return runProgram(program, [query!, keyCache!, valueCache!, keyMask!]);
});

registerWasm(
  DECODE,
  ({ inputs, attributes: { length }, simd, address, output, scratch, runParts }) => {
    const { query, keyCache, valueCache, keyMask } = inputs;
    const { B, S, H, G, E } = sizes(query!, keyCache!);
    const out = output(query!.shape);
    const tensors = [query!, keyCache!, valueCache!, keyMask!, out];
    const parts = cutForThreads(B, 1).map(({ from, count }) => {
      const room = scratch(simd.attentionScratch(S, E, 1));
      const at = tensors.map(
        (tensor) => address(tensor) + from * 4 * sizeOf(tensor.shape.slice(1)),
      );
      return [...at, room, count, S, H, G, E, length!, 1 / Math.sqrt(E)];
    });
    runParts('attendCached', parts);
    return out;
  },
);

/** One query per row, T = 1. */
function sizes(query: tf.TensorInfo, keyCache: tf.TensorInfo) {
  const [B, H, E] = query.shape as tf.Tensor3D['shape'];
  const [, S, G] = keyCache.shape as ByHead['shape'];
  return { B, T: 1, S, H, G, E };
}

/**
 * Attention of one new token per row over the first `length` positions of the cache.
 * query (B, H, E), keyCache and valueCache (B, S, G, E), keyMask (B, S): (B, H, E). It has no gradient:
 * training takes the full pass.
 */
export function decodeAttention(
  query: tf.Tensor3D,
  keyCache: ByHead,
  valueCache: ByHead,
  keyMask: Mask,
  length: number,
): tf.Tensor3D {
  if (!isFused(DECODE))
    return tf.tidy(() => referenceDecodeAttention(query, keyCache, valueCache, keyMask, length));
  return run(DECODE, { query, keyCache, valueCache, keyMask }, { length }) as tf.Tensor3D;
}
