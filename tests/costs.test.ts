/**
 * What a train step costs the host on WebGPU, which no graphics processor makes cheaper: programs, copies and
 * readbacks. And that the backends, which round differently, still train the same model.
 */
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { randomBatch, randomWeights, WIDE } from '../src/cli/bench/models';
import { fusedTrainer } from '../src/cli/bench/trainers';
import type { BackendName } from '../src/kernels/engine';
import { startNodeEngine } from '../src/kernels/engine-node';
import { warmUp } from '../src/model/warm-up';
import { onEngines, runningEngine } from './engines';
import { tinyModel } from './tiny-model';

/** An eighth of the 1,370 programs of stock tfjs for the whole step of this model (design, section 4). */
const MOST_DISPATCHES = 171;

onEngines(
  'a train step',
  () => {
    test('takes an eighth of the programs of stock tfjs, and reads nothing', async () => {
      const weights = randomWeights(WIDE);
      const trainer = fusedTrainer(WIDE, weights, randomBatch(WIDE, 2, 16));
      const submit = async () => {
        const before = runningEngine().counters();
        const loss = trainer.submit();
        const after = runningEngine().counters();
        await loss.data();
        loss.dispose();
        const cost = (key: 'dispatches' | 'copies' | 'readbacks') => after[key] - before[key];
        return { dispatches: cost('dispatches'), copies: cost('copies'), readbacks: cost('readbacks') }; // prettier-ignore
      };
      await submit(); // which copies the parameters in for the first time
      const { dispatches, copies, readbacks } = await submit();
      trainer.dispose();
      expect(dispatches).toBeLessThanOrEqual(MOST_DISPATCHES);
      expect(copies).toBe(2 * Object.keys(weights).length); // each gradient in, each parameter out
      expect(readbacks).toBe(0);
    });
  },
  ['webgpu'],
);

describe('after 50 steps', () => {
  const { config, tensors } = tinyModel(5, { vocabSize: 48 });
  const batch = randomBatch(config, 4, 12);
  /** Losses of 50 steps and of the model after them, read at the end. */
  const trained = async (): Promise<Float32Array> => {
    const trainer = fusedTrainer(config, tensors, batch);
    const losses = Array.from({ length: 51 }, () => trainer.submit());
    const stacked = tf.stack(losses);
    const values = await stacked.data<'float32'>();
    tf.dispose([losses, stacked]);
    trainer.dispose();
    return values.slice();
  };
  let wanted: Float32Array;
  beforeAll(async () => {
    const engine = await startNodeEngine({ force: 'cpu' });
    wanted = await trained();
    engine.dispose();
  });
  onEngines(
    'the loss',
    (backend: BackendName) => {
      test(`is that of plain JS within 1% on ${backend}`, async () => {
        const losses = await trained();
        expect(losses[50]!).toBeLessThan(0.9 * losses[0]!); // it does learn
        losses.forEach((loss, step) =>
          expect(Math.abs(loss / wanted[step]! - 1), `step ${step}`).toBeLessThan(0.01),
        );
      });
    },
    ['wasm', 'webgpu'],
  );
});

onEngines('compiling ahead', (backend) => {
  test('leaves no program of ours to the first step', async () => {
    // A head width that no other test compiles for.
    const { config, tensors } = tinyModel(6, { vocabSize: 48, width: 24, heads: 2, kvHeads: 1 });
    const before = tf.memory().numTensors;
    const seen = [];
    for await (const progress of warmUp(config)) seen.push(progress);
    expect(tf.memory().numTensors).toBe(before);
    if (backend !== 'webgpu') return expect(seen).toEqual([]);
    expect(seen.map(({ done }) => done)).toEqual(seen.map((_, i) => i + 1));
    expect(new Set(seen.map(({ total }) => total))).toEqual(new Set([seen.length]));
    expect(seen.map(({ what }) => what)).toContain('rotary 12 10000');
    for await (const again of warmUp(config)) expect(again).toBeNull(); // nothing is left

    const { device } = tf.backend() as unknown as { device: GPUDevice };
    const compile = device.createComputePipeline.bind(device);
    const late: string[] = [];
    device.createComputePipeline = (descriptor) => {
      late.push(descriptor.label ?? '');
      return compile(descriptor);
    };
    const trainer = fusedTrainer(config, tensors, randomBatch(config, 2, 6));
    const loss = trainer.submit();
    expect(Number.isFinite((await loss.data())[0])).toBe(true);
    // Programs of tfjs are labelled by their class; of ours, by their key, which has the types behind a >.
    expect(late.filter((label) => label.includes('>'))).toEqual([]);
    loss.dispose();
    trainer.dispose();
  });
});
