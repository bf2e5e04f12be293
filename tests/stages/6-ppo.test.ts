import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { adaptiveKlCoefficient } from '../../src/algorithms/kl';
import { sectionConfig, type PpoConfig } from '../../src/config';
import { ppo, type PpoInputs } from '../../src/stages/6-ppo';
import { onEngines } from '../engines';
import {
  finished,
  LENGTHS,
  LETTER_LENGTHS,
  LETTER_PROMPTS,
  LETTERS,
  letterReward,
  letterTalker,
  ownPrompt,
  parityReward,
  promptsOf,
  stepsOf,
  talker,
  tokenizer,
} from '../lab';
import { tinyModel } from '../tiny-model';

const inputs: PpoInputs = {
  reference: talker(),
  reward: parityReward(),
  prompts: promptsOf('train', 20),
  tokenizer,
  lengths: { ...LENGTHS, responseTokens: 8 },
  seed: 4,
  runId: 'run',
};
const config = (changes: Partial<PpoConfig> = {}) =>
  sectionConfig('ppo', { steps: 3, batchSize: 8, missingEosScore: 0, ...changes });

const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;
/** A step large enough to see something in few rollouts. */
const FAST = { steps: 14, batchSize: 16, learningRate: 5e-3, valueLearningRate: 5e-3 };

/** The config, but with another temperature from the n-th time on that anybody asks for it. */
function coolingAfter(reads: number, values: PpoConfig): PpoConfig {
  let asked = 0;
  return Object.defineProperty({ ...values }, 'temperature', {
    get: () => (asked++ < reads ? values.temperature : values.temperature + 0.4),
  });
}

