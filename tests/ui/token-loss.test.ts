import { expect, test } from 'vitest';
import type { Demonstration } from '../../src/records';
import { lossesOf, shownFirst } from '../../src/ui/state/token-loss';

test('the loss is minus the log-probability, beside that of the base', () => {
  const now = [{ tokens: ['a', 'b'], values: [-0.5, -1.5] }];
  const before = [{ tokens: ['a', 'b'], values: [-2, -4] }];
  expect(lossesOf(now, before)).toEqual([
    { tokens: ['a', 'b'], losses: [0.5, 1.5], before: [2, 4], mean: 1, meanBefore: 3 },
  ]);
  expect(() => lossesOf(now, [{ tokens: ['a'], values: [-1] }])).toThrow('2 and 1 tokens');
});

test('held-out demonstrations come first, one of each task before the second', () => {
  const of = (id: string, split: string, task: string) => ({ id, split, task }) as Demonstration;
  const order = shownFirst([
    of('t1', 'train', 'story'),
    of('h1', 'held-out', 'story'),
    of('h2', 'held-out', 'story'),
    of('h3', 'held-out', 'list'),
  ]);
  expect(order.map(({ id }) => id)).toEqual(['h1', 'h3', 'h2', 't1']);
});
