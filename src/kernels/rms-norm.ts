/** Root-mean-square norm. */
import * as tf from '@tensorflow/tfjs-core';

/** The same in stock operations. */
export function referenceRmsNorm<X extends tf.Tensor>(x: X, gain: tf.Tensor1D, epsilon: number): X {
  const meanSquare = tf.mean(tf.mul(x, x), -1, true); // (…, 1)
  return tf.mul(tf.mul(x, tf.rsqrt(tf.add(meanSquare, epsilon))), gain);
}

/** y = gain · x / √(mean(x²) + ε) over the last axis: x (…, D), gain (D). */
export function rmsNorm<X extends tf.Tensor>(x: X, gain: tf.Tensor1D, epsilon: number): X {
  return tf.tidy(() => referenceRmsNorm(x, gain, epsilon));
}
