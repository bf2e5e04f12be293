/**
 * Group relative policy optimization: PPO's clipped loss, with the mean of a prompt's group of responses in
 * place of a value model, and the KL to the reference in the loss in place of the reward.
 *
 *   A_i  = (R_i - mean) / (std + 1e-4)   for every token of response i
 *   loss = clipped policy loss + beta * mean over tokens of k3
 *
 * Tokens are averaged over the whole minibatch (as DAPO and TRL), not per response first. In the first pass over
 * a rollout the loss is about 0 whatever happens, since advantages of a group add up to 0: look at rewards and
 * gradient norms instead. A group of equal rewards has no gradient.
 *
 * Sources: Shao 2024 (GRPO), equation 3, arXiv 2402.03300; Liu 2025 (Dr. GRPO: no division by std).
 */
import * as tf from '@tensorflow/tfjs-core';
import { exactDivide, type PerToken } from '../shapes';
import { k3PerToken } from './kl';
import { maskedMean, maskedMoments, type VarianceKind } from './masked';
import { policyLoss, type PolicyBatch, type PolicyLossOptions, type PolicyStatistics } from './ppo-loss'; // prettier-ignore
import { at, countRows, type Numbers } from './rows';

/** Added to a group's standard deviation. */
const GROUP_EPSILON = 1e-4;

export interface GroupAdvantages {
  /** (B), one advantage for the whole response. */
  advantages: Float32Array;
  /** Share of groups whose rewards are all equal, from which nothing is learned. */
  equalGroups: number;
}

/**
 * @param rewards (B), the responses to one prompt one after the other
 * @param groupSize responses per prompt, at least 2
 * @param scale by which standard deviation of the group: over n - 1 (as TRL), over n, or not at all (Dr. GRPO)
 */
export function groupAdvantages(
  rewards: Numbers,
  groupSize: number,
  scale: VarianceKind | 'none' = 'unbiased',
): GroupAdvantages {
  if (groupSize < 2) throw new Error(`A group of ${groupSize} has no one to compare with.`);
  const groups = exactDivide(rewards.length, groupSize, 'Rewards in groups');
  const advantages = new Float32Array(rewards.length); // (B)
  const everyone = new Uint8Array(groupSize).fill(1);
  let equal = 0;
  for (let start = 0; start < rewards.length; start += groupSize) {
    const group = Float64Array.from(everyone, (_, i) => at(rewards, start + i));
    const { mean, variance } = maskedMoments(group, everyone, scale === 'none' ? 'biased' : scale);
    const divisor = scale === 'none' ? 1 : Math.sqrt(variance) + GROUP_EPSILON;
    group.forEach((reward, i) => (advantages[start + i] = (reward - mean) / divisor));
    if (group.every((reward) => reward === group[0])) equal += 1;
  }
  return { advantages, equalGroups: equal / groups };
}

/** Give every response token the advantage of its response: (B) to (B, R), 0 on padding. */
export function spreadOverTokens(
  advantages: Numbers,
  mask: Numbers,
  responseLength: number,
): Float32Array {
  const rows = countRows({ mask }, responseLength);
  if (advantages.length !== rows)
    throw new Error(`There are ${advantages.length} advantages for ${rows} responses.`);
  return Float32Array.from({ length: mask.length }, (_, i) =>
    at(mask, i) === 0 ? 0 : at(advantages, Math.floor(i / responseLength)),
  );
}

/** A policy batch with the reference, (B, R), nats. */
export type GrpoBatch = PolicyBatch & { referenceLogProbabilities: PerToken };
export type GrpoStatistics = PolicyStatistics & {
  /** Mean k3 from the reference, nats per token. */
  referenceKl: tf.Scalar;
};

/** The loss of a (micro-)batch, scalar, and its statistics. @param klCoefficient beta, per nat and token */
export function grpoLoss(
  batch: GrpoBatch,
  { klCoefficient, ...options }: PolicyLossOptions & { klCoefficient: number },
): { loss: tf.Scalar; statistics: GrpoStatistics } {
  const { loss, statistics } = policyLoss(batch, options);
  const logRatio: PerToken = tf.mul(
    tf.sub(batch.logProbabilities, batch.referenceLogProbabilities),
    batch.mask,
  ); // (B, R)
  const referenceKl = maskedMean(k3PerToken(logRatio), batch.mask, batch.tokenCount);
  return {
    loss: tf.add(loss, tf.mul(referenceKl, klCoefficient)),
    statistics: { ...statistics, referenceKl },
  };
}
