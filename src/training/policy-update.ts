/**
 * How every method that learns from responses of its own updates the policy: several passes over one rollout, each
 * in minibatches of an optimizer step, each in micro-batches whose gradients add up. Where `ptxCoefficient` is above
 * 0, the gradient of the loss on plain text is added in the same step (Ouyang 2022, equation 2).
 *
 * What the loss is, and what else learns in a step, is the method's own.
 */
import * as tf from '@tensorflow/tfjs-core';
import { accumulated } from '../algorithms/accumulate';
import { clipByGlobalNorm } from '../algorithms/adamw';
import { addGradients, lossGradients, type LossAndStatistics } from '../algorithms/gradients';
import { averaged, readStacked } from '../algorithms/measured';
import type { OptimizerOptions } from '../algorithms/optimizer';
import { checkFirstMinibatch, PpoError } from '../algorithms/ppo-checks';
import { policyLossOptions, type PolicyBatch, type PolicyStatistics } from '../algorithms/ppo-loss';
import { checkShaping, type ScoreShaping } from '../algorithms/scores';
import { permutation, STREAM } from '../data/random';
import type { TextBatch } from '../data/texts';
import { responseLogProbabilities } from '../model/heads';
import { together, type Minibatch } from '../model/minibatch';
import { rowTensors } from '../model/rows';
import { isOfValueHead } from '../model/scorer';
import { exactDivide, type PerToken } from '../shapes';
import { assertPrompts, type SamplingInputs } from './episodes';
import type { Learner } from './learner';
import { plainTextLoss, type PtxConfig } from './plain-text';

/** How a rollout of `batchSize` episodes is learned from. */
export interface PassesConfig {
  batchSize: number;
  epochs: number;
  minibatches: number;
  /** Mean approximate KL of a pass, nats per token, after which no further one is taken; 0 never stops. */
  klStop: number;
}

/** Everything of inputs and config that can be wrong, before anything is put on the device. */
export function checkOnPolicy(
  { prompts, ptxTexts = [] }: SamplingInputs,
  config: PassesConfig & PtxConfig & ScoreShaping & { microBatch: number } & Parameters<typeof policyLossOptions>[0], // prettier-ignore
): void {
  assertPrompts(prompts);
  if (config.ptxCoefficient > 0 && ptxTexts.length === 0)
    throw new PpoError(
      'The loss on plain text was asked for, but there is no text to mix in. Set its coefficient to 0, or give texts.',
    );
  exactDivide(config.batchSize, config.responsesPerPrompt, 'Episodes by responses per prompt');
  const size = exactDivide(config.batchSize, config.minibatches, 'Episodes by minibatches');
  if (config.microBatch > 0 && config.microBatch < size)
    exactDivide(size, config.microBatch, 'Episodes of a minibatch by those of a micro-batch');
  policyLossOptions(config);
  checkShaping(config);
}

/** What every minibatch measures of the policy. */
export const POLICY_STATISTICS = ['policyLoss', 'ratioMean', 'ratioMax', 'approximateKl', 'clipFraction', 'policyNorm', 'textLoss'] as const; // prettier-ignore
export type PolicyStatistic = (typeof POLICY_STATISTICS)[number];

/** Means over the minibatches of a step (the largest of `ratioMax`), and how many passes there were. */
export interface PassesMeasured<N extends string> {
  update: Record<N | PolicyStatistic, number>;
  passes: number;
}

/**
 * All passes over a rollout. What the minibatches measured is read back once, or once a pass where one may be the
 * last.
 * @param names of what `update` gives, in the order in which it is stacked
 * @param rollout number of the rollout, which with the seed gives the order of its episodes, and the `siblings` in it:
 *   responses to one query share a minibatch where it has room for them all
 * @param update one optimizer step on the episodes with these numbers, which gives statistics (S); called in a `tidy`
 * @throws PpoError where the first minibatch does not start at the policy that sampled
 */
