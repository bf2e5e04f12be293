import { describe, expect, test } from 'vitest';
import { contentWords, wordsOf } from '../../src/data/gold-text';
import { support } from '../../src/data/grounding';
import { passagesOf, readingPrompt, retriever, type Passage } from '../../src/data/retriever';

const NOTES = [
  { title: 'Garden', text: 'The red ball lies in the garden. Tom saw it there.\n\nA frog lives in the pond.' },
  { title: 'House', text: 'The blue ball, the ball of Tom, is in the box in the house by the pond.' },
  { title: 'Village', text: 'Lily sells bread.\n\n  \n\nThe king has a red hat and a red coat.' },
]; // prettier-ignore

/** BM25+ written out from its formula, over all passages. */
function scoreOf(question: string, passage: Passage, all: readonly Passage[]): number {
  const termsOf = (text: string) => wordsOf(text).filter((word) => contentWords(word).size > 0);
  const lengthOf = (text: string) => new Set(termsOf(text)).size;
  const average = all.reduce((sum, { text }) => sum + lengthOf(text), 0) / all.length;
  let [sum, matched] = [0, 0];
  for (const term of new Set(termsOf(question))) {
    const f = termsOf(passage.text).filter((word) => word === term).length;
    if (f === 0) continue;
    const n = all.filter(({ text }) => termsOf(text).includes(term)).length;
    const idf = Math.log(1 + (all.length - n + 0.5) / (n + 0.5));
    sum +=
      idf * (0.5 + (f * 2.2) / (f + 1.2 * (1 - 0.7 + (0.7 * lengthOf(passage.text)) / average)));
    matched += 1;
  }
  return sum * Math.max(1, matched);
}

describe('a library of notes', () => {
  const passages = passagesOf(NOTES);

  test('is cut into paragraphs, and long ones between sentences', () => {
    expect(passages.map(({ title, text }) => [title, text.slice(0, 12)])).toEqual([
      ['Garden', 'The red ball'],
      ['Garden', 'A frog lives'],
      ['House', 'The blue bal'],
      ['Village', 'Lily sells b'],
      ['Village', 'The king has'],
    ]);
    expect(passagesOf(NOTES, 40).map(({ text }) => text)).toContain('Tom saw it there.');
    expect(new Set(passagesOf([...NOTES, ...NOTES]).map(({ id }) => id)).size).toBe(10);
    expect(passagesOf([{ title: '', text: ' \n\n ' }])).toEqual([]);
  });

  test.each(['Where is the red ball of Tom?', 'pond', 'What has the king?', 'a red red ball'])(
    'ranks by the formula: %s',
    (question) => {
      const found = retriever(passages).find(question, 10);
      const wanted = passages
        .map((passage) => ({ id: passage.id, score: scoreOf(question, passage, passages) }))
        .filter(({ score }) => score > 0)
        .sort((x, y) => y.score - x.score);
      expect(found.length).toBeGreaterThan(0);
      expect(found.map(({ id }) => id)).toEqual(wanted.map(({ id }) => id));
      found.forEach(({ score }, i) => expect(score).toBeCloseTo(wanted[i]!.score, 9));
    },
  );

  test('finds nothing where there is nothing', () => {
    expect(retriever(passages).find('Where is the elephant?')).toEqual([]);
    expect(retriever(passages).find('what is the')).toEqual([]);
    expect(retriever([]).find('ball')).toEqual([]);
    expect(retriever(passages).find('ball tom red pond', 2)).toHaveLength(2);
  });

  test('puts what it found before the question', () => {
    const found = retriever(passages).find('Who sells bread?', 1);
    expect(found[0]!.words.sort()).toEqual(['bread', 'sells']);
    expect(readingPrompt(found, 'Who sells bread?')).toBe('Read: Lily sells bread. Question: Who sells bread?'); // prettier-ignore
    expect(readingPrompt([], 'Who?')).toBe('Who?');
  });
});

test('support is the share of content words that the sources have', () => {
  const sources = ['Tom saw a red ball.', 'What colour was the ball?'];
  expect(support('The ball was red.', sources)).toEqual({ score: 1, unsupported: [] });
  expect(support('The ball was blue, Lily.', sources)).toEqual({ score: 1 - 2 / 3, unsupported: ['blue', 'lily'] }); // prettier-ignore
  expect(support('It is not.', sources).score).toBe(1);
  expect(support('Red balls', [])).toEqual({ score: 0, unsupported: ['red', 'balls'] });
});
