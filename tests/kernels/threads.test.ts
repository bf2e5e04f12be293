import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { attention } from '../../src/kernels/attention';
import type { Engine } from '../../src/kernels/engine';
import { startNodeEngine } from '../../src/kernels/engine-node';
import { cut } from '../../src/kernels/kernel';
import { forkedAttention } from '../../src/kernels/forked-attention';
import { linear } from '../../src/kernels/linear';
import { hasStaticData, withMemory } from '../../src/kernels/memory-section';
import { rmsNorm } from '../../src/kernels/rms-norm';
import { runParts } from '../../src/kernels/simd-module';
import { swiglu } from '../../src/kernels/swiglu';
import { tokenLogProbabilities } from '../../src/kernels/token-log-probabilities';
import type { ByHead, Hidden, Matrix } from '../../src/shapes';

let engine: Engine | null = null;
afterEach(() => engine?.dispose());

const random = (shape: number[], seed: number) =>
  tf.randomUniform(shape, -1, 1, 'float32', seed) as tf.Tensor;

/** Outputs and gradients of every operation that is cut into parts, large and odd enough to be cut. */
function everyOperation(): number[][] {
  const [B, T, I, O, V] = [4, 129, 100, 101, 203];
  const x = random([B, T, I], 1) as Hidden;
  const weight = random([O, I], 2) as Matrix;
  const head = random([V, I], 3) as Matrix;
  const gain = random([I], 4) as tf.Tensor1D;
  const targets = tf.randomUniform([B, T], 0, V, 'int32', 5) as tf.Tensor2D;
  const query = random([B, T, 4, 8], 6) as ByHead;
  const [key, value] = [7, 8].map((seed) => random([B, T, 2, 8], seed) as ByHead);
  const wide = [9, 10].map((seed) => random([B * T, 301], seed));
  const results: tf.Tensor[] = [];
  const record = (f: (...xs: tf.Tensor[]) => tf.Tensor, xs: tf.Tensor[]) => {
    const { value: out, grads } = tf.valueAndGrads(f)(xs);
    results.push(out, ...grads);
  };
  record((a, b) => linear(a as Hidden, b as Matrix), [x, weight]);
  record((a, b) => rmsNorm(a as Hidden, b as tf.Tensor1D, 1e-5), [x, gain]);
  record((a, b) => swiglu(a, b), wide);
  record(
    (a, b, c) => attention(a as ByHead, b as ByHead, c as ByHead, tf.ones([B, T])),
    [query, key!, value!],
  );
  const fork = { Q: 4, n: 3, P: 30, R: 33 }; // B·T cells
  const long = [query, key!, value!].map((each) => tf.reshape(each, [1, B * T, -1, 8]));
  record(
    (a, b, c) => forkedAttention(a as ByHead, b as ByHead, c as ByHead, tf.ones([12, 63]), fork),
    long,
  );
  record(
    (a, b) => {
      const logs = tokenLogProbabilities(a as Hidden, b as Matrix, targets, 0.7);
      return tf.add(logs.logProbabilities, tf.mul(logs.entropy, 0.3));
    },
    [x, head],
  );
  return results.map((tensor) => [...tensor.dataSync()]);
}

describe('helper threads', () => {
  test('give the same bits, however many there are', async () => {
    const results: number[][][] = [];
    for (const threads of [1, 2, 3]) {
      engine = await startNodeEngine({ force: 'wasm', threads });
      expect(engine.report.threads).toBe(threads);
      // Twice: threads that have gone to sleep in between must wake.
      results.push(tf.tidy(everyOperation));
      await new Promise((resolve) => setImmediate(resolve));
      expect(tf.tidy(everyOperation)).toEqual(results.at(-1));
      engine.dispose();
    }
    expect(results[1]).toEqual(results[0]);
    expect(results[2]).toEqual(results[0]);
  });

  test('do every part of thousands of jobs once, whatever its size', async () => {
    engine = await startNodeEngine({ force: 'wasm', threads: 3 });
    const parts = 7;
    const ones = tf.ones([parts]);
    const backend = tf.backend() as unknown as {
      dataIdMap: { get(id: object): { memoryOffset: number } };
    };
    const at = backend.dataIdMap.get(ones.dataId).memoryOffset;
    const [jobs, doubled] = [5000, tf.fill([1], 1)];
    const one = backend.dataIdMap.get(doubled.dataId).memoryOffset;
    // c (1, 1) += a (1, 1) · b (1, 1): each part counts its own jobs.
    for (let job = 0; job < jobs; job++)
      runParts(
        'product',
        Array.from({ length: 1 + (job % parts) }, (_, i) => [
          ...[one, 4, 4, one, 4, at + 4 * i, 4, 1, 1, 1, 1],
        ]),
      );
    const expected = Array.from(
      { length: parts },
      (_, i) =>
        1 + Array.from({ length: jobs }, (_, job) => job).filter((job) => job % parts >= i).length,
    );
    expect([...ones.dataSync()]).toEqual(expected);
  });

  test('survive that the memory grows', async () => {
    engine = await startNodeEngine({ force: 'wasm', threads: 2 });
    const before = engine.counters().bytesOnDevice;
    const first = tf.tidy(everyOperation);
    const large = tf.ones([before / 4]); // at least doubles the heap
    expect(engine.counters().bytesOnDevice).toBeGreaterThan(before);
    expect(tf.tidy(everyOperation)).toEqual(first);
    large.dispose();
  });
});

describe('cutting', () => {
  test('covers everything once, on multiples of the grain, in at most so many parts', () => {
    const sizes = [fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 1, max: 64 }), fc.integer({ min: 1, max: 32 })] as const; // prettier-ignore
    fc.assert(
      fc.property(...sizes, (n, grain, parts) => {
        const stretches = cut(n, grain, parts);
        expect(stretches.length).toBeLessThanOrEqual(parts);
        let end = 0;
        for (const { from, count } of stretches) {
          expect(from).toBe(end);
          expect(from % grain).toBe(0);
          expect(count).toBeGreaterThan(0);
          end = from + count;
        }
        expect(end).toBe(n);
      }),
    );
  });
});

describe('the memory of a binary', () => {
  const read = async (path: string) => new Uint8Array(await readFile(path)).buffer;

  test.each([
    createRequire(import.meta.url).resolve(
      '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm',
    ),
    'build/kernels-simd.wasm',
  ])('is shared or not by one byte: %s', async (path) => {
    const binary = await read(path);
    const [shared, own] = (['shared', 'own'] as const).map(
      (kind) => new Uint8Array(withMemory(binary, kind)),
    );
    expect(shared!.filter((byte, i) => byte !== own![i]).length).toBe(1);
    expect(WebAssembly.validate(shared!)).toBe(true);
    expect(WebAssembly.validate(own!)).toBe(true);
  });

  test('knows static data from none', async () => {
    expect(hasStaticData(new Uint8Array(await read('build/kernels-simd.wasm')))).toBe(false);
    const header = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
    expect(hasStaticData(Uint8Array.from([...header, 11, 1, 0]))).toBe(true);
    expect(() => withMemory(Uint8Array.from(header).buffer, 'shared')).toThrow(/without a memory/);
  });
});