export async function passesOver<N extends string>(
  names: readonly (N | PolicyStatistic)[],
  { batchSize, epochs, minibatches, klStop }: PassesConfig,
  { seed, rollout, siblings }: { seed: number; rollout: number; siblings: number },
  update: (numbers: readonly number[]) => tf.Tensor1D,
): Promise<PassesMeasured<N>> {
  const size = exactDivide(batchSize, minibatches, 'Episodes by minibatches');
  const n = together(siblings, size);
  const measured: tf.Tensor1D[] = []; // each (S)
  let passes = 0;
  try {
    for (; passes < epochs; passes++) {
      if (passes > 0 && klStop > 0) {
        const lastPass = await readStacked(names, measured.slice(-minibatches));
        if (averaged(names, lastPass).approximateKl > klStop) break;
      }
      const order = episodeOrder(batchSize, n, seed, rollout * epochs + passes);
      for (let start = 0; start < batchSize; start += size)
        measured.push(tf.tidy(() => update(order.slice(start, start + size))));
    }
    const records = await readStacked(names, measured);
    checkFirstMinibatch(records[0]!);
    return { update: averaged(names, records, ['ratioMax']), passes };
  } finally {
    tf.dispose(measured);
  }
}

/** Numbers of the episodes of a rollout, shuffled by runs of n. */
const episodeOrder = (batchSize: number, n: number, seed: number, pass: number): number[] =>
  permutation(exactDivide(batchSize, n, 'Episodes by siblings'), seed, STREAM.minibatches, pass).flatMap((run) =>
    Array.from({ length: n }, (_, i) => run * n + i),
  ); // prettier-ignore

/**
 * One optimizer step of the policy on the micro-batches of a minibatch. Call it inside a `tidy`.
 * @param losses of the micro-batches, each divided by the counts of their whole minibatch
 * @param text mixed in; null where there is none
 * @param options of the step; null where the policy rests and only measures
 */
export function updatePolicy<S extends PolicyStatistics>(
  policy: Learner,
  losses: readonly (() => LossAndStatistics<S>)[],
  text: TextBatch | null,
  config: PtxConfig,
  options: OptimizerOptions | null,
): S & { policyNorm: tf.Scalar; textLoss: tf.Scalar } {
  const { parameters } = policy.model;
  const ofPolicy = accumulated(parameters, losses, ['ratioMax']);
  const ofText = text && textGradients(policy, text, config);
  const gradients = ofText ? addGradients(ofPolicy.gradients, ofText.gradients) : ofPolicy.gradients; // prettier-ignore
  return {
    ...ofPolicy.statistics,
    policyNorm: options ? policy.apply(gradients, options) : clipByGlobalNorm(gradients, Infinity).norm, // prettier-ignore
    textLoss: ofText?.statistics.textLoss ?? tf.scalar(0),
  };
}

/** Of the loss on plain text, which no value head has a part in. */
function textGradients({ model }: Learner, text: TextBatch, config: PtxConfig) {
  const heads = Object.keys(model.parameters).filter(isOfValueHead);
  const spoken = Object.fromEntries(Object.entries(model.parameters).filter(([name]) => !isOfValueHead(name))); // prettier-ignore
  const found = lossGradients(spoken, () => plainTextLoss(model, text, config));
  const none = heads.map((name) => [name, tf.zerosLike(model.parameters[name]!)] as const);
  return { ...found, gradients: { ...found.gradients, ...Object.fromEntries(none) } };
}

/** What the clipped loss needs of a micro-batch: the policy as it is now beside the one that sampled. */
export function policyBatch({ model }: Learner, part: Minibatch, temperature: number): PolicyBatch {
  const { ids, mask } = rowTensors(part.rows, part.B); // (B, P+R)
  return policyBatchOf(responseLogProbabilities(model, ids, mask, part.R, temperature, part.siblings), part); // prettier-ignore
}

/** The same from what the policy, as it is now, thinks of the response tokens (B, R). */
export function policyBatchOf(
  choices: Pick<PolicyBatch, 'logProbabilities'> & { entropy: PerToken },
  part: Minibatch,
): PolicyBatch {
  const { B, R, tokenCount } = part;
  return {
    ...choices,
    oldLogProbabilities: tf.tensor2d(part.logProbabilities, [B, R]),
    advantages: tf.tensor2d(part.whitened, [B, R]),
    mask: tf.tensor2d(part.mask, [B, R]),
    tokenCount,
  };
}
