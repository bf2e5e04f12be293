/**
 * Shuffled batches whose items are about equally long, so that short ones are not padded to the longest of the
 * whole data. The endless shuffled sequence is cut into windows of several batches; within a window the items
 * are sorted by length, cut into batches, and the batches shuffled. Every item still comes once a pass, and in
 * which window is chance; only which items share a batch depends on their length.
 */
import { cycle, permutation, STREAM } from './random';

export interface Windows {
  /** Items in one batch. */
  batchSize: number;
  /** Batches in one window; 1 leaves the sequence as it is. */
  window: number;
  /** Batches of the whole run: the last window ends there, so that it holds no item that no batch takes. */
  batches: number;
  seed: number;
  /** Of the order of items. */
  stream: number;
}

/** Batch number `index` of a run, a pure function of it: where a run stands is the number alone. */
export function windowedBatch<T>(
  items: readonly T[],
  lengthOf: (item: T) => number,
  index: number,
  { batchSize, window, batches, seed, stream }: Windows,
): T[] {
  const number = Math.floor(index / window);
  const first = number * window;
  const count = Math.max(1, Math.min(window, batches - first));
  const drawn = cycle(items, first * batchSize, count * batchSize, seed, stream);
  // Array.sort is stable: equally long items stay in their shuffled order.
  const sorted = count === 1 ? drawn : drawn.sort((a, b) => lengthOf(a) - lengthOf(b));
  const order = permutation(window, seed, STREAM.windows, number).filter((batch) => batch < count);
  const start = order[index - first]! * batchSize;
  return sorted.slice(start, start + batchSize);
}
