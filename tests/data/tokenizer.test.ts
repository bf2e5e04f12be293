import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { loadLlama2cTokenizer } from '../../src/data/llama2c-tokenizer';
import { sha256 } from '../../src/data/sha256';
import { loadTokenizer, streamDecoder, TokenizerError } from '../../src/data/tokenizer';
import { SMALL_BASE, TINY_CONFIG } from '../tiny-model';

const JSON_TEXT = readFileSync(join(SMALL_BASE, 'tokenizer.json'), 'utf8');
const small = loadTokenizer(JSON_TEXT, TINY_CONFIG);

const STORIES = join('..', 'shared', 'data', 'stories260K');
const HELD_OUT = join('..', 'shared', 'data', 'text', 'tinystories_heldout.txt');
const withStories = describe.skipIf(!existsSync(STORIES) || !existsSync(HELD_OUT));
const STORIES_IDS = { vocabSize: 512, bosId: 1, eosId: 2, padId: 0 };

const TEXTS = [
  'Once upon a time, there was a little girl named Lily.',
  "Don't!  Two  spaces,\ttabs\n\nand 123 numbers. Zoë and José ate crêpes 🥞 in 東京.",
  ' leading and trailing  ',
  '- cat\n- dog\n{"name": "Tom", "colour": "red"}',
];

test('SHA-256 agrees with the one of Node, whatever the length', () => {
  for (let length = 0; length < 200; length++) {
    const text = 'é'.repeat(length);
    expect(sha256(text)).toBe(createHash('sha256').update(text).digest('hex'));
  }
});

/** Byte-level BPE again, the slow way: split by GPT-2's expression, then join the earliest merge first. */
function referenceEncode(text: string): number[] {
  const { model } = JSON.parse(JSON_TEXT) as {
    model: { vocab: Record<string, number>; merges: [string, string][] };
  };
  const rank = new Map(model.merges.map((pair, i) => [pair.join(' '), i]));
  const spell = byteSpelling();
  const pattern = /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+/gu;
  return [...text.matchAll(pattern)].flatMap(([word]) => {
    let parts = [...new TextEncoder().encode(word)].map((byte) => spell[byte]!);
    for (;;) {
      const ranks = parts.slice(1).map((part, i) => rank.get(`${parts[i]} ${part}`) ?? Infinity);
      const first = Math.min(...ranks, Infinity);
      if (first === Infinity) break;
      const at = ranks.indexOf(first);
      parts = [...parts.slice(0, at), parts[at]! + parts[at + 1]!, ...parts.slice(at + 2)];
    }
    return parts.map((part) => model.vocab[part]!);
  });
}

/** GPT-2's spelling of bytes: printable ones as themselves, the rest from U+0100 on. */
function byteSpelling(): string[] {
  const printable = (b: number) => (b > 32 && b < 127) || (b > 160 && b !== 173);
  let next = 256;
  return Array.from({ length: 256 }, (_, b) => String.fromCharCode(printable(b) ? b : next++));
}

