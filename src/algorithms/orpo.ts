/**
 * Losses on pairs that need no reference, from mean log-probabilities per token a of either response:
 *
 *   orpo  = nll(chosen) - lambda log sigmoid( log odds(a_c) - log odds(a_r) ),   log odds(a) = a - log(1 - e^a)
 *   simpo = -log sigmoid( beta (a_c - a_r) - gamma )
 *
 * ORPO contains fine-tuning on the chosen responses, and may start from a base model. Means and not sums, or
 * the longer response would lose for its length alone.
 *
 * Sources: Hong 2024 (ORPO), equations 4 to 7; Meng 2024 (SimPO), equation 6.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { PerRow } from '../shapes';
import { logSigmoid } from './log-sigmoid';
import { positiveCount } from './masked';

/** Mean log-probabilities per token, one pair a row (B), nats; gradients flow to both. */
export interface ReferenceFreeBatch {
  chosen: PerRow;
  rejected: PerRow;
  /** Pairs of the whole batch, of which these may be a part. */
  pairCount: number;
}

export type ReferenceFreeOptions =
  | { kind: 'orpo'; /** lambda */ weight: number }
  | { kind: 'simpo'; beta: number; /** gamma */ margin: number };

export type ReferenceFreeStatistics = {
  /** Mean of -a of chosen responses, nats per token. */
  chosenNll: tf.Scalar;
  /** Mean of log odds (ORPO) or of the scaled difference (SimPO) between chosen and rejected. */
  margin: tf.Scalar;
  /** Share of pairs whose chosen response is likelier per token; equal ones count half. */
  accuracy: tf.Scalar;
};

/** Mean log-probabilities are kept below this, where 1 - e^a still has digits. */
const HIGHEST = -1e-6;

/** log(p / (1 - p)) of p = e^a. */
const logOdds = (a: PerRow): PerRow =>
  tf.sub(a, tf.log(tf.neg(tf.expm1(tf.minimum<PerRow>(a, HIGHEST)))));

/** The loss of pairs, scalar, and its statistics; those of parts of a batch add up to those of the batch. */
export function referenceFreeLoss(
  { chosen, rejected, pairCount }: ReferenceFreeBatch,
  options: ReferenceFreeOptions,
): { loss: tf.Scalar; statistics: ReferenceFreeStatistics } {
  const mean = (x: tf.Tensor): tf.Scalar => tf.div(tf.sum(x), positiveCount(pairCount));
  const chosenNll = tf.neg(mean(chosen));
  const right = tf.cast(tf.greater(chosen, rejected), 'float32');
  const notWrong = tf.cast(tf.greaterEqual(chosen, rejected), 'float32');
  const accuracy: tf.Scalar = tf.mul(mean(tf.add(right, notWrong)), 0.5);
  switch (options.kind) {
    case 'orpo': {
      const margins: PerRow = tf.sub(logOdds(chosen), logOdds(rejected)); // (B)
      const preference = tf.mul<tf.Scalar>(mean(tf.neg(logSigmoid(margins))), options.weight);
      return {
        loss: tf.add(chosenNll, preference),
        statistics: { chosenNll, margin: mean(margins), accuracy },
      };
    }
    case 'simpo': {
      const margins: PerRow = tf.mul(tf.sub(chosen, rejected), options.beta); // (B)
      return {
        loss: mean(tf.neg(logSigmoid(tf.sub<PerRow>(margins, options.margin)))),
        statistics: { chosenNll, margin: mean(margins), accuracy },
      };
    }
    default:
      return options satisfies never;
  }
}
