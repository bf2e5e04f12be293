/** How checkpoints stand by votes: each judge apart, ties told apart, and how many votes are missing. */
import { expect, test } from 'vitest';
import { votesNeeded } from '../../src/algorithms/proportion';
import { wilsonInterval } from '../../src/algorithms/win-rate';
import type { Contest, Evaluation, LabelerInfo, Outcome } from '../../src/records';
import { pairsOf } from '../../src/ui/state/pairs';
import { furtherVotes, standingsOf } from '../../src/ui/state/standings';
import { evaluation, prompt } from '../storage/examples';

const YOU: LabelerInfo = { id: 'person', name: 'You', source: 'human' };
const RULE: LabelerInfo = { id: 'simulated:gold', name: 'Gold', source: 'simulated', rule: 'gold' };

let made = 0;
const votes = (
  judge: LabelerInfo,
  checkpointId: string,
  baselineId: string,
  outcomes: Outcome[],
): Evaluation => ({
  // prettier-ignore
  ...evaluation(`e${made++}`),
  judge,
  checkpointId,
  baselineId,
  contests: outcomes.map((outcome, i): Contest => {
    return { id: `c${made}:${i}`, prompt: prompt(String(i)), answers: [], seed: 1, temperature: 1, outcome }; // prettier-ignore
  }),
});
const times = (n: number, outcome: Outcome): Outcome[] => Array<Outcome>(n).fill(outcome);

test('judges are never mixed, and the one with most votes stands first', () => {
  const all = standingsOf(
    [
      votes(RULE, 'ppo', 'sft', times(9, 'loss')),
      votes(YOU, 'ppo', 'sft', [...times(8, 'win'), ...times(4, 'loss')]),
    ],
    { seed: 1 },
  );
  expect(all.map(({ judge, votes: n }) => [judge.id, n])).toEqual([
    ['person', 12],
    ['simulated:gold', 9],
  ]);
  expect(all[0]!.models.map(({ checkpointId }) => checkpointId)).toEqual(['ppo', 'sft']);
  expect(all[1]!.models.map(({ checkpointId }) => checkpointId)).toEqual(['sft', 'ppo']);
  // Odds of 8 to 4 are ln 2 apart, and 400 points are odds of ten to one.
  const [first, second] = all[0]!.models;
  expect(first!.rating - second!.rating).toBeCloseTo(400 * Math.log10(2), 6);
  expect(first!.low).toBeLessThan(first!.rating);
  expect(all[0]!.note).toBe(null);
  expect(all[1]!.note).toContain('won or lost all'); // nothing finite follows from these votes alone
});

test('three models are rated together, whoever met whom', () => {
  const [standing] = standingsOf(
    [
      votes(YOU, 'ppo', 'sft', [...times(6, 'win'), ...times(3, 'loss')]),
      votes(YOU, 'sft', 'base', [...times(6, 'win'), ...times(3, 'loss')]),
      votes(YOU, 'base', 'ppo', [...times(2, 'win'), ...times(8, 'loss')]),
    ],
    { seed: 1 },
  );
  expect(standing!.models.map(({ checkpointId }) => checkpointId)).toEqual(['ppo', 'sft', 'base']);
  expect(standing!.models.map(({ votes: n }) => n)).toEqual([19, 18, 19]);
  expect(standing!.pairs).toHaveLength(3);
});

test('a pair counts its contests from both ends, with ties and both-bad told apart', () => {
  const one = votes(YOU, 'ppo', 'sft', ['win', 'win', 'loss', 'tie', 'both-bad', 'both-bad']);
  const other = votes(YOU, 'sft', 'ppo', ['win', 'loss']);
  const contradicting = { ...one, contests: one.contests.map((c, i) => ({ ...c, contradicted: i === 3 })) }; // prettier-ignore
  const [standing] = standingsOf([contradicting, other], { seed: 1 });
  const [pair] = standing!.pairs;
  const [low, high] = wilsonInterval(4.5, 8);
  expect(pair).toMatchObject({ first: 'ppo', second: 'sft', bothBad: 2, contradicted: 1 });
  expect(pair!.winRate).toMatchObject({ wins: 3, losses: 2, ties: 3, value: 4.5 / 8, low, high });
});

test('what has no votes that are known is left out', () => {
  const old = evaluation('old');
  const counted = { ...old, contests: [{ id: 'c', prompt: prompt('1'), answers: [], seed: 1, temperature: 1 }] }; // prettier-ignore
  expect(standingsOf([], { seed: 1 })).toEqual([]);
  expect(standingsOf([old, counted], { seed: 1 })).toEqual([]);
});

test('votes that are missing follow from the size of a test, ties as often as so far', () => {
  const needed = votesNeeded(0.6);
  expect(furtherVotes({ wins: 6, losses: 4, ties: 0 })).toBe(needed - 10);
  expect(furtherVotes({ wins: 6, losses: 4, ties: 10 })).toBe(2 * (needed - 10));
  expect(furtherVotes({ wins: 600, losses: 400, ties: 0 })).toBe(0);
  expect(furtherVotes({ wins: 4, losses: 4, ties: 9 })).toBe(null);
  expect(furtherVotes({ wins: 0, losses: 0, ties: 9 })).toBe(null);
});

test('every two meet once, the newer under test', () => {
  expect(pairsOf(['base', 'sft', 'ppo'])).toEqual([
    { first: 'sft', second: 'base' },
    { first: 'ppo', second: 'base' },
    { first: 'ppo', second: 'sft' },
  ]);
});
