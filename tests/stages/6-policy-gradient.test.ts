/** Policy gradients without a critic, on the planted reward of the letter lab. */
import { describe, expect, test } from 'vitest';
import { methodConfig } from '../../src/config';
import type { Metrics } from '../../src/records';
import {
  policyGradient,
  type PolicyGradientInputs,
  type PolicyGradientSettings,
} from '../../src/stages/6-policy-gradient';
import { onEngines } from '../engines';
import { finished, LETTER_LENGTHS, LETTER_PROMPTS, LETTERS, letterReward, letterTalker, stepsOf } from '../lab'; // prettier-ignore

const inputs: PolicyGradientInputs = {
  reference: letterTalker(),
  reward: letterReward(),
  prompts: LETTER_PROMPTS,
  tokenizer: LETTERS,
  lengths: LETTER_LENGTHS,
  seed: 4,
  runId: 'run',
};
const METHODS = ['reinforce', 'rloo', 'grpo', 'rejection'] as const;
const settings = (method: (typeof METHODS)[number], changes: Record<string, unknown> = {}) =>
  ({ method, config: methodConfig(method, { batchSize: 8, responsesPerPrompt: 4, missingEosScore: 0, ...changes }) }) as PolicyGradientSettings; // prettier-ignore
const train = (chosen: PolicyGradientSettings) => finished(policyGradient(inputs, chosen));
const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;
const scores = (metrics: Metrics[]) => metrics.map((m) => m['objective/scores']!);

onEngines(
  'policy gradients',
  () => {
    test.each(METHODS)('%s raises a planted reward', async (method) => {
      const { metrics } = await train(settings(method, { steps: 60, batchSize: 32, learningRate: 1e-2, klCoefficient: 0, epochs: 2 })); // prettier-ignore
      expect(mean(scores(metrics).slice(-4)) - mean(scores(metrics).slice(0, 4))).toBeGreaterThan(0.3); // prettier-ignore
      expect(metrics[0]!['objective/kl_exact']).toBeCloseTo(0, 5);
    });

    test('GRPO pays for KL in its loss, and has a loss of about 0 at first', async () => {
      const { metrics } = await train(settings('grpo', { steps: 2, epochs: 1, lossAverage: 'responses' })); // prettier-ignore
      expect(metrics[0]!['loss/policy_avg']).toBeCloseTo(0, 4);
      expect(metrics[0]!['loss/kl']).toBeCloseTo(0, 5);
      expect(metrics[1]!['loss/kl']).toBeGreaterThan(0);
      expect(metrics[0]!['policy/grad_norm']).toBeGreaterThan(0);
    });

    test('Dr. GRPO neither scales advantages nor divides by lengths', async () => {
      const shown = async (changes: Record<string, unknown>) => {
        const run = policyGradient(inputs, settings('grpo', { steps: 1, ...changes }));
        const [step] = await stepsOf(run);
        run.dispose();
        return step!;
      };
      const plain = await shown({ groupScale: 'unscaled', lossAverage: 'longest' });
      const group = plain.rollouts!;
      const middle = mean(group.map(({ score }) => score));
      for (const { score, tokens } of group) {
        expect(tokens[0]!.advantage).toBeCloseTo(score - middle, 4);
        expect(tokens[0]!.value).toBeCloseTo(middle, 4);
      }
      const scaled = await shown({});
      const deviation = Math.sqrt(group.reduce((sum, r) => sum + (r.score - middle) ** 2, 0) / (group.length - 1)); // prettier-ignore
      scaled.rollouts!.forEach(({ score, tokens }) => expect(tokens[0]!.advantage).toBeCloseTo((score - middle) / (deviation + 1e-4), 3)); // prettier-ignore
    });

    test('GRPO may pay for KL in the reward of the whole response instead', async () => {
      const klCoefficient = 0.5;
      const paid = settings('grpo', { steps: 2, klPlace: 'reward', klCoefficient, groupScale: 'unscaled', learningRate: 1e-2 }); // prettier-ignore
      const run = policyGradient(inputs, paid);
      const group = (await stepsOf(run))[1]!.rollouts!;
      run.dispose();
      expect(Math.max(...group.map(({ kl }) => Math.abs(kl)))).toBeGreaterThan(0.01);
      const whole = group.map(({ score, kl }) => score - klCoefficient * kl);
      group.forEach(({ tokens }, i) =>
        expect(tokens[0]!.advantage).toBeCloseTo(whole[i]! - mean(whole), 4),
      );
    });

    test('a group of equal rewards is counted, and teaches nothing', async () => {
      const same = { ...inputs, reward: ({ texts }: { texts: readonly string[] }) => texts.map(() => 2) }; // prettier-ignore
      const run = policyGradient(same, settings('rloo', { steps: 1, missingEosScore: 0, klCoefficient: 0, scoreNormalisation: 'prompt' })); // prettier-ignore
      const [step] = await stepsOf(run);
      run.dispose();
      expect(step!.metrics['frac_reward_zero_std']).toBe(1);
      expect(step!.metrics['policy/grad_norm']).toBeCloseTo(0, 5);
    });

    test('gives the same weights however its minibatches are cut', async () => {
      for (const method of ['grpo', 'rejection'] as const) {
        const norm = async (microBatch: number) => {
          const { metrics } = await train(settings(method, { steps: 1, epochs: 1, microBatch })); // prettier-ignore
          return metrics[0]!['policy/grad_norm']!;
        };
        const [whole, cut] = [await norm(0), await norm(2)];
        expect(cut / whole).toBeCloseTo(1, 4);
      }
    });
  },
  ['wasm'],
);

describe('policy gradients without', () => {
  test('siblings, or with groups that do not fit, say so before anything begins', () => {
    expect(() => policyGradient(inputs, settings('rloo', { responsesPerPrompt: 1 }))).toThrow(
      'The method rloo compares the responses to one prompt with one another, and needs at least 2',
    );
    expect(() => policyGradient(inputs, settings('grpo', { responsesPerPrompt: 3 }))).toThrow(
      'Episodes by responses per prompt: 8 cannot be divided evenly by 3.',
    );
    expect(() => policyGradient({ ...inputs, prompts: [] }, settings('reinforce'))).toThrow(
      'There are no training prompts',
    );
  });
});
