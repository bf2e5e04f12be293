/**
 * log sigmoid(x) = -softplus(-x), the log-likelihood of a Bradley-Terry choice by a margin x. Finite for any
 * x, and its gradient at 0 is 1/2, where a form built on |x| would give 0 and a freshly made reward head,
 * whose margins are all 0, would never start to learn.
 */
import * as tf from '@tensorflow/tfjs-core';

export function logSigmoid<T extends tf.Tensor>(x: T): T {
  // Not tf.logSigmoid (4.22): its gradient reads an x that was disposed by then, unless x is a leaf.
  return tf.neg(tf.softplus<T>(tf.neg(x)));
}

/**
 * -(1 - e) log sigmoid(x) - e log sigmoid(-x): the loss where a label is wrong with probability e.
 * @param margin any shape
 * @param labelSmoothing e, from 0 to below 1/2
 */
export function binaryChoiceLoss<T extends tf.Tensor>(margin: T, labelSmoothing: number): T {
  assertSmoothing(labelSmoothing);
  const right = tf.neg(logSigmoid(margin));
  if (labelSmoothing === 0) return right;
  // log sigmoid(-x) = log sigmoid(x) - x
  return tf.add(right, tf.mul(margin, labelSmoothing));
}

/** @throws Error unless a label may be wrong with this probability and still tell something */
export function assertSmoothing(labelSmoothing: number): number {
  if (!(labelSmoothing >= 0 && labelSmoothing < 0.5))
    throw new Error(`Label smoothing is ${labelSmoothing}; it lies between 0 and 0.5, 0.5 excluded.`); // prettier-ignore
  return labelSmoothing;
}
