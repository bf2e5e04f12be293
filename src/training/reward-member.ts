/**
 * One network of a reward model in training. Members of an ensemble start from the same trunk and learn from the same
 * labels; each has a head of its own to begin with and its own order of the data, which is what sets them apart
 * (Coste 2024, section 3). The first has the seed of the run, so that alone it is the reward model of before.
 */
import type { LengthsConfig } from '../config';
import { STREAM } from '../data/random';
import type { TextPair } from '../data/template';
import type { Tokenizer } from '../data/tokenizer';
import { prefixed, unprefixed } from '../model/model';
import { random } from '../random';
import type { SavedRun, TensorRecords, Weights } from '../records';
import { Learner } from './learner';
import { initialHead, meanScore } from './reward-scale';
import { frozen } from './run';

export interface RewardMember {
  learner: Learner;
  /** Of its first head and of the order of its data. */
  seed: number;
  /** As it was at the lowest held-out loss, where that is kept; off the device. */
  best: TensorRecords | null;
  /** Mean score of the demonstrations once training is over, so that thousands of them are read once. */
  finalScore: number | null;
}

const bestOf = ({ name }: { name: string }): string => `${name}-best`;

/**
 * Begin member `k` of a reward model, or go on from where `saved` left off. Whoever makes it disposes its learner.
 * @param policy whose trunk it starts from
 * @param likelihood first weight of how likely it finds a response itself; 0 has no such weight at all
 * @param seed of the run
 */
export function rewardMember(
  k: number,
  policy: Weights,
  likelihood: number,
  seed: number,
  saved: SavedRun | undefined,
): RewardMember {
  const own = k === 0 ? seed : random(seed, STREAM.members, k);
  const head = initialHead(policy.config.width, likelihood, own);
  const start = { ...policy, tensors: { ...policy.tensors, ...head } };
  const learner = new Learner(k === 0 ? 'reward' : `reward-${k}`, 'scalar', start, { saved });
  const best = unprefixed(bestOf(learner), saved?.tensors ?? {});
  return { learner, seed: own, best: Object.keys(best).length > 0 ? best : null, finalScore: null }; // prettier-ignore
}

/** What resuming needs beside what the learner saves. */
export const savedBest = ({ learner, best }: RewardMember): TensorRecords =>
  prefixed(bestOf(learner), best ?? {});

/** Texts that are to score 0 on average. */
export interface Zero {
  demonstrations: readonly TextPair[];
  tokenizer: Tokenizer;
  lengths: LengthsConfig;
}

/**
 * The parameters with the bias moved so that demonstrations score 0 on average. The model in training keeps
 * its own: a bias cancels in every difference, but rounds them differently, and a run that is looked at must
 * go on as one that is not.
 */
export async function centred(member: RewardMember, zero: Zero): Promise<TensorRecords> {
  const tensors = member.best ?? (await member.learner.model.records());
  if (zero.demonstrations.length === 0) return tensors;
  const bias =
    tensors['score.bias']!.data[0]! - (member.finalScore ?? (await keptScore(member, zero)));
  return { ...tensors, 'score.bias': { shape: [1], data: Float32Array.of(bias) } };
}

/** Mean score that the network which is kept gives to the demonstrations, in reward. */
export async function keptScore(
  { best, learner }: RewardMember,
  { demonstrations, tokenizer, lengths }: Zero,
): Promise<number> {
  const { model } = learner;
  const kept = best ? frozen(bestOf(learner), 'scalar', { config: model.config, tensors: best }) : model; // prettier-ignore
  try {
    return await meanScore(kept, demonstrations, tokenizer, lengths);
  } finally {
    if (kept !== model) kept.dispose();
  }
}
