import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readDemonstrations, writeDemonstrations } from '../../src/data/jsonl';
import { worldDemonstrations } from '../../src/data/world';

const NOW = { now: 7 };

describe('demonstrations from lines of JSON', () => {
  test('are taken in every form that data sets come in, once each', () => {
    const { taken, wrong, duplicates, forms } = readDemonstrations(
      [
        '\uFEFF{"prompt": "Hi", "response": "Hello!"}',
        '',
        '{"prompt": "Hi", "completion": " Hello!\\r\\n"}',
        '{"instruction": "Say it shorter.", "input": "A long text.", "output": "Text."}',
        '{"instruction": "Sing.", "input": "", "output": "La."}',
        '{"messages": [{"role": "user", "content": "One?"}, {"role": "assistant", "content": "Two."}, {"role": "user", "content": "Three?"}, {"role": "assistant", "content": "Four."}]}',
      ].join('\r\n'),
      NOW,
    );
    expect(wrong).toEqual([]);
    expect(duplicates).toBe(1);
    expect(forms).toEqual({ prompt: 2, instruction: 2, messages: 1 });
    expect(taken.map(({ text, response }) => [text, response])).toEqual([
      ['Hi', 'Hello!'],
      ['Say it shorter.\nA long text.', 'Text.'],
      ['Sing.', 'La.'],
      ['One?\nTwo.\nThree?', 'Four.'],
    ]);
    expect(taken[0]).toMatchObject({
      source: 'imported',
      task: 'own',
      split: 'train',
      check: null,
      createdAt: 7,
    });
  });

  test('name each wrong line with its number and reason, and take the others', () => {
    const file = [
      '{"prompt": "a", "response": "b"',
      'null',
      '{"prompt": "a"}',
      '{"prompt": 3, "response": "b"}',
      '{"prompt": " ", "response": "b"}',
      '{"prompt": "a", "response": ""}',
      '{"question": "a", "answer": "b"}',
      '{"messages": [{"role": "user", "content": "a"}]}',
      '{"messages": "a"}',
      `{"prompt": "a", "response": "${'x'.repeat(20_001)}"}`,
      '{"prompt": "good", "response": "good"}',
    ].join('\n');
    const { taken, wrong } = readDemonstrations(file, NOW);
    expect(taken.map(({ text }) => text)).toEqual(['good']);
    expect(wrong.map(({ line }) => line)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    for (const { problem, text } of wrong) {
      expect(problem).toMatch(/^[A-Z].*\.$/);
      expect(text.length).toBeLessThanOrEqual(200);
    }
    expect(wrong[3]!.problem).toContain('"prompt" is no text');
    expect(wrong[9]!.problem).toContain('20,000');
  });

  test('may stand in one array', () => {
    const file = JSON.stringify([{ instruction: 'a', output: 'b' }, 5], null, 2);
    const { taken, wrong } = readDemonstrations(file, NOW);
    expect([taken.length, wrong[0]!.line]).toEqual([1, 2]);
  });

  test('survive a writing and reading whole', () => {
    const demonstrations = worldDemonstrations(1);
    const { taken, wrong, duplicates } = readDemonstrations(
      writeDemonstrations(demonstrations),
      NOW,
    );
    expect([wrong, duplicates]).toEqual([[], 0]);
    expect(taken).toEqual(demonstrations.map((d) => ({ ...d, source: 'imported', createdAt: 7 })));
    const again = readDemonstrations(writeDemonstrations(demonstrations), {
      ...NOW,
      known: demonstrations,
    });
    expect([again.taken.length, again.duplicates]).toEqual([0, demonstrations.length]);
  });

  test('keep any text', () => {
    const text = fc.string({ unit: 'binary', minLength: 1 });
    fc.assert(
      fc.property(text, text, (prompt, response) => {
        const { taken } = readDemonstrations(`${JSON.stringify({ prompt, response })}\n`, NOW);
        const tidy = (s: string) => s.replace(/\r\n?/g, '\n').trim();
        if (tidy(prompt) === '' || tidy(response) === '') {
          expect(taken).toEqual([]);
          return;
        }
        expect([taken[0]!.text, taken[0]!.response]).toEqual([tidy(prompt), tidy(response)]);
        const again = readDemonstrations(writeDemonstrations(taken), NOW).taken;
        expect(again).toEqual(taken);
      }),
    );
  });

  test('never throw, and account for every line', () => {
    const key = fc.constantFrom(
      'prompt',
      'response',
      'instruction',
      'output',
      'messages',
      'role',
      'check',
      'kind',
      'task',
      '__proto__',
    );
    const { record } = fc.letrec<{ record: unknown }>((tie) => ({
      record: fc.oneof(
        { depthSize: 'small' },
        fc.jsonValue(),
        fc.dictionary(key, tie('record'), { maxKeys: 4 }),
        fc.array(tie('record'), { maxLength: 3 }),
      ),
    }));
    const line = fc.oneof(
      record.map((value) => JSON.stringify(value)),
      fc.string().map((s) => s.replace(/[\r\n]/g, '')),
      fc.constant('{"prompt": "a", "response": "b"}'),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 6 }), (lines) => {
        const { taken, wrong, duplicates } = readDemonstrations(lines.join('\n'), NOW);
        // An array over the whole file is one record an element, and no line.
        if (!/^\uFEFF?\s*\[/.test(lines.join('\n')))
          expect(taken.length + wrong.length + duplicates).toBe(
            lines.filter((l) => l.replace(/^\uFEFF/, '').trim()).length,
          );
      }),
      { numRuns: 500 },
    );
  });
});
