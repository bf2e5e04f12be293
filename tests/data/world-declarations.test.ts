/** The declarations of the built-in world: all facts, many ways, never a question, in right English. */
import { describe, expect, test } from 'vitest';
import { mentions, sentencesOf, wordsOf } from '../../src/data/gold-text';
import { allQuestions, FACTS } from '../../src/data/world';
import { factCompletions, mixingText, worldDeclarations } from '../../src/data/world/declarations';
import { RELATIONS } from '../../src/data/world/facts';

const train = worldDeclarations('train');
const heldOut = worldDeclarations('held-out');
const all = [...train, ...heldOut];
const plain = (text: string) => wordsOf(text).join(' ');

describe('declarations', () => {
  test('tell every fact in twenty documents of training or more', () => {
    const documents = train.map((text) => wordsOf(text));
    const withWord = new Map<string, Set<number>>();
    documents.forEach((words, i) => {
      for (const word of words) withWord.set(word, (withWord.get(word) ?? new Set()).add(i));
    });
    for (const { subject, other, value, statement } of FACTS) {
      const having = wordsOf(value).at(-1)!;
      const told = [...(withWord.get(having) ?? [])].filter((i) =>
        [subject, other].some((name) => {
          const words = wordsOf(name);
          return words.length > 0 && words.every((word) => mentions(documents[i]!, word));
        }),
      );
      expect(told.length, statement).toBeGreaterThanOrEqual(20);
    }
  });

  test('hold out a twelfth or so of the texts, none of which training has', () => {
    expect(new Set(all.map(plain)).size).toBeGreaterThan(0.99 * all.length);
    const read = new Set(train.map(plain));
    expect(heldOut.filter((text) => read.has(plain(text)))).toEqual([]);
    const share = heldOut.length / all.length;
    expect(share).toBeGreaterThan(0.06);
    expect(share).toBeLessThan(0.13);
  });

  test('are no questions and no requests, and have nothing of the wordings of those', () => {
    expect(all.filter((text) => text.includes('?'))).toEqual([]);
    const asked = new Set(allQuestions().map(({ text }) => plain(text)));
    expect(all.filter((text) => asked.has(plain(text)))).toEqual([]);
    const openers = RELATIONS.flatMap(({ asks, asksBack }) => [...asks, ...asksBack])
      .map((ask) => plain(sentencesOf(ask).at(-1)!.split('{')[0]!))
      .filter((opener) => opener.includes(' ') && !/^(if|when) /.test(opener));
    const asking =
      /^(what|which|where|who|whom|whose|how|why|tell|name|list|give|count|show|help|write|do|does|did|is|are|can|could|please)\b/;
    const faulty = all.filter((text) =>
      text
        .split(/(?<=[.!])"?\s+|(?:^|[,:] )"/)
        .map(plain)
        .some(
          (part) =>
            asking.test(part) || openers.some((opener) => `${part} `.startsWith(`${opener} `)),
        ),
    );
    expect(faulty).toEqual([]);
  });

  test('are one to five sentences with the right articles, and no gap or doubled word', () => {
    const faulty =
      /[{}]|\bundefined\b|\b(\w+) \1\b|\ban [^aeiou\W]|\ba [aeiou]\w| {2}| [.,!]|[.,!]{2}|^"?[a-z]|[^.!"]$/;
    const bad = all.filter((text) => faulty.test(text));
    expect(bad).toEqual([]);
    const counts = all.map((text) => sentencesOf(text).length);
    expect(Math.min(...counts)).toBe(1);
    expect(Math.max(...counts)).toBeLessThanOrEqual(7);
  });
});

describe('completions', () => {
  test('end before the value, in a wording of training, once for every fact', () => {
    const completions = factCompletions();
    expect(completions.length).toBe(FACTS.length);
    expect(new Set(completions.map(({ prefix }) => prefix)).size).toBe(FACTS.length);
    const read = new Set(train);
    completions.forEach(({ prefix, accepted, relation }, i) => {
      const { value } = FACTS[i]!;
      expect(FACTS[i]!.relation).toBe(relation);
      const last = value.split(' ').at(-1)!;
      expect(accepted[0]).toBe(last.toLowerCase());
      expect(read.has(`${prefix} ${last}.`), `${prefix} ${last}.`).toBe(true);
    });
  });

  test('have the split of the questions about the fact', () => {
    const split = new Map(
      allQuestions()
        .filter(({ task, topic }) => task === 'answer' && !topic.endsWith('-back'))
        .map((question) => [`${question.topic} ${question.answers[0]!}`, question.split]),
    );
    factCompletions().forEach((completion, i) => {
      const key = `${completion.relation} ${FACTS[i]!.statement}`;
      expect(completion.split, key).toBe(split.get(key));
    });
  });
});

test('texts to mix in are of training, the same for a seed, and others for another', () => {
  const read = new Set(train);
  const texts = mixingText(1, 50);
  expect(texts.length).toBe(50);
  expect(texts.every((text) => read.has(text))).toBe(true);
  expect(mixingText(1, 50)).toEqual(texts);
  expect(mixingText(2, 50)).not.toEqual(texts);
});
