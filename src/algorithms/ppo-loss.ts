/**
 * The two losses of proximal policy optimization, with the statistics that tell whether an update is sane.
 *
 *   ratio  = exp(log new - log old)
 *   policy = mean max( -A ratio, -A clip(ratio, 1 - eps, 1 + eps) ) - entropyCoefficient * entropy
 *   value  = 1/2 mean max( (V - R)^2, (V_old + clip(V - V_old, -eps_v, eps_v) - R)^2 )
 *
 * Means are over response tokens and divided by a given count, so losses, gradients and all statistics but
 * the largest ratio of micro-batches add up to those of their minibatch. Statistics are tensors: nothing is
 * read from the device here.
 *
 * Sources: Schulman 2017, equations 7 and 9; value clipping as in Ziegler 2019. Dual clip: Ye 2020, eq. 5.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { Mask, PerToken } from '../shapes';
import { k3PerToken } from './kl';
import { maskedMean, maskedMoments } from './masked';
import { at, type Numbers } from './rows';

export interface PolicyBatch {
  /** Of the policy in training, (B, R), nats; gradients flow to these. */
  logProbabilities: PerToken;
  /** Of the policy that drew the tokens, (B, R), nats. */
  oldLogProbabilities: PerToken;
  /** (B, R), whitened or not. */
  advantages: PerToken;
  mask: Mask;
  /** Response tokens of the whole minibatch, of which this may be a micro-batch. */
  tokenCount: number;
  /** Entropy of the policy's next-token distribution, (B, R), nats. Needed for a bonus only. */
  entropy?: PerToken;
}

export interface PolicyLossOptions {
  /** eps: a ratio below 1 - eps or above 1 + eps earns nothing more. */
  clipRange: number;
  /** Upper eps where it differs from the lower one (DAPO: 0.28). */
  clipRangeHigh?: number;
  /** c > 1: bounds the loss of a token with negative advantage by c |A|. Off where absent. */
  dualClip?: number;
  /** Reward per nat of entropy; 0 where absent. */
  entropyCoefficient?: number;
}

/** The options as settings give them, where 0 means that there is none. @throws Error if one cannot be */
export function policyLossOptions(settings: {
  clipRange: number;
  clipRangeHigh: number;
  dualClip: number;
  entropyCoefficient: number;
}): PolicyLossOptions {
  const { clipRange, clipRangeHigh, dualClip, entropyCoefficient } = settings;
  assertDualClip(dualClip || undefined);
  return {
    clipRange,
    entropyCoefficient,
    ...(clipRangeHigh > 0 ? { clipRangeHigh } : {}),
    ...(dualClip > 0 ? { dualClip } : {}),
  };
}

/** A type and not an interface, so that it is also a record of named scalars. */
export type PolicyStatistics = {
  /** The clipped loss alone, without the entropy bonus. */
  policyLoss: tf.Scalar;
  /** Mean of new over old probability; 1 in the first pass over a rollout. */
  ratioMean: tf.Scalar;
  /** Largest ratio of these tokens. Of micro-batches take the largest, not the sum. */
  ratioMax: tf.Scalar;
  /** Mean of (log new - log old)^2 / 2, nats per token: `approxkl` of OpenAI and TRL. */
  approximateKl: tf.Scalar;
  /** Mean of (ratio - 1) - log ratio, nats per token: `approx_kl` of CleanRL. */
  approximateKlK3: tf.Scalar;
  /** Mean of -log ratio, nats per token, may be negative: `old_approx_kl` of CleanRL. */
  approximateKlK1: tf.Scalar;
  /** Share of tokens whose loss the clip has raised: `clipfrac` of OpenAI and TRL. */
  clipFraction: tf.Scalar;
  /** Share of tokens whose ratio is outside the clip range: `clipfrac` of CleanRL, never smaller. */
  outsideFraction: tf.Scalar;
};

