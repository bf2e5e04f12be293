/** PPO whose critic is a head on the policy's trunk: one update learns both. */
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { lossGradients } from '../../src/algorithms/gradients';
import { sectionConfig, type PpoConfig } from '../../src/config';
import type { Minibatch } from '../../src/model/minibatch';
import type { Weights } from '../../src/records';
import { ppo, type PpoInputs } from '../../src/stages/6-ppo';
import { sharedLearner, sharedPart } from '../../src/training/shared-trunk';
import { onEngines } from '../engines';
import { finished, LETTER_LENGTHS, LETTER_PROMPTS, LETTERS, letterReward, letterTalker, stepsOf } from '../lab'; // prettier-ignore

const inputs: PpoInputs = {
  reference: letterTalker(),
  reward: letterReward(),
  prompts: LETTER_PROMPTS,
  tokenizer: LETTERS,
  lengths: LETTER_LENGTHS,
  seed: 4,
  runId: 'run',
};
const config = (changes: Partial<PpoConfig> = {}) =>
  sectionConfig('ppo', { steps: 3, batchSize: 8, missingEosScore: 0, valueTrunk: 'shared', warmupSteps: 0, ...changes }); // prettier-ignore

const QUERY = 'model.layers.0.self_attn.q_proj.weight';
const dataOf = (weights: Weights, name: string) => weights.tensors[name]!.data;

onEngines(
  'PPO on a shared trunk',
  () => {
    test('sends the gradient of the value loss into the trunk, in proportion to its weight', async () => {
      // Without advantages the policy's loss is flat: what is left is the critic's.
      const part: Minibatch = {
        B: 1,
        R: 2,
        responseLength: 2,
        siblings: 1,
        rows: { ids: Int32Array.of(1, 5, 6, 2), mask: Float32Array.of(1, 1, 1, 1) },
        mask: Float32Array.of(1, 1),
        logProbabilities: Float32Array.of(-3, -3),
        referenceLogProbabilities: Float32Array.of(-3, -3),
        values: Float32Array.of(0, 0),
        whitened: Float32Array.of(0, 0),
        returns: Float32Array.of(2, -1),
        lengths: [2],
        tokenCount: 2,
      };
      const policy = sharedLearner(inputs.reference, { saved: undefined });
      const head = policy.model.parameters['score.weight']!;
      tf.tidy(() => head.assign(tf.linspace(-1, 1, head.size).reshape(head.shape)));
      const gradientOf = async (valueCoefficient: number, name: string) => {
        const gradient = tf.tidy(() => {
          const settings = config({ valueCoefficient, valueClipRange: 10 });
          const found = lossGradients(policy.model.parameters, () => sharedPart(policy, part, settings)); // prettier-ignore
          return found.gradients[name]!;
        });
        const data = [...(await gradient.data<'float32'>())];
        gradient.dispose();
        return data;
      };
      for (const name of [QUERY, 'model.embed_tokens.weight', 'score.weight']) {
        expect(
          (await gradientOf(0, name)).every((x) => x === 0),
          name,
        ).toBe(true);
        const [once, twice] = [await gradientOf(1, name), await gradientOf(2, name)];
        expect(Math.max(...once.map(Math.abs)), name).toBeGreaterThan(1e-6);
        once.forEach((x, i) => expect(twice[i]).toBeCloseTo(2 * x, 4));
      }
      policy.dispose();
    });

    test('learns values and scores at once, and leaves a language model', async () => {
      const settings = config({ steps: 24, batchSize: 32, epochs: 4, learningRate: 1e-2, klCoefficient: 0 }); // prettier-ignore
      const { metrics, model } = await finished(ppo(inputs, settings));
      const mean = (name: string, rows: typeof metrics) => rows.reduce((sum, each) => sum + each[name]!, 0) / rows.length; // prettier-ignore
      expect(mean('objective/scores', metrics.slice(-4))).toBeGreaterThan(mean('objective/scores', metrics.slice(0, 4))); // prettier-ignore
      expect(metrics[1]!['val/error']).toBeGreaterThan(0);
      expect(metrics[0]).not.toHaveProperty(['val/grad_norm']);
      expect(Object.keys(model.tensors).sort()).toEqual(Object.keys(inputs.reference.tensors).sort()); // prettier-ignore
    });

    test('moves the policy otherwise than a critic with a network of its own, and only then', async () => {
      const trained = async (changes: Partial<PpoConfig>) =>
        dataOf((await finished(ppo(inputs, config({ steps: 2, learningRate: 1e-3, ...changes })))).model, QUERY); // prettier-ignore
      expect(await trained({ valueCoefficient: 1 })).not.toEqual(await trained({ valueCoefficient: 0 })); // prettier-ignore
      const apart = await trained({ valueTrunk: 'separate', valueCoefficient: 1 });
      expect(await trained({ valueTrunk: 'separate', valueCoefficient: 0 })).toEqual(apart);
    });

    test("averages the policy's loss as it is told to, and the critic's over tokens", async () => {
      const first = async (lossAverage: PpoConfig['lossAverage']) => {
        const run = ppo(inputs, config({ epochs: 1, minibatches: 1, lossAverage }));
        const [step] = await stepsOf(run);
        run.dispose();
        return step!.metrics;
      };
      const [tokens, responses] = [await first('tokens'), await first('responses')];
      expect(tokens['loss/policy_avg']).toBeCloseTo(0, 5); // as whitening leaves it
      expect(Math.abs(responses['loss/policy_avg']!)).toBeGreaterThan(1e-3);
      expect(responses['loss/value_avg']).toBe(tokens['loss/value_avg']);
    });

    test('lets the trunk rest while the critic warms up, weight decay and all', async () => {
      const run = ppo(inputs, config({ steps: 4, criticWarmup: 2, weightDecay: 0.1, learningRate: 1e-2 })); // prettier-ignore
      const at = async () => {
        const saved = await run.save();
        expect(Object.keys(saved).some((name) => name.startsWith('value'))).toBe(false);
        return [saved[`policy/${QUERY}`]!.data, saved['policy/score.weight']!.data];
      };
      const [trunk, head] = await at();
      await stepsOf(run, 2);
      const [rested, learned] = await at();
      expect(rested).toEqual(trunk);
      expect(learned).not.toEqual(head);
      await stepsOf(run, 1);
      expect((await at())[0]).not.toEqual(trunk);
      run.dispose();
    });
  },
  ['wasm'],
);
