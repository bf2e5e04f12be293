import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readCsv, writeCsv } from '../../src/data/csv';
import {
  columnsOf,
  inBoth,
  readTestSet,
  testSetOf,
  writeAnswersCsv,
  writeAnswersJsonl,
  type AnswerRow,
} from '../../src/data/test-sets';

const fieldsOf = (file: string) => readCsv(file).rows.map(({ fields }) => fields);

describe('comma-separated values', () => {
  test('are those of RFC 4180, section 2, rule by rule', () => {
    expect(fieldsOf('aaa,bbb,ccc\r\nzzz,yyy,xxx\r\n')).toEqual([['aaa', 'bbb', 'ccc'], ['zzz', 'yyy', 'xxx']]); // prettier-ignore
    expect(fieldsOf('aaa,bbb\r\nzzz,yyy')).toHaveLength(2);
    expect(fieldsOf(' a ,b')).toEqual([[' a ', 'b']]);
    expect(fieldsOf('"aaa","b \r\nbb","ccc"\r\nzzz,yyy,xxx')).toEqual([['aaa', 'b \r\nbb', 'ccc'], ['zzz', 'yyy', 'xxx']]); // prettier-ignore
    expect(fieldsOf('"aaa","b""bb","c,cc"')).toEqual([['aaa', 'b"bb', 'c,cc']]);
  });

  test('take any line end and a mark at the beginning, and leave empty lines out', () => {
    expect(fieldsOf('\uFEFFa,b\rc,d\n\n\r\ne,f\n')).toEqual([['a', 'b'], ['c', 'd'], ['e', 'f']]); // prettier-ignore
    expect(fieldsOf('')).toEqual([]);
    expect(fieldsOf('a,b\n,')).toEqual([['a', 'b'], ['', '']]); // prettier-ignore
  });

  test('name wrong rows with the line where they begin', () => {
    const { rows, wrong } = readCsv(
      'a,b\n1\n"x\ny",2\n3,4"5\n"6"7,8\n9,10\n"never,closed\n11,12\n',
    );
    expect(rows.map(({ line }) => line)).toEqual([1, 3, 7, 9]);
    expect(wrong.map(({ line, problem }) => [line, problem])).toEqual([
      [2, 'It has 1 field, and the first row has 2.'],
      [5, 'A quote stands within a field that does not begin with one.'],
      [6, 'Something stands between a closing quote and the next field.'],
      [8, 'A quote is opened and never closed.'],
    ]);
  });

  test('come back as they were written', () => {
    const cell = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: fc.constantFrom('"', ',', '\r', '\n', 'a', ' ') })); // prettier-ignore
    const table = fc
      .integer({ min: 1, max: 4 })
      .chain((n) => fc.array(fc.array(cell, { minLength: n, maxLength: n })));
    fc.assert(
      fc.property(table, (rows) => {
        const read = readCsv(writeCsv(rows));
        expect(read.wrong).toEqual([]);
        expect(read.rows.map(({ fields }) => fields)).toEqual(rows);
      }),
    );
  });

  test('never throw, and lines are accounted for in order', () => {
    const text = fc.string({ unit: fc.constantFrom('"', ',', '\r', '\n', 'a') });
    fc.assert(
      fc.property(text, (file) => {
        const { rows, wrong } = readCsv(file);
        const lines = [...rows, ...wrong].map(({ line }) => line);
        expect(new Set(lines).size).toBe(lines.length);
        expect(Math.max(1, ...lines)).toBeLessThanOrEqual(file.split(/\r\n|\n|\r/).length);
      }),
    );
  });
});

