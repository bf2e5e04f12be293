/** A part of a rollout that one optimizer step learns from, still on the host. */
import { exactDivide } from '../shapes';
import { takeRows, takeTokenRows, type Rows } from './rows';

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
}

/** The same arrays for B chosen episodes, with what counts them. */
export interface Minibatch extends Learnable {
  B: number;
  R: number;
  /** Response tokens of all its episodes, or of the minibatch that it is a part of. */
  tokenCount: number;
}

/**
 * The episodes with the given numbers, in their order.
 * @param tokenCount what losses are divided by, where these are a micro-batch of a larger minibatch
 */
export function takeMinibatch(
  rollout: Learnable,
  numbers: readonly number[],
  tokenCount?: number,
): Minibatch {
  const R = rollout.responseLength;
  const T = exactDivide(rollout.rows.ids.length, rollout.lengths.length, 'Ids by episodes');
  const take = (array: Float32Array) => takeRows(array, numbers, R);
  const lengths = numbers.map((row) => rollout.lengths[row]!);
  return {
    B: numbers.length,
    R,
    responseLength: R,
    rows: takeTokenRows(rollout.rows, numbers, T),
    mask: take(rollout.mask),
    logProbabilities: take(rollout.logProbabilities),
    referenceLogProbabilities: take(rollout.referenceLogProbabilities),
    values: take(rollout.values),
    whitened: take(rollout.whitened),
    returns: take(rollout.returns),
    lengths,
    tokenCount: tokenCount ?? lengths.reduce((sum, length) => sum + length, 0),
  };
}

/**
 * A minibatch in parts of `size` episodes, or whole where that is 0. Each counts the tokens of all, so that
 * losses and gradients of the parts add up to those of the minibatch.
 */
export function takeMicroBatches(
  rollout: Learnable,
  numbers: readonly number[],
  size: number,
): Minibatch[] {
  const tokens = numbers.reduce((sum, row) => sum + rollout.lengths[row]!, 0);
  const step = size === 0 ? numbers.length : Math.min(size, numbers.length);
  const parts = exactDivide(numbers.length, step, 'Episodes of a minibatch by episodes of a micro-batch'); // prettier-ignore
  return Array.from({ length: parts }, (_, i) =>
    takeMinibatch(rollout, numbers.slice(i * step, (i + 1) * step), tokens),
  );
}
