/**
 * What is known of a graph before anything is trained, by following probabilities from step to step instead of
 * listing walks, so that a page can ask at every key: what the walker earns that takes every edge of a node
 * equally likely, and where the best walker goes at each price of KL from that one.
 *
 *     Z(t, v) = Σ over neighbours w of  Z(t + 1, w) / degree(v)          with exp(R / β) at the end of a walk
 *     π*(w | t, v) = Z(t + 1, w) / (degree(v) · Z(t, v))
 *
 * which is ref · exp(R / β) of whole walks, step by step. Source: Todorov 2009 (linearly solvable control).
 */
import type { RewardDistribution } from '../../algorithms/exact-optimum';
import { edgesOf, startsOf, WALK_NODES, type Graph } from './graph';

const STEPS = WALK_NODES - 1;

/** What a walk from `start` earns that reaches the goal with its `steps`-th step. */
const rewardAfter = ({ shortest }: Graph, start: number, steps: number): number =>
  (WALK_NODES - (steps + 1)) / (WALK_NODES - shortest[start]!);

/** Rewards of the uniform walker, by start. */
export function uniformRewards(graph: Graph): RewardDistribution[] {
  return startsOf(graph).map((start) => {
    const byReward = new Map<number, number>([[0, 0]]);
    let at = new Map([[start, 1]]);
    for (let steps = 1; steps <= STEPS; steps++) {
      at = stepped(graph, at);
      const reached = at.get(graph.goal) ?? 0;
      at.delete(graph.goal);
      const reward = rewardAfter(graph, start, steps);
      if (reached > 0) byReward.set(reward, (byReward.get(reward) ?? 0) + reached);
    }
    const lost = [...at.values()].reduce((a, b) => a + b, 0);
    byReward.set(0, byReward.get(0)! + lost);
    return { rewards: [...byReward.keys()], probabilities: [...byReward.values()] };
  });
}

/** Where the uniform walker is one step later. */
function stepped({ neighbours }: Graph, at: ReadonlyMap<number, number>): Map<number, number> {
  const next = new Map<number, number>();
  for (const [node, chance] of at)
    for (const to of neighbours[node]!)
      next.set(to, (next.get(to) ?? 0) + chance / neighbours[node]!.length);
  return next;
}

/**
 * Expected passes over each edge (as `edgesOf` numbers them) in one walk of the optimal policy, mean over the
 * starts. @param beta price of a nat of KL from the uniform walker; Infinity gives that walker itself.
 */
export function optimalFlows(graph: Graph, beta: number): number[] {
  const edges = edgesOf(graph);
  const starts = startsOf(graph);
  const flows = new Array<number>(edges.length).fill(0);
  for (const start of starts) {
    const worth = worthFrom(graph, start, beta);
    let at = new Map([[start, 1 / starts.length]]);
    for (let t = 0; t < STEPS; t++) {
      const next = new Map<number, number>();
      edges.forEach(({ from, to }, edge) => {
        const chance = at.get(from) ?? 0;
        if (chance === 0) return;
        const share = worth[t + 1]![to]! / (graph.neighbours[from]!.length * worth[t]![from]!);
        flows[edge]! += chance * share;
        next.set(to, (next.get(to) ?? 0) + chance * share);
      });
      next.delete(graph.goal);
      at = next;
    }
  }
  return flows;
}

/** Z(t, v) of walks from one start, divided by exp(1 / β) so that a low price overflows nothing. */
function worthFrom(graph: Graph, start: number, beta: number): number[][] {
  const { neighbours, goal } = graph;
  const end = (reward: number) => Math.exp((reward - 1) / beta);
  const worth: number[][] = [];
  worth[STEPS] = neighbours.map((_, node) =>
    end(node === goal ? rewardAfter(graph, start, STEPS) : 0),
  );
  for (let t = STEPS - 1; t >= 0; t--)
    worth[t] = neighbours.map((all, node) =>
      node === goal
        ? end(rewardAfter(graph, start, t))
        : all.reduce((sum, to) => sum + worth[t + 1]![to]!, 0) / all.length,
    );
  return worth;
}
