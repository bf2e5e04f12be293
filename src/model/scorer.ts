/**
 * Where the scores of responses come from: a reward model that was learned from rankings, or a rule where
 * the task has one, as arithmetic and walks on a graph do. A rule needs no rankings and cannot be fooled.
 */
import type { Prompt, TensorRecords, Weights } from '../records';
import { membersOf } from './members';
import { LIKELIHOOD } from './model';
import type { Generated } from './transcript';

/** What a rule is given: responses (B, R) as they were drawn, with their prompts and texts (B). */
export interface RuledResponses extends Pick<Generated, 'ids' | 'lengths' | 'finished'> {
  prompts: readonly Prompt[];
  texts: readonly string[];
}

/** Scores (B), in reward. It is asked once for all responses of a rollout, and must be pure. */
export type ScoreRule = (responses: RuledResponses) => ArrayLike<number>;

export type Scorer = Weights | ScoreRule;

/**
 * What the value model starts as: a copy of the reward model, of its first member where it has several
 * (Stiennon 2020, G.1), without the weight of its likelihood, which a value that is read at one token does not have.
 * Where scores are relative to the same prompt's other responses their mean is 0, and not what the reward model says:
 * then its trunk has a head of zeros. Where a rule scores, so has the reference's, which expects nothing yet.
 */
export function initialCritic(scorer: Scorer, reference: Weights, areRelative = false): Weights {
  if (typeof scorer === 'function') return withValueHead(reference);
  const { config, tensors } = membersOf(scorer)[0]!;
  const { [LIKELIHOOD]: _weight, ...plain } = tensors;
  const critic = { config, tensors: plain };
  return areRelative ? withValueHead(critic) : critic;
}

/** A model with a value head of zeros, which expects nothing yet (Ziegler 2019). */
export function withValueHead({ config, tensors }: Weights): Weights {
  const D = config.width;
  const head: TensorRecords = {
    'score.weight': { shape: [1, D], data: new Float32Array(D) },
    'score.bias': { shape: [1], data: new Float32Array(1) },
  };
  return { config, tensors: { ...tensors, ...head } };
}

export const isOfValueHead = (name: string): boolean => name.startsWith('score.');

/** The language model alone, of a policy that has a value head beside its own. */
export const withoutValueHead = (tensors: TensorRecords): TensorRecords =>
  Object.fromEntries(Object.entries(tensors).filter(([name]) => !isOfValueHead(name)));

/**
 * Scores of responses (B), in reward.
 * @param ofModel what the reward model gave; null where a rule scores.
 */
export function scoresOf(
  scorer: Scorer,
  responses: RuledResponses,
  ofModel: Float32Array | null,
): ArrayLike<number> {
  if (typeof scorer === 'function') return scorer(responses);
  if (!ofModel) throw new Error('A reward model was to score, but was not asked.');
  return ofModel;
}
