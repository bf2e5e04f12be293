/**
 * Nothing is left behind: after the first step of each stage, tensors, their buffers and bytes on the device
 * stay where they are, and after `dispose()` they are where they were before the stage began.
 */
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { sectionConfig } from '../src/config';
import { preferredPairs } from '../src/data/comparisons';
import { generate } from '../src/model/generate';
import { Model } from '../src/model/model';
import type { Comparison, TrainingRun } from '../src/records';
import { sft } from '../src/stages/2-sft';
import { drawSamples } from '../src/stages/3-samples';
import { rewardModel } from '../src/stages/5-reward-model';
import { ppo } from '../src/stages/6-ppo';
import { evaluate } from '../src/stages/7-evaluation';
import { onEngines, runningEngine } from './engines';
import { exhausted, labeler, LETTER_DEMONSTRATIONS, LETTER_LENGTHS, LETTER_PROMPTS, LETTERS, letterReward, letterTalker, saved } from './lab'; // prettier-ignore
import { METHOD_RUNS } from './methods';

const given = { tokenizer: LETTERS, lengths: LETTER_LENGTHS, seed: 1 };
const demonstrations = LETTER_DEMONSTRATIONS.slice(0, 6);
const prompts = LETTER_PROMPTS.slice(0, 4);
const comparisons: Comparison[] = prompts.map((prompt) => ({
  id: prompt.id,
  rankingId: prompt.id,
  prompt,
  responses: ['yes.', 'a b'],
  pairs: preferredPairs([2, 1]),
  source: 'simulated',
}));

/** What is held now. On WASM the bytes are the heap, which never shrinks; tensors are counted in any case. */
const held = () => {
  const { tensors, bytesOnDevice } = runningEngine().counters();
  const { numDataBuffers, numBytes } = tf.memory();
  return { tensors, bytesOnDevice, numDataBuffers, numBytes };
};
const tensorsHeld = () => {
  const { tensors, numDataBuffers, numBytes } = held();
  return { tensors, numDataBuffers, numBytes };
};

/** Later steps measured on the held-out set as the first one was, so that all are alike. */
const TRAINING: Record<string, () => TrainingRun> = {
  SFT: () =>
    sft(
      { ...given, base: letterTalker(), train: demonstrations.slice(0, 4), heldOut: demonstrations.slice(4) }, // prettier-ignore
      sectionConfig('sft', { epochs: 8, batchSize: 4, evaluateEvery: 1 }),
    ),
  // All take part in every step, so that all steps are alike.
  'SFT with noise': () =>
    sft(
      { ...given, base: letterTalker(), train: demonstrations.slice(0, 4), heldOut: demonstrations.slice(4) }, // prettier-ignore
      sectionConfig('sft', { epochs: 8, batchSize: 4, evaluateEvery: 1, noiseMultiplier: 1 }),
    ),
  'the reward model': () =>
    rewardModel(
      { ...given, policy: letterTalker(), train: comparisons.slice(0, 2), heldOut: comparisons.slice(2), demonstrations }, // prettier-ignore
      sectionConfig('rewardModel', { epochs: 8, batchSize: 2, evaluateEvery: 1, keep: 'best' }),
    ),
  'a reward model of two members': () =>
    rewardModel(
      { ...given, policy: letterTalker(), train: comparisons.slice(0, 2), heldOut: comparisons.slice(2), demonstrations }, // prettier-ignore
      sectionConfig('rewardModel', { epochs: 8, batchSize: 2, evaluateEvery: 1, keep: 'best', members: 2 }), // prettier-ignore
    ),
  PPO: () =>
    ppo(
      { ...given, reference: letterTalker(), reward: letterReward(), prompts, runId: 'run' },
      sectionConfig('ppo', { steps: 8, batchSize: 4, minibatches: 2, epochs: 1 }),
    ),
  'PPO on a shared trunk': () =>
    ppo(
      { ...given, reference: letterTalker(), reward: letterReward(), prompts, ptxTexts: ['yes no'], runId: 'run' }, // prettier-ignore
      sectionConfig('ppo', { steps: 8, batchSize: 4, epochs: 1, valueTrunk: 'shared', ptxCoefficient: 0.1, ptxBatchSize: 2 }), // prettier-ignore
    ),
  'PPO with all its extras': () =>
    ppo(
      { ...given, reference: letterTalker(), reward: letterReward(), prompts, ptxTexts: ['yes no'], runId: 'run' }, // prettier-ignore
      sectionConfig('ppo', { steps: 8, batchSize: 4, epochs: 2, responsesPerPrompt: 2, microBatch: 2, klStop: 10, ptxCoefficient: 0.1, ptxBatchSize: 2, averageDecay: 0.9 }), // prettier-ignore
    ),
};

