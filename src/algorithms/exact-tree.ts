/**
 * The exact objective of a policy over a tree of responses. Every inner entry of the tree knows the
 * probabilities of the next token under policy and reference, over the whole vocabulary; the chance of an
 * entry is the product along its way. A token that leads out of the tree ends the response with reward 0:
 * its own KL counts, and what is written after it is not asked for.
 *
 *   KL = Σ over entries of  π(entry) · Σ_v π(v | entry) ln (π(v | entry) / reference(v | entry))
 *
 * which is the chain rule of the KL. All sums in float64.
 */
import type { Objective, RewardDistribution } from './exact-optimum';

/** Entries, parents before children; the first `starts` are the prompts, each as likely. */
export interface ResponseTree {
  starts: number;
  /** Entry that this one continues; -1 at a start. */
  parents: ArrayLike<number>;
  /** Number of the start. */
  origins: ArrayLike<number>;
  /** Token id that led here from its parent; anything at a start. */
  tokens: ArrayLike<number>;
  /** Reward where a response ends; NaN where it goes on. */
  rewards: ArrayLike<number>;
}

/** ln p(v | entry), nats: V numbers for each entry that goes on, from `V * rowOf[entry]`. */
export interface NextTokens {
  V: number;
  rowOf: ArrayLike<number>;
  logProbabilities: Float64Array;
}

/** Chance of reaching each entry, given its start. */
export function chances(tree: ResponseTree, policy: NextTokens): Float64Array {
  const chance = new Float64Array(tree.parents.length).fill(1);
  for (let entry = tree.starts; entry < chance.length; entry++) {
    const parent = tree.parents[entry]!;
    const at = policy.V * policy.rowOf[parent]! + tree.tokens[entry]!;
    chance[entry] = chance[parent]! * Math.exp(policy.logProbabilities[at]!);
  }
  return chance;
}

/** Rewards by prompt under a policy; what leaves the tree earns 0. */
export function rewardDistributions(tree: ResponseTree, policy: NextTokens): RewardDistribution[] {
  const chance = chances(tree, policy);
  const byPrompt = Array.from({ length: tree.starts }, () => new Map<number, number>());
  for (let entry = 0; entry < chance.length; entry++) {
    const reward = tree.rewards[entry]!;
    if (Number.isNaN(reward)) continue;
    const rewards = byPrompt[tree.origins[entry]!]!;
    rewards.set(reward, (rewards.get(reward) ?? 0) + chance[entry]!);
  }
  return byPrompt.map((rewards) => {
    const inside = [...rewards.values()].reduce((a, b) => a + b, 0);
    rewards.set(0, (rewards.get(0) ?? 0) + Math.max(0, 1 - inside));
    return { rewards: [...rewards.keys()], probabilities: [...rewards.values()] };
  });
}

export interface ExactObjective extends Objective {
  /** Probability of leaving the tree. */
  invalid: number;
}

/** E[R], KL and J of a policy, mean over the starts. @param beta reward per nat. */
export function exactObjective(
  tree: ResponseTree,
  policy: NextTokens,
  reference: NextTokens,
  beta: number,
): ExactObjective {
  const chance = chances(tree, policy);
  let [reward, kl, inside] = [0, 0, 0];
  for (let entry = 0; entry < chance.length; entry++) {
    const earned = tree.rewards[entry]!;
    if (Number.isNaN(earned)) kl += chance[entry]! * klOf(policy, reference, entry);
    else {
      reward += chance[entry]! * earned;
      inside += chance[entry]!;
    }
  }
  reward /= tree.starts;
  kl /= tree.starts;
  return { J: reward - beta * kl, reward, kl, invalid: 1 - inside / tree.starts };
}

function klOf(policy: NextTokens, reference: NextTokens, entry: number): number {
  const p = policy.V * policy.rowOf[entry]!;
  const q = reference.V * reference.rowOf[entry]!;
  let kl = 0;
  for (let v = 0; v < policy.V; v++) {
    const log = policy.logProbabilities[p + v]!;
    if (log > -Infinity) kl += Math.exp(log) * (log - reference.logProbabilities[q + v]!);
  }
  return kl;
}
