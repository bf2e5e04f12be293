/** The linear layer: y = x Wᵀ. */
import * as tf from '@tensorflow/tfjs-core';
import type { Matrix } from '../shapes';

/** The same in stock operations. x (…, I), weight (O, I), to (…, O). */
export function referenceLinear<X extends tf.Tensor2D | tf.Tensor3D>(x: X, weight: Matrix): X {
  const [O, I] = weight.shape;
  const flat: tf.Tensor2D = tf.reshape(x, [-1, I]); // (N, I)
  const y: tf.Tensor = tf.matMul(flat, weight, false, true); // (N, O)
  const shape: number[] = [...x.shape.slice(0, -1), O];
  return y.rank === shape.length ? (y as X) : (tf.reshape(y, shape) as tf.Tensor as X);
}

/** y = x Wᵀ: x (…, I) and weight (O, I) to (…, O). */
export function linear<X extends tf.Tensor2D | tf.Tensor3D>(x: X, weight: Matrix): X {
  return tf.tidy(() => referenceLinear(x, weight));
}
