/** The loss on plain text that is mixed into fine-tuning and optimising, so that a model forgets less (Ouyang 2022). */
import * as tf from '@tensorflow/tfjs-core';
import { crossEntropy } from '../algorithms/cross-entropy';
import type { TextBatch } from '../data/texts';
import type { Model } from '../model/model';
import { textLogProbabilities } from '../model/text-log-probabilities';

/** The weight of plain text, and how much of it there is beside each minibatch. */
export interface PtxConfig {
  ptxCoefficient: number;
  ptxBatchSize: number;
}

/** γ times the loss on plain text, as the loss; without γ, in nats per token, as a statistic. */
export function plainTextLoss(
  model: Model,
  text: TextBatch,
  { ptxCoefficient, ptxBatchSize }: PtxConfig,
) {
  const { logProbabilities, real } = textLogProbabilities(model, text, ptxBatchSize);
  const textLoss = crossEntropy(logProbabilities, real, text.tokenCount);
  return { loss: tf.mul<tf.Scalar>(textLoss, ptxCoefficient), statistics: { textLoss } };
}
