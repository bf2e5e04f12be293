/** The loss on plain text that is mixed into fine-tuning and optimising, so that a model forgets less (Ouyang 2022). */
import * as tf from '@tensorflow/tfjs-core';
import { crossEntropy } from '../algorithms/cross-entropy';
import type { LengthsConfig } from '../config';
import { cycle, STREAM } from '../data/random';
import { tidyText } from '../data/template';
import { textBatch, type TextBatch } from '../data/texts';
import type { Tokenizer } from '../data/tokenizer';
import type { Model } from '../model/model';
import { prefersOneShape } from '../model/narrow';
import { textLogProbabilities } from '../model/text-log-probabilities';
import type { TrainingProgress } from '../records';

/** The weight of plain text, and how much of it there is beside each minibatch. */
export interface PtxConfig {
  ptxCoefficient: number;
  ptxBatchSize: number;
}

/** What texts are taken from. */
interface TextInputs {
  ptxTexts?: readonly string[];
  tokenizer: Tokenizer;
  lengths: LengthsConfig;
  seed: number;
}

/**
 * The next texts of an endless shuffled sequence, cut to the length of a query with its response; null where the
 * settings mix none in. Counts in `progress` how many were taken. A batch is as wide as its longest text, or as the
 * limit where batches had better be of one shape.
 */
export function nextTexts(
  progress: TrainingProgress,
  { ptxTexts = [], tokenizer, lengths, seed }: TextInputs,
  { ptxCoefficient, ptxBatchSize }: PtxConfig,
): TextBatch | null {
  if (ptxCoefficient === 0) return null;
  const cursor = progress.randomCounters.texts ?? 0;
  progress.randomCounters.texts = cursor + ptxBatchSize;
  const next = cycle(ptxTexts, cursor, ptxBatchSize, seed, STREAM.texts);
  const limit = lengths.promptTokens + lengths.responseTokens;
  const needed = (text: string) => tokenizer.encode(tidyText(text)).length + 2;
  return textBatch(next, tokenizer, prefersOneShape() ? limit : Math.min(limit, Math.max(...next.map(needed)))); // prettier-ignore
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
