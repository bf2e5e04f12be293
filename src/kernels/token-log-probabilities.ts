/** The language head fused with log-softmax. */
import * as tf from '@tensorflow/tfjs-core';
import type { Hidden, Matrix, PerToken, TokenIds } from '../shapes';
import { linear } from './linear';

export interface TokenLogProbabilities {
  /** log π(target) (B, T), nats. */
  logProbabilities: PerToken;
  /** -Σ π log π of the whole choice (B, T), nats. */
  entropy: PerToken;
}

/** The same in stock operations. */
export function referenceTokenLogProbabilities(
  hidden: Hidden,
  head: Matrix,
  targets: TokenIds,
  temperature: number,
): TokenLogProbabilities {
  const [V] = head.shape;
  const logits = tf.div(linear(hidden, head), temperature); // (B, T, V)
  const log = tf.logSoftmax(logits); // (B, T, V)
  const chosen = tf.oneHot(targets, V); // (B, T, V)
  return {
    logProbabilities: tf.sum<PerToken>(tf.mul(log, chosen), -1),
    entropy: tf.neg(tf.sum<PerToken>(tf.mul(tf.exp(log), log), -1)),
  };
}

/**
 * log softmax(hidden · headᵀ / temperature) at the targets, and the entropy, both in nats.
 * hidden (B, T, D), head (V, D), targets (B, T) int32.
 */
export function tokenLogProbabilities(
  hidden: Hidden,
  head: Matrix,
  targets: TokenIds,
  temperature: number,
): TokenLogProbabilities {
  return tf.tidy(() => ({ ...referenceTokenLogProbabilities(hidden, head, targets, temperature) }));
}

/** KL(P ‖ Q) of the whole choice at each position (B, T), nats. Not for training: it has no fused gradient. */
export function exactKl(
  hiddenP: Hidden,
  headP: Matrix,
  hiddenQ: Hidden,
  headQ: Matrix,
  temperature: number,
): PerToken {
  return tf.tidy(() => {
    const p = tf.logSoftmax(tf.div(linear(hiddenP, headP), temperature)); // (B, T, V)
    const q = tf.logSoftmax(tf.div(linear(hiddenQ, headQ), temperature)); // (B, T, V)
    return tf.sum<PerToken>(tf.mul(tf.exp(p), tf.sub(p, q)), -1);
  });
}
