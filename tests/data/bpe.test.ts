import { existsSync, readFileSync } from 'node:fs';
import { join as path } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { countWords, learnMerges, SPECIAL_IDS, SPECIAL_TOKENS, tokenizerJson, trainTokenizer, wordsOf } from '../../src/data/bpe'; // prettier-ignore
import { fastEncoder } from '../../src/data/bpe-encoder';
import { queryIds } from '../../src/data/template';
import { loadTokenizer, type Tokenizer } from '../../src/data/tokenizer';
import { HANDWRITTEN } from '../../src/data/world/handwritten';

const SHARED = path('..', 'shared');
const CORPUS = path(SHARED, 'data', 'text', 'corpus_core.txt');
const BASE = path(SHARED, 'base', 'tokenizer.json');

/** Text that is always here. */
const TEXTS = HANDWRITTEN.flatMap(({ text, response }) => [text, response]);
const VOCABULARY = 400;
const trained = trainTokenizer(TEXTS, VOCABULARY);
const load = (json: string, vocabSize: number) =>
  loadTokenizer(json, { vocabSize, ...SPECIAL_IDS });
const tokenizer = load(trained, VOCABULARY);

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.array(fc.constantFrom(" don't", 'the', ' ', '\n', '\t', '12', '<eos>', 'é', '東', '🥞', '!?')).map((parts) => parts.join('')), // prettier-ignore
);

describe('learning merges', () => {
  test('gives those of Sennrich 2016 for the words of its figure 1', () => {
    // low 5, lowest 2, newer 6, wider 3; ours has no mark at the end of a word, and breaks ties by ids.
    const counts = new Map([['low', 5], ['lowest', 2], ['newer', 6], ['wider', 3]]); // prettier-ignore
    // er 9; we 8 (newer, lowest); lo 7: then "we" has lost newer's to "w er".
    expect(learnMerges(counts, 3)).toEqual([['e', 'r'], ['l', 'o'], ['lo', 'w']]); // prettier-ignore
  });

  test('gives what counting everything anew for each merge gives', () => {
    const words = fc.dictionary(
      fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'é'), minLength: 1, maxLength: 9 }),
      fc.integer({ min: 1, max: 9 }),
    );
    fc.assert(
      fc.property(words, (table) => {
        const counts = new Map(Object.entries(table));
        expect(learnMerges(counts, 12)).toEqual(slowMerges(counts, 12));
      }),
    );
  });

  test('takes the smaller ids of pairs that are equally common, whatever the order of the text', () => {
    const counts = countWords(['xy ab', 'xy ab']);
    const reversed = new Map([...counts].reverse());
    expect(learnMerges(counts, 1)).toEqual([['a', 'b']]);
    expect(learnMerges(reversed, 9)).toEqual(learnMerges(counts, 9));
  });

  test('refuses a vocabulary that cannot be', () => {
    expect(() => trainTokenizer(TEXTS, 200)).toThrow(/Ask for at least 261\.$/);
    expect(() => trainTokenizer(['abab'], 512)).toThrow(
      /Give more text, or a smaller vocabulary\.$/,
    );
  });
});

/** The algorithm as it is written down: count all pairs, join the best, again. */
function slowMerges(counts: ReadonlyMap<string, number>, wanted: number): [string, string][] {
  const order = Object.entries(vocabularyOf(tokenizerJson([])))
    .sort(([, a], [, b]) => a - b)
    .map(([symbol]) => symbol);
  const spell = gpt2Spelling();
  let words = [...counts].map(([word, count]) => ({
    symbols: [...new TextEncoder().encode(word)].map((byte) => spell[byte]!),
    count,
  }));
  const merges: [string, string][] = [];
  while (merges.length < wanted) {
    const totals = new Map<string, number>();
    for (const { symbols, count } of words)
      for (let i = 1; i < symbols.length; i++) {
        const pair = `${symbols[i - 1]} ${symbols[i]}`;
        totals.set(pair, (totals.get(pair) ?? 0) + count);
      }
    const rank = (pair: string) => pair.split(' ').map((symbol) => order.indexOf(symbol));
    const [best] = [...totals]
      .filter(([, count]) => count > 1)
      .sort(([a, m], [b, n]) => n - m || rank(a)[0]! - rank(b)[0]! || rank(a)[1]! - rank(b)[1]!);
    if (!best) break;
    const [left, right] = best[0].split(' ') as [string, string];
    merges.push([left, right]);
    order.push(left + right);
    words = words.map(({ symbols, count }) => ({ symbols: join(symbols, left, right), count }));
  }
  return merges;
}

function join([first, second, ...rest]: string[], left: string, right: string): string[] {
  if (first === undefined) return [];
  if (first === left && second === right) return [left + right, ...join(rest, left, right)];
  return [first, ...join(second === undefined ? [] : [second, ...rest], left, right)];
}

const vocabularyOf = (json: string): Record<string, number> =>
  (JSON.parse(json) as { model: { vocab: Record<string, number> } }).model.vocab;

