/** Learning from labels without a reward model, on a preference that is planted: the letter a before all others. */
import { describe, expect, test } from 'vitest';
import { methodConfig } from '../../src/config';
import { preferredPairs } from '../../src/data/comparisons';
import { pairsOfComparisons, thumbsOfComparisons } from '../../src/data/preferences';
import type { Comparison, Metrics } from '../../src/records';
import {
  preferences,
  type PreferenceInputs,
  type PreferenceSettings,
} from '../../src/stages/6-preferences';
import { onEngines } from '../engines';
import { finished, LETTER_LENGTHS, LETTER_PROMPTS, LETTERS, letterTalker } from '../lab';

const comparisonsOf = (prompts: typeof LETTER_PROMPTS): Comparison[] =>
  prompts.map((prompt) => ({
    id: prompt.id,
    rankingId: prompt.id,
    prompt,
    responses: ['aaa', 'no.', 'who'],
    pairs: preferredPairs([1, 2, 2]),
    source: 'simulated',
  }));

const inputs: PreferenceInputs = {
  reference: letterTalker(),
  train: comparisonsOf(LETTER_PROMPTS.slice(0, 5)),
  heldOut: comparisonsOf(LETTER_PROMPTS.slice(5)),
  tokenizer: LETTERS,
  lengths: LETTER_LENGTHS,
  seed: 3,
};
const common = { batchSize: 5, epochs: 8, learningRate: 3e-3, evaluateEvery: 4 };
const dpo = (changes: Record<string, unknown> = {}): PreferenceSettings => ({
  method: 'dpo',
  config: methodConfig('dpo', { ...common, ...changes }),
});
const kto: PreferenceSettings = { method: 'kto', config: methodConfig('kto', common) };
const orpo = (changes: Record<string, unknown> = {}): PreferenceSettings => ({
  method: 'orpo',
  config: methodConfig('orpo', { ...common, ...changes }),
});

const firstAndLast = async (settings: PreferenceSettings): Promise<[Metrics, Metrics]> => {
  const { metrics } = await finished(preferences(inputs, settings));
  return [metrics[0]!, metrics.at(-1)!];
};

onEngines(
  'preferences',
  () => {
    test('DPO begins at ln 2 and rewards of 0, and learns for prompts that it has not seen', async () => {
      const [first, last] = await firstAndLast(dpo());
      expect(first['loss/train']).toBeCloseTo(Math.LN2, 5);
      expect(first['rewards/chosen']).toBeCloseTo(0, 5);
      expect(first['rewards/accuracies']).toBe(0.5);
      expect(last['loss/train']).toBeLessThan(0.5);
      expect(last['rewards/margins']).toBeGreaterThan(0.4);
      expect(last['eval/rewards/accuracies']).toBe(1);
      expect(last['eval/loss']).toBeLessThan(0.6);
    });

    test('IPO aims at a difference, and fine-tuning holds the chosen response up', async () => {
      const [ipo] = await firstAndLast(dpo({ loss: 'ipo' }));
      expect(ipo['loss/train']).toBeCloseTo(25, 4); // (1 / (2 beta))^2
      const [averaged] = await firstAndLast(dpo({ loss: 'ipo', lengthAveraged: true }));
      expect(averaged['loss/train']).toBeCloseTo(25, 4);
      const [, plain] = await firstAndLast(dpo());
      const [, held] = await firstAndLast(dpo({ nllCoefficient: 1 }));
      expect(held['logps/chosen']!).toBeGreaterThan(plain['logps/chosen']!);
    });

    test('KTO learns from thumbs, and begins at half of either weight', async () => {
      const [first, last] = await firstAndLast(kto);
      expect(first['loss/train']).toBeCloseTo(0.5, 5); // 1 - sigmoid(0)
      expect(first['kl']).toBeCloseTo(0, 5);
      expect(last['loss/train']).toBeLessThan(0.47);
      expect(last['rewards/margins']).toBeGreaterThan(0.2);
    });

    test.each(['orpo', 'simpo'])('%s needs no reference', async (loss) => {
      const [first, last] = await firstAndLast(orpo({ loss, beta: loss === 'orpo' ? 0.5 : 2 }));
      expect(last['loss/train']!).toBeLessThan(first['loss/train']!);
      expect(last['rewards/accuracies']).toBe(1);
      expect(last['logps/chosen']!).toBeGreaterThan(last['logps/rejected']!);
    });
  },
  ['wasm'],
);

describe('labels', () => {
  test('of a ranking are its pairs, or thumbs for its ends', () => {
    const one: Comparison = { ...inputs.train[0]!, responses: ['a', 'b', 'c', 'd'], pairs: preferredPairs([2, 1, 3, 3]) }; // prettier-ignore
    expect(pairsOfComparisons([one]).map(({ chosen, rejected }) => chosen + rejected)).toEqual([
      'ac',
      'ad',
      'ba',
      'bc',
      'bd', // prettier-ignore
    ]);
    const thumbs = thumbsOfComparisons([one]);
    expect(thumbs.map(({ response, good }) => (good ? '+' : '-') + response)).toEqual(['+b', '-c', '-d']); // prettier-ignore
  });

  test('that are none are refused before anything begins', () => {
    const tied = inputs.train.map((comparison) => ({ ...comparison, pairs: [] }));
    for (const settings of [dpo(), kto, orpo()])
      expect(() => preferences({ ...inputs, train: tied }, settings)).toThrow('There is no label to learn from'); // prettier-ignore
  });
});
