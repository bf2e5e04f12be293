import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import {
  BackendUnavailable,
  startEngine,
  type AssetName,
  type Engine,
  type Platform,
} from '../src/kernels/engine';
import { startNodeEngine } from '../src/kernels/engine-node';
import { linear } from '../src/kernels/linear';
import { absenceOf, onEngines, runningEngine } from './engines';

/** A machine with nothing, to which a test adds what it wants. */
const bare: Platform = {
  readAsset: (name) => Promise.reject(new Error(`The file ${name} could not be loaded.`)),
  loadCpuBackend: () => Promise.resolve(),
  gpu: () => Promise.resolve(null),
  threads: 1,
  helperThread: () => {
    throw new Error('There are no threads here.');
  },
};

/** Start, report, dispose: nothing is left behind whatever happens. */
async function reportOf(start: Promise<Engine>) {
  const engine = await start;
  engine.dispose();
  return engine.report;
}

describe('the ladder', () => {
  test('takes the first rung that holds, and says why the ones above do not', async () => {
    const { backend, rungs, reason } = await reportOf(startEngine(bare, {}));
    expect(backend).toBe('cpu');
    expect(rungs.map(({ backend: each, ok }) => [each, ok])).toEqual([
      ['webgpu', false],
      ['wasm', false],
      ['cpu', true],
    ]);
    expect(rungs[0]!.reason).toBe('WebGPU is not offered here.');
    expect(rungs[1]!.reason).toContain('tfjs-backend-wasm-simd.wasm could not be loaded');
    expect(reason).toContain('plain JavaScript');
  });

  test('steps down from WebAssembly without SIMD', async () => {
    const { validate } = WebAssembly;
    WebAssembly.validate = () => false;
    try {
      const { backend, rungs } = await reportOf(startEngine(bare, {}));
      expect(backend).toBe('cpu');
      expect(rungs[1]!.reason).toBe('WebAssembly lacks SIMD instructions here.');
    } finally {
      WebAssembly.validate = validate;
    }
  });

  /** The compiled files, without a build for relaxed SIMD. */
  const readAsset = async (name: AssetName) => {
    const stock = dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm'));
    const files: Record<AssetName, string> = {
      'tfjs-backend-wasm-simd.wasm': join(stock, 'tfjs-backend-wasm-simd.wasm'),
      'kernels-simd.wasm': join('build', 'kernels-simd.wasm'),
      'kernels-relaxed.wasm': join('build', 'kernels-simd.wasm'),
    };
    return new Uint8Array(await readFile(files[name])).buffer;
  };

  test('computes rightly with plain SIMD, where relaxed SIMD is unknown', async () => {
    const { backend } = await reportOf(startEngine({ ...bare, readAsset }, { force: 'wasm' }));
    expect(backend).toBe('wasm'); // so the self-test has passed
  });

  test('computes alone where helper threads do not start', async () => {
    let ended = 0;
    const helperThread = () => ({
      start: () => Promise.reject(new Error('This thread does not start.')),
      terminate: () => void ended++,
    });
    const platform = { ...bare, readAsset, threads: 3, helperThread };
    const { backend, threads, reason } = await reportOf(startEngine(platform, { force: 'wasm' }));
    expect({ backend, threads, ended }).toEqual({ backend: 'wasm', threads: 1, ended: 2 });
    expect(reason).not.toContain('cores');
  });

  test('prefers WASM to a graphics processor that is emulated in software', async () => {
    const { backend, rungs } = await reportOf(startNodeEngine());
    expect(['wasm', 'webgpu']).toContain(backend); // webgpu where this machine has a real one
    if (backend === 'wasm') expect(rungs[0]).toMatchObject({ backend: 'webgpu', ok: false });
  });

  test('steps down from a backend that computes wrongly', async () => {
    const original = tf.getKernel('LabSwiglu', 'wasm')!;
    tf.unregisterKernel('LabSwiglu', 'wasm');
    tf.registerKernel({ ...original, kernelFunc: ({ inputs }) => {
      const gate = inputs['gate'] as tf.Tensor;
      return tf.mul(gate, 1.01); // silently wrong
    } }); // prettier-ignore
    try {
      await expect(startNodeEngine({ force: 'wasm' })).rejects.toThrow(/self-test of the wasm/);
    } finally {
      tf.unregisterKernel('LabSwiglu', 'wasm');
      tf.registerKernel(original);
    }
    expect((await reportOf(startNodeEngine({ force: 'wasm' }))).backend).toBe('wasm');
  });
});

