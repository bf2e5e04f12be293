/** Tables of demonstrations: what is taken, what is named as wrong, and that nothing is lost in between. */
import { describe, expect, test } from 'vitest';
import { formOf, readAnyDemonstrations } from '../../src/data/demonstrations-table';

const read = (file: string, known: Parameters<typeof readAnyDemonstrations>[1]['known'] = []) =>
  readAnyDemonstrations(file, { now: 5, known });
const pairs = (file: string) => read(file).taken.map(({ text, response }) => [text, response]);

describe('a table', () => {
  test('with a heading is read by its names, in any order', () => {
    const file = 'task,Answer,Question,split\nlist,"- a\n- b",Name two letters.,test\n,Blue.,What colour is the sky?,\n'; // prettier-ignore
    const { taken, wrong, form } = read(file);
    expect(form).toBe('csv');
    expect(wrong).toEqual([]);
    expect(taken).toMatchObject([
      { text: 'Name two letters.', response: '- a\n- b', task: 'list', split: 'held-out', source: 'imported' },
      { text: 'What colour is the sky?', response: 'Blue.', task: 'own', split: 'train', createdAt: 5 },
    ]); // prettier-ignore
  });

  test('as a spreadsheet copies it needs no heading', () => {
    expect(pairs('What is 1 and 1?\tTwo.\r\nSay hi, please.\tHi, you!\r\n')).toEqual([
      ['What is 1 and 1?', 'Two.'],
      ['Say hi, please.', 'Hi, you!'],
    ]);
  });

  test('has its wrong rows named, and takes the others', () => {
    const { taken, wrong, duplicates } = read('prompt,response\nHi,Hello\n,Nobody asked\nBye\nHi,Hello\nWhy,  \n'); // prettier-ignore
    expect(taken).toHaveLength(1);
    expect(duplicates).toBe(1);
    expect(wrong.map(({ line, problem }) => [line, problem])).toEqual([
      [3, 'Its prompt is empty.'],
      [4, 'It has 1 field, and the first row has 2.'],
      [6, 'Its response is empty.'],
    ]);
    expect(read('prompt,response\nHi,Hello\n', taken)).toMatchObject({ taken: [], duplicates: 1 });
  });

  test('of which nothing can be made says why', () => {
    expect(read('a,b,c\n1,2,3\n').wrong[0]?.problem).toMatch(/names no column .* 3 columns/);
    expect(read('prompt,notes\nHi,there\n').wrong[0]?.problem).toMatch(
      /none that is called “response”/,
    );
    expect(read('response,notes\nHi,there\n').wrong[0]?.problem).toMatch(
      /none that is called “prompt”/,
    );
    expect(read('')).toMatchObject({ taken: [], wrong: [] });
  });
});

test('lines of JSON are still lines of JSON, whatever they hold', () => {
  expect(formOf('{"prompt": "a, b", "response": "c"}')).toBe('jsonl');
  expect(formOf('\uFEFF [ {"prompt": 1} ]')).toBe('jsonl');
  expect(formOf('one line of words')).toBe('jsonl');
  expect(pairs('{"prompt": "a, b", "response": "c\\td"}')).toEqual([['a, b', 'c\td']]);
});
