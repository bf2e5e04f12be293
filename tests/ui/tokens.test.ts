/** What is drawn of a rollout's tokens, and in which order rollouts come. */
import { expect, test } from 'vitest';
import type { Rollout, RolloutToken } from '../../src/records';
import { QUANTITIES, quantityOf, scaleOf, sortedRollouts } from '../../src/ui/state/tokens';

const token = (changes: Partial<RolloutToken> = {}): RolloutToken => ({
  text: 'a',
  logProbability: -1,
  referenceLogProbability: -3,
  reward: 0.5,
  value: -0.25,
  advantage: 2,
  return: 1.75,
  ratio: 0.9,
  clipped: false,
  ...changes,
});
const rollout = (id: string, score: number, gold: number | null, kl = 0): Rollout => ({
  id,
  runId: 'r',
  step: 1,
  query: 'q',
  response: 'a',
  score,
  gold,
  kl,
  finished: true,
  tokens: [token({ value: score })],
});

test('each quantity is what its name says, in nats above the reference for KL', () => {
  const values = QUANTITIES.map((quantity) => quantityOf(token(), quantity));
  [2, 1, -0.25, 2, 0.5, -0.1].forEach((wanted, i) => expect(values[i]).toBeCloseTo(wanted, 12));
});

test('one scale serves all rollouts, and is never 0', () => {
  expect(scaleOf([rollout('a', 1, 0), rollout('b', -3, 0)], 'value')).toBe(3);
  expect(scaleOf([rollout('a', 0, 0)], 'value')).toBe(1);
  expect(scaleOf([], 'kl')).toBe(1);
});

test('orders put first what they promise', () => {
  const all = [rollout('a', 1, 5, 9), rollout('b', 3, 1, 2), rollout('c', 2, null, 4)];
  const ids = (order: Parameters<typeof sortedRollouts>[1]) =>
    sortedRollouts(all, order)
      .map(({ id }) => id)
      .join('');
  expect(ids('drawn')).toBe('abc');
  expect(ids('best')).toBe('bca');
  expect(ids('worst')).toBe('acb');
  expect(ids('furthest')).toBe('acb');
  expect(ids('parted')).toBe('ba');
  expect(all.map(({ id }) => id).join('')).toBe('abc');
});
