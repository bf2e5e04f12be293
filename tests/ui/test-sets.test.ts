/** What a file of prompts most likely holds, before a person says otherwise. */
import { expect, test } from 'vitest';
import { columnsOfFile, formatOf, guessMapping, readTestSet } from '../../src/ui/state/test-sets';

test('the format follows from the name, or from the text', () => {
  expect(formatOf('', 'mine.CSV')).toBe('csv');
  expect(formatOf('a,b', 'mine.jsonl')).toBe('jsonl');
  expect(formatOf('  {"question": "Why?"}', '')).toBe('jsonl');
  expect(formatOf('question,answer', 'notes.txt')).toBe('csv');
});

test('columns are guessed by their names, and a file is read by the guess', () => {
  expect(guessMapping(['id', 'Question', 'Answers', 'context'])).toEqual({ prompt: 'Question', answers: 'Answers', passage: 'context', separator: '|' }); // prettier-ignore
  expect(guessMapping(['x', 'y'])).toMatchObject({ prompt: 'x', answers: null, passage: null });
  expect(guessMapping(['response'])).toMatchObject({ prompt: 'response', answers: null });
  const file = 'question,answer\nWhat colour is the sky?,blue|light blue\n,red\n"one, two",,\n';
  const { taken, wrong } = readTestSet(file, 'csv', guessMapping(columnsOfFile(file, 'csv')));
  expect(taken.map(({ check }) => check)).toEqual([{ kind: 'answer', accepted: ['blue', 'light blue'] }]); // prettier-ignore
  expect(wrong.map(({ line }) => line)).toEqual([3, 4]);
});
