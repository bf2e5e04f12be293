/** A judge that looks at the side and not at the answer is found out by asking it twice. */
import { expect, test } from 'vitest';
import { bothSides } from '../../src/data/both-sides';
import { simulatedLabeler } from '../../src/data/labelers';
import type { Sample } from '../../src/records';

const sampleOf = (id: string, texts: string[]): Sample => ({
  id,
  prompt: { id: 'sky', text: 'What colour is the sky?', task: 'answer', split: 'held-out', source: 'built-in', check: { kind: 'answer', accepted: ['blue'] } }, // prettier-ignore
  checkpointId: 'a',
  temperature: 1,
  seed: 1,
  responses: texts.map((text) => ({ text, tokens: 1, finished: true })),
  createdAt: 0,
});
const ids = Array.from({ length: 40 }, (_, i) => `contest ${i}`);

test('a rule that knows what is good says the same from both sides', async () => {
  const { judge, contradicted } = bothSides(simulatedLabeler({ rule: 'gold', seed: 1 }));
  for (const id of ids) {
    expect((await judge.rank(sampleOf(id, ['Blue.', 'Red.']))).ranks).toEqual([1, 2]);
    expect((await judge.rank(sampleOf(id, ['Red.', 'Blue.']))).ranks).toEqual([2, 1]);
    expect((await judge.rank(sampleOf(id, ['Red.', 'Red.']))).ranks).toEqual([1, 1]);
  }
  expect(contradicted.size).toBe(0);
});

test('one that prefers the side that is shown first is tied, and every such contest is named', async () => {
  const biased = simulatedLabeler({ rule: 'gold', seed: 1, positionBias: 50 });
  const { judge, contradicted } = bothSides(biased);
  for (const id of ids) {
    expect((await biased.rank(sampleOf(id, ['Blue.', 'Red.']))).ranks).not.toEqual([1, 1]);
    expect((await judge.rank(sampleOf(id, ['Blue.', 'Red.']))).ranks).toEqual([1, 1]);
  }
  expect(contradicted).toEqual(new Set(ids));
});
