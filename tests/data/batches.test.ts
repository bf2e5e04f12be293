import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fits, pairBatch, pairWidths, queryBatch } from '../../src/data/batches';
import { ComparisonReader } from '../../src/data/comparison-batches';
import { forkedShape, packedLine, packedRows, packedShape } from '../../src/data/packed';
import { cycle, normal, permutation, STREAM } from '../../src/data/random';
import { queryIds, responseIds } from '../../src/data/template';
import { loadTokenizer } from '../../src/data/tokenizer';
import { ownPrompt } from '../lab';
import { SMALL_BASE, TINY_CONFIG } from '../tiny-model';

const tokenizer = loadTokenizer(
  readFileSync(join(SMALL_BASE, 'tokenizer.json'), 'utf8'),
  TINY_CONFIG,
);
const PAIRS = [
  { text: 'What colour is the sky?', response: 'The sky is blue.' },
  { text: 'Name two animals.', response: '- cat\n- dog' },
  { text: 'Hi', response: 'Hello!' },
];
const LENGTHS = { promptTokens: 48, responseTokens: 32 };

describe('rows', () => {
  test('read back as prompt, mark and response', () => {
    const query = queryIds('  What is it?\r\nTell me. ', tokenizer);
    expect(tokenizer.decode(query)).toBe('What is it?\nTell me.');
    expect(query.at(-1)).toBe(tokenizer.turnIds!.assistant);
    const { turnIds: _, ...older } = tokenizer; // as one without that token
    expect(tokenizer.decode(queryIds('What is it?', older))).toBe('What is it?\nA:');
    const ids = responseIds('A cat.', tokenizer);
    expect(ids.at(-1)).toBe(tokenizer.eosId);
    expect(tokenizer.decode(ids)).toBe(' A cat.');
  });

  test('cut a long prompt in front and a long response behind, without its end', () => {
    const full = queryIds(PAIRS[0]!.text, tokenizer);
    const cut = queryIds(PAIRS[0]!.text, tokenizer, 6);
    expect(cut).toEqual([tokenizer.bosId, ...full.slice(-5)]);
    expect(queryIds(PAIRS[0]!.text, tokenizer, full.length)).toEqual(full);
    expect(responseIds('one two three four', tokenizer, 3)).not.toContain(tokenizer.eosId);
  });

  test('that do not fit are refused with the numbers', () => {
    const [pair] = PAIRS;
    expect(fits(pair!, tokenizer, LENGTHS)).toBeNull();
    const P = queryIds(pair!.text, tokenizer).length;
    expect(fits(pair!, tokenizer, { ...LENGTHS, promptTokens: P })).toBeNull();
    expect(fits(pair!, tokenizer, { ...LENGTHS, promptTokens: P - 1 })).toContain(`${P} tokens`);
    expect(fits({ ...pair!, response: ' \n' }, tokenizer, LENGTHS)).toMatch(/empty/);
  });
});

describe('batches', () => {
  test('hold every token once, queries to the right and responses to the left of the border', () => {
    const widths = pairWidths(PAIRS, tokenizer, LENGTHS);
    const { queries, responses, B, P, R, ...counts } = pairBatch(PAIRS, tokenizer, widths, 5);
    expect([B, queries.ids.length, responses.ids.length]).toEqual([5, 5 * P, 5 * R]);
    PAIRS.forEach(({ text, response }, row) => {
      const q = queryIds(text, tokenizer);
      const r = responseIds(response, tokenizer);
      expect([...queries.ids.subarray(row * P, (row + 1) * P)]).toEqual([
        ...Array<number>(P - q.length).fill(tokenizer.padId),
        ...q,
      ]);
      expect([...responses.ids.subarray(row * R, row * R + r.length)]).toEqual(r);
      expect([...responses.mask.subarray(row * R, (row + 1) * R)]).toEqual(
        Array.from({ length: R }, (_, t) => (t < r.length ? 1 : 0)),
      );
    });
    // Rows that fill up count for nothing, and have something to attend to.
    expect(responses.mask.subarray(3 * R).every((m) => m === 0)).toBe(true);
    expect(queries.mask[4 * P + P - 1]).toBe(1);
    const sum = (mask: Float32Array) => mask.reduce((a, b) => a + b, 0);
    expect(counts.responseTokens).toBe(sum(responses.mask));
    expect(counts.tokens).toBe(sum(queries.mask.subarray(0, 3 * P)) + sum(responses.mask));
  });

  test('refuse an empty set with a sentence', () => {
    expect(() => pairWidths([], tokenizer, LENGTHS)).toThrow(/set is empty\. Add/);
    expect(() => cycle([], 0, 4, 1, STREAM.queries)).toThrow(/set is empty\. Add/);
  });

  test('of queries keep a prompt that is too long to the width', () => {
    const { ids, mask } = queryBatch([{ text: 'cat '.repeat(50) }], tokenizer, 8);
    expect([ids.length, ids[0], mask[0]]).toEqual([8, tokenizer.bosId, 1]);
  });
});

