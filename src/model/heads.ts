/**
 * What is read off the hidden states: log-probabilities of a response, a value per token, a score per
 * response. All three share one convention: the hidden state of token i knows tokens 0..i, so what is
 * said *about choosing* response token t is read at the token before it.
 *
 *     column    0 … P-1 | P   P+1 …  P+R-1
 *               query   | y_0 y_1 …  y_R-1
 *     read at       P-1   P   …  P+R-2            for log π(y_t) and V_t
 *     read at the last real token of the row      for the reward model's score
 */
import * as tf from '@tensorflow/tfjs-core';
import { linear } from '../kernels/linear';
import { tokenLogProbabilities } from '../kernels/token-log-probabilities';
import type { Hidden, Mask, PerRow, PerToken, TokenIds } from '../shapes';
import type { Model } from './model';
import { hiddenStates } from './transformer';

/** The embedding (V, D), which is also the language head. */
export const embeddingOf = (model: Model): tf.Tensor2D =>
  model.parameters['model.embed_tokens.weight'] as tf.Variable<tf.Rank.R2>;

/** Hidden states that choose the last R tokens of `ids` (B, T): (B, R, D). */
export function choosingStates(model: Model, ids: TokenIds, mask: Mask, R: number): Hidden {
  const [B, T] = ids.shape;
  const hidden = hiddenStates(model, ids, mask); // (B, T, D)
  return tf.slice(hidden, [0, T - R - 1, 0], [B, R, -1]);
}

/** The last R columns of `ids` (B, T): (B, R). */
export const lastTokens = (ids: TokenIds, R: number): TokenIds =>
  tf.slice(ids, [0, ids.shape[1] - R], [ids.shape[0], R]);

/**
 * log π(token | all before it) and the entropy of that choice, both (B, R) in nats, for the last R
 * columns of `ids` (B, T).
 * @param temperature must be the one of sampling, or the ratio of PPO does not start at 1.
 */
export function responseLogProbabilities(
  model: Model,
  ids: TokenIds,
  mask: Mask,
  R: number,
  temperature = 1,
): { logProbabilities: PerToken; entropy: PerToken } {
  const choosing = choosingStates(model, ids, mask, R); // (B, R, D)
  return tokenLogProbabilities(choosing, embeddingOf(model), lastTokens(ids, R), temperature);
}

/** What `responseLogProbabilities` and `responseValues` give of one model with both heads, in one pass (B, R). */
export function responseChoicesAndValues(
  model: Model,
  ids: TokenIds,
  mask: Mask,
  R: number,
  temperature = 1,
): { logProbabilities: PerToken; entropy: PerToken; values: PerToken } {
  const choosing = choosingStates(model, ids, mask, R); // (B, R, D)
  const chosen = lastTokens(ids, R); // (B, R)
  const choices = tokenLogProbabilities(choosing, embeddingOf(model), chosen, temperature);
  return { ...choices, values: scalarHead(model, choosing) };
}

/** Value before each of the last R tokens (B, R), in reward. */
export function responseValues(model: Model, ids: TokenIds, mask: Mask, R: number): PerToken {
  return scalarHead(model, choosingStates(model, ids, mask, R));
}

/** Score of each row (B), read at its last real token, which is the end-of-sequence token if there is one. */
export function rowScores(model: Model, ids: TokenIds, mask: Mask): PerRow {
  return tf.tidy(() => {
    const hidden = hiddenStates(model, ids, mask); // (B, T, D)
    const scores = scalarHead(model, hidden); // (B, T)
    return tf.sum(tf.mul(scores, lastRealToken(mask)), 1);
  });
}

/**
 * The score that each row would have if it ended there (B, T), in reward: what the reward model thinks of a
 * response while it grows. It has learned to judge at ends only, so read it as a trace and not as a verdict.
 */
export const scoreTrace = (model: Model, ids: TokenIds, mask: Mask): PerToken =>
  scalarHead(model, hiddenStates(model, ids, mask));

/** 1 at the last real token of each row and 0 elsewhere (B, T): where no real token comes after. */
export function lastRealToken(mask: Mask): Mask {
  return tf.tidy(() => {
    const after = tf.cumsum(mask, 1, true, true); // real tokens behind each position (B, T)
    return tf.mul(mask, tf.cast(tf.equal(after, 0), 'float32'));
  });
}

/** w · h + b for every hidden state: (B, T, D) to (B, T). */
export function scalarHead(model: Model, hidden: Hidden): PerToken {
  const [B, T] = hidden.shape;
  const weight = model.parameters['score.weight'] as tf.Variable<tf.Rank.R2> | undefined; // (1, D)
  const bias = model.parameters['score.bias'];
  if (!weight || !bias)
    throw new Error(
      `The ${model.name} model has no scalar head, so it cannot give scores or values.`,
    );
  return tf.add(tf.reshape(linear(hidden, weight), [B, T]), bias);
}
