/** A part of a rollout that one optimizer step learns from, still on the host. */
import { exactDivide } from '../shapes';
import { narrowGroups, takeColumns } from './narrow';
import type { Rows } from './rows';

/** What learning needs of a rollout of B episodes. Per-token arrays are (B, R). */
export interface Learnable {
  /** Query and response side by side (B, P+R). */
  rows: Rows;
  mask: Float32Array;
  /** Under the policy that drew the tokens, nats. */
  logProbabilities: Float32Array;
  /** Under the reference, nats. */
  referenceLogProbabilities: Float32Array;
  /** Of the value model at the rollout. */
  values: Float32Array;
  /** Advantages as the policy loss uses them. */
  whitened: Float32Array;
  returns: Float32Array;
  /** Response tokens of each episode (B). */
  lengths: readonly number[];
  /** R. */
  responseLength: number;
  /** How many episodes one after the other are responses to one query. */
  siblings: number;
}

/** The same arrays for B chosen episodes, with what counts them. */
export interface Minibatch extends Learnable {
  B: number;
  R: number;
  /** Response tokens of all its episodes, or of the minibatch that it is a part of. */
  tokenCount: number;
}

/**
 * A minibatch in parts, each as narrow as its longest episode allows. Each counts the tokens of all, so that losses
 * and gradients of the parts add up to those of the minibatch.
 * @param numbers of the episodes of the minibatch, siblings one after the other where a minibatch has them all
 * @param size episodes of a part; 0 leaves it to the device
 */
export function takeMicroBatches(
  rollout: Learnable,
  numbers: readonly number[],
  size: number,
): Minibatch[] {
  const B = rollout.lengths.length;
  const R = rollout.responseLength;
  const tokenCount = numbers.reduce((sum, row) => sum + rollout.lengths[row]!, 0);
  const most = size === 0 ? undefined : Math.min(size, numbers.length);
  if (most) exactDivide(numbers.length, most, 'Episodes of a minibatch by episodes of a micro-batch'); // prettier-ignore
  const siblings = together(rollout.siblings, numbers.length, most);
  return narrowGroups(rollout.rows, B, R, siblings, numbers, most).map((group) => {
    const take = (array: Float32Array) => takeColumns(array, group.numbers, R, group.R);
    return {
      B: group.numbers.length,
      R: group.R,
      responseLength: group.R,
      siblings,
      rows: group.rows,
      mask: take(rollout.mask),
      logProbabilities: take(rollout.logProbabilities),
      referenceLogProbabilities: take(rollout.referenceLogProbabilities),
      values: take(rollout.values),
      whitened: take(rollout.whitened),
      returns: take(rollout.returns),
      lengths: group.numbers.map((row) => rollout.lengths[row]!),
      tokenCount,
    };
  });
}

/** How many of the siblings of a rollout are one after the other in all its parts of these sizes: all, or one. */
export const together = (siblings: number, ...sizes: (number | undefined)[]): number =>
  sizes.every((size) => !size || size % siblings === 0) ? siblings : 1;
