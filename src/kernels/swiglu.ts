/** SwiGLU: silu(gate) ⊙ up. */
import * as tf from '@tensorflow/tfjs-core';

/** The same in stock operations. */
export function referenceSwiglu<X extends tf.Tensor>(gate: X, up: X): X {
  return tf.mul(tf.mul(gate, tf.sigmoid(gate)), up);
}

/** silu(gate) ⊙ up, where silu(g) = g · sigmoid(g); both (…, F). */
export function swiglu<X extends tf.Tensor>(gate: X, up: X): X {
  return tf.tidy(() => referenceSwiglu(gate, up));
}