onEngines(
  'PPO',
  () => {
    test('raises a planted reward, and keeps nearer to its reference where that costs', async () => {
      const letters: PpoInputs = {
        ...inputs,
        reference: letterTalker(),
        reward: letterReward(),
        prompts: LETTER_PROMPTS,
        tokenizer: LETTERS,
        lengths: LETTER_LENGTHS,
      };
      const train = (klCoefficient: number) =>
        finished(
          ppo(
            letters,
            config({ steps: 24, batchSize: 32, epochs: 4, learningRate: 1e-2, valueLearningRate: 1e-3, klCoefficient }), // prettier-ignore
          ),
        );
      const [free, held] = [await train(0), await train(1)];
      const rise = ({ metrics }: typeof free) => {
        const scores = metrics.map((m) => m['objective/scores']!);
        return mean(scores.slice(-4)) - mean(scores.slice(0, 4));
      };
      const kl = ({ metrics }: typeof free) =>
        mean(metrics.slice(-4).map((m) => m['objective/kl_k3']!));
      expect(rise(free)).toBeGreaterThan(0.3);
      expect(kl(free)).toBeGreaterThan(2 * kl(held));
    });

    test('begins at its reference: ratio 1, no KL, and an entropy', async () => {
      const run = ppo(inputs, config());
      const [first] = await stepsOf(run);
      run.dispose();
      const { metrics } = first!;
      expect(metrics['objective/kl']).toBe(0);
      expect(metrics['objective/kl_k3']).toBe(0);
      expect(metrics['objective/rlhf_reward']).toBe(metrics['objective/scores']);
      expect(metrics['objective/entropy']!).toBeGreaterThan(1);
      expect(metrics['objective/entropy']!).toBeLessThan(Math.log(1024));
      expect(metrics['episode']).toBe(8);
      for (const [name, value] of Object.entries(metrics)) expect(value, name).toEqual(expect.any(Number)); // prettier-ignore
    });

    test('shows its episodes token by token', async () => {
      const run = ppo(inputs, config({ klCoefficient: 0.2, learningRate: 5e-3 }));
      const steps = await stepsOf(run);
      run.dispose();
      for (const { rollouts, step, tokens } of steps) {
        expect(rollouts).toHaveLength(4);
        expect(tokens).toBeGreaterThan(8);
        for (const rollout of rollouts!) {
          expect(rollout).toMatchObject({ runId: 'run', step });
          const kl = rollout.tokens.reduce((sum, t) => sum + t.logProbability - t.referenceLogProbability, 0); // prettier-ignore
          expect(rollout.kl).toBeCloseTo(kl, 5);
          // What the tokens were paid is the score less the price of the KL.
          const paid = rollout.tokens.reduce((sum, t) => sum + t.reward, 0);
          expect(paid).toBeCloseTo(rollout.score - 0.2 * kl, 4);
          for (const t of rollout.tokens) expect(t.return).toBeCloseTo(t.advantage + t.value, 5);
          expect(rollout.tokens.at(-1)!.text === tokenizer.token(tokenizer.eosId)).toBe(rollout.finished); // prettier-ignore
        }
      }
      const ratios = steps.flatMap(({ rollouts }) => rollouts!.flatMap((r) => r.tokens.map((t) => t.ratio))); // prettier-ignore
      expect(Math.max(...ratios)).toBeGreaterThan(1.001);
    });

    test('starts every step at ratio 1, with minibatches and passes too', async () => {
      // The check of the first minibatch throws otherwise.
      const several = config({ ...FAST, steps: 4, minibatches: 4, epochs: 3 });
      const run = ppo(inputs, several);
      const steps = await stepsOf(run);
      expect(run.progress.optimizerSteps).toEqual({ policy: 48, value: 48 });
      run.dispose();
      expect(steps).toHaveLength(4);
      // Later minibatches have moved: the averages are of all of them.
      expect(steps.some(({ metrics }) => metrics['policy/approxkl_avg']! > 1e-5)).toBe(true);
    });

    test('stops with an explanation where sampling and training disagree on the temperature', async () => {
      const before = tf.memory().numTensors;
      for (const [reads, sentence] of [
        [1, /^A token was sampled with log-probability .* but a full pass gives it .*: generation and training disagree\./], // prettier-ignore
        [2, /^The first minibatch should start at ratio 1, approximate KL 0 and clip fraction 0, but has mean ratio .*check temperature, padding and positions\.$/], // prettier-ignore
      ] as const) {
        const run = ppo(inputs, coolingAfter(reads, config()));
        await expect(run.steps.next()).rejects.toThrow(sentence);
        expect(await run.steps.next()).toEqual({ done: true, value: undefined });
        run.dispose();
        expect(tf.memory().numTensors).toBe(before);
      }
    });

    test('samples and learns at the temperature that is set', async () => {
      const { metrics } = await finished(ppo(inputs, config({ temperature: 0.6 })));
      const hot = await finished(ppo(inputs, config({ temperature: 1.5 })));
      expect(metrics[0]!['objective/entropy']!).toBeLessThan(hot.metrics[0]!['objective/entropy']!);
    });

    test('steers the coefficient to the target, or leaves it alone', async () => {
      const steered = config({ ...FAST, steps: 5, klControl: 'adaptive', klTarget: 0.1, klHorizon: 4, klCoefficient: 0.02 }); // prettier-ignore
      const { metrics } = await finished(ppo(inputs, steered));
      let coefficient = 0.02;
      const used: number[] = [];
      for (const step of metrics) {
        expect(step['objective/kl_coef']).toBeCloseTo(coefficient, 10);
        used.push(coefficient);
        coefficient = adaptiveKlCoefficient(coefficient, step['objective/kl']!, 0.1, 1, 4);
      }
      expect(used[1]).toBeCloseTo(0.02 * (1 - 0.2 / 4), 10); // KL 0 at first: as far down as may be
      const fixed = await finished(ppo(inputs, { ...steered, klControl: 'fixed' }));
      expect(new Set(fixed.metrics.map((m) => m['objective/kl_coef']))).toEqual(new Set([0.02]));
    });

    test('scores a response that never ends by rule, and others by the reward model', async () => {
      const { config: shape, tensors } = tinyModel(1); // one end in a thousand tokens
      const silent = { ...inputs, reference: { config: shape, tensors } };
      const { metrics } = await finished(ppo(silent, config({ steps: 1, missingEosScore: -2 })));
      expect(metrics[0]!['val/num_eos_tokens']).toBe(0);
      expect(metrics[0]!['objective/scores']).toBe(-2);
      expect(metrics[0]!['response/length']).toBe(8);

      const run = ppo(inputs, config({ steps: 2, missingEosScore: -7 }));
      const rollouts = (await stepsOf(run)).flatMap((step) => step.rollouts!);
      run.dispose();
      expect(new Set(rollouts.map((rollout) => rollout.finished)).size).toBe(2);
      for (const { finished: ended, score } of rollouts) {
        if (ended) expect(Math.abs(score)).toBeLessThan(4);
        else expect(score).toBe(-7);
      }
    });

    test('leaves reference and reward model as they are, and teaches the value model', async () => {
      const run = ppo(inputs, config(FAST));
      const variables = () =>
        Object.entries(tf.engine().state.registeredVariables)
          .filter(([name]) => /^(reference|reward|value)\//.test(name))
          .map(([name, variable]) => [name, [...variable.dataSync()]] as const);
      const before = Object.fromEntries(variables());
      const steps = await stepsOf(run);
      const moved = variables().filter(([name, values]) => values.some((x, i) => x !== before[name]![i])); // prettier-ignore
      run.dispose();
      expect(Object.keys(before).some((name) => name.startsWith('reference/'))).toBe(true);
      expect(new Set(moved.map(([name]) => name.split('/')[0]))).toEqual(new Set(['value']));
      const errors = steps.map(({ metrics }) => metrics['val/error']!);
      expect(mean(errors.slice(-4))).toBeLessThan(mean(errors.slice(0, 4)));
    });

    test('lets the policy rest while the critic warms up', async () => {
      const run = ppo(inputs, config({ ...FAST, criticWarmup: 2 }));
      const weights = async () => (await run.save())['policy/model.norm.weight']!.data;
      const value = async () => (await run.save())['value/score.weight']!.data;
      const [policyAtFirst, valueAtFirst] = [await weights(), await value()];
      const steps = await stepsOf(run, 2);
      expect(await weights()).toEqual(policyAtFirst);
      expect(await value()).not.toEqual(valueAtFirst);
      expect(run.progress.optimizerSteps['policy']).toBe(0);
      for (const { metrics } of steps) {
        expect(metrics['val/ratio_max']).toBeCloseTo(1, 3); // every pass is a first pass
        expect(metrics['policy/grad_norm']).toBeGreaterThan(0); // measured all the same
      }
      await stepsOf(run, 1);
      expect(await weights()).not.toEqual(policyAtFirst);
      run.dispose();
    });

    test('gives the same losses and weights however its minibatches are cut', async () => {
      const texts = { ...inputs, ptxTexts: ['Tom had a red ball.', 'The cat sat on the mat.'] };
      const rest = { steps: 2, batchSize: 8, ptxCoefficient: 0.5, ptxBatchSize: 2, entropyCoefficient: 0.01 } as const; // prettier-ignore
      const train = (microBatch: number) => finished(ppo(texts, config({ ...rest, microBatch })));
      const [whole, single, pairs] = [await train(0), await train(1), await train(2)];
      for (const cut of [single, pairs])
        for (const name of [
          'loss/policy_avg',
          'loss/value_avg',
          'loss/ptx',
          'policy/grad_norm',
          'val/grad_norm',
          'val/ratio_max',
        ])
          // prettier-ignore
          expect(cut.metrics[0]![name], name).toBeCloseTo(whole.metrics[0]![name]!, 4);
      const weights = ({ model }: typeof whole) => model.tensors['model.norm.weight']!.data;
      const start = inputs.reference.tensors['model.norm.weight']!.data;
      const moved = Math.max(...weights(whole).map((w, i) => Math.abs(w - start[i]!)));
      const apart = Math.max(...weights(whole).map((w, i) => Math.abs(w - weights(single)[i]!)));
      expect(moved).toBeGreaterThan(1e-5);
      expect(apart).toBeLessThan(moved / 50);
    });

    test('asks each prompt as often as it is told, and centres scores among siblings', async () => {
      const several = config({ steps: 1, responsesPerPrompt: 4, scoreNormalisation: 'prompt', missingEosScore: 0 }); // prettier-ignore
      const run = ppo(inputs, several);
      const [step] = await stepsOf(run);
      expect(run.progress.dataCursor).toBe(2);
      run.dispose();
      const { rollouts } = step!;
      expect(new Set(rollouts!.map(({ query }) => query)).size).toBe(1);
      expect(new Set(rollouts!.map(({ response }) => response)).size).toBeGreaterThan(1);
      const ended = rollouts!.filter((rollout) => rollout.finished);
      const middle = mean(ended.map(({ score }) => score));
      for (const { score, tokens } of ended)
        expect(tokens.reduce((sum, t) => sum + t.reward, 0)).toBeCloseTo(score - middle, 4);
      // What is centred is worth 0 before anything is known; the reward model itself says something else.
      const values = (of: typeof rollouts) => of!.flatMap(({ tokens }) => tokens.map(({ value }) => value)); // prettier-ignore
      expect(new Set(values(rollouts))).toEqual(new Set([0]));
      const plain = ppo(inputs, { ...several, scoreNormalisation: 'none' });
      const [asScored] = await stepsOf(plain);
      plain.dispose();
      expect(new Set(values(asScored!.rollouts)).size).toBeGreaterThan(4);
    });

    test('keeps a moving average of the weights, which lags and is the result', async () => {
      const averaged = config({ ...FAST, steps: 2, batchSize: 8, averageDecay: 0.5 });
      const run = ppo(inputs, averaged);
      await stepsOf(run);
      const kept = await run.save();
      const result = await run.result();
      run.dispose();
      const name = 'model.norm.weight';
      expect(result.tensors[name]!.data).toEqual(kept[`policy-average/${name}`]!.data);
      const start = inputs.reference.tensors[name]!.data;
      const way = (of: Float32Array) => of.reduce((sum, w, i) => sum + Math.abs(w - start[i]!), 0);
      expect(way(result.tensors[name]!.data)).toBeGreaterThan(0);
      expect(way(result.tensors[name]!.data)).toBeLessThan(way(kept[`policy/${name}`]!.data));
    });

    test('stops its passes once the policy is far enough from the one that sampled', async () => {
      const eager = { ...FAST, steps: 3, epochs: 6 };
      const all = await finished(ppo(inputs, config(eager)));
      const some = await finished(ppo(inputs, config({ ...eager, klStop: 0.002 })));
      expect(all.metrics.map((m) => m['policy/passes'])).toEqual([6, 6, 6]);
      expect(Math.min(...some.metrics.map((m) => m['policy/passes']!))).toBeLessThan(6);
      const kl = ({ metrics }: typeof all) => mean(metrics.map((m) => m['policy/approxkl_avg']!));
      expect(kl(some)).toBeLessThan(kl(all));
    });

    test('forgets less of plain text where its loss is mixed in', async () => {
      const texts = { ...inputs, ptxTexts: ['Tom had a red ball. It was big.'] };
      const fast = { ...FAST, steps: 6, learningRate: 2e-3, ptxBatchSize: 1 };
      const { metrics } = await finished(ppo(texts, config({ ...fast, ptxCoefficient: 20 })));
      const losses = metrics.map((m) => m['loss/ptx']!);
      expect(losses.at(-1)!).toBeLessThan(losses[0]! - 0.5);
      const without = await finished(ppo(texts, config({ ...fast, steps: 1 })));
      expect(without.metrics[0]).not.toHaveProperty('loss/ptx');
    });

    test('measures the KL exactly: 0 at first, and near k3 afterwards', async () => {
      const { metrics } = await finished(ppo(inputs, config({ ...FAST, steps: 6, batchSize: 64 })));
      expect(metrics[0]!['objective/kl_exact']).toBeCloseTo(0, 5);
      const last = metrics.at(-1)!;
      expect(last['objective/kl_exact']!).toBeGreaterThan(0.01);
      // Both estimate one number, the exact one with less noise.
      expect(last['objective/kl_k3']! / last['objective/kl_exact']!).toBeGreaterThan(0.5);
      expect(last['objective/kl_k3']! / last['objective/kl_exact']!).toBeLessThan(2);
    });

    test('whitens advantages only where it is told to', async () => {
      const losses = async (whitenAdvantages: boolean) =>
        (await finished(ppo(inputs, config({ steps: 1, epochs: 1, whitenAdvantages })))).metrics[0]!['loss/policy_avg']!; // prettier-ignore
      // In the first pass the loss is the mean of -A: 0 of whitened ones.
      expect(await losses(true)).toBeCloseTo(0, 5);
      expect(Math.abs(await losses(false))).toBeGreaterThan(1e-4);
    });

    test('averages its loss over tokens, or over responses first', async () => {
      const first = async (lossAverage: PpoConfig['lossAverage']) => {
        const run = ppo(inputs, config({ epochs: 1, lossAverage }));
        const [step] = await stepsOf(run);
        run.dispose();
        return step!.metrics;
      };
      const [tokens, responses] = [await first('tokens'), await first('responses')];
      expect(responses['objective/scores']).toBe(tokens['objective/scores']); // the same episodes
      expect(tokens['loss/policy_avg']).toBeCloseTo(0, 5); // as whitening leaves it
      expect(Math.abs(responses['loss/policy_avg']!)).toBeGreaterThan(1e-3);
    });

    test('reports a gold score where a rule knows, and none where nobody does', async () => {
      const known = await finished(ppo(inputs, config({ steps: 1 })));
      expect(known.metrics[0]!['objective/gold']).toBeGreaterThanOrEqual(0);
      const own = { ...inputs, prompts: [ownPrompt('How are you?'), ownPrompt('Who is there?')] };
      const unknown = await finished(ppo(own, config({ steps: 1 })));
      expect(unknown.metrics[0]).not.toHaveProperty('objective/gold');
    });
  },
  ['wasm'],
);

describe('PPO without', () => {
  test('prompts, or with minibatches that do not fit, says so before anything begins', () => {
    expect(() => ppo({ ...inputs, prompts: [] }, config())).toThrow(
      'There are no training prompts to sample from.',
    );
    expect(() => ppo(inputs, config({ batchSize: 8, minibatches: 3 }))).toThrow(
      'Episodes by minibatches: 8 cannot be divided evenly by 3.',
    );
    expect(() => ppo(inputs, config({ responsesPerPrompt: 3 }))).toThrow(
      'Episodes by responses per prompt: 8 cannot be divided evenly by 3.',
    );
    expect(() => ppo(inputs, config({ scoreNormalisation: 'prompt' }))).toThrow(
      'need at least 2 responses per prompt; there are 1.',
    );
    expect(() => ppo(inputs, config({ microBatch: 3 }))).toThrow(
      'Episodes of a minibatch by those of a micro-batch: 8 cannot be divided evenly by 3.',
    );
    expect(() => ppo(inputs, config({ ptxCoefficient: 1 }))).toThrow('there is no text to mix in');
    expect(() => ppo(inputs, config({ dualClip: 0.5 }))).toThrow(
      'Dual clip is 0.5; it bounds the loss only if it is above 1.',
    );
  });
});
