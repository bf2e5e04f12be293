/** The rows that a model must read to have been asked about every beginning of a walk, each token once or more. */
import { nodeIds, WALK_QUERY } from '../walks';
import { walkOf, type WalkTree } from './tree';
import { WALK_NODES, type Graph } from './graph';

/** Columns in which a model chooses: after the start, and after every step but the last. */
export const CHOICES = WALK_NODES - 1;

export interface WalkRows {
  /** Flat (B, T): the beginning of the sequence, the start, its steps, then padding. */
  ids: Int32Array;
  mask: Float32Array;
  B: number;
  /** Where in (B, CHOICES) the choice after each beginning is read; -1 where the walk is over. */
  rowOf: Int32Array;
}

/** Rows of the longest beginnings only, since each holds all that it continues. @param padId for short ones */
export function walkRows(graph: Graph, tree: WalkTree, bosId: number, padId: number): WalkRows {
  const longest = longestBeginnings(tree);
  const T = WALK_QUERY - 1 + CHOICES;
  const ids = new Int32Array(longest.length * T).fill(padId);
  const mask = new Float32Array(longest.length * T);
  const rowOf = new Int32Array(tree.parents.length).fill(-1);
  const tokens = nodeIds(graph);
  longest.forEach((entry, row) => {
    const walk = walkOf(tree, entry);
    ids.set([bosId, ...walk.map((node) => tokens[node]!)], row * T);
    mask.fill(1, row * T, row * T + 1 + walk.length);
    let column = walk.length - 1;
    for (let at = entry; at >= 0 && rowOf[at]! < 0; at = tree.parents[at]!)
      rowOf[at] = row * CHOICES + column--;
  });
  return { ids, mask, B: longest.length, rowOf };
}

/** Beginnings that go on, and are not continued by another one that does. */
function longestBeginnings({ parents, rewards }: WalkTree): number[] {
  const continued = new Uint8Array(parents.length);
  parents.forEach((parent, entry) => {
    if (parent >= 0 && Number.isNaN(rewards[entry])) continued[parent] = 1;
  });
  const all: number[] = [];
  rewards.forEach((reward, entry) => {
    if (Number.isNaN(reward) && !continued[entry]) all.push(entry);
  });
  return all;
}
