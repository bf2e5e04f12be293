/** Batches by length within windows: fair, seeded, and narrower than batches as they come. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { windowedBatch, type Windows } from '../../src/data/windows';

const run = (items: readonly number[], windows: Windows) =>
  Array.from({ length: windows.batches }, (_, i) => windowedBatch(items, (x) => x, i, windows));
const settings = { batchSize: 4, window: 4, batches: 20, seed: 3, stream: 1 };
const items = Array.from({ length: 40 }, (_, i) => (i * 17) % 41);

describe('windowed batches', () => {
  test('take every item once a pass, whatever the sizes', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 30 }),
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 3 }),
        (n, batchSize, window, passes) => {
          const all = Array.from({ length: n }, (_, i) => i);
          const batches = Math.ceil((n * passes) / batchSize);
          const taken = run(all, { ...settings, batchSize, window, batches });
          for (const batch of taken) expect(batch).toHaveLength(batchSize);
          const counts = all.map((item) => taken.flat().filter((other) => other === item).length);
          // The last batch may begin one more pass.
          expect(Math.min(...counts)).toBeGreaterThanOrEqual(passes);
          expect(taken.flat().length - n * passes).toBeLessThan(batchSize);
        },
      ),
    );
  });

  test('waste less on padding, and come in no order of length', () => {
    const padding = (window: number) =>
      run(items, { ...settings, window }).reduce(
        (sum, batch) => sum + batch.reduce((wasted, x) => wasted + Math.max(...batch) - x, 0),
        0,
      );
    expect(padding(4)).toBeLessThan(padding(1) / 2);
    const longest = run(items, settings).map((batch) => Math.max(...batch));
    const rises = longest.slice(1).filter((width, i) => width > longest[i]!).length;
    expect(rises).toBeGreaterThan(3);
    expect(rises).toBeLessThan(16);
  });

  test('are the same for the same seed, and others for another', () => {
    expect(run(items, settings)).toEqual(run(items, settings));
    expect(run(items, { ...settings, seed: 4 })).not.toEqual(run(items, settings));
  });
});