describe('a forced backend', () => {
  test('that is missing is refused with a sentence', async () => {
    const start = startEngine(bare, { force: 'webgpu' });
    await expect(start).rejects.toBeInstanceOf(BackendUnavailable);
    await expect(startEngine(bare, { force: 'webgpu' })).rejects.toThrow(
      'The webgpu backend was asked for and cannot be used. WebGPU is not offered here.',
    );
  });

  test('leaves nothing behind when it fails', async () => {
    await expect(startEngine(bare, { force: 'wasm' })).rejects.toThrow();
    const engine = await startNodeEngine({ force: 'cpu' });
    expect(engine.counters().tensors).toBe(0);
    engine.dispose();
  });
});

test('a second engine is refused while one lives', async () => {
  const engine = await startNodeEngine({ force: 'cpu' });
  await expect(startNodeEngine({ force: 'cpu' })).rejects.toThrow('running already');
  engine.dispose();
  engine.dispose(); // harmless
});

onEngines('a running engine', (backend) => {
  test('counts dispatches, readbacks and bytes', async () => {
    const engine = runningEngine();
    const before = engine.counters();
    const x = tf.ones<tf.Rank.R2>([3, 4]);
    const weight = tf.ones<tf.Rank.R2>([5, 4]);
    const y = linear(x, weight); // (3, 5)
    expect(Array.from(await y.data())).toEqual(new Array(15).fill(4));
    const after = engine.counters();
    expect(after.dispatches).toBeGreaterThan(before.dispatches);
    expect(after.readbacks - before.readbacks).toBe(1);
    expect(after.bytesRead - before.bytesRead).toBe(60);
    expect(after.tensors - before.tensors).toBe(3);
    expect(after.bytesOnDevice).toBeGreaterThan(0);
    tf.dispose([x, weight, y]);
    expect(engine.report.backend).toBe(backend);
    expect(engine.report.rungs).toHaveLength(1);
  });

  test('shares the numbers of a clone until one of the two changes hands', async () => {
    const x = tf.tensor1d([1, 2, 3]);
    const clone = tf.clone(x);
    x.dispose();
    expect(Array.from(await clone.data())).toEqual([1, 2, 3]);
    clone.dispose();
  });
});

onEngines(
  'a WebGPU device',
  () => {
    test('says its name', () => expect(runningEngine().report.adapter).toBeTruthy());
  },
  ['webgpu'],
);

test('an error of the device reaches the listener as a sentence', async (context) => {
  const sentences: [string, boolean][] = [];
  let engine: Engine;
  try {
    const onProblem = (sentence: string, fatal: boolean) => void sentences.push([sentence, fatal]);
    engine = await startNodeEngine({ force: 'webgpu', onProblem });
  } catch (error) {
    return context.skip(absenceOf(error));
  }
  const { device } = tf.backend() as unknown as { device: GPUDevice };
  device.createShaderModule({ code: 'this is no WGSL' });
  await device.queue.onSubmittedWorkDone();
  expect(sentences).toHaveLength(1);
  expect(sentences[0]![0]).toMatch(/^The graphics device reported an error: /);
  expect(sentences[0]![1]).toBe(false);

  device.destroy(); // as if the driver had reset it
  await device.lost;
  await Promise.resolve();
  expect(sentences[1]![0]).toMatch(/^The graphics device was lost/);
  expect(sentences[1]![1]).toBe(true);
  engine.dispose();
});
