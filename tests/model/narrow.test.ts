import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { analyseRollout } from '../../src/model/analyse';
import { Model } from '../../src/model/model';
import {
  narrowGroups,
  putColumns,
  takeColumns,
  withoutCommonPadding,
} from '../../src/model/narrow';
import type { Rows } from '../../src/model/rows';
import { onEngines } from '../engines';
import { tinyModel } from '../tiny-model';

const [P, R] = [7, 5];
const T = P + R;

/** Rows of queries padded on the left and responses padded on the right; ids tell where they came from. */
function rowsOf(lengths: readonly (readonly [number, number])[]): Rows {
  const ids = new Int32Array(lengths.length * T).fill(3);
  const mask = new Float32Array(lengths.length * T);
  lengths.forEach(([query, response], row) => {
    for (let t = P - query; t < P + response; t++) {
      ids[row * T + t] = 4 + ((row * 31 + t * 7) % 40);
      mask[row * T + t] = 1;
    }
  });
  return { ids, mask };
}
const lengths = fc.array(fc.tuple(fc.integer({ min: 1, max: P }), fc.integer({ min: 0, max: R })), {
  minLength: 1,
  maxLength: 40,
});

describe('narrow groups', () => {
  test('hold every row once and every token of it, and nothing wider than needed', () => {
    fc.assert(
      fc.property(lengths, fc.integer({ min: 1, max: 12 }), (all, size) => {
        const rows = rowsOf(all);
        const groups = narrowGroups(rows, all.length, R, 1, undefined, size);
        expect(groups.flatMap(({ numbers }) => numbers).sort((a, b) => a - b)).toEqual(all.map((_, row) => row)); // prettier-ignore
        for (const group of groups) {
          const width = group.rows.ids.length / group.numbers.length;
          expect(group.numbers.length).toBeLessThanOrEqual(size);
          const longest = (side: 0 | 1) => Math.max(1, ...group.numbers.map((row) => all[row]![side])); // prettier-ignore
          expect([width - group.R, group.R]).toEqual([longest(0), longest(1)]);
          group.numbers.forEach((row, i) => {
            const real = (from: Rows, start: number, count: number) =>
              [...from.ids.subarray(start, start + count)].filter((_, t) => from.mask[start + t]);
            expect(real(group.rows, i * width, width)).toEqual(real(rows, row * T, T));
          });
        }
      }),
    );
  });

  test('keep siblings together, in their order', () => {
    fc.assert(
      fc.property(lengths, fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 12 }), (queries, n, size) => {
        const all = queries.flatMap(([query, response]) => Array.from({ length: n }, (_, k) => [query, (response + k) % (R + 1)] as const)); // prettier-ignore
        // Any order of families, as a minibatch has it.
        const asked = queries.map((_, i) => queries.length - 1 - i).flatMap((i) => Array.from({ length: n }, (_, k) => i * n + k)); // prettier-ignore
        const groups = narrowGroups(rowsOf(all), all.length, R, n, asked, size);
        expect(groups.flatMap(({ numbers }) => numbers).sort((a, b) => a - b)).toEqual(all.map((_, row) => row)); // prettier-ignore
        for (const { numbers } of groups) {
          expect(numbers.length).toBeLessThanOrEqual(Math.max(n, size));
          numbers.forEach((row, i) => expect(row % n).toBe(i % n));
          for (let i = 0; i < numbers.length; i += n) expect(numbers[i + n - 1]! - numbers[i]!).toBe(n - 1); // prettier-ignore
        }
      }),
    ); // prettier-ignore
  });

  test('give values back to the places that they were taken from', () => {
    fc.assert(
      fc.property(lengths, (all) => {
        const values = Float32Array.from(all.flatMap(([, response], row) => Array.from({ length: R }, (_, t) => (t < response ? 1 + row * R + t : 0)))); // prettier-ignore
        const back = new Float32Array(values.length);
        for (const { numbers, R: width } of narrowGroups(
          rowsOf(all),
          all.length,
          R,
          1,
          undefined,
          4,
        ))
          putColumns(back, takeColumns(values, numbers, R, width), numbers, R, width);
        expect(back).toEqual(values);
      }),
    );
  });
});

test('queries lose the columns that all leave empty, and nothing else', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: P }), { minLength: 1, maxLength: 9 }), (all) => {
      const left = (row: number, t: number) => (t >= P - all[row]! ? 10 * row + t + 1 : 0);
      const ids = Int32Array.from({ length: all.length * P }, (_, i) => left(Math.floor(i / P), i % P)); // prettier-ignore
      const given = { ids, mask: Float32Array.from(ids, (id) => Number(id > 0)) };
      const { rows, P: width } = withoutCommonPadding(given, all.length, P);
      expect(width).toBe(Math.max(...all));
      all.forEach((_, row) =>
        expect([...rows.ids.subarray(row * width, (row + 1) * width)]).toEqual([
          ...ids.subarray((row + 1) * P - width, (row + 1) * P),
        ]),
      );
    }),
  );
});

onEngines('the analysis of a rollout', () => {
  test('does not depend on which rows stand beside a row', async () => {
    const { config, tensors } = tinyModel();
    const all = Array.from({ length: 37 }, (_, row) => [1 + ((row * 5) % P), 1 + ((row * 3) % R)] as const); // prettier-ignore
    const [policy, reference] = ['a', 'b'].map((name) => new Model(name, config, 'language', tensors, false)) as [Model, Model]; // prettier-ignore
    const analyse = (some: typeof all) => {
      const rows = rowsOf(some);
      const mask = takeResponses(rows.mask, some.length);
      return analyseRollout({ policy, reference, value: null, reward: null }, rows, mask, some.length, 1); // prettier-ignore
    };
    const together = await analyse(all);
    const alone = await analyse(all.slice(0, 1));
    for (let t = 0; t < all[0]![1]; t++) {
      expect(together.logProbabilities[t]).toBeCloseTo(alone.logProbabilities[t]!, 4);
      expect(together.logProbabilities[t]).toBeLessThan(0);
      expect(together.entropy[t]).toBeCloseTo(alone.entropy[t]!, 4);
    }
    // Nothing is left out: every response token has a log-probability, and no padding has one.
    const mask = takeResponses(rowsOf(all).mask, all.length);
    together.logProbabilities.forEach((x, i) => expect(x < 0).toBe(mask[i] === 1));
    for (const model of [policy, reference]) model.dispose();
  });
});

const takeResponses = (mask: Float32Array, B: number): Float32Array =>
  Float32Array.from({ length: B * R }, (_, i) => mask[Math.floor(i / R) * T + P + (i % R)]!);
