/** Axes, pointing and keys of figures of points. */
import { expect, test } from 'vitest';
import { moved, nearest, scaleOf, type Mark } from '../../src/ui/components/xy';

const mark = (id: string, x: number[], y: number[], changes: Partial<Mark> = {}): Mark => ({
  id,
  label: id,
  hue: 'policy',
  kind: 'path',
  x,
  y,
  ...changes,
});
const MARKS = [
  mark('curve', [0, 1], [0, 1], { kind: 'curve' }),
  mark('a', [0, 1, 2], [0, 0, 0]),
  mark('pale', [1], [1], { faint: true }),
  mark('none', [], []),
  mark('b', [5], [5]),
];

test('an axis holds its values, with ticks at round numbers', () => {
  expect(scaleOf([0.03, 0.97], 5)).toMatchObject({ low: 0, high: 1, places: 1 });
  expect(scaleOf([-3, 42], 5).ticks).toEqual([-10, 0, 10, 20, 30, 40, 50]);
  expect(scaleOf([0, 1, NaN], 2).ticks).toEqual([0, 0.5, 1]);
  const flat = scaleOf([3, 3], 4);
  expect(flat.low).toBeLessThan(3);
  expect(flat.high).toBeGreaterThan(3);
  expect(scaleOf([], 4)).toMatchObject({ low: 0, high: 1 });
});

test('what is nearest is found within reach, and curves and pale points are passed over', () => {
  const place = (x: number, y: number) => ({ x: 10 * x, y: 10 * y });
  expect(nearest(MARKS, place, { x: 19, y: 1 }, 15)).toEqual({ mark: 'a', index: 2 });
  expect(nearest(MARKS, place, { x: 10, y: 11 }, 15)).toEqual({ mark: 'a', index: 1 });
  expect(nearest(MARKS, place, { x: 10, y: 40 }, 15)).toBeNull();
});

test('arrow keys lead along a line and to the next that has points', () => {
  const start = moved(MARKS, null, 'ArrowRight');
  expect(start).toEqual({ mark: 'a', index: 0 });
  expect(moved(MARKS, start, 'ArrowRight')).toEqual({ mark: 'a', index: 1 });
  expect(moved(MARKS, start, 'ArrowLeft')).toEqual({ mark: 'a', index: 0 });
  expect(moved(MARKS, start, 'End')).toEqual({ mark: 'a', index: 2 });
  expect(moved(MARKS, { mark: 'a', index: 2 }, 'ArrowDown')).toEqual({ mark: 'b', index: 0 });
  expect(moved(MARKS, { mark: 'b', index: 0 }, 'ArrowDown')).toEqual({ mark: 'a', index: 0 });
  expect(moved([MARKS[0]!], null, 'ArrowRight')).toBeNull();
});
