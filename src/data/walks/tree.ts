/**
 * All walks of a graph as one tree of their beginnings, so that what a policy earns is a sum and not an
 * estimate. A walk ends at the goal or at its tenth node. A policy that writes anything but a neighbour
 * leaves the tree, and earns nothing from there on.
 */
import { GraphError, startsOf, WALK_NODES, walkReward, type Graph } from './graph';

/** Beginnings of walks, parents before children; all arrays have one entry for each. */
export interface WalkTree {
  /** How many walks begin: the first so many entries are the starts, in order. */
  starts: number;
  /** Entry that this one continues; -1 at a start. */
  parents: Int32Array;
  /** Node that it ends in. */
  nodes: Int32Array;
  /** Number of the start that it began at. */
  origins: Int32Array;
  /** Steps from the start. */
  depths: Int32Array;
  /** Where the walk is over, what it earns; NaN where it goes on. */
  rewards: Float64Array;
}

/** More beginnings than this take too long to ask a model about. */
const LARGEST_TREE = 400_000;

/** @throws GraphError where there are too many walks to list. */
export function walkTree(graph: Graph): WalkTree {
  const starts = startsOf(graph);
  const parents: number[] = starts.map(() => -1);
  const nodes: number[] = [...starts];
  const origins: number[] = starts.map((_, i) => i);
  const depths: number[] = starts.map(() => 0);
  const rewards: number[] = [];
  for (let entry = 0; entry < nodes.length; entry++) {
    const [node, depth] = [nodes[entry]!, depths[entry]!];
    const over = node === graph.goal || depth === WALK_NODES - 1;
    rewards.push(over ? walkReward(graph, walkOf({ parents, nodes }, entry)) : NaN);
    if (over) continue;
    for (const next of graph.neighbours[node]!) {
      parents.push(entry);
      nodes.push(next);
      origins.push(origins[entry]!);
      depths.push(depth + 1);
    }
    if (nodes.length > LARGEST_TREE)
      throw new GraphError(
        `The graph has more than ${LARGEST_TREE} beginnings of walks, too many to ask a model about each. Take away some edges.`,
      );
  }
  return {
    starts: starts.length,
    parents: Int32Array.from(parents),
    nodes: Int32Array.from(nodes),
    origins: Int32Array.from(origins),
    depths: Int32Array.from(depths),
    rewards: Float64Array.from(rewards),
  };
}

/** The nodes of one beginning, its start first. */
export function walkOf(
  { parents, nodes }: { parents: ArrayLike<number>; nodes: ArrayLike<number> },
  entry: number,
): number[] {
  const walk: number[] = [];
  for (let at = entry; at >= 0; at = parents[at]!) walk.push(nodes[at]!);
  return walk.reverse();
}

/** ln p(next node | walk so far): V = nodes, one row for each node, shared by all walks that end in it. */
export interface NextNodes {
  V: number;
  rowOf: Int32Array;
  logProbabilities: Float64Array;
}

/** The walker that takes every edge of a node equally likely. */
export function uniformWalker({ neighbours }: Graph, { nodes }: WalkTree): NextNodes {
  const V = neighbours.length;
  const logProbabilities = new Float64Array(V * V).fill(-Infinity);
  neighbours.forEach((all, node) => {
    for (const next of all) logProbabilities[V * node + next] = -Math.log(all.length);
  });
  return { V, rowOf: nodes, logProbabilities };
}
