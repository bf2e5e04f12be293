/**
 * What a rollout is made of once it is off the device: flat arrays of B rows of R response tokens, row
 * after row, and a mask that is 1 on response tokens (the end-of-sequence token is one) and 0 on padding.
 *
 * Rewards, advantages and whitening are computed on such arrays and not in tensors: they are read once per
 * rollout, the recursion over R is sequential, and JavaScript's float64 sums cost less than its dispatches.
 */
import { exactDivide } from '../shapes';

/** Numbers by row and token, (B, R) flat, or any other flat list of numbers. */
export type Numbers = ArrayLike<number>;

/**
 * Check that all arrays describe the same (B, R) tokens.
 * @param arrays by the name that a complaint should give them
 * @param responseLength R
 * @returns B
 * @throws Error naming the array that does not fit
 */
export function countRows(arrays: Record<string, Numbers>, responseLength: number): number {
  const [first, ...others] = Object.entries(arrays);
  if (!first) throw new Error('countRows was given no arrays to count the rows of.');
  const [firstName, { length }] = first;
  for (const [name, array] of others)
    if (array.length !== length)
      throw new Error(
        `${name} has ${array.length} entries and ${firstName} has ${length}; both describe the same tokens.`,
      );
  return exactDivide(length, responseLength, `The rows of ${firstName}`);
}

/** Entry `index` of an array whose length was checked before. */
export function at(array: Numbers, index: number): number {
  const value = array[index];
  if (value === undefined)
    throw new Error(`Entry ${index} lies outside an array of ${array.length}.`);
  return value;
}