describe('a test set', () => {
  const CSV = 'id,question,gold\n1,"What colour is the sky?",Blue\n2,Where do cows live?,on a farm|Field\n3,,x\n4,Who?,\n5,What colour is the sky?,blue\n6,short\n'; // prettier-ignore

  test('is read from the columns that a person names', () => {
    expect(columnsOf(CSV, 'csv')).toEqual(['id', 'question', 'gold']);
    const { taken, wrong, duplicates } = readTestSet(CSV, 'csv', { prompt: 'question', answers: 'gold' }); // prettier-ignore
    expect(taken.map(({ text, check }) => [text, check])).toEqual([
      ['What colour is the sky?', { kind: 'answer', accepted: ['blue'] }],
      ['Where do cows live?', { kind: 'answer', accepted: ['on a farm', 'field'] }],
    ]);
    expect(taken[0]).toMatchObject({ task: 'answer', split: 'held-out', source: 'imported' });
    expect(duplicates).toBe(1);
    expect(wrong).toEqual([
      { line: 4, problem: 'Its "question" is empty.', text: '3,,x' },
      { line: 5, problem: 'Its "gold" is empty.', text: '4,Who?,' },
      { line: 7, problem: 'It has 2 fields, and the first row has 3.', text: '6,short' },
    ]);
  });

  test('is refused where a column is not there', () =>
    expect(() => readTestSet(CSV, 'csv', { prompt: 'prompt', answers: null })).toThrow(
      'There is no column "prompt". The columns are id, question, gold.',
    ));

  test('is read from lines of JSON, with lists of answers and passages', () => {
    const file = [
      '{"q": "What did Max see?", "a": ["a dog", "Dog"], "p": "Max saw a dog."}',
      '[1]',
      '{"q": "How many?", "a": 3, "p": ""}',
      '{"q": 7, "a": {}, "p": ""}',
      '{"q": null, "a": "x"}',
      '{"a": "x"}',
    ].join('\n');
    expect(columnsOf(file, 'jsonl')).toEqual(['q', 'a', 'p']);
    const { taken, wrong } = readTestSet(file, 'jsonl', { prompt: 'q', answers: 'a', passage: 'p' }); // prettier-ignore
    expect(taken.map(({ text, task, check }) => [text, task, check])).toEqual([
      ['Max saw a dog.\nWhat did Max see?', 'grounded', { kind: 'grounded', accepted: ['a dog', 'dog'], passage: 'Max saw a dog.' }], // prettier-ignore
      ['How many?', 'answer', { kind: 'answer', accepted: ['3'] }],
    ]);
    expect(wrong.map(({ line }) => line)).toEqual([2, 4, 5, 6]);
    for (const { problem } of wrong) expect(problem).toMatch(/^It.*\.$/);
  });

  test('without answers has no check, and never throws whatever the lines are', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.json(), fc.string())), (lines) => {
        const { taken } = readTestSet(lines.join('\n'), 'jsonl', { prompt: 'q', answers: null });
        for (const { task, check } of taken) expect([task, check]).toEqual(['own', null]);
      }),
    );
  });

  test('has a name by what it holds, and shows what was trained on', () => {
    const { taken } = readTestSet(CSV, 'csv', { prompt: 'question', answers: 'gold' });
    const set = testSetOf('sky', taken);
    expect(set.id).toBe(`test-set:${set.hash.slice(0, 16)}`);
    expect(testSetOf('other name', taken).hash).toBe(set.hash);
    expect(testSetOf('sky', taken.slice(1)).hash).not.toBe(set.hash);
    expect(inBoth(taken, [{ text: ' what colour is  the SKY?' }])).toEqual([taken[0]]);
  });
});

test('answers and scores go out as a table and as lines of JSON', () => {
  const rows: AnswerRow[] = [
    { promptId: 'p', prompt: 'Say "a, b"', task: 'own', checkpointId: 'c', answer: 'a,\nb', finished: true, scores: { gold: 0.5 } }, // prettier-ignore
    { promptId: 'q', prompt: 'x', task: 'list', checkpointId: 'c', answer: '', finished: false, scores: { f1: null, gold: 1 } }, // prettier-ignore
  ];
  expect(fieldsOf(writeAnswersCsv(rows))).toEqual([
    ['promptId', 'prompt', 'task', 'checkpointId', 'answer', 'finished', 'gold', 'f1'],
    ['p', 'Say "a, b"', 'own', 'c', 'a,\nb', 'true', '0.5', ''],
    ['q', 'x', 'list', 'c', '', 'false', '1', ''],
  ]);
  const lines = writeAnswersJsonl(rows).trimEnd().split('\n');
  expect(lines.map((line): unknown => JSON.parse(line))).toEqual(rows);
});
