/**
 * Policy and critic on one trunk (Schulman 2017, section 5; so had Ziegler 2019): a value head of a linear layer
 * beside the language head reads the same hidden states, and one update learns both (equation 9, as a loss):
 *
 *     loss = policy loss + c · value loss
 *
 * It saves the memory of a second network and its forward pass, and what the critic learns moves the policy too,
 * which Stiennon 2020 (G.1) found to harm it early. The value head begins at zero (Ziegler 2019). While the critic
 * warms up only its head learns, since the trunk is the policy's.
 */
import * as tf from '@tensorflow/tfjs-core';
import { accumulated } from '../algorithms/accumulate';
import type { OptimizerOptions } from '../algorithms/optimizer';
import { policyLoss, policyLossOptions, valueLoss, type PolicyStatistics, type ValueStatistics } from '../algorithms/ppo-loss'; // prettier-ignore
import type { TextBatch } from '../data/texts';
import { responseChoicesAndValues } from '../model/heads';
import type { Minibatch } from '../model/minibatch';
import { rowTensors } from '../model/rows';
import { isOfValueHead, withValueHead } from '../model/scorer';
import type { Weights } from '../records';
import type { NamedTensors } from '../shapes';
import { Learner, type LearnerOptions } from './learner';
import type { PtxConfig } from './plain-text';
import { policyBatchOf, updatePolicy } from './policy-update';

export interface SharedConfig extends PtxConfig {
  temperature: number;
  clipRange: number;
  clipRangeHigh: number;
  dualClip: number;
  entropyCoefficient: number;
  valueClipRange: number;
  /** c, per reward squared. */
  valueCoefficient: number;
}

/** A policy with a value head of zeros, or as it was saved. */
export const sharedLearner = (reference: Weights, options: LearnerOptions): Learner =>
  new Learner('policy', 'scalar', withValueHead(reference), options);

export type SharedStatistics = PolicyStatistics & ValueStatistics & { valueLoss: tf.Scalar };

/** Both losses of a micro-batch from one pass through the trunk; the value loss also without c. */
export function sharedPart({ model }: Learner, part: Minibatch, config: SharedConfig) {
  const { B, R, tokenCount } = part;
  const { ids, mask: rowMask } = rowTensors(part.rows, B); // (B, P+R)
  const { values, ...choices } = responseChoicesAndValues(
    model,
    ids,
    rowMask,
    R,
    config.temperature,
    part.siblings,
  ); // (B, R)
  const ofPolicy = policyLoss(policyBatchOf(choices, part), policyLossOptions(config));
  const mask = tf.tensor2d(part.mask, [B, R]);
  const oldValues = tf.tensor2d(part.values, [B, R]);
  const returns = tf.tensor2d(part.returns, [B, R]);
  const ofValue = valueLoss({ values, oldValues, returns, mask, tokenCount }, { clipRange: config.valueClipRange }); // prettier-ignore
  const statistics: SharedStatistics = { ...ofPolicy.statistics, ...ofValue.statistics, valueLoss: ofValue.loss }; // prettier-ignore
  const weighted: tf.Scalar = tf.mul(ofValue.loss, config.valueCoefficient);
  return { loss: tf.add<tf.Scalar>(ofPolicy.loss, weighted), statistics };
}

/**
 * One optimizer step of both on the micro-batches of a minibatch. Call it inside a `tidy`.
 * @param text mixed in; null where there is none
 * @param policyRests whether only the value head learns
 */
export function updateShared(
  policy: Learner,
  parts: readonly Minibatch[],
  text: TextBatch | null,
  config: SharedConfig,
  { options, policyRests }: { options: OptimizerOptions; policyRests: boolean },
): SharedStatistics & { policyNorm: tf.Scalar; textLoss: tf.Scalar } {
  const losses = parts.map((part) => () => sharedPart(policy, part, config));
  if (!policyRests) return updatePolicy(policy, losses, text, config, options);
  const { gradients, statistics } = accumulated(policy.model.parameters, losses, ['ratioMax']);
  // Moments of what rests stay zero, so that it does not move; decay would move it.
  const policyNorm = policy.apply(ofHeadAlone(gradients), { ...options, weightDecay: 0 });
  return { ...statistics, policyNorm, textLoss: tf.scalar(0) };
}

const ofHeadAlone = (gradients: NamedTensors): NamedTensors =>
  Object.fromEntries(
    Object.entries(gradients).map(([name, gradient]) => [
      name,
      isOfValueHead(name) ? gradient : tf.zerosLike(gradient),
    ]),
  );
