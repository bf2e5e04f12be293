/** Axes and bins of small figures. */
import { expect, test } from 'vitest';
import { axisOf, binsOf, shareOf } from '../../src/ui/components/plot';

test('an axis holds its values and has round ticks', () => {
  const axis = axisOf([-0.37, 2.2], 5);
  expect(axis).toEqual({ low: -1, high: 3, ticks: [-1, 0, 1, 2, 3] });
  expect(shareOf(axis, 1)).toBe(0.5);
  expect(axisOf([0.3], 5).ticks.length).toBeGreaterThan(1);
  expect(axisOf([], 5)).toEqual({ low: 0, high: 1, ticks: [0, 1] });
  expect(axisOf([5, 9], 4, [0, 1]).ticks).toEqual([0, 0.5, 1]);
  expect(axisOf([NaN, 1, 2]).low).toBe(1);
});

test('bins hold every value once, and zero is an edge', () => {
  const values = Array.from({ length: 101 }, (_, i) => (i - 30) / 10); // −3 to 7
  const bins = binsOf(values, 10);
  expect(bins.reduce((sum, { count }) => sum + count, 0)).toBe(101);
  expect(bins.some(({ from }) => from === 0)).toBe(true);
  for (const { from, to, count } of bins)
    expect(count).toBe(values.filter((v) => v >= from && (v < to || to === bins.at(-1)!.to)).length); // prettier-ignore
  expect(binsOf([], 10)).toEqual([]);
  expect(binsOf([2, 2, 2], 10).reduce((sum, { count }) => sum + count, 0)).toBe(3);
});