describe('packed rows', () => {
  const words = fc.array(fc.constantFrom('cat', 'is', 'blue', 'Tom', 'sky'), { minLength: 1, maxLength: 12 }).map((list) => list.join(' ')); // prettier-ignore
  const pairs = fc.array(fc.record({ text: words, response: words }), { minLength: 1, maxLength: 5 }); // prettier-ignore

  test('end in one column, hold every token once, and are as narrow as the longest row', () => {
    fc.assert(
      fc.property(pairs, fc.constantFrom(1, 8), fc.nat(2), (some, step, more) => {
        const lengths = { promptTokens: 10, responseTokens: 8 };
        const lines = some.map((pair) => packedLine(pair, tokenizer, lengths));
        const rows = packedRows(lines, packedShape(lines, step), some.length + more, tokenizer.padId); // prettier-ignore
        const { ids, mask, responses, B, T, R } = rows;
        expect([ids.length, mask.length, responses.length]).toEqual([B * T, B * T, B * R]);
        expect([T % step, R % step]).toEqual([0, 0]);
        expect(T).toBeGreaterThan(R);
        for (let row = 0; row < B; row++) {
          const { text, response } = some[row] ?? some[0]!;
          const query = queryIds(text, tokenizer, lengths.promptTokens);
          const drawn = responseIds(response, tokenizer, lengths.responseTokens);
          const padding = T - query.length - drawn.length;
          const line = [...Array<number>(padding).fill(tokenizer.padId), ...query, ...drawn];
          expect([...ids.subarray(row * T, (row + 1) * T)]).toEqual(line);
          expect([...mask.subarray(row * T, (row + 1) * T)]).toEqual(line.map((_, t) => Number(t >= padding))); // prettier-ignore
          const counted = row < some.length ? drawn.length : 0;
          expect([...responses.subarray(row * R, (row + 1) * R)]).toEqual(Array.from({ length: R }, (_, t) => Number(t >= R - counted))); // prettier-ignore
        }
        const longest = Math.max(...lines.map((line) => line.ids.length));
        const longestResponse = Math.max(...lines.map((line) => line.ids.length - line.query));
        expect(R - longestResponse).toBeLessThan(step);
        expect(T - Math.max(longest, R + 1)).toBeLessThan(step);
        const sum = (array: Float32Array) => array.reduce((a, b) => a + b, 0);
        expect(rows.responseTokens).toBe(sum(responses));
        expect(rows.tokens).toBe(sum(mask.subarray(0, some.length * T)));
      }),
    );
  });

  test('have as many columns of responses as they are asked to at least', () => {
    const [line] = PAIRS.map((pair) => packedLine(pair, tokenizer, LENGTHS));
    const shape = packedShape([line!], 8, 32);
    expect([shape.T, shape.R]).toEqual([40, 32]);
    const { responses } = packedRows([line!], shape, 1, tokenizer.padId);
    expect(responses.reduce((a, b) => a + b, 0)).toBe(line!.ids.length - line!.query);
    expect(responses.at(-1)).toBe(1);
  });

  test('begin their responses in one column where they are forked', () => {
    fc.assert(
      fc.property(pairs, fc.constantFrom(1, 8), fc.nat(2), (some, step, more) => {
        const lines = some.map((pair) => packedLine(pair, tokenizer, LENGTHS));
        const shape = forkedShape(lines, step);
        const rows = packedRows(lines, shape, some.length + more, tokenizer.padId);
        const { ids, mask, responses, T, R } = rows;
        const P = T - R;
        expect([P % step, R % step]).toEqual([0, 0]);
        const longest = (of: (line: (typeof lines)[number]) => number) =>
          Math.max(...lines.map(of));
        expect(P - longest(({ query }) => query)).toBeLessThan(step);
        expect(R - longest((line) => line.ids.length - line.query)).toBeLessThan(step);
        for (let row = 0; row < some.length + more; row++) {
          const { ids: tokens, query } = lines[row] ?? lines[0]!;
          const [before, behind] = [P - query, R - (tokens.length - query)];
          const padding = (count: number) => Array<number>(count).fill(tokenizer.padId);
          expect([...ids.subarray(row * T, (row + 1) * T)]).toEqual([...padding(before), ...tokens, ...padding(behind)]); // prettier-ignore
          const real = Array.from({ length: T }, (_, t) => Number(t >= before && t < T - behind));
          expect([...mask.subarray(row * T, (row + 1) * T)]).toEqual(real);
          const counted = real.slice(P).map((one) => (row < some.length ? one : 0));
          expect([...responses.subarray(row * R, (row + 1) * R)]).toEqual(counted);
        }
      }),
    );
  });

  const compared = (text: string, ...responses: string[]) => ({
    id: `${text} ${responses.join()}`,
    rankingId: text,
    prompt: ownPrompt(text, 'train'),
    responses,
    pairs: [{ better: 0, worse: 1 }],
    source: 'simulated' as const,
  });

  test.each([
    ['share their query where all have as many', [compared('Is it so?', 'Yes.', 'No.'), compared('Is it blue?', 'No.', 'So.')], 2], // prettier-ignore
    ['do not where one has fewer', [compared('Is it so?', 'Yes.', 'No.', 'So.'), compared('Is it blue?', 'No.', 'So.')], 1], // prettier-ignore
    ['do not where packing takes fewer cells', [compared('Is it so? '.repeat(6), 'No.', 'So.'), compared('Is it?', 'No, it is not. '.repeat(6), 'So.')], 1], // prettier-ignore
  ])('of comparisons %s', (_, comparisons, siblings) => {
    const lengths = { promptTokens: 64, responseTokens: 64 };
    const reader = new ComparisonReader(comparisons, tokenizer, lengths, 3, 1);
    const batch = reader.read(comparisons);
    expect(batch.siblings).toBe(siblings);
    const { answers } = batch;
    expect(answers.B % siblings).toBe(0);
    const P = answers.T - answers.R;
    const query = (row: number) => [...answers.ids.subarray(row * answers.T, row * answers.T + P)];
    for (let row = 0; row < answers.B; row++)
      expect(query(row)).toEqual(query(row - (row % siblings)));
  });

  test('of comparisons are of few widths where that is asked for, and of their own elsewhere', () => {
    const comparisons = ['No.', 'Yes, it is. '.repeat(3)].map((text, i) => ({
      id: `${i}`,
      rankingId: `${i}`,
      prompt: ownPrompt('Is it?', 'train'),
      responses: [text, `${text} So.`],
      pairs: [{ better: 0, worse: 1 }],
      source: 'simulated' as const,
    }));
    const widths = (step: number) => {
      const reader = new ComparisonReader(comparisons, tokenizer, LENGTHS, 1, step);
      return comparisons.map((one) => reader.read([one]).answers.R);
    };
    const [short, long] = widths(1);
    expect(short).toBeLessThan(long!);
    const [first, second] = widths(8);
    expect(first).toBe(second);
    expect(first).toBe(8 * Math.ceil(long! / 8));
  });

  test('are refused where there is none, and where there are more than rows', () => {
    const lines = PAIRS.map((pair) => packedLine(pair, tokenizer, LENGTHS));
    const widths = packedShape(lines);
    expect(() => packedRows([], widths, 2, 0)).toThrow(/2 rows cannot be made of 0 texts/);
    expect(() => packedRows(lines, widths, 2, 0)).toThrow(/2 rows cannot be made of 3 texts/);
  });
});

