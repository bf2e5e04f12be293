/** What policy, reference, value model and reward model make of the same rollout. */
import * as tf from '@tensorflow/tfjs-core';
import { exactKl, tokenLogProbabilities } from '../kernels/token-log-probabilities';
import { exactDivide, type Hidden, type Mask, type PerToken, type TokenIds } from '../shapes';
import { choosingStates, embeddingOf, lastColumns, responseValues, scalarHead } from './heads';
import { ensembleRowScores, type RewardEnsemble } from './members';
import type { Model } from './model';
import { narrowGroups, putColumns, takeColumns } from './narrow';
import { rowTensors, type Rows } from './rows';

export interface RolloutModels {
  policy: Model;
  reference: Model;
  /** Null where a method has no critic; the policy itself where they share a trunk. */
  value: Model | null;
  /** Null where a rule scores. */
  reward: RewardEnsemble | null;
}

/** Host arrays, 0 on padding so that no sum over a row can pick it up; log-probabilities in nats. */
export interface RolloutAnalysis {
  logProbabilities: Float32Array; // (B, R)
  referenceLogProbabilities: Float32Array; // (B, R)
  /** Of the policy's choice of each token. */
  entropy: Float32Array; // (B, R)
  /** KL of the policy's choice of each token from the reference's, over the whole vocabulary. */
  exactKl: Float32Array; // (B, R)
  /** 0 where there is no value model. */
  values: Float32Array; // (B, R)
  /** Of the reward model for the whole row; null where there is none. */
  rawScores: Float32Array | null; // (B)
  /** How far its members are apart; null where it has one, or there is none. */
  rawSpreads: Float32Array | null; // (B)
}

/**
 * One forward pass of each model over all rows, group by group, with one readback for each.
 * @param rows (B, P+R)
 * @param responseMask (B, R)
 * @param siblings how many rows one after the other are responses to one query
 */
export async function analyseRollout(
  models: RolloutModels,
  rows: Rows,
  responseMask: Float32Array,
  B: number,
  temperature: number,
  siblings = 1,
): Promise<RolloutAnalysis> {
  const R = exactDivide(responseMask.length, B, 'Response mask by rows');
  const all = {
    logProbabilities: new Float32Array(B * R),
    referenceLogProbabilities: new Float32Array(B * R),
    entropy: new Float32Array(B * R),
    exactKl: new Float32Array(B * R),
    values: new Float32Array(B * R),
  };
  const rawScores = models.reward ? new Float32Array(B) : null;
  const rawSpreads = isEnsemble(models) ? new Float32Array(B) : null;
  for (const { numbers, rows: some, R: width } of narrowGroups(rows, B, R, siblings)) {
    const mask = takeColumns(responseMask, numbers, R, width); // (b, r)
    const group = await analyseGroup(models, some, mask, numbers.length, temperature, siblings); // prettier-ignore
    for (const name of Object.keys(all) as (keyof typeof all)[])
      putColumns(all[name], group[name], numbers, R, width);
    numbers.forEach((row, i) => rawScores?.set([group.rawScores?.[i] ?? 0], row));
    numbers.forEach((row, i) => rawSpreads?.set([group.rawSpreads?.[i] ?? 0], row));
  }
  return { ...all, rawScores, rawSpreads };
}

const isEnsemble = ({ reward }: RolloutModels): boolean => (reward?.members.length ?? 0) > 1;

/** The same of rows (b, p+r) that go through the models together; one readback. */
async function analyseGroup(
  models: RolloutModels,
  rows: Rows,
  responseMask: Float32Array,
  B: number,
  temperature: number,
  siblings: number,
): Promise<RolloutAnalysis> {
  const R = exactDivide(responseMask.length, B, 'Response mask by rows');
  const packed = tf.tidy(() => {
    const { ids, mask } = rowTensors(rows, B);
    const chosen = lastColumns(ids, R); // (B, R)
    const [ofPolicy, ofReference] = [models.policy, models.reference].map((model) => {
      const states = choosingStates(model, ids, mask, R, siblings); // (B, R, D)
      const head = embeddingOf(model);
      return { states, head, ...tokenLogProbabilities(states, head, chosen, temperature) };
    }) as [Choices, Choices];
    const values = valuesOf(models, ofPolicy.states, ids, mask, siblings);
    const drawn: Mask = tf.tensor2d(responseMask, [B, R]);
    const ofReward = models.reward && ensembleRowScores(models.reward.members, ids, mask, drawn, siblings); // prettier-ignore
    const scores = ofReward
      ? [ofReward.mean, ...(isEnsemble(models) ? [ofReward.spread] : [])]
      : []; // each (B)
    const perToken = [
      ofPolicy.logProbabilities,
      ofReference.logProbabilities,
      ofPolicy.entropy,
      exactKlByRows(ofPolicy, ofReference, temperature),
      values,
    ];
    return tf.concat([...perToken.map((x) => tf.reshape(x, [B * R])), ...scores]); // (5·B·R [+ B [+ B]])
  });
  const flat = (await packed.data<'float32'>()).slice();
  packed.dispose();
  const part = (index: number): Float32Array =>
    flat.slice(index * B * R, (index + 1) * B * R).map((x, i) => (responseMask[i] ? x : 0));
  return {
    logProbabilities: part(0),
    referenceLogProbabilities: part(1),
    entropy: part(2),
    exactKl: part(3),
    values: part(4),
    rawScores: models.reward ? flat.slice(5 * B * R, 5 * B * R + B) : null,
    rawSpreads: isEnsemble(models) ? flat.slice(5 * B * R + B) : null,
  };
}

/** Values (B, R), in reward; a critic that shares the policy's trunk reads the states that are there already. */
function valuesOf(
  { value, policy }: RolloutModels,
  states: Hidden,
  ids: TokenIds,
  mask: Mask,
  siblings: number,
): PerToken {
  const [B, R] = states.shape;
  if (value === null) return tf.zeros<tf.Rank.R2>([B, R]);
  return value === policy ? scalarHead(value, states) : responseValues(value, ids, mask, R, siblings); // prettier-ignore
}

/** What a model thinks of the tokens of a rollout, and what it thought it with. */
interface Choices {
  states: Hidden; // (B, R, D)
  head: tf.Tensor2D; // (V, D)
  logProbabilities: PerToken;
  entropy: PerToken;
}

/** Rows whose logits (rows, R, V) of both models are on the device at once. */
const KL_ROWS = 16;

/** The exact KL of each choice (B, R), nats, a few rows at a time. */
function exactKlByRows(policy: Choices, reference: Choices, temperature: number): PerToken {
  const [B, R, D] = policy.states.shape;
  const parts: PerToken[] = [];
  for (let start = 0; start < B; start += KL_ROWS) {
    const count = Math.min(KL_ROWS, B - start);
    const part = (states: Hidden): Hidden => tf.slice(states, [start, 0, 0], [count, R, D]);
    const args = [
      part(policy.states),
      policy.head,
      part(reference.states),
      reference.head,
    ] as const;
    parts.push(exactKl(...args, temperature));
  }
  return tf.concat(parts, 0);
}
