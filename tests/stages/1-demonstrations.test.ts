import { expect, test } from 'vitest';
import { collectDemonstrations } from '../../src/stages/1-demonstrations';
import type { Demonstration, Split } from '../../src/records';
import { demonstrationsOf, exhausted, LENGTHS, ownPrompt, tokenizer } from '../lab';

const given = { tokenizer, lengths: LENGTHS, seed: 1 };

const own = (text: string, response: string, split: Split = 'train'): Demonstration => ({
  ...ownPrompt(text, split),
  response,
  createdAt: 0,
});

test('what is marked as held out is held out, and all is counted', async () => {
  const all = [...demonstrationsOf('train', 9), ...demonstrationsOf('held-out', 3)];
  const { yields, result } = await exhausted(collectDemonstrations(all, given));
  expect(result).toEqual({ train: all.slice(0, 9), heldOut: all.slice(9), leftOut: [] });
  expect(yields.at(-1)).toEqual({ done: 12, total: 12, what: 'Reading demonstrations' });
});

test('where nothing is marked about a tenth is held out, the same every time and never the first', async () => {
  const all = Array.from({ length: 400 }, (_, i) => own(`Say ${i}.`, `It is ${i}.`));
  const { yields, result } = await exhausted(collectDemonstrations(all, given));
  expect(result.train).toContain(all[0]);
  // Two standard deviations of a binomial with 400 draws and probability 0.1.
  expect(Math.abs(result.heldOut.length - 40)).toBeLessThan(12);
  expect(result.train.length + result.heldOut.length).toBe(400);
  expect(yields.map(({ done }) => done)).toEqual([50, 100, 150, 200, 250, 300, 350, 400]);
  const again = await exhausted(collectDemonstrations(all, given));
  expect(again.result).toEqual(result);
  const other = await exhausted(collectDemonstrations(all, { ...given, seed: 2 }));
  expect(other.result.heldOut).not.toEqual(result.heldOut);
});

test('what cannot be learned from is left out by name', async () => {
  const fine = own('What is red?', 'A ball.');
  const long = own('Say it.', 'a b c d e f g h i j k l m n o p q r s t u v w x y z');
  const all = [
    fine,
    own('What is red?', 'A ball.'),
    own('What is red?', 'A hat.'),
    own('  ', 'Yes.'),
    own('Why?', ' '),
    long,
  ];
  const { result } = await exhausted(collectDemonstrations(all, given));
  expect([...result.train, ...result.heldOut]).toEqual([fine, all[2]]);
  expect(result.leftOut.map(({ reason }) => reason)).toEqual([
    'It is the same as one before it.',
    'Its prompt is empty.',
    'Its response is empty.',
    expect.stringMatching(/^Its response is \d+ tokens long and 12 are allowed\./),
  ]);
  expect(result.leftOut.at(-1)!.demonstration).toBe(long);
});

test('nothing to learn from is a sentence, not an empty set', async () => {
  await expect(exhausted(collectDemonstrations([], given))).rejects.toThrow(
    'None of the 0 demonstrations can be learned from. Write some, or import them.',
  );
  await expect(exhausted(collectDemonstrations([own('', 'Yes.')], given))).rejects.toThrow(
    'None of the 1 demonstrations can be learned from. Its prompt is empty.',
  );
});
