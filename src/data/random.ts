/**
 * Named streams of the one counter-based generator, and what is drawn from them. Every function is pure in
 * (seed, stream, counter): to resume is to know a counter.
 */
import { random, uniform } from '../random';

/** One stream for each use, so that drawing more for one never changes another. Numbers are never reused. */
export const STREAM = {
  split: 1,
  demonstrations: 2,
  comparisons: 3,
  queries: 4,
  minibatches: 5,
  samples: 6,
  rollouts: 7,
  evaluation: 8,
  initialisation: 9,
  labeler: 10,
  world: 11,
  playground: 12,
  pretraining: 13,
  pretrainingWorld: 14,
  texts: 15,
  windows: 16,
  participation: 17,
  privacyNoise: 18,
  members: 19,
  borrowing: 20,
} as const;
export type Stream = (typeof STREAM)[keyof typeof STREAM];

/** A seed of its own for each stream, for those who need streams within streams, as sampling does. */
export const seedOf = (seed: number, stream: number): number => random(seed, stream, 0xffffffff);

/** Number `counter` of a stream in [0, 1). */
export const uniformOf = (seed: number, stream: number, counter: number): number =>
  uniform(seed, stream, counter);

/** A whole number in [0, bound), number `counter` of a stream. */
export const integerBelow = (bound: number, seed: number, stream: number, counter: number) =>
  Math.floor(uniform(seed, stream, counter) * bound);

/** Standard normal number `counter` of a stream (Box and Muller 1958): √(−2 ln u) cos 2πv. */
export function normal(seed: number, stream: number, counter: number): number {
  const u = 1 - uniform(seed, stream, 2 * counter); // (0, 1]
  const v = uniform(seed, stream, 2 * counter + 1);
  return Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * v);
}

/** One of `items`, each as likely. @throws Error where there is none. */
export function choose<T>(items: readonly T[], seed: number, stream: number, counter: number): T {
  if (items.length === 0) throw new Error('There is nothing to choose from: the list is empty.');
  return items[integerBelow(items.length, seed, stream, counter)]!;
}

/** Numbers 0 to n − 1 in an order that depends on the pass (Fisher and Yates). */
export function permutation(n: number, seed: number, stream: number, pass = 0): number[] {
  const order = Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = integerBelow(i + 1, seed, stream, pass * n + i);
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}

/** `items` in the order of a pass; the list itself stays as it is. */
export const shuffled = <T>(items: readonly T[], seed: number, stream: number, pass = 0): T[] =>
  permutation(items.length, seed, stream, pass).map((i) => items[i]!);

/**
 * Items number `cursor` to `cursor + count − 1` of the endless sequence that goes through all `items` again
 * and again, shuffled anew in every pass. Where a run stands in its data is `cursor` alone.
 * @throws Error where there are no items.
 */
export function cycle<T>(
  items: readonly T[],
  cursor: number,
  count: number,
  seed: number,
  stream: number,
): T[] {
  const n = items.length;
  if (n === 0)
    throw new Error('There is nothing to train on: the set is empty. Add or import some first.');
  const orders = new Map<number, number[]>();
  return Array.from({ length: count }, (_, i) => {
    const pass = Math.floor((cursor + i) / n);
    const order = orders.get(pass) ?? permutation(n, seed, stream, pass);
    orders.set(pass, order);
    return items[order[(cursor + i) % n]!]!;
  });
}

/**
 * Each of `items` with probability `rate`, by a draw of its own that is made anew in every step: Poisson sampling,
 * as differential privacy accounts for it. How many come is chance, and may be none.
 */
export function poissonSample<T>(
  items: readonly T[],
  rate: number,
  seed: number,
  stream: number,
  step: number,
): T[] {
  const own = seedOf(seed, stream);
  return items.filter((_, i) => uniform(own, step, i) < rate);
}
