import { expect, test } from 'vitest';
import { asTask, contextOf, roomFor } from '../../src/ui/state/conversation';
import { compare } from '../../src/ui/strings/compare';

test('turns are told in the form that the models know, and empty ones are left out', () => {
  const turns = [
    { prompt: 'Who are you?', answer: ' A model. ' },
    { prompt: 'Nothing said', answer: '' },
  ];
  expect(contextOf(turns, ' And now? ')).toBe('Who are you?\nA: A model.\n\nAnd now?');
  expect(contextOf([], 'Hello.')).toBe('Hello.');
});

test('the longest context leaves the answer its tokens', () => {
  const lengths = { promptTokens: 48, responseTokens: 32 };
  expect(roomFor(lengths, 512, 192)).toEqual({ promptTokens: 192, responseTokens: 32 });
  expect(roomFor(lengths, 128, 192)).toEqual({ promptTokens: 96, responseTokens: 32 });
});

test('a text changes its task and keeps its words', () => {
  const [shorter, list, json] = compare.taskForms;
  const text = asTask('Tom has a hat.', shorter!, compare.taskForms);
  expect(text).toBe('Say it shorter: Tom has a hat.');
  expect(asTask(text, list!, compare.taskForms)).toBe('Write it as a list: Tom has a hat.');
  expect(asTask('', json!, compare.taskForms)).toBe(`${json!.before} ${json!.example}`);
});
