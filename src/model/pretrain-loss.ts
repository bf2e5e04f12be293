/** What a model thinks of the next token at every position of a text, which is all that pretraining asks. */
import * as tf from '@tensorflow/tfjs-core';
import { tokenLogProbabilities } from '../kernels/token-log-probabilities';
import type { PerToken, TokenIds } from '../shapes';
import type { Model } from './model';
import { hiddenStates } from './transformer';

/**
 * log π(targets | all before them) (B, T), nats.
 * @param ids (B, T), none of them padding.
 * @param targets (B, T): the token after each of `ids`.
 */
export function nextTokenLogProbabilities(
  model: Model,
  ids: TokenIds,
  targets: TokenIds,
): PerToken {
  const hidden = hiddenStates(model, ids, tf.ones<tf.Rank.R2>(ids.shape)); // (B, T, D)
  const head = model.parameters['model.embed_tokens.weight'] as tf.Variable<tf.Rank.R2>; // (V, D)
  return tokenLogProbabilities(hidden, head, targets, 1).logProbabilities;
}
