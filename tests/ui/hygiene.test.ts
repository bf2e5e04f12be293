/** A planted leak of personal data, a planted repetition and a planted leak between the splits are found. */
import { describe, expect, test } from 'vitest';
import { worldDemonstrations } from '../../src/data/world';
import type { Demonstration } from '../../src/records';
import { hygieneOf, redacted, taskMix } from '../../src/ui/state/hygiene';

const of = (id: string, text: string, response: string, split: 'train' | 'held-out' = 'train'): Demonstration => ({ id, text, response, split, task: 'answer', source: 'human', check: { kind: 'unknown' }, createdAt: 0 }); // prettier-ignore

describe('hygiene', () => {
  test('finds what repeats another, marks and case aside, and not what only resembles it', () => {
    const { repeated } = hygieneOf([
      of('a', 'What is red?', 'A rose.'),
      of('b', 'what is red', 'a rose'),
      of('c', 'What is red?', 'Roses are.'),
    ]);
    expect([...repeated]).toEqual(['b']);
  });

  test('finds held-out prompts that are learned from', () => {
    const { leaked } = hygieneOf([
      of('a', 'What is red?', 'A rose.'),
      of('b', 'What is red?', 'Blood is.', 'held-out'),
      of('c', 'What is blue?', 'The sky.', 'held-out'),
    ]);
    expect([...leaked]).toEqual(['b']);
  });

  test('finds planted personal data, and nothing in the built-in demonstrations', () => {
    const planted = of('x', 'Write to ada@example.org for me.', 'Call +44 20 7946 0958 first.');
    const world = worldDemonstrations(1);
    const { personal, repeated, leaked } = hygieneOf([...world, planted]);
    expect([...personal]).toEqual([['x', ['email', 'phone']]]);
    expect(repeated.size).toBe(0);
    expect(leaked.size).toBe(0);
    const clean = redacted(planted);
    expect(clean).toMatchObject({
      id: 'x',
      text: 'Write to [email] for me.',
      response: 'Call [phone] first.',
      task: 'own',
      check: null,
    });
    expect(hygieneOf([clean]).personal.size).toBe(0);
  });

  test('keeps the check of a prompt that it did not change', () => {
    const clean = redacted(of('x', 'Who is it?', 'ada@example.org'));
    expect(clean).toMatchObject({
      response: '[email]',
      task: 'answer',
      check: { kind: 'unknown' },
    });
  });
});

test('the mix counts each task by its use, the most first', () => {
  const list = { ...of('c', 'x', 'y'), task: 'list' as const };
  expect(taskMix([list, of('a', 'p', 'q'), of('b', 'r', 's', 'held-out')])).toEqual([
    { task: 'answer', learn: 1, heldOut: 1 },
    { task: 'list', learn: 1, heldOut: 0 },
  ]);
});
