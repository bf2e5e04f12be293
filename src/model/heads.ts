/**
 * What is read off the hidden states: log-probabilities of a response, a value per token, a score per
 * response. All three share one convention: the hidden state of token i knows tokens 0..i, so what is
 * said *about choosing* response token t is read at the token before it.
 *
 *     column    0 … P-1 | P   P+1 …  P+R-1
 *               query   | y_0 y_1 …  y_R-1
 *     read at       P-1   P   …  P+R-2            for log π(y_t) and V_t
 *     read at the last real token of the row      for the reward model's score
 *
 * Where each `siblings` rows one after the other are responses to one query, it goes through the trunk once for them.
 */
import * as tf from '@tensorflow/tfjs-core';
import { linear } from '../kernels/linear';
import { tokenLogProbabilities } from '../kernels/token-log-probabilities';
import type { Hidden, Mask, PerRow, PerToken, TokenIds } from '../shapes';
import { LIKELIHOOD, type Model } from './model';
import { responseStates } from './siblings';

/** The embedding (V, D), which is also the language head. */
export const embeddingOf = (model: Model): tf.Tensor2D =>
  model.parameters['model.embed_tokens.weight'] as tf.Variable<tf.Rank.R2>;

/** Hidden states that choose the last R tokens of `ids` (B, T): (B, R, D). */
export function choosingStates(
  model: Model,
  ids: TokenIds,
  mask: Mask,
  R: number,
  siblings = 1,
): Hidden {
  const states = responseStates(model, ids, mask, R, siblings); // (B, 1+R, D)
  return tf.slice(states, [0, 0, 0], [-1, R, -1]);
}

/** The last R columns of ids or a mask (B, T): (B, R). */
export const lastColumns = (of: tf.Tensor2D, R: number): tf.Tensor2D =>
  tf.slice(of, [0, of.shape[1] - R], [of.shape[0], R]);

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
  siblings = 1,
): { logProbabilities: PerToken; entropy: PerToken } {
  const choosing = choosingStates(model, ids, mask, R, siblings); // (B, R, D)
  return tokenLogProbabilities(choosing, embeddingOf(model), lastColumns(ids, R), temperature);
}

/** What `responseLogProbabilities` and `responseValues` give of one model with both heads, in one pass (B, R). */
export function responseChoicesAndValues(
  model: Model,
  ids: TokenIds,
  mask: Mask,
  R: number,
  temperature = 1,
  siblings = 1,
): { logProbabilities: PerToken; entropy: PerToken; values: PerToken } {
  const choosing = choosingStates(model, ids, mask, R, siblings); // (B, R, D)
  const chosen = lastColumns(ids, R); // (B, R)
  const choices = tokenLogProbabilities(choosing, embeddingOf(model), chosen, temperature);
  return { ...choices, values: scalarHead(model, choosing) };
}

/** Value before each of the last R tokens (B, R), in reward. */
export function responseValues(
  model: Model,
  ids: TokenIds,
  mask: Mask,
  R: number,
  siblings = 1,
): PerToken {
  return scalarHead(model, choosingStates(model, ids, mask, R, siblings));
}

/**
 * Score of each row (B), in reward: what the scalar head reads at the last real token, which is the end-of-sequence
 * token if there is one, and with a weight c of their own how likely the model itself finds the response y:
 *
 *     r(x, y) = w · h_last + b + c · 1/|y| Σ log π(y_t | x, y_<t)
 *
 * The last term is SimPO's implicit reward (Meng 2024, equation 4). A model that was fine-tuned on good answers finds
 * untrue and unfitting ones unlikely before it has seen a single label, and a head of few labels learns the rest.
 * @param responses (B, W): 1 on response tokens, of the last W columns of the row, which its last real token is in
 */
export function rowScores(
  model: Model,
  ids: TokenIds,
  mask: Mask,
  responses: Mask,
  siblings = 1,
): PerRow {
  return tf.tidy(() => {
    const W = responses.shape[1];
    const states = responseStates(model, ids, mask, W, siblings); // (B, 1+W, D)
    const last = lastColumns(lastRealToken(mask), 1 + W);
    const read = tf.sum<PerRow>(tf.mul(scalarHead(model, states), last), 1); // (B)
    const weight = model.parameters[LIKELIHOOD];
    if (!weight) return read;
    const logs = tf.mul(columnLogs(model, states, ids, W), responses); // (B, W)
    const lengths = tf.maximum(tf.sum(responses, 1), 1); // (B)
    return tf.add(read, tf.mul(weight, tf.div(tf.sum(logs, 1), lengths)));
  });
}

/** log π of the last W columns (B, W), in nats, from the hidden states of as many columns and of the one before. */
function columnLogs(model: Model, states: Hidden, ids: TokenIds, W: number): PerToken {
  const choosing: Hidden = tf.slice(states, [0, 0, 0], [-1, W, -1]); // (B, W, D)
  return tokenLogProbabilities(choosing, embeddingOf(model), lastColumns(ids, W), 1).logProbabilities; // prettier-ignore
}

/**
 * The score that each row would have if it ended there, for its last R columns (B, R), in reward: what the reward model
 * thinks of a response while it grows. It has learned to judge at ends only, so read it as a trace, no verdict.
 * @param responses (B, R): 1 on response tokens
 */
export function scoreTrace(model: Model, ids: TokenIds, mask: Mask, responses: Mask): PerToken {
  const R = responses.shape[1];
  const states = responseStates(model, ids, mask, R); // (B, 1+R, D)
  const read = lastColumns(scalarHead(model, states), R);
  const weight = model.parameters[LIKELIHOOD];
  if (!weight) return read;
  const logs = tf.cumsum(tf.mul(columnLogs(model, states, ids, R), responses), 1); // (B, R)
  return tf.add(read, tf.mul(weight, tf.div(logs, tf.maximum(tf.cumsum(responses, 1), 1))));
}

/**
 * 1 at the last real token of each row and 0 elsewhere (B, T): where padding follows, or nothing. The real tokens of a
 * row stand side by side.
 *
 * A sum of what comes behind would say it for any row, but in the WebGPU of tfjs 4.22 the program of such a sum keeps
 * the width that it was first made for, and gives wrong sums of rows of any other.
 */
export function lastRealToken(mask: Mask): Mask {
  return tf.tidy(() => {
    const [B, T] = mask.shape;
    const next = tf.concat([tf.slice(mask, [0, 1], [B, T - 1]), tf.zeros([B, 1])], 1); // (B, T)
    return tf.mul(mask, tf.sub(1, next));
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