describe('order', () => {
  const items = Array.from({ length: 13 }, (_, i) => i);

  test('goes through all items in each pass, in another order each time', () => {
    const twice = cycle(items, 0, 26, 7, STREAM.demonstrations);
    const passes = [twice.slice(0, 13), twice.slice(13)];
    for (const pass of passes) expect([...pass].sort((a, b) => a - b)).toEqual(items);
    expect(passes[0]).not.toEqual(passes[1]);
  });

  test('goes on from any cursor as if it had never stopped', () => {
    const arbitrary = fc.tuple(fc.nat(100), fc.nat(30), fc.integer());
    fc.assert(
      fc.property(arbitrary, ([cursor, count, seed]) => {
        const whole = cycle(items, 0, cursor + count, seed, STREAM.queries);
        expect(cycle(items, cursor, count, seed, STREAM.queries)).toEqual(whole.slice(cursor));
      }),
    );
  });

  test('is uniform: every item is first about as often', () => {
    const counts = [0, 0, 0, 0];
    for (let pass = 0; pass < 4000; pass++)
      counts[permutation(4, 3, STREAM.minibatches, pass)[0]!]! += 1;
    // Standard deviation of each count is 27.
    for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(140);
  });

  test('normal numbers have mean 0, variance 1 and the tails of a normal', () => {
    const n = 20_000;
    const draws = Array.from({ length: n }, (_, i) => normal(1, STREAM.initialisation, i));
    const mean = draws.reduce((a, b) => a + b, 0) / n;
    const variance = draws.reduce((a, b) => a + (b - mean) ** 2, 0) / n;
    const beyond = draws.filter((x) => Math.abs(x) > 1.96).length / n;
    expect(Math.abs(mean)).toBeLessThan(0.03);
    expect(Math.abs(variance - 1)).toBeLessThan(0.05);
    expect(Math.abs(beyond - 0.05)).toBeLessThan(0.008);
  });
});
