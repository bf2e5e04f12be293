/** Causal grouped-query attention. */
import * as tf from '@tensorflow/tfjs-core';
import { exactDivide, type ByHead, type Mask } from '../shapes';

/** Added to the score of a key that may not be seen: finite, so that a row without keys stays finite. */
const MASKED = -1e30;

/** The same in stock operations. */
export function referenceAttention(
  query: ByHead,
  key: ByHead,
  value: ByHead,
  keyMask: Mask,
): ByHead {
  const [B, T, H, E] = query.shape;
  const [, S, G] = key.shape;
  const perGroup = exactDivide(H, G, 'Query heads by key heads');
  const grouped = tf.reshape(
    tf.transpose(tf.reshape(query, [B, T, G, perGroup, E]), [0, 2, 3, 1, 4]),
    [B, G, perGroup * T, E],
  );
  const keys = tf.transpose(key, [0, 2, 1, 3]); // (B, G, S, E)
  const values = tf.transpose(value, [0, 2, 1, 3]); // (B, G, S, E)
  const seen = tf.reshape(visible(T, S, keyMask), [B, 1, 1, T, S]); // (B, 1, 1, T, S)
  const raw = tf.mul(tf.matMul(grouped, keys, false, true), 1 / Math.sqrt(E)); // (B, G, H/G·T, S)
  const scores = tf.reshape(raw, [B, G, perGroup, T, S]);
  const shut = tf.mul(tf.sub(1, seen), MASKED);
  const weights = tf.mul(tf.softmax(tf.add(scores, shut)), seen); // (B, G, H/G, T, S)
  const mixed = tf.matMul(tf.reshape(weights, [B, G, perGroup * T, S]), values);
  const perHead = tf.reshape(mixed, [B, G, perGroup, T, E]);
  return tf.reshape(tf.transpose(perHead, [0, 3, 1, 2, 4]), [B, T, H, E]);
}

/** 1 where query t may see key s (B, T, S): the key is real and no later than the query. */
function visible(T: number, S: number, keyMask: Mask): tf.Tensor3D {
  const queries = tf.reshape(tf.range(S - T, S), [1, T, 1]);
  const keys = tf.reshape(tf.range(0, S), [1, 1, S]);
  const causal = tf.cast(tf.lessEqual(keys, queries), 'float32'); // (1, T, S)
  return tf.mul(causal, tf.reshape(keyMask, [-1, 1, S]));
}

/**
 * softmax(q · k / √E) v over the keys at or before each query.
 * query (B, T, H, E): the last T of the S positions. key, value (B, S, G, E). keyMask (B, S), 0 for
 * padding. A query that may see no key at all gets zeros.
 */
export function attention(query: ByHead, key: ByHead, value: ByHead, keyMask: Mask): ByHead {
  return tf.tidy(() => referenceAttention(query, key, value, keyMask));
}
