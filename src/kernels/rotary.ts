/** Rotary position embedding. */
import * as tf from '@tensorflow/tfjs-core';
import type { ByHead, TokenIds } from '../shapes';

/** The same in stock operations. */
export function referenceRotary(x: ByHead, positions: TokenIds, theta: number): ByHead {
  const [B, T, H, E] = x.shape;
  const half = E / 2;
  const frequency = tf.tensor1d(Array.from({ length: half }, (_, i) => theta ** ((-2 * i) / E)));
  const angle = tf.mul(tf.reshape(tf.cast(positions, 'float32'), [B, T, 1, 1]), frequency); // (B, T, 1, E/2)
  const [cos, sin] = [tf.cos(angle), tf.sin(angle)];
  const first = tf.slice(x, [0, 0, 0, 0], [B, T, H, half]);
  const second = tf.slice(x, [0, 0, 0, half], [B, T, H, half]);
  return tf.concat(
    [
      tf.sub<ByHead>(tf.mul(first, cos), tf.mul(second, sin)),
      tf.add<ByHead>(tf.mul(second, cos), tf.mul(first, sin)),
    ],
    3,
  );
}

/**
 * Turn each pair (x_i, x_{i+E/2}) by position · theta^(-2i/E).
 * x (B, T, H, E), positions (B, T) int32.
 */
export function rotary(x: ByHead, positions: TokenIds, theta: number): ByHead {
  return tf.tidy(() => referenceRotary(x, positions, theta));
}
