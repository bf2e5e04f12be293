import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { exactMatch, f1, normaliseAnswer, repetition } from '../../src/algorithms/exact-match';
import { distinctN } from '../../src/algorithms/statistics';

describe('exact match and F1', () => {
  test('normalise as the SQuAD script does', () => {
    // What normalize_answer of evaluate-v1.1.py returns for these.
    expect(normaliseAnswer('The  Cat, an "apple" & a dog!')).toBe('cat apple dog');
    expect(normaliseAnswer("It's the anthem")).toBe('its anthem');
    expect(normaliseAnswer('a-an')).toBe('aan');
    expect(normaliseAnswer('Émile à la plage')).toBe('émile à la plage');
    expect(normaliseAnswer('The!')).toBe('');
  });

  test('are those worked out by hand', () => {
    expect(exactMatch('The blue.', ['red', 'Blue'])).toBe(1);
    expect(exactMatch('It is blue.', ['blue'])).toBe(0);
    // Precision 1/3, recall 1/1.
    expect(f1('It is blue.', ['blue'])).toBeCloseTo(0.5, 12);
    // Two "very" are given and one is wanted: common 2, precision 2/4, recall 2/2.
    expect(f1('very very big dog', ['very big'])).toBeCloseTo(2 / 3, 12);
    expect(f1('grass', ['hay', 'green grass'])).toBeCloseTo(2 / 3, 12);
    expect([f1('', ['blue']), f1('blue', ['']), f1('the', [''])]).toEqual([0, 0, 1]);
    expect(() => f1('x', [])).toThrow(/nothing to match/);
  });

  test('agree: a match has F1 1, and F1 does not care which comes first', () => {
    const text = fc.array(fc.constantFrom('the', 'cat', 'Cat!', 'sat', 'on', 'a', '.'), { maxLength: 6 }).map((w) => w.join(' ')); // prettier-ignore
    fc.assert(
      fc.property(text, text, (x, y) => {
        expect(f1(x, [y])).toBeCloseTo(f1(y, [x]), 12);
        if (exactMatch(x, [y])) expect(f1(x, [y])).toBe(1);
      }),
    );
  });
});

test('repetition is the share of n-grams seen before, 1 less the distinct ones', () => {
  const words = 'the cat the cat the cat'.split(' ');
  expect(repetition(words, 2)).toBeCloseTo(3 / 5, 12);
  expect(repetition(words, 2)).toBeCloseTo(1 - distinctN([words], 2), 12);
  expect([repetition([], 1), repetition(['a'], 2), repetition(['a', 'b'], 1)]).toEqual([0, 0, 0]);
  expect(() => repetition(words, 0)).toThrow(/0-grams/);
});