const STEPS = 7;
/** The last step that may still fill WebGPU's pool of buffers; no other backend has one. */
const filling = () => (tf.getBackend() === 'webgpu' ? 4 : 2);

async function holdsNoMore(begin: () => TrainingRun): Promise<void> {
  const before = tensorsHeld();
  const run = begin();
  await run.steps.next();
  const afterOne = tensorsHeld();
  // The first save, the first result (the reward model is centred in batches of another shape) and the
  // steps up to `filling` still fill WebGPU's pool of buffers, and nothing after them; tensors are as many all along.
  await saved(run);
  await run.result();
  for (let step = 2; step <= filling(); step++) {
    await run.steps.next();
    expect(tensorsHeld(), `tensors after step ${step}`).toEqual(afterOne);
  }
  const filled = held();
  for (let step = filling() + 1; step <= STEPS; step++) {
    expect((await run.steps.next()).done).toBe(false);
    expect(held(), `after step ${step}`).toEqual(filled);
  }
  await saved(run);
  await run.result();
  expect(held(), 'after saving').toEqual(filled);
  await run.steps.return();
  run.dispose();
  expect(tensorsHeld(), 'after dispose').toEqual(before);
}

onEngines('leaks', () => {
  test.each(Object.entries(TRAINING))(
    '%s holds no more after seven steps than after its first',
    (_name, begin) => holdsNoMore(begin),
  );

  test('generation holds nothing but its model', async () => {
    const before = tensorsHeld();
    const { config, tensors } = letterTalker();
    const model = new Model('generator', config, 'language', tensors, false);
    const one = () =>
      generate(model, Int32Array.of(1, 5, 1, 6), Float32Array.of(1, 1, 1, 1), {
        responseTokens: 6,
        temperature: 1,
        topK: 0,
        topP: 1,
        seed: 1,
        streams: [0, 1],
      });
    await one();
    const afterOne = held();
    for (let i = 0; i < STEPS; i++) {
      await one();
      expect(held()).toEqual(afterOne);
    }
    model.dispose();
    expect(tensorsHeld()).toEqual(before);
  });

  test('samples and evaluation leave nothing, twice', async () => {
    const before = tensorsHeld();
    const sampling = () =>
      exhausted(
        drawSamples(
          {
            ...given,
            policy: letterTalker(),
            checkpointId: 'sft',
            prompts: prompts.slice(0, 2),
            now: 0,
          },
          sectionConfig('samples', { answers: 2 }),
        ),
      );
    const evaluating = () =>
      exhausted(
        evaluate(
          { ...given, policy: letterTalker(1), policyId: 'a', baseline: letterTalker(2), baselineId: 'b', prompts: prompts.slice(0, 2), judge: labeler, now: 0 }, // prettier-ignore
          sectionConfig('evaluation', { prompts: 2 }),
        ),
      );
    for (const stage of [sampling, evaluating]) {
      await stage();
      const afterOne = held();
      await stage();
      expect(held()).toEqual(afterOne);
    }
    expect(tensorsHeld()).toEqual(before);
  });
});

onEngines(
  'leaks of the methods of chapter 6',
  () => {
    test.each(METHOD_RUNS)('%s holds no more after seven steps than after its first', (_, begin) =>
      holdsNoMore(begin),
    );
  },
  ['wasm'],
);
