import { describe, expect, test } from 'vitest';
import { random, threefry, uniform } from '../src/random';

describe('Threefry-2x32, 20 rounds', () => {
  // Known answers published with Random123 (`kat_vectors`, threefry2x32 20).
  test.each([
    [0, 0, 0, 0, 0x6b200159, 0x99ba4efe],
    [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0x1cb996fc, 0xbb002be7],
    [0x13198a2e, 0x03707344, 0x243f6a88, 0x85a308d3, 0xc4923a9c, 0x483df7a0],
  ])('key %i %i, counter %i %i', (key0, key1, counter0, counter1, first, second) => {
    expect(threefry(key0, key1, counter0, counter1)).toEqual([first, second]);
  });

  test('random is the first word with the counter in front', () => {
    expect(random(0, 0, 0)).toBe(0x6b200159);
    expect(random(7, 3, 5)).toBe(threefry(7, 3, 5, 0)[0]);
    expect(random(7, 3, 5)).not.toBe(random(3, 7, 5));
  });

  test('uniform fills [0, 1) evenly', () => {
    const bins = new Array<number>(16).fill(0);
    for (let i = 0; i < 16_000; i++) bins[Math.floor(uniform(1, 2, i) * 16)]! += 1;
    // Chi-squared with 15 degrees of freedom: 99.9% of honest generators stay below 37.7.
    const chiSquared = bins.reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0);
    expect(chiSquared).toBeLessThan(37.7);
    expect(Math.fround(uniform(1, 2, 9))).toBe(uniform(1, 2, 9));
  });
});
