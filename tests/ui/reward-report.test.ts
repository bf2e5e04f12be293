/** What the screen says of a reward model follows from its scores of labels that it never saw. */
import { expect, test } from 'vitest';
import type { Ranking } from '../../src/records';
import { labelerOf, MAJORITY, rankingToDoubt, rewardView } from '../../src/ui/state/reward-report';
import type { JudgedComparison } from '../../src/workers/messages';

const judged = (
  id: string,
  scores: number[],
  pairs: [number, number][],
  task: 'story' | 'list' = 'story',
): JudgedComparison => ({
  comparison: {
    id: `comparison:${id}`,
    rankingId: id,
    prompt: { id: `p${id}`, text: `Prompt ${id}`, task, split: 'held-out', source: 'built-in', check: null },
    responses: scores.map((_, k) => `${id}${k}`),
    pairs: pairs.map(([better, worse]) => ({ better, worse })),
    source: 'human',
  },
  scores,
  lengths: scores.map((_, k) => 10 * (k + 1)),
  spreads: scores.map(() => 0.5),
}); // prettier-ignore
const ranking = (id: string, who: string, sampleId = `s${id}`) =>
  ({ id, sampleId, labeler: { id: who, name: who, source: 'human' } }) as Ranking;

test('accuracy by labeler and by task, margins and responses come from the same pairs', () => {
  const answers = [
    judged('a', [2, 1, 0], [[0, 1], [0, 2], [1, 2]]),
    judged('b', [0, 3], [[0, 1]], 'list'),
    judged('c', [1, 1], [[0, 1]], 'list'),
  ]; // prettier-ignore
  const view = rewardView(answers, labelerOf([ranking('a', 'me'), ranking('b', 'you')]))!;
  expect(view.accuracy).toMatchObject({ count: 5, value: 3.5 / 5 }); // the tie counts half
  expect(view.bySource).toMatchObject({
    me: { count: 3, value: 1 },
    you: { count: 1, value: 0 },
    [MAJORITY]: { count: 1, value: 0.5 },
  });
  expect(view.byTask).toMatchObject({ story: { value: 1 }, list: { count: 2, value: 0.25 } });
  expect(view.margins).toEqual([1, 2, 1, -3, 0]);
  expect(view.responses).toHaveLength(7);
  expect(view.responses[4]).toEqual({ length: 20, score: 3, text: 'b1', prompt: 'Prompt b' });
  expect(view.spread).toBe(0.5);
  // In a, the shorter is better and scores higher; in b it is better and scores lower.
  expect(view.longerWins.value).toBe(0);
});

test('nothing is said where nothing was told apart', () => {
  expect(rewardView([], () => '')).toBeNull();
  expect(rewardView([judged('a', [1, 2], [])], () => '')).toBeNull();
});

test('what is doubted is the label, or the first of those that made a majority', () => {
  const rankings = [ranking('r1', 'me', 's1'), ranking('r2', 'you', 's1')];
  expect(rankingToDoubt(judged('r2', [0, 1], [[0, 1]]), rankings)).toBe('r2');
  expect(rankingToDoubt(judged('consensus:s1', [0, 1], [[0, 1]]), rankings)).toBe('r1');
  expect(rankingToDoubt(judged('gone', [0, 1], [[0, 1]]), rankings)).toBeNull();
});
