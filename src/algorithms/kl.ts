/**
 * How far a policy has moved from its reference, estimated from the tokens that the policy drew, and the
 * coefficient that prices it.
 *
 * With y drawn from the policy and logRatio = log policy(y) - log reference(y):
 *
 *   k1 = logRatio                        unbiased, noisy, may be negative; the penalty in PPO's reward
 *   k2 = logRatio^2 / 2                  biased, little noise
 *   k3 = exp(-logRatio) - 1 + logRatio   unbiased, little noise, never negative
 *
 * All in nats per token. A mean of k1 over whole responses that stays negative is not a small KL but a
 * mistake: responses were not drawn from the policy whose probabilities are used (top-k, temperature).
 *
 * Source: J. Schulman, "Approximating KL divergence" (2020), http://joschu.net/blog/kl-approx.html
 */
import * as tf from '@tensorflow/tfjs-core';
import type { PerToken } from '../shapes';
import { at, countRows, type Numbers } from './rows';

export type KlEstimator = 'k1' | 'k2' | 'k3';

/** The estimate for one token, nats; `logRatio` is log policy - log reference. */
export function klEstimate(estimator: KlEstimator, logRatio: number): number {
  switch (estimator) {
    case 'k1':
      return logRatio;
    case 'k2':
      return logRatio ** 2 / 2;
    case 'k3':
      // exp(x) - 1 loses all digits near 0, where a policy starts; expm1 keeps them.
      return Math.expm1(-logRatio) + logRatio;
    default:
      return estimator satisfies never;
  }
}

/** k3 in tensors, for a loss or a statistic, nats per token. @param logRatio (B, R), 0 on padding */
export function k3PerToken(logRatio: PerToken): PerToken {
  return tf.add(tf.expm1(tf.neg(logRatio)), logRatio);
}

/**
 * The estimate summed over each response.
 * @param logProbabilities of the policy that drew the tokens, (B, R) nats
 * @param referenceLogProbabilities (B, R) nats
 * @param mask (B, R)
 * @param responseLength R
 * @returns (B), nats per response
 */
export function sequenceKl(
  estimator: KlEstimator,
  logProbabilities: Numbers,
  referenceLogProbabilities: Numbers,
  mask: Numbers,
  responseLength: number,
): Float64Array {
  const rows = countRows({ logProbabilities, referenceLogProbabilities, mask }, responseLength);
  const sums = new Float64Array(rows); // (B)
  for (let row = 0; row < rows; row++) {
    let sum = 0;
    for (let i = row * responseLength; i < (row + 1) * responseLength; i++)
      if (at(mask, i) !== 0)
        sum += klEstimate(estimator, at(logProbabilities, i) - at(referenceLogProbabilities, i));
    sums[row] = sum;
  }
  return sums;
}

/** The relative error of the KL counts for at most this much, up or down. */
const LARGEST_ERROR = 0.2;

/**
 * The coefficient for the next rollout: raised while KL is above its target, lowered while below, by at most
 * 0.2 * episodes / horizon of itself. (The fixed coefficient is the same number every time and needs no
 * function.)
 *
 * Ziegler 2019, section 2.2, used horizon 10,000 with 512 episodes a rollout: about 20 rollouts. Scale the
 * horizon with the rollout, or small rollouts hardly move it.
 * @param coefficient of the last rollout, reward per nat
 * @param kl mean over the last rollout of k1 summed over each response, nats per response
 * @param target nats per response
 * @param episodes responses in the last rollout
 * @param horizon in episodes
 */
export function adaptiveKlCoefficient(
  coefficient: number,
  kl: number,
  target: number,
  episodes: number,
  horizon: number,
): number {
  if (!(target > 0) || !(horizon > 0))
    throw new Error(
      `Adaptive KL control needs a positive target and horizon; they are ${target} and ${horizon}.`,
    );
  if (!Number.isFinite(kl))
    throw new Error(`The KL of the last rollout is ${kl}, so no coefficient follows from it.`);
  const error = Math.min(Math.max(kl / target - 1, -LARGEST_ERROR), LARGEST_ERROR);
  return coefficient * (1 + (error * episodes) / horizon);
}
