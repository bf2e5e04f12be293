import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { gold } from '../../src/data/gold';
import { fits } from '../../src/data/template';
import { loadTokenizer } from '../../src/data/tokenizer';
import { allQuestions } from '../../src/data/world';
import { HANDWRITTEN } from '../../src/data/world/handwritten';
import { BORDERLINE_TOPIC, UNSAFE_TOPIC } from '../../src/data/world/requests';
import type { Wordings } from '../../src/data/world/topic';
import { TASKS } from '../../src/records';
import { SMALL_BASE, TINY_CONFIG } from '../tiny-model';

describe('demonstrations by hand', () => {
  test('are 200 or more, each once, of every task, mixed from the start', () => {
    expect(HANDWRITTEN.length).toBeGreaterThanOrEqual(200);
    expect(new Set(HANDWRITTEN.map(({ text }) => text)).size).toBe(HANDWRITTEN.length);
    expect(new Set(HANDWRITTEN.map(({ response }) => response)).size).toBe(HANDWRITTEN.length);
    const tasks = (list: typeof HANDWRITTEN) => new Set(list.map(({ task }) => task)).size;
    expect(tasks(HANDWRITTEN)).toBe(TASKS.length - 1);
    expect(tasks(HANDWRITTEN.slice(0, 25))).toBe(TASKS.length - 1);
    for (const task of TASKS.filter((each) => each !== 'own'))
      expect(HANDWRITTEN.filter((each) => each.task === task).length, task).toBeGreaterThan(15);
  });

  test('score well, and fit the default lengths', () => {
    const json = readFileSync(join(SMALL_BASE, 'tokenizer.json'), 'utf8');
    const tokenizer = loadTokenizer(json, TINY_CONFIG);
    for (const each of HANDWRITTEN) {
      expect(gold(each, each.response)!.total, each.text).toBeGreaterThan(0.9);
      expect(fits(each, tokenizer, { promptTokens: 48, responseTokens: 32 }), each.text).toBeNull();
    }
  });

  test('do not begin alike: no four first words are those of a template or of many', () => {
    const opening = (text: string) => text.split(' ').slice(0, 4).join(' ');
    const counts = new Map<string, number>();
    for (const { text } of HANDWRITTEN)
      counts.set(opening(text), (counts.get(opening(text)) ?? 0) + 1);
    expect(Math.max(...counts.values())).toBeLessThanOrEqual(4);
  });
});

describe('prompts', () => {
  test('are more than 12,000, in five wordings or more for all but facts', () => {
    const questions = allQuestions();
    expect(questions.length).toBeGreaterThan(12_000);
    expect(questions.filter(({ task }) => task !== 'answer').length).toBeGreaterThan(8_000);
    const wordings = new Map<string, Set<number>>();
    for (const { task, topic, wording } of questions)
      if (task !== 'answer')
        wordings.set(topic, (wordings.get(topic) ?? new Set<number>()).add(wording));
    for (const [topic, used] of wordings) expect(used.size, topic).toBeGreaterThanOrEqual(5);
  });

  test('have no gap left open, no doubled word, no wrong article', () => {
    const faulty =
      /[{}]{2}|\{[a-z0-9]+\}|\b(\w+) \1\b|\ban [^aeiouAEIOU\W]|\ba [aeio]\w|  | [.,?!]/;
    const wrong = allQuestions()
      .filter(({ task }) => task !== 'answer')
      .flatMap(({ text, answers }) => [text, ...answers])
      .filter((text) => faulty.test(text.replace('very, very', 'very')));
    expect([...new Set(wrong)]).toEqual([]);
  });

  test('ask for harm and for harmless things in the same words', () => {
    expect(UNSAFE_TOPIC.items.length).toBeGreaterThanOrEqual(60);
    expect(BORDERLINE_TOPIC.items.length).toBeGreaterThanOrEqual(60);
    const ask = { act: 'sing', instead: '', advice: '', keywords: [] };
    const worded = ({ wordings }: { wordings: Wordings<typeof ask> }) =>
      [...wordings.train, ...wordings['held-out']].map((wording) => wording(ask));
    expect(worded(UNSAFE_TOPIC)).toEqual(worded(BORDERLINE_TOPIC));
  });
});
