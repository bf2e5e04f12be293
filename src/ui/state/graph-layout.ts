/** Where to draw the nodes of a graph: in columns by their distance to the goal, the goal at the right. */
import type { Graph } from '../../data/walks/graph';

export interface PlacedNode {
  name: string;
  /** From 0 (left, top) to 1. */
  x: number;
  y: number;
  isGoal: boolean;
}

/** Passes up and down the columns that bring each node near its neighbours. */
const PASSES = 8;

/** The same graph is always placed alike. */
export function placed(graph: Graph): PlacedNode[] {
  const { names, neighbours, goal, shortest } = graph;
  const longest = Math.max(...shortest);
  const columns: number[][] = Array.from({ length: longest }, () => []);
  names.forEach((_, node) => columns[longest - shortest[node]!]!.push(node));
  const touching = names.map((_, node) => [
    ...neighbours[node]!,
    ...names.flatMap((_, from) => (neighbours[from]!.includes(node) ? from : [])),
  ]);
  let y = heights(columns, names.length);
  for (let pass = 0; pass < PASSES; pass++) {
    const wish = (node: number): number => {
      const near = touching[node]!.filter((other) => other !== node);
      return near.reduce((sum, other) => sum + y[other]!, 0) / near.length;
    };
    for (const column of pass % 2 ? columns : [...columns].reverse()) {
      const wishes = new Map(column.map((node) => [node, wish(node)]));
      column.sort((a, b) => wishes.get(a)! - wishes.get(b)!);
      y = heights(columns, names.length);
    }
  }
  const turns = new Map<number, number>();
  for (const column of columns)
    column.forEach((node, i) => turns.set(node, column.length < CROWDED ? 0 : i % 2 ? 1 : -1));
  return names.map((name, node) => ({
    name,
    x: (longest - shortest[node]! + ZIGZAG * turns.get(node)!) / (longest - 1),
    y: y[node]!,
    isGoal: node === goal,
  }));
}

/** Evenly spread within each column. */
function heights(columns: readonly (readonly number[])[], count: number): number[] {
  const y = new Array<number>(count).fill(0.5);
  for (const column of columns)
    column.forEach((node, i) => {
      y[node] = (i + 0.5) / column.length;
    });
  return y;
}

/** Columns of more nodes are drawn in zigzag, so that edges find a way between them. */
const CROWDED = 4;
/** How far a zigzag leaves its column, as a share of the distance of columns. */
const ZIGZAG = 0.2;
