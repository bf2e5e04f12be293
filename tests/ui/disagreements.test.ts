/** Where reward model and labelers part: which pairs, in which order, from which rankings. */
import { describe, expect, test } from 'vitest';
import type { Ranking, Split } from '../../src/records';
import { comparisonsOf } from '../../src/data/comparisons';
import { agreementOf, pairsBySplit, scoresOf } from '../../src/ui/state/disagreements';

const ranking = (
  id: string,
  split: Split,
  ranks: number[],
  source: 'human' | 'simulated' = 'human',
): Ranking => ({
  id,
  sampleId: `sample ${id}`,
  prompt: { id: `p${id}`, text: `Prompt ${id}`, task: 'own', split, source: 'human', check: null },
  responses: ranks.map((_, k) => `${id}${k}`),
  ranks,
  verdict: 'ranked',
  flagged: false,
  shown: ranks.map((_, k) => k),
  labeler: { id: source, name: source, source },
  seconds: 1,
  createdAt: 0,
});

describe('agreement', () => {
  const comparisons = comparisonsOf([
    ranking('a', 'held-out', [1, 2, 3]),
    ranking('c', 'held-out', [2, 1]),
    ranking('d', 'held-out', [1, 1]),
  ]);

  test('finds the pairs that the model turns round, the strongest first', () => {
    // a: the labeler says a0 > a1 > a2, the model a1 > a0 > a2. c: the labeler c1 > c0, the model c0.
    const { pairs, agreed } = agreementOf(comparisons, [1, 1.5, 0, 4, 1]);
    expect(agreed).toBe(2);
    expect(pairs.map(({ better, worse, margin }) => [better, worse, margin])).toEqual([
      ['c1', 'c0', -3],
      ['a0', 'a1', -0.5],
      ['a0', 'a2', 1],
      ['a1', 'a2', 1.5],
    ]);
    expect(pairs[0]).toMatchObject({ betterScore: 1, worseScore: 4 });
  });

  test('refuses scores that are not one an answer', () => {
    expect(() => agreementOf(comparisons, [1, 2])).toThrow('2 scores for 5 answers');
  });
});

test('counts what there is to learn from, and whose it is', () => {
  const rankings = [
    ranking('a', 'train', [1, 2, 3, 4]),
    ranking('b', 'train', [1, 1, 2], 'simulated'),
    ranking('c', 'held-out', [1, 2]),
    { ...ranking('d', 'train', [1, 2]), verdict: 'skipped' as const },
  ];
  expect(pairsBySplit(rankings)).toEqual({
    train: { rankings: 2, pairs: 8 },
    heldOut: { rankings: 1, pairs: 1 },
    simulated: 2 / 9,
    others: { rankings: 0, pairs: 0 },
  });
  expect(pairsBySplit(rankings, { heldOut: ['simulated'], consensus: false })).toMatchObject({
    train: { rankings: 1, pairs: 6 },
    simulated: 0,
    others: { rankings: 1, pairs: 2 },
  });
  expect(pairsBySplit([]).simulated).toBe(0);
});

test('many answers are scored some at a time, in their order', async () => {
  const questions = Array.from({ length: 150 }, (_, i) => ({ prompt: '', response: String(i) }));
  const sizes: number[] = [];
  const scores = await scoresOf(questions, async (some) => {
    sizes.push(some.length);
    return some.map(({ response }) => Number(response));
  });
  expect(scores).toEqual(questions.map((_, i) => i));
  expect(sizes).toEqual([64, 64, 22]);
});
