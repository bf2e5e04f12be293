/** Online DPO: a judge's preferences move the policy, whoever judges. */
import { describe, expect, test } from 'vitest';
import { methodConfig } from '../../src/config';
import type { Ranking } from '../../src/records';
import { onlineDpo, type OnlineDpoInputs } from '../../src/stages/6-online-dpo';
import { onEngines } from '../engines';
import { clicker, finished, LETTER_LENGTHS, LETTER_PROMPTS, LETTERS, letterReward, letterTalker, stepsOf } from '../lab'; // prettier-ignore

const inputs: OnlineDpoInputs = {
  reference: letterTalker(),
  judge: { scorer: letterReward() },
  prompts: LETTER_PROMPTS,
  tokenizer: LETTERS,
  lengths: LETTER_LENGTHS,
  seed: 4,
  runId: 'run',
};
const config = (changes: Record<string, unknown> = {}) => methodConfig('onlineDpo', { steps: 3, batchSize: 4, ...changes }); // prettier-ignore
const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;

const asked: string[] = [];
const longer = clicker(({ tokens }) => tokens, ({ id }) => void asked.push(id)); // prettier-ignore

onEngines(
  'online DPO',
  () => {
    test('raises a planted reward', async () => {
      const { metrics } = await finished(onlineDpo(inputs, config({ steps: 60, batchSize: 32, learningRate: 1e-2, missingEosScore: 0 }))); // prettier-ignore
      const scores = metrics.map((m) => m['objective/scores']!);
      expect(metrics[0]!['loss/train']).toBeCloseTo(Math.LN2, 5);
      expect(mean(scores.slice(-4)) - mean(scores.slice(0, 4))).toBeGreaterThan(0.3);
    });

    test('follows whoever clicks, and hands every click over before it learns from it', async () => {
      const kept: string[] = [];
      const clicked = { ...inputs, judge: { labeler: longer }, onRanking: (r: Ranking) => void kept.push(r.sampleId) }; // prettier-ignore
      const { metrics } = await finished(onlineDpo(clicked, config({ steps: 40, batchSize: 16, learningRate: 1e-2 }))); // prettier-ignore
      const lengths = metrics.map((m) => m['response/length']!);
      expect(mean(lengths.slice(-4))).toBeGreaterThan(mean(lengths.slice(0, 4)) + 0.5);
      expect(kept).toHaveLength(40 * 16);
      expect(new Set(kept)).toEqual(new Set(asked));
    });

    test('learns nothing from a batch of ties, and says how many there were', async () => {
      const even = { ...inputs, judge: { scorer: ({ texts }: { texts: readonly string[] }) => texts.map(() => 1) } }; // prettier-ignore
      const run = onlineDpo(even, config({ missingEosScore: 0 }));
      const before = await run.result();
      const steps = await stepsOf(run);
      const after = await run.result();
      const told = steps.map(({ metrics }) => metrics['val/contain_ties']!);
      if (told.every((ties) => ties === 4)) expect(after).toEqual(before);
      expect(Math.max(...told)).toBeGreaterThan(0);
      run.dispose();
    });
  },
  ['wasm'],
);

describe('online DPO without prompts', () => {
  test('says so', () => {
    expect(() => onlineDpo({ ...inputs, prompts: [] }, config())).toThrow('no training prompts');
  });
});
