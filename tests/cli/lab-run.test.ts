import { expect, test } from 'vitest';
import { labelerOf } from '../../src/cli/lab-run';
import type { Sample, Split } from '../../src/records';

const TEXTS = ['The sky is blue.', 'I do not know.', 'The sky is green.'];
const sampleOf = (split: Split): Sample => ({
  id: `sample-${split}`,
  prompt: {
    id: split,
    text: 'What colour is the sky?',
    task: 'answer',
    split,
    source: 'built-in',
    check: { kind: 'answer', accepted: ['blue'] },
  },
  checkpointId: 'c',
  temperature: 1,
  seed: 1,
  responses: TEXTS.map((text) => ({ text, tokens: 5, finished: true })),
  createdAt: 0,
});

test('flips turn what is learned from round, and leave what is measured on alone', async () => {
  const ranksOf = async (flips: number, split: Split) =>
    (await labelerOf({ preset: 'full', seed: 1, flips }).rank(sampleOf(split))).ranks;
  expect(await ranksOf(0, 'train')).toEqual([1, 2, 3]);
  expect(await ranksOf(1, 'train')).toEqual([3, 2, 1]);
  expect(await ranksOf(1, 'held-out')).toEqual([1, 2, 3]);
});
