/** The exact lab's figure, as far as it can be known: from the text of a graph at once, from a study as it goes. */
import {
  exactBestOfN,
  exactBestOfNKl,
  exactFrontier,
  exactOptimum,
  frontierPrices,
  type RewardDistribution,
} from '../../algorithms/exact-optimum';
import { edgesOf, GraphError, parseGraph, SEED_1000, type Graph } from '../../data/walks/graph';
import { optimalFlows, uniformRewards } from '../../data/walks/optimal';
import type { ExactStudy, FrontierPoint } from '../../studies';

export { edgesOf, optimalFlows, SEED_1000, type Graph };
export { placed } from './graph-layout';

/** Best of so many is drawn. */
export const BEST_OF = [1, 2, 4, 8, 16] as const;

/** A graph, or the sentence that says what is wrong with its text. */
export type ReadGraph = { graph: Graph; problem: null } | { graph: null; problem: string };

export function readGraph(text: string): ReadGraph {
  try {
    return { graph: parseGraph(text), problem: null };
  } catch (error) {
    if (!(error instanceof GraphError)) throw error;
    return { graph: null, problem: error.message };
  }
}

/** What no training changes: the curve of the best possible, and best of n upon it. */
export interface Known {
  reward: number;
  frontier: readonly FrontierPoint[];
  bestOfN: readonly { n: number; reward: number; kl: number }[];
}

/** Of the walker that takes every edge equally likely. */
export function knownOfUniform(rewards: readonly RewardDistribution[]): Known {
  return {
    reward: exactBestOfN(rewards, 1),
    frontier: exactFrontier(rewards, frontierPrices()),
    bestOfN: BEST_OF.map((n) => ({
      n,
      reward: exactBestOfN(rewards, n),
      kl: exactBestOfNKl(rewards, n),
    })),
  };
}

export const rewardsOf = (graph: Graph): RewardDistribution[] => uniformRewards(graph);
export const optimumOf = exactOptimum;

/** Of the reference that a study has trained; null before. */
export function knownOfStudy({ reference }: ExactStudy): Known | null {
  if (!reference) return null;
  const { reward, frontier, bestOfN } = reference;
  return { reward, frontier, bestOfN: bestOfN.map(({ n, exact, kl }) => ({ n, reward: exact, kl })) }; // prettier-ignore
}

/** The line of all that is worth as much as the optimum: reward = J + β · KL. It touches the frontier there. */
export const worthLine = ({ J, beta }: FrontierPoint, [from, to]: [number, number]) => ({
  x: [from, to],
  y: [J + beta * from, J + beta * to],
});

/** One row a point: everything that the figure draws, in full precision. */
export function exactCsv(known: Known | null, study: Pick<ExactStudy, 'points'> | null): string {
  const rows: (string | number)[][] = [['series', 'step', 'beta_or_n', 'kl', 'reward', 'J', 'measured']]; // prettier-ignore
  for (const { beta, kl, reward, J } of known?.frontier ?? [])
    rows.push(['frontier', '', beta, kl, reward, J, 'exact']);
  for (const { n, kl, reward } of known?.bestOfN ?? [])
    rows.push(['best of n', '', n, kl, reward, '', 'exact']);
  for (const { method, step, beta, kl, reward, J, sampled } of study?.points ?? [])
    rows.push([method, step, beta, kl, reward, J, sampled ? 'one rollout' : 'exact']);
  return [...rows.map((row) => row.join(',')), ''].join('\n');
}
