/**
 * Kahneman-Tversky optimization: learns from thumbs up and down, one response at a time, without pairs.
 *
 *   delta = (log policy - log reference)(response)
 *   z     = max(0, mean of delta over responses to other prompts)        a guess at the KL; no gradient
 *   up:   w_up   (1 - sigmoid(beta (delta - z)))
 *   down: w_down (1 - sigmoid(beta (z - delta)))
 *
 * A response gains the most where its implied reward is near z: those that are plainly good or bad already teach
 * little. Keep w_up n_up / (w_down n_down) between 1 and 4/3.
 *
 * Source: Ethayarajh 2024, equations 7 and 8, arXiv 2402.01306
 */
import * as tf from '@tensorflow/tfjs-core';
import type { PerRow } from '../shapes';
import { positiveCount } from './masked';

/** Log-probabilities of whole responses (B), nats; gradients flow to `policy`. */
export interface ThumbBatch {
  policy: PerRow;
  reference: PerRow;
  /** (B), 1 thumb up, 0 thumb down. */
  good: PerRow;
  /** z, nats: scalar, computed outside of what is differentiated. */
  baseline: tf.Scalar;
  /** Responses of the whole batch, of which these may be a part. */
  count: number;
}

export interface KtoOptions {
  beta: number;
  desirableWeight: number;
  undesirableWeight: number;
}

export type KtoStatistics = {
  /** Mean implied reward beta delta of good responses, over those there are. */
  chosenReward: tf.Scalar;
  rejectedReward: tf.Scalar;
};

/** z of responses to prompts that they were not written for. @param policy, reference (B), nats */
export const mismatchedKl = (policy: PerRow, reference: PerRow): tf.Scalar =>
  tf.maximum<tf.Scalar>(tf.mean(tf.sub<PerRow>(policy, reference)), 0);

/** The loss of a (micro-)batch, scalar, and its statistics. */
export function ktoLoss(
  { policy, reference, good, baseline, count }: ThumbBatch,
  { beta, desirableWeight, undesirableWeight }: KtoOptions,
): { loss: tf.Scalar; statistics: KtoStatistics } {
  if (!(beta > 0)) throw new Error(`Beta is ${beta}; it must be positive.`);
  const delta: PerRow = tf.sub(policy, reference); // (B)
  const sign: PerRow = tf.sub(tf.mul(good, 2), 1); // (B): 1 up, -1 down
  const bad: PerRow = tf.sub(1, good); // (B)
  const margin: PerRow = tf.mul(tf.mul(tf.sub<PerRow>(delta, baseline), beta), sign); // (B)
  const weight = tf.add(tf.mul(good, desirableWeight), tf.mul(bad, undesirableWeight)); // (B)
  const losses = tf.mul(weight, tf.sub(1, tf.sigmoid(margin))); // (B)
  const meanOver = (who: PerRow): tf.Scalar =>
    tf.mul(tf.divNoNan(tf.sum(tf.mul(delta, who)), tf.sum(who)), beta);
  return {
    loss: tf.div(tf.sum(losses), positiveCount(count)),
    statistics: { chosenReward: meanOver(good), rejectedReward: meanOver(bad) },
  };
}