/** The clipped policy loss of a (micro-)batch, scalar, and its statistics. */
export function policyLoss(
  batch: PolicyBatch,
  options: PolicyLossOptions,
): { loss: tf.Scalar; statistics: PolicyStatistics } {
  const { advantages, mask, tokenCount, entropy } = batch;
  const { clipRange, clipRangeHigh = clipRange, dualClip, entropyCoefficient = 0 } = options;
  checkPolicyOptions(batch, options);
  const mean = (x: PerToken) => maskedMean(x, mask, tokenCount);

  // Masked before exp: whatever stands on padding, its ratio is 1 and stays finite.
  const logRatio: PerToken = tf.mul(
    tf.sub(batch.logProbabilities, batch.oldLogProbabilities),
    mask,
  ); // (B, R)
  const ratio = tf.exp(logRatio); // (B, R)
  const clippedRatio = tf.clipByValue(ratio, 1 - clipRange, 1 + clipRangeHigh);
  const negativeAdvantages = tf.neg(advantages);
  const unclipped: PerToken = tf.mul(negativeAdvantages, ratio); // (B, R)
  const clipped: PerToken = tf.mul(negativeAdvantages, clippedRatio); // (B, R)
  let perToken: PerToken = tf.maximum(unclipped, clipped); // (B, R)
  if (dualClip !== undefined) {
    const ceiling: PerToken = tf.mul(negativeAdvantages, dualClip);
    const bounded: PerToken = tf.minimum(perToken, ceiling);
    perToken = tf.where(tf.less(advantages, 0), bounded, perToken);
  }
  const clippedMean = mean(perToken);

  const indicator = (condition: tf.Tensor2D) => mean(tf.cast(condition, 'float32'));
  const statistics: PolicyStatistics = {
    policyLoss: clippedMean,
    ratioMean: mean(ratio),
    ratioMax: tf.max<tf.Scalar>(tf.mul(ratio, mask)),
    approximateKl: mean(tf.mul<PerToken>(tf.square(logRatio), 0.5)),
    // k3 of the reversed ratio: the old policy drew the tokens.
    approximateKlK3: mean(k3PerToken(tf.neg(logRatio))),
    approximateKlK1: tf.neg(mean(logRatio)),
    clipFraction: indicator(tf.greater(clipped, unclipped)),
    outsideFraction: indicator(tf.notEqual(ratio, clippedRatio)),
  };
  if (entropy === undefined || entropyCoefficient === 0) return { loss: clippedMean, statistics };
  return { loss: tf.sub(clippedMean, tf.mul(mean(entropy), entropyCoefficient)), statistics };
}

function checkPolicyOptions(batch: PolicyBatch, options: PolicyLossOptions): void {
  assertDualClip(options.dualClip);
  if ((options.entropyCoefficient ?? 0) !== 0 && batch.entropy === undefined)
    throw new Error(
      'An entropy bonus was asked for, but the batch holds no entropy to take it from.',
    );
}

function assertDualClip(dualClip: number | undefined): void {
  if (dualClip !== undefined && !(dualClip > 1))
    throw new Error(`Dual clip is ${dualClip}; it bounds the loss only if it is above 1.`);
}

export interface ValueBatch {
  /** Of the value model in training, (B, R), reward; gradients flow to these. */
  values: PerToken;
  /** As they were at the rollout, (B, R), reward. */
  oldValues: PerToken;
  /** (B, R), reward. */
  returns: PerToken;
  mask: Mask;
  /** Response tokens of the whole minibatch, of which this may be a micro-batch. */
  tokenCount: number;
}

export type ValueStatistics = {
  /** Mean of (V - R)^2, without clipping: `val/error` of OpenAI and TRL. */
  valueError: tf.Scalar;
  /** Share of tokens whose loss the clip has raised. */
  valueClipFraction: tf.Scalar;
};

/**
 * The clipped value loss of a (micro-)batch, scalar, and its statistics. Not yet multiplied by a
 * coefficient.
 * @param clipRange eps_v: how far a value may move in one update and still lower its loss, reward
 */
export function valueLoss(
  { values, oldValues, returns, mask, tokenCount }: ValueBatch,
  { clipRange }: { clipRange: number },
): { loss: tf.Scalar; statistics: ValueStatistics } {
  const mean = (x: PerToken) => maskedMean(x, mask, tokenCount);
  const moved = tf.clipByValue(tf.sub<PerToken>(values, oldValues), -clipRange, clipRange);
  const unclipped: PerToken = tf.square(tf.sub<PerToken>(values, returns)); // (B, R)
  const clipped: PerToken = tf.square(tf.sub<PerToken>(tf.add(oldValues, moved), returns)); // (B, R)
  return {
    loss: tf.mul(mean(tf.maximum<PerToken>(unclipped, clipped)), 0.5),
    statistics: {
      valueError: mean(unclipped),
      valueClipFraction: mean(tf.cast(tf.greater<PerToken>(clipped, unclipped), 'float32')),
    },
  };
}

/**
 * 1 - Var(R - V) / Var(R): 1 where values foretell returns, 0 where they do no better than a constant, below
 * 0 where they do worse; NaN where all returns are equal. On the host, over a whole rollout.
 */
export function explainedVariance(values: Numbers, returns: Numbers, mask: Numbers): number {
  if (values.length !== returns.length)
    throw new Error(`There are ${values.length} values for ${returns.length} returns.`);
  const residuals = Float64Array.from({ length: returns.length }, (_, i) => at(returns, i) - at(values, i)); // prettier-ignore
  const total = maskedMoments(returns, mask).variance;
  return total === 0 ? NaN : 1 - maskedMoments(residuals, mask).variance / total;
}
