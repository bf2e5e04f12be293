/**
 * The one source of randomness: a counter-based generator, Threefry-2x32 with 20 rounds.
 *
 *     random(seed, stream, counter) = first word of Threefry(key = (seed, stream), counter = (counter, 0))
 *
 * A counter-based generator has no state: the n-th number of a stream is computed, not reached by drawing
 * the n-1 before it. So a run resumes exactly, rows of a batch draw independently of one another, and the
 * shader in `kernels/sample.ts` computes the same integers as this file.
 *
 * Source: Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3" (SC 2011),
 * https://doi.org/10.1145/2063384.2063405. Rotation constants from its table 2.
 */

/** Left rotations of the eight rounds, after which they repeat. */
export const THREEFRY_ROTATIONS = [13, 15, 26, 6, 17, 29, 16, 24] as const;
/** Keeps the three key words from cancelling to zero (from Skein). */
export const THREEFRY_PARITY = 0x1bd11bda;
export const THREEFRY_ROUNDS = 20;

/** Both words of Threefry-2x32-20; all arguments and results are unsigned 32-bit integers. */
export function threefry(
  key0: number,
  key1: number,
  counter0: number,
  counter1: number,
): [number, number] {
  const keys = [key0 | 0, key1 | 0, THREEFRY_PARITY ^ key0 ^ key1] as const;
  let a = (counter0 + keys[0]) | 0;
  let b = (counter1 + keys[1]) | 0;
  for (let round = 0; round < THREEFRY_ROUNDS; round++) {
    const turn = THREEFRY_ROTATIONS[round & 7]!;
    a = (a + b) | 0;
    b = ((b << turn) | (b >>> (32 - turn))) ^ a;
    if ((round & 3) === 3) {
      const injection = (round + 1) >> 2; // 1 to 5
      a = (a + keys[injection % 3]!) | 0;
      b = (b + keys[(injection + 1) % 3]! + injection) | 0;
    }
  }
  return [a >>> 0, b >>> 0];
}

/** Number `counter` of a stream: an integer from 0 to 2^32 - 1, every one equally likely. */
export function random(seed: number, stream: number, counter: number): number {
  return threefry(seed, stream, counter, 0)[0];
}

/** Number `counter` of a stream in [0, 1), a multiple of 2^-24, so that float32 holds it exactly. */
export function uniform(seed: number, stream: number, counter: number): number {
  return (random(seed, stream, counter) >>> 8) * 2 ** -24;
}
