/** Curves stay short enough to draw, and every point of them was measured. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EMPTY_CURVE, extended, upTo } from '../../src/ui/state/curve';

const points = (count: number, from = 1) =>
  Array.from({ length: count }, (_, i) => ({ x: from + i, y: (from + i) ** 2 }));

test('any way of cutting a run into batches gives the same curve', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 30 }), (sizes) => {
      let cut = EMPTY_CURVE;
      let at = 1;
      for (const size of sizes) {
        cut = extended(cut, points(size, at), 16);
        at += size;
      }
      expect(cut).toEqual(extended(EMPTY_CURVE, points(at - 1), 16));
    }),
  );
});

test('a long curve is thinned, evenly, to points that were measured, the newest among them', () => {
  for (const count of [1, 15, 16, 17, 18, 100, 1001]) {
    const { x, y } = extended(EMPTY_CURVE, points(count), 16);
    expect(x.length).toBeLessThanOrEqual(17);
    expect(x[0]).toBe(1);
    expect(x.at(-1)).toBe(count);
    expect(y).toEqual(x.map((each) => each ** 2));
    const gaps = x.slice(1, -1).map((each, i) => each - (x[i] ?? 0));
    expect(new Set(gaps).size).toBeLessThanOrEqual(1);
  }
});

test('a run that goes back replaces what it measures anew', () => {
  const once = extended(EMPTY_CURVE, points(10));
  const again = extended(once, [{ x: 6, y: -1 }]);
  expect(again.x).toEqual([1, 2, 3, 4, 5, 6]);
  expect(again.y.at(-1)).toBe(-1);
});

test('cut at a step, a curve has nothing after it', () => {
  expect(upTo(extended(EMPTY_CURVE, points(10)), 4).x).toEqual([1, 2, 3, 4]);
});
