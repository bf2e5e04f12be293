/** Whose labels are learned from: held-out labelers teach nothing, and a majority speaks once. */
import { describe, expect, test } from 'vitest';
import { comparisonsOf } from '../../src/data/comparisons';
import { defaultLabeling, learnedLabels, readLabeling } from '../../src/data/labeling';
import type { Ranking } from '../../src/records';

const by = (who: string, sampleId: string, ranks: number[], changes: Partial<Ranking> = {}): Ranking => ({
  id: `${who} of ${sampleId}`,
  sampleId,
  prompt: { id: 'p', text: 'Hi', task: 'own', split: 'train', source: 'human', check: null },
  responses: ranks.map((_, k) => `${sampleId}${k}`),
  ranks,
  verdict: 'ranked',
  flagged: false,
  shown: ranks.map((_, k) => k),
  labeler: { id: who, name: who, source: 'human' },
  seconds: 1,
  createdAt: 0,
  ...changes,
}); // prettier-ignore
const rule = { id: 'rule', name: 'Rule', source: 'simulated', rule: 'short' } as const;
const ids = (rankings: Ranking[]) => rankings.map(({ id }) => id);
const plain = { heldOut: [], consensus: false };

describe('labels that are learned from', () => {
  const rankings = [
    by('a', 's1', [1, 2, 3]),
    by('b', 's1', [1, 3, 2]),
    by('c', 's1', [1, 2, 3]),
    by('a', 's2', [2, 1]),
    by('a', 's1', [3, 2, 1], { id: 'again', repeat: true }),
    by('rule', 's1', [3, 2, 1], { labeler: rule }),
  ];

  test('are all but those that were asked again', () => {
    const { learn, test: held } = learnedLabels(rankings, plain);
    expect(ids(learn)).toEqual(['a of s1', 'b of s1', 'c of s1', 'a of s2', 'rule of s1']);
    expect(held).toEqual([]);
    expect(comparisonsOf(rankings)).toHaveLength(5);
  });

  test('are never those of held-out labelers, which are there to measure on', () => {
    const { learn, test: held } = learnedLabels(rankings, { ...plain, heldOut: ['a', 'rule'] });
    expect(ids(learn)).toEqual(['b of s1', 'c of s1']);
    expect(ids(held)).toEqual(['a of s1', 'a of s2', 'rule of s1']);
  });

  test('are one majority of people where that is wanted, apart from every rule', () => {
    const { learn } = learnedLabels(rankings, { ...plain, consensus: true });
    expect(ids(learn)).toEqual(['consensus:s1', 'a of s2', 'rule of s1']);
    expect(learn[0]?.ranks).toEqual([1, 2, 3]);
    const without = learnedLabels(rankings, { heldOut: ['a'], consensus: true }).learn;
    // Of the two that are left, one puts each above the other.
    expect(without[0]).toMatchObject({ id: 'consensus:s1', ranks: [1, 2, 2] });
  });
});

describe('a stored setting', () => {
  test('is read as it was written', () => {
    const labeling = { ...defaultLabeling('You'), repeatEvery: 5, heldOut: ['x'], form: true };
    expect(readLabeling(JSON.parse(JSON.stringify(labeling)), 'You')).toEqual(labeling);
  });

  test('that cannot be is at its default, part by part', () => {
    const usual = defaultLabeling('You');
    expect(readLabeling(undefined, 'You')).toEqual(usual);
    expect(readLabeling('nonsense', 'You')).toEqual(usual);
    const odd = { people: [], current: 'nobody', order: 'sideways', repeatEvery: -1, form: true };
    expect(readLabeling(odd, 'You')).toEqual({ ...usual, form: true });
  });
});
