/** Which prompts are answered next: the least answered, both splits, no answer drawn twice. */
import { expect, test } from 'vitest';
import type { Prompt, Sample } from '../../src/records';
import { freshSeed, promptsToAnswer } from '../../src/ui/state/draw';

const prompt = (i: number): Prompt => ({
  id: `p${i}`,
  text: `Prompt ${i}`,
  task: 'own',
  split: i % 5 === 0 ? 'held-out' : 'train',
  source: 'built-in',
  check: null,
});
const prompts = Array.from({ length: 40 }, (_, i) => prompt(i));
const sample = (i: number, seed = 1, checkpointId = 'a'): Sample => ({
  id: `${checkpointId}:${seed}:${i}`,
  prompt: prompt(i),
  checkpointId,
  temperature: 1,
  seed,
  responses: [],
  createdAt: 0,
});

test('prompts that were answered least come first', () => {
  const samples = prompts.slice(0, 30).map((_, i) => sample(i));
  const chosen = promptsToAnswer(prompts, samples, 12, 1);
  expect(new Set(chosen.map(({ id }) => id)).size).toBe(12);
  expect(chosen.slice(0, 10).every(({ id }) => Number(id.slice(1)) >= 30)).toBe(true);
});

test('the order is the seed’s, and not that of the list', () => {
  const ids = (seed: number) => promptsToAnswer(prompts, [], 20, seed).map(({ id }) => id);
  expect(ids(1)).toEqual(ids(1));
  expect(ids(1)).not.toEqual(ids(2));
  const splits = promptsToAnswer(prompts, [], 20, 1).map(({ split }) => split);
  expect(new Set(splits)).toEqual(new Set(['train', 'held-out']));
});

test('more than there are is all there are', () => {
  expect(promptsToAnswer(prompts, [], 500, 1)).toHaveLength(40);
  expect(promptsToAnswer([], [], 5, 1)).toEqual([]);
});

test('no seed is used twice with one checkpoint', () => {
  expect(freshSeed([], 'a', 7)).toBe(7);
  expect(freshSeed([sample(0, 7), sample(1, 8), sample(0, 30, 'b')], 'a', 7)).toBe(9);
  expect(freshSeed([sample(0, 3)], 'a', 7)).toBe(8);
});
