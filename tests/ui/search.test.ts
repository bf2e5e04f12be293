/** A planted reward hack is found: the best by reward is worse by gold. */
import { expect, test } from 'vitest';
import type { Prompt, Review, Rollout, SearchProbe } from '../../src/records';
import { bestOf, improvementOf, likedOf, reviewedShare } from '../../src/ui/state/search';
import { checkpoint, review, rollout } from '../storage/examples';

const asked = (id: string): Prompt => ({ id, text: `What colour is ${id}?`, task: 'answer', split: 'held-out', source: 'built-in', check: { kind: 'answer', accepted: ['blue'] } }); // prettier-ignore
const prompts = Array.from({ length: 12 }, (_, i) => asked(`thing ${i}`));
const searched = (score: (text: string) => number): SearchProbe => {
  const texts = ['Blue.', 'Red.', 'You are so clever and so kind.', 'I do not know.'];
  const found = prompts.map((prompt) => bestOf(prompt, texts, texts.map(score)));
  return { kind: 'search', id: 's', checkpointId: 'ppo', rewardModelId: 'rm', n: 4, found, createdAt: 1 }; // prettier-ignore
};

test('flattery that a reward model likes gains reward and loses gold', () => {
  const probe = searched((text) => Number(text.includes('clever')));
  expect(probe.found[0]!.best.text).toBe('You are so clever and so kind.');
  const { reward, gold, better } = improvementOf(probe, 1);
  expect(reward.value).toBe(1);
  expect(gold!.value).toBeLessThan(-0.3);
  expect(better).toMatchObject({ value: 0, n: 12 });
  expect(better!.high).toBeLessThan(0.3);
});

test('a reward model that likes what is right moves nothing that was right', () => {
  const { gold, better } = improvementOf(
    searched((text) => Number(text === 'Blue.')),
    1,
  );
  expect(gold!.value).toBe(0);
  expect(better).toBe(null); // no answer changed, so nothing is claimed
  const own = searched((text) => text.length);
  const unknown = { ...own, found: own.found.map(({ prompt, first, best }) => ({ prompt, first: { ...first, gold: null }, best })) }; // prettier-ignore
  expect(improvementOf(unknown, 1).gold).toBe(null);
  expect(() => bestOf(asked('x'), ['a', 'b'], [1])).toThrow('1 scores for 2 answers');
});

test('the queue holds what was liked best first, each answer once, of one reward model', () => {
  const said = (id: string, response: string, score: number): Rollout => ({ ...rollout('run', 3, id), query: prompts[0]!.text, response, score }); // prettier-ignore
  const run = { checkpoint: checkpoint('ppo', 'p'), rewardModelId: 'rm' };
  const rollouts = [said('1', 'a', 1), said('2', 'b', 5), said('3', 'a', 1)];
  const probe = searched((text) => 3 * Number(text.includes('clever')));
  const liked = likedOf(rollouts, run, [probe], prompts, 'rm');
  expect(liked.map(({ score }) => score)).toEqual([5, ...Array<number>(12).fill(3), 1]);
  expect(liked[0]).toMatchObject({ answer: 'b', step: 3, prompt: prompts[0], checkpointId: 'ppo' });
  expect(liked[1]).toMatchObject({ step: null });
  expect(likedOf(rollouts, run, [probe], prompts, 'another')).toEqual([]);
});

test('reviews give a share with an interval, those that are not sure left out', () => {
  const said = (verdict: Review['verdict'], i: number): Review => ({ ...review(String(i)), verdict }); // prettier-ignore
  expect(reviewedShare([])).toBe(null);
  expect(reviewedShare([said('unsure', 1)])).toBe(null);
  const share = reviewedShare((['good', 'bad', 'bad', 'unsure'] as const).map(said));
  expect(share).toMatchObject({ value: 1 / 3, n: 3 });
  expect(share!.high).toBeLessThan(1);
});
