/** Everything that follows from a graph alone, and the questions that a model is asked about all of its walks. */
import type { RewardDistribution } from '../algorithms/exact-optimum';
import {
  chances,
  exactObjective,
  rewardDistributions,
  type NextTokens,
  type ResponseTree,
} from '../algorithms/exact-tree';
import type { Tokenizer } from '../data/tokenizer';
import { nodeIds, walkPrompts, walkTokenizer } from '../data/walks';
import { edgesOf, type Graph } from '../data/walks/graph';
import { CHOICES, walkRows, type WalkRows } from '../data/walks/rows';
import { uniformWalker, walkTree } from '../data/walks/tree';
import { nextTokenLogProbabilities } from '../model/next-tokens';
import type { Prompt, Weights } from '../records';
import type { ExactResult } from '../studies';

export interface Task {
  graph: Graph;
  tokenizer: Tokenizer;
  prompts: Prompt[];
  tree: ResponseTree;
  rows: WalkRows;
  /** Number of the edge that leads to each beginning of a walk from the one that it continues; -1 at a start. */
  edgeOf: Int32Array;
  /** Of the walker that takes every edge equally likely. */
  uniform: RewardDistribution[];
}

/** @throws GraphError where there are too many walks to list */
export function taskOf(graph: Graph): Task {
  const tokenizer = walkTokenizer(graph);
  const walks = walkTree(graph);
  const ids = nodeIds(graph);
  const numbers = new Map(edgesOf(graph).map(({ from, to }, edge) => [`${from}>${to}`, edge]));
  return {
    graph,
    tokenizer,
    prompts: walkPrompts(graph),
    tree: { ...walks, tokens: Int32Array.from(walks.nodes, (node) => ids[node]!) },
    rows: walkRows(graph, walks, tokenizer.bosId, tokenizer.padId),
    edgeOf: walks.parents.map((parent, entry) =>
      parent < 0 ? -1 : numbers.get(`${walks.nodes[parent]}>${walks.nodes[entry]}`)!,
    ),
    uniform: rewardDistributions({ ...walks, tokens: walks.nodes }, uniformWalker(graph, walks)),
  };
}

/** ln p(token | beginning) of a model for every beginning of a walk, over the whole vocabulary. */
export async function nextTokens({ rows, tokenizer }: Task, weights: Weights): Promise<NextTokens> {
  return {
    V: tokenizer.vocabSize,
    rowOf: rows.rowOf,
    logProbabilities: await nextTokenLogProbabilities(weights, rows, rows.B, CHOICES),
  };
}

/** Reward, KL and J of a policy and where it walks, as sums over all walks. */
export function measure(
  task: Task,
  policy: NextTokens,
  reference: NextTokens,
  beta: number,
): ExactResult {
  const { J, reward, kl, invalid } = exactObjective(task.tree, policy, reference, beta);
  return { J, reward, kl, invalid, flows: flowsOf(task, policy) };
}

/** Expected passes over each edge in one walk, mean over the starts. */
function flowsOf({ graph, tree, edgeOf }: Task, policy: NextTokens): number[] {
  const flows = new Array<number>(edgesOf(graph).length).fill(0);
  chances(tree, policy).forEach((chance, entry) => {
    const edge = edgeOf[entry]!;
    if (edge >= 0) flows[edge]! += chance / tree.starts;
  });
  return flows;
}
