/**
 * A reward model of several members, an ensemble: networks of one shape that were taught apart, whose mean is the
 * score and whose spread tells where none of them knows (Coste 2024, "Reward model ensembles help mitigate
 * overoptimization").
 *
 * In its weights the first member has the plain names and those after it `member-1/`, `member-2/` … before them. So
 * a single reward model is an ensemble of one, and whoever wants one network, as the critic does, finds the first.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { TensorRecords, Weights } from '../records';
import type { Mask, PerRow, TokenIds } from '../shapes';
import { rowScores } from './heads';
import { Model, prefixed, unprefixed } from './model';
import { makeOwned } from './owned';

const MEMBER = /^member-(\d+)\//;
/** What stands before the names of the k-th member after the first. */
export const prefixOf = (k: number): string => `member-${k}`;

/** How many networks these weights hold. */
export function memberCount(tensors: TensorRecords): number {
  const numbers = Object.keys(tensors).map((name) => Number(MEMBER.exec(name)?.[1] ?? 0));
  return 1 + numbers.reduce((most, k) => Math.max(most, k), 0);
}

/** The members of a reward model, one after the other. */
export function membersOf({ config, tensors }: Weights): Weights[] {
  const first = Object.fromEntries(Object.entries(tensors).filter(([name]) => !MEMBER.test(name)));
  const others = Array.from({ length: memberCount(tensors) - 1 }, (_, i) =>
    unprefixed(prefixOf(i + 1), tensors),
  );
  return [first, ...others].map((own) => ({ config, tensors: own }));
}

/** One reward model of these members: the inverse of `membersOf`. @throws Error where there is none */
export function joinMembers(members: readonly Weights[]): Weights {
  const [first, ...others] = members;
  if (!first) throw new Error('A reward model without a member cannot score.');
  const prefixedOthers = others.map(({ tensors }, i) => prefixed(prefixOf(i + 1), tensors));
  return { config: first.config, tensors: Object.assign({ ...first.tensors }, ...prefixedOthers) };
}

/** Types and not interfaces, so that `tf.tidy` can return them. */
export type EnsembleRowScores = {
  /** Mean of the members (B), in reward. */
  mean: PerRow;
  /** Root of the mean squared deviation of the members from their mean (B), in reward; 0 of one member. */
  spread: PerRow;
};

/**
 * What the members think of each row of ids and mask (B, T). One member's mean is its score, to the bit.
 * @param responses (B, W): 1 on response tokens, of the last W columns
 * @param siblings how many rows one after the other are responses to one query
 */
export function ensembleRowScores(
  members: readonly Model[],
  ids: TokenIds,
  mask: Mask,
  responses: Mask,
  siblings = 1,
): EnsembleRowScores {
  const [first, ...others] = members.map((member) => rowScores(member, ids, mask, responses, siblings)); // prettier-ignore
  if (!first) throw new Error('An ensemble without a member cannot score.');
  if (others.length === 0) return { mean: first, spread: tf.zerosLike(first) };
  return tf.tidy(() => {
    const all = tf.stack([first, ...others]); // (members, B)
    const mean: PerRow = tf.mean(all, 0);
    const variance: PerRow = tf.mean(tf.squaredDifference(all, mean), 0); // (B)
    return { mean, spread: tf.sqrt(variance) };
  });
}

/** Owner of the networks of a reward model that is asked and does not learn. */
export class RewardEnsemble {
  readonly members: readonly Model[];

  /**
   * @param name of the first network, and with a number after it of the others; no other living model may have one
   * @throws Error where a member lacks a parameter; nothing is left on the device then
   */
  constructor(name: string, weights: Weights) {
    this.members = makeOwned((own) =>
      membersOf(weights).map(({ config, tensors }, k) =>
        own(new Model(k === 0 ? name : `${name}-${k}`, config, 'scalar', tensors, false)),
      ),
    );
  }

  dispose(): void {
    for (const member of this.members) member.dispose();
  }
}
