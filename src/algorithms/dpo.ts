/**
 * Losses that learn from pairs directly, without a reward model and without drawing a response.
 *
 *   delta = (log policy - log reference)(chosen) - (log policy - log reference)(rejected)
 *   dpo   = -log sigmoid(beta delta), with label smoothing e (cDPO):
 *           -(1 - e) log sigmoid(beta delta) - e log sigmoid(-beta delta)
 *   robust = ( -(1 - e) log sigmoid(beta delta) + e log sigmoid(-beta delta) ) / (1 - 2e)
 *   ipo   = (delta - 1 / (2 beta))^2
 *   hinge = max(0, 1 - beta delta)
 *
 * beta (log policy - log reference) is the reward that a policy implies. Only the difference enters the loss,
 * so the chosen response's own probability may well fall; show both. DPO starts at exactly ln 2.
 *
 * Log-probabilities are of whole responses: summed over tokens, as in both papers. For the length-averaged
 * form of IPO that TRL uses, give means instead.
 *
 * Sources: Rafailov 2023, equation 7; Mitchell 2023 (cDPO); Chowdhury 2024 (robust); Azar 2023, equation 17;
 * Zhao 2023 (hinge, SLiC).
 */
import * as tf from '@tensorflow/tfjs-core';
import type { PerRow } from '../shapes';
import { assertSmoothing, binaryChoiceLoss } from './log-sigmoid';
import { positiveCount } from './masked';

/** Log-probabilities of whole responses, one pair a row, nats. */
export interface PreferenceBatch {
  /** (B); gradients flow to these and the next. */
  policyChosen: PerRow;
  policyRejected: PerRow;
  referenceChosen: PerRow;
  referenceRejected: PerRow;
  /** Pairs of the whole batch, of which these may be a part. */
  pairCount: number;
}

export type PreferenceLossOptions =
  | { kind: 'dpo' | 'robust'; beta: number; labelSmoothing?: number }
  | { kind: 'ipo' | 'hinge'; beta: number };

export type PreferenceStatistics = {
  /** Mean of beta (log policy - log reference) of chosen responses. */
  chosenReward: tf.Scalar;
  rejectedReward: tf.Scalar;
  /** Share of pairs whose chosen response has the higher implied reward; equal ones count half. */
  accuracy: tf.Scalar;
};

/** The loss of pairs, scalar, and its statistics; those of parts of a batch add up to those of the batch. */
export function preferenceLoss(
  batch: PreferenceBatch,
  options: PreferenceLossOptions,
): { loss: tf.Scalar; statistics: PreferenceStatistics } {
  const pairCount = positiveCount(batch.pairCount);
  const mean = (x: tf.Tensor): tf.Scalar => tf.div(tf.sum(x), pairCount);
  const chosen: PerRow = tf.sub(batch.policyChosen, batch.referenceChosen); // (B)
  const rejected: PerRow = tf.sub(batch.policyRejected, batch.referenceRejected); // (B)
  const delta: PerRow = tf.sub(chosen, rejected); // (B)
  const right = tf.cast(tf.greater(delta, 0), 'float32');
  const notWrong = tf.cast(tf.greaterEqual(delta, 0), 'float32');
  return {
    loss: mean(perPair(delta, options)),
    statistics: {
      chosenReward: tf.mul(mean(chosen), options.beta),
      rejectedReward: tf.mul(mean(rejected), options.beta),
      accuracy: tf.mul(mean(tf.add(right, notWrong)), 0.5),
    },
  };
}

function perPair(delta: PerRow, options: PreferenceLossOptions): PerRow {
  if (!(options.beta > 0)) throw new Error(`Beta is ${options.beta}; it must be positive.`);
  switch (options.kind) {
    case 'dpo':
      return binaryChoiceLoss<PerRow>(tf.mul(delta, options.beta), options.labelSmoothing ?? 0);
    case 'robust': {
      const e = options.labelSmoothing ?? 0;
      const margin: PerRow = tf.mul(delta, options.beta);
      // -(1 - e) log s(m) + e log s(-m), where log s(-m) = log s(m) - m
      const loss = tf.sub(tf.mul(binaryChoiceLoss(margin, 0), 1 - 2 * e), tf.mul(margin, e));
      return tf.div(loss, 1 - 2 * assertSmoothing(e));
    }
    case 'hinge':
      return tf.relu(tf.sub<PerRow>(1, tf.mul(delta, options.beta)));
    case 'ipo':
      return tf.square(tf.sub<PerRow>(delta, 1 / (2 * options.beta)));
    default:
      return options satisfies never;
  }
}