describe('tokenizer.json', () => {
  test.each(TEXTS)('gives the ids of an independent encoder and reads back: %j', (text) => {
    expect(small.encode(text)).toEqual(referenceEncode(text));
    expect(small.decode(small.encode(text))).toBe(text);
  });

  test('reads back any text', () => {
    const text = fc.string({ unit: 'binary', maxLength: 60 });
    fc.assert(fc.property(text, (s) => small.decode(small.encode(s)) === s));
  });

  test('keeps the names of special tokens text, and leaves special ids out of text', () => {
    const ids = small.encode('an <eos> and a <pad>');
    expect(ids.filter((id) => id <= 2)).toEqual([]);
    expect(small.decode([1, ...ids, 2, 0, 0])).toBe('an <eos> and a <pad>');
    expect(small.token(2)).toBe('<eos>');
    expect(small.token(small.encode(' cat')[0]!)).toBe(' cat');
    expect(small.decode([])).toBe('');
  });

  test('refuses what does not fit, in a sentence', () => {
    const refused = (json: string, model = TINY_CONFIG) => {
      expect(() => loadTokenizer(json, model)).toThrow(TokenizerError);
      expect(() => loadTokenizer(json, model)).toThrow(/\. \S.*\.$/);
    };
    refused('{');
    refused('{"model": {}}');
    refused(JSON_TEXT, { ...TINY_CONFIG, vocabSize: 512 });
    refused(JSON_TEXT, { ...TINY_CONFIG, padId: 2 });
    refused(JSON_TEXT, { ...TINY_CONFIG, bosId: 77 });
    refused(JSON_TEXT, { ...TINY_CONFIG, eosId: 5000 });
  });

  test('never shows a broken character while text grows, and loses none', () => {
    const text = fc.string({
      unit: fc.constantFrom('a', ' ', 'é', '東', '🥞', '\u{1F469}\u200D\u{1F680}'),
    });
    fc.assert(
      fc.property(text, (s) => {
        const stream = streamDecoder(small);
        const pieces = small.encode(s).map((id) => stream.push([id]));
        expect(pieces.join('')).not.toContain('\uFFFD');
        expect(pieces.join('') + stream.end()).toBe(s);
      }),
    );
    const broken = streamDecoder(small);
    expect(broken.push(small.encode('🥞').slice(0, 2))).toBe('');
    expect(broken.end()).toMatch(/^\uFFFD+$/);
  });
});

withStories('tok512.bin of llama2.c (needs ../shared/data)', () => {
  const read = () => {
    const file = readFileSync(join(STORIES, 'tok512.bin'));
    return file.buffer.slice(file.byteOffset, file.byteOffset + file.byteLength) as ArrayBuffer;
  };
  const stories = () => loadLlama2cTokenizer(read(), STORIES_IDS);

  test('reads and writes what llama2.c wrote', () => {
    const golden = JSON.parse(readFileSync(join(STORIES, 'golden.json'), 'utf8')) as {
      greedy_ids: number[];
      greedy_text: string;
      prefix: number[];
    };
    const tokenizer = stories();
    expect(tokenizer.decode(golden.greedy_ids)).toBe(golden.greedy_text);
    // Greedy sampling spells some words otherwise than the encoder; the prefix is as it encodes.
    const prefix = tokenizer.decode(golden.prefix);
    expect([1, ...tokenizer.encode(prefix)]).toEqual(golden.prefix);
  });

  test('as tokenizer.json gives the same ids and the same text', () => {
    const direct = stories();
    const exported = loadTokenizer(direct.json, STORIES_IDS);
    const held = readFileSync(HELD_OUT, 'utf8').split('\n').filter(Boolean).slice(0, 600);
    for (const line of [...TEXTS, ...held]) {
      const ids = direct.encode(line);
      expect(exported.encode(line)).toEqual(ids);
      expect(direct.decode(ids)).toBe(line);
      expect(exported.decode(ids)).toBe(line);
    }
    const unit = fc.constantFrom(...'aabcdeeehhilnorsttt   TLA.,!"\n', 'é', '東', '🥞');
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 50 }), (s) => {
        expect(exported.encode(s)).toEqual(direct.encode(s));
        expect(direct.decode(direct.encode(s))).toBe(s);
      }),
      { numRuns: 300 },
    );
    expect(exported.hash).toBe(direct.hash);
    expect(exported.addsSpace).toBe(true);
  });

  test('never gives the padding token, and refuses what does not fit', () => {
    const text = fc.string({ unit: 'binary' });
    fc.assert(
      fc.property(text, (s) =>
        stories()
          .encode(s)
          .every((id) => id > 2),
      ),
      { numRuns: 30 },
    );
    expect(() => loadLlama2cTokenizer(read(), TINY_CONFIG)).toThrow(
      /512 tokens and the model 1024/,
    );
    expect(() => loadLlama2cTokenizer(read().slice(0, 100), STORIES_IDS)).toThrow(TokenizerError);
    expect(() => loadLlama2cTokenizer(new ArrayBuffer(0), STORIES_IDS)).toThrow(TokenizerError);
    const sameIds = { ...STORIES_IDS, padId: 2 };
    expect(() => loadLlama2cTokenizer(read(), sameIds)).toThrow(/could not learn to end/);
  });
});