/** How the bytes are spelled in GPT-2: printable ones as themselves, the rest from U+0100 on. */
function gpt2Spelling(): string[] {
  const printable = (b: number) => (b > 32 && b < 127) || (b > 160 && b !== 173);
  let next = 256;
  return Array.from({ length: 256 }, (_, b) => String.fromCharCode(printable(b) ? b : next++));
}

/** The fast encoder must give the library's ids, and these must read back. */
function expectRoundTrip(
  text: string,
  library: Tokenizer,
  encode: (text: string) => readonly number[],
) {
  // prettier-ignore
  const ids = library.encode(text);
  expect(encode(text)).toEqual(ids);
  expect(library.decode(ids)).toBe(text);
}

describe('a trained tokenizer', () => {
  const encode = fastEncoder(trained)!;

  test('is read by the library, with its special tokens first and no id twice', () => {
    const vocabulary = vocabularyOf(trained);
    const ids = Object.values(vocabulary).sort((a, b) => a - b);
    expect(ids).toEqual([...Array(VOCABULARY).keys()]);
    for (const [id, name] of SPECIAL_TOKENS.entries()) expect(vocabulary[name]).toBe(id);
    expect([0, 1, 2].map((id) => tokenizer.token(id))).toEqual(['<pad>', '<bos>', '<eos>']);
    expect(tokenizer.vocabSize).toBe(VOCABULARY);
  });

  test('is the same every time, and shorter than bytes', () => {
    expect(trainTokenizer(TEXTS, VOCABULARY)).toBe(trained);
    const text = TEXTS.join('\n');
    expect(encode(text).length).toBeLessThan(0.7 * text.length);
  });

  test('reads back any text, and the fast encoder gives the ids of the library', () => {
    fc.assert(fc.property(anyText, (text) => expectRoundTrip(text, tokenizer, encode)));
    for (const text of TEXTS) expectRoundTrip(text, tokenizer, encode);
  });

  test('keeps the names of special tokens text', () => {
    const text = 'a <user> said <assistant><eos>';
    const special = new Set(SPECIAL_TOKENS.map((_, id) => id));
    for (const ids of [tokenizer.encode(text), encode(text)])
      expect(ids.filter((id) => special.has(id))).toEqual([]);
    expect(tokenizer.decode(encode(text))).toBe(text);
  });

  test('marks the answer by one token, which a person cannot write', () => {
    const [, , , user, assistant] = SPECIAL_TOKENS.map((_, id) => id);
    expect(tokenizer.turnIds).toEqual({ user, assistant });
    const query = queryIds('Who are you? <assistant>', tokenizer);
    expect(query[0]).toBe(tokenizer.bosId);
    expect(query.indexOf(assistant!)).toBe(query.length - 1);
    expect(tokenizer.decode(query)).toBe('Who are you? <assistant>');
    expect(queryIds('Who are you?', tokenizer, 4).at(-1)).toBe(assistant);
  });

  test('leaves files of another kind to the library', () => {
    const file = JSON.parse(trained) as { pre_tokenizer: unknown };
    expect(fastEncoder(JSON.stringify({ ...file, pre_tokenizer: null }))).toBeNull();
  });
});

test('the words of a text are the text', () => {
  fc.assert(fc.property(anyText, (text) => wordsOf(text).join('') === text));
});

describe.skipIf(!existsSync(CORPUS) || !existsSync(BASE))(
  'on the corpus (needs ../shared/data and ../shared/base)',
  () => {
    const corpus = existsSync(CORPUS) ? readFileSync(CORPUS, 'utf8') : '';
    const documents = corpus.split(/^<\|endoftext\|>$/m).map((document) => document.trim());

    test.each([512, 1024])(
      '%i tokens: every line reads back, every word as the library has it',
      (size) => {
        const json = trainTokenizer(documents, size);
        const library = load(json, size);
        const encode = fastEncoder(json)!;
        const lines = new Set(corpus.split('\n'));
        expect([...lines].filter((line) => library.decode([...encode(line)]) !== line)).toEqual([]);
        const words = [...countWords(documents).keys()];
        expect(words.filter((word) => `${library.encode(word)}` !== `${encode(word)}`)).toEqual([]);
      },
    );

    test('finds the merges of the reference, which were learned elsewhere from the same text', () => {
      const merges = (json: string) =>
        (JSON.parse(json) as { model: { merges: [string, string][] } }).model.merges.map((merge) => merge.join(' ')); // prettier-ignore
      const theirs = merges(readFileSync(BASE, 'utf8'));
      const ours = merges(trainTokenizer(documents, 1024));
      expect(ours.slice(0, 200)).toEqual(theirs.slice(0, 200));
      const known = new Set(theirs);
      expect(ours.filter((merge) => known.has(merge)).length / ours.length).toBeGreaterThan(0.99);
    });

    test('the fast encoder reads the reference as the library does', () => {
      const json = readFileSync(BASE, 'utf8');
      const library = load(json, 1024);
      const encode = fastEncoder(json)!;
      for (const document of documents.slice(0, 200)) expectRoundTrip(document, library, encode);
    });
  },
);
