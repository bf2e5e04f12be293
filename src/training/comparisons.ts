/**
 * What a reward model's scores say of a batch of comparisons: the loss that the config asks for, and what is measured on
 * held-out prompts.
 */
import * as tf from '@tensorflow/tfjs-core';
import { pairwiseLoss } from '../algorithms/bradley-terry';
import { plackettLuceLoss } from '../algorithms/plackett-luce';
import { wilsonInterval } from '../algorithms/win-rate';
import type { RewardModelConfig } from '../config';
import type { ComparisonBatch, ComparisonReader } from '../data/comparison-batches';
import { ensembleRowScores } from '../model/members';
import type { Model } from '../model/model';
import { rowTensors } from '../model/rows';
import type { Comparison, Metrics } from '../records';
import type { Mask, PerRow } from '../shapes';

/** The answers as rows (N, T), and which of their last R tokens are `drawn` (N, R). */
export function answerTensors({ answers }: ComparisonBatch) {
  const { responses, B, R } = answers;
  const drawn: Mask = tf.tensor2d(responses, [B, R]);
  return { ...rowTensors(answers, B), drawn };
}

/** The loss of scores (N) that the config asks for; accuracy and margin are of pairs in any case. */
export function comparisonLoss(scores: PerRow, batch: ComparisonBatch, config: RewardModelConfig) {
  const { pairs, rankings, prompts, pairCount } = batch;
  const { labelSmoothing } = config;
  const pairwise = pairwiseLoss(scores, pairs, { promptCount: prompts, pairCount, labelSmoothing });
  switch (config.loss) {
    case 'pairs':
      return pairwise;
    case 'ranking':
    case 'best': {
      const count = rankings.reduce((sum, ranks) => sum + ranks.length, 0);
      const real: tf.Tensor1D = tf.slice(scores, [0], [count]); // without the rows that fill up
      const choices = config.loss === 'ranking' ? 'all' : 'first';
      return { ...pairwise, loss: plackettLuceLoss(real, rankings, prompts, choices) };
    }
    default:
      return config.loss satisfies never;
  }
}

/**
 * Loss and accuracy of the mean of the members on comparisons of prompts that training has not seen, and the mean
 * spread of the members where there are several. The accuracy's 95% interval counts prompts and not pairs, since the
 * pairs of one prompt are right or wrong together.
 */
export async function heldOutMetrics(
  members: readonly Model[],
  heldOut: readonly Comparison[],
  reader: ComparisonReader,
  config: RewardModelConfig,
): Promise<Metrics> {
  const sorted = heldOut.slice().sort((a, b) => reader.width(a) - reader.width(b));
  let [loss, accuracy, pairs, spread, answers] = [0, 0, 0, 0, 0];
  for (let start = 0; start < sorted.length; start += config.batchSize) {
    const batch = reader.read(sorted.slice(start, start + config.batchSize));
    const count = batch.rankings.reduce((sum, ranks) => sum + ranks.length, 0);
    const measured = tf.tidy(() => {
      const { ids, mask, drawn } = answerTensors(batch);
      const scores = ensembleRowScores(members, ids, mask, drawn, batch.siblings);
      const { loss, statistics } = comparisonLoss(scores.mean, batch, config);
      return tf.stack([loss, statistics.accuracy, tf.mean(tf.slice(scores.spread, [0], [count]))]);
    });
    const [batchLoss, batchAccuracy, batchSpread] = await measured.data<'float32'>();
    measured.dispose();
    loss += batchLoss! * batch.prompts;
    accuracy += batchAccuracy! * batch.pairCount;
    pairs += batch.pairCount;
    spread += batchSpread! * count;
    answers += count;
  }
  // Float sums may end a rounding above 1.
  const rate = Math.min(1, accuracy / pairs);
  const [low, high] = wilsonInterval(rate * heldOut.length, heldOut.length);
  return {
    'eval/loss': loss / heldOut.length,
    'eval/accuracy': rate,
    'eval/accuracy_low': low,
    'eval/accuracy_high': high,
    ...(members.length > 1 ? { 'eval/spread': spread / answers } : {}),
  };
}
