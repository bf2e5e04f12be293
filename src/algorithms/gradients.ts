/**
 * A loss with its gradients by parameter name and with statistics, which tf.variableGrads cannot return: it
 * disposes everything made inside the loss function but the loss.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { NamedTensors, NamedVariables } from '../shapes';

/** What a loss function returns. */
export type LossAndStatistics<S extends Record<string, tf.Scalar>> = {
  loss: tf.Scalar;
  statistics: S;
};

/** Types and not interfaces, so that `tf.tidy` can return them. */
export type LossGradients<S extends Record<string, tf.Scalar>> = LossAndStatistics<S> & {
  gradients: NamedTensors;
};

/**
 * Run `compute` and return its loss and statistics with the gradient of the loss by every one of `parameters`.
 * Only these are differentiated: a frozen reference in the same graph stays out of it.
 *
 * Owner of all returned tensors is the scope that it is called in; call it inside `tf.tidy`.
 * @param parameters trainable variables by name, without a model's prefix
 * @throws Error naming parameters that the loss does not depend on
 */
export function lossGradients<S extends Record<string, tf.Scalar>>(
  parameters: NamedVariables,
  compute: () => LossAndStatistics<S>,
): LossGradients<S> {
  const kept: Record<string, tf.Scalar> = {};
  const names = Object.keys(parameters);
  try {
    const { value, grads } = tf.variableGrads(() => {
      const { loss, statistics } = compute();
      for (const [name, statistic] of Object.entries(statistics)) kept[name] = tf.keep(tf.clone(statistic)); // prettier-ignore
      return loss;
    }, Object.values(parameters));
    const gradients: NamedTensors = {};
    for (const name of names) {
      const gradient = grads[parameters[name]?.name ?? ''];
      if (!gradient)
        throw new Error(`The loss does not depend on "${name}", or the parameter is frozen; leave it out.`); // prettier-ignore
      gradients[name] = gradient;
    }
    // Clones belong to the caller's scope, which keep() had taken the originals out of.
    const statistics = Object.fromEntries(
      Object.entries(kept).map(([name, statistic]) => [name, tf.clone(statistic)]),
    ) as S; // The keys and tensors are those of `compute`'s own statistics.
    return { loss: value, statistics, gradients };
  } finally {
    for (const statistic of Object.values(kept)) statistic.dispose();
  }
}

/**
 * Sum of the gradients of two micro-batches, whose losses were divided by the counts of their whole
 * minibatch. @throws Error if they are not of the same parameters
 */
export function addGradients(first: NamedTensors, second: NamedTensors): NamedTensors {
  assertSameNames('the gradients of one micro-batch', first, 'those of the other', second);
  const sum: NamedTensors = {};
  for (const [name, gradient] of Object.entries(first)) {
    const other = second[name];
    if (other) sum[name] = tf.add(gradient, other);
  }
  return sum;
}

/** @throws Error naming what is in one of the two and not in the other */
export function assertSameNames(
  what: string,
  first: Record<string, unknown>,
  whatOther: string,
  second: Record<string, unknown>,
): void {
  const missing = Object.keys(first).filter((name) => !(name in second));
  const surplus = Object.keys(second).filter((name) => !(name in first));
  if (missing.length === 0 && surplus.length === 0) return;
  const list = (names: string[]) => names.map((name) => `"${name}"`).join(', ') || 'none';
  throw new Error(
    `The parameters of ${what} and ${whatOther} differ. Only in ${what}: ${list(missing)}; only in ${whatOther}: ${list(surplus)}.`,
  );
}
