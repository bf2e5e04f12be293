/**
 * Gradient accumulation: a minibatch that does not fit the device in one piece goes through it in
 * micro-batches, whose gradients are added up before the one optimizer step.
 *
 * Every loss must have been divided by the counts (tokens, pairs, prompts) of the whole minibatch, never by
 * those of its micro-batch: then the cut changes nothing but the order of float sums. A mean of the means of
 * micro-batches would count tokens of short ones more, as OpenRLHF and verl once did.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { NamedVariables } from '../shapes';
import {
  addGradients,
  lossGradients,
  type LossAndStatistics,
  type LossGradients,
} from './gradients';

/**
 * Loss, statistics and gradients of a minibatch, each the sum over its parts. Call it inside a `tidy`.
 * @param parts compute the loss of one micro-batch each; called one after the other
 * @param largest statistics of which the largest is taken and not the sum
 */
export function accumulated<S extends Record<string, tf.Scalar>>(
  parameters: NamedVariables,
  parts: readonly (() => LossAndStatistics<S>)[],
  largest: readonly (keyof S)[] = [],
): LossGradients<S> {
  const [first, ...others] = parts;
  if (!first) throw new Error('There is no micro-batch to take gradients of.');
  let total = lossGradients(parameters, first);
  for (const part of others) {
    const before = total;
    // Only the new sums outlive a micro-batch.
    total = tf.tidy(() => sumOf(before, lossGradients(parameters, part), largest));
    tf.dispose(before);
  }
  return total;
}

function sumOf<S extends Record<string, tf.Scalar>>(
  a: LossGradients<S>,
  b: LossGradients<S>,
  largest: readonly (keyof S)[],
): LossGradients<S> {
  const names: (keyof S)[] = Object.keys(a.statistics);
  const join = (name: keyof S) => (largest.includes(name) ? tf.maximum : tf.add);
  const statistics = Object.fromEntries(
    names.map((name) => [name, join(name)(a.statistics[name]!, b.statistics[name]!)]),
  ) as S; // The names are those of `a`.
  return {
    loss: tf.add(a.loss, b.loss),
    statistics,
    gradients: addGradients(a.gradients, b.gradients),
  };
}
