/**
 * Directed graphs as text: every node is one letter or digit, followed by a colon and its neighbours,
 *
 *     a:a b:dju c:ekor          or one node a line
 *
 * The goal is the node whose only neighbour is itself. A walk begins at any other node, and is better the
 * fewer nodes it needs to the goal.
 */

/** Nodes of a walk, start and goal counted: what is not at the goal by then has failed. */
export const WALK_NODES = 10;

/**
 * The graph of trlX's random-walk example with its default seed 1000: 21 nodes, an edge with probability
 * 0.1. Source: CarperAI trlX, `examples/randomwalks/randomwalks.py` (MIT).
 */
export const SEED_1000 =
  'a:a b:dju c:ekor d:alt e:bs f:dhim g:cqru h:c i:dh j:n k:bgjn l:b m:befghs n:ab o:r p:ju q:fj r:gjo s:du t:k u:bis';

export interface Graph {
  /** Nodes are numbers; their letters are for people. */
  names: readonly string[];
  /** Node numbers of each node's neighbours, in the order in which they were written. */
  neighbours: readonly (readonly number[])[];
  goal: number;
  /** Nodes of the shortest walk from each node to the goal, both counted; 1 at the goal. */
  shortest: readonly number[];
}

/** Text that is no graph, or one without a task in it; the message says what to mend. */
export class GraphError extends Error {
  override name = 'GraphError';
}

/**
 * Read a graph from one line or many. Empty lines and what follows a `#` are passed over.
 * @throws GraphError naming every line that cannot be read, or what the graph lacks.
 */
export function parseGraph(text: string): Graph {
  const problems: string[] = [];
  const edges = new Map<string, string>();
  text.split(/\r\n|\n|\r/).forEach((line, i) => {
    for (const entry of line.replace(/#.*/, '').split(/\s+/).filter(Boolean)) {
      const problem = problemOfEntry(entry, edges);
      if (problem) problems.push(`Line ${i + 1}: ${problem}`);
      else edges.set(entry.charAt(0), entry.slice(2));
    }
  });
  const names = [...edges.keys()];
  for (const [name, neighbours] of edges)
    for (const neighbour of neighbours)
      if (!edges.has(neighbour) && problems.length === 0)
        problems.push(
          `Node ${name} leads to ${neighbour}, which is no node. Add "${neighbour}:" with its neighbours.`,
        );
  if (problems.length) throw new GraphError(problems.join(' '));
  if (names.length < 2) throw new GraphError('A graph has two nodes at least, as in "a:a b:a".');
  const neighbours = [...edges.values()].map((all) => Array.from(all, (n) => names.indexOf(n)));
  return checked({ names, neighbours });
}

/** Why one `node:neighbours` cannot be read, as a sentence. */
function problemOfEntry(entry: string, known: ReadonlyMap<string, string>): string | null {
  if (!/^[A-Za-z0-9]:[A-Za-z0-9]*$/.test(entry))
    return `"${entry}" is no node with neighbours. Write one letter or digit, a colon, and the letters that it leads to, as in "b:dju".`;
  const name = entry.charAt(0);
  const neighbours = entry.slice(2);
  if (neighbours === '')
    return `node ${name} leads nowhere. Give it a neighbour; the goal leads to itself.`;
  if (new Set(neighbours).size < neighbours.length)
    return `node ${name} has a neighbour twice in "${neighbours}". Name each once.`;
  return known.has(name) ? `node ${name} stands there twice. Keep one of the two.` : null;
}

function checked({ names, neighbours }: Pick<Graph, 'names' | 'neighbours'>): Graph {
  const goals = neighbours.flatMap((all, node) =>
    all.length === 1 && all[0] === node ? node : [],
  );
  const [goal] = goals;
  if (goal === undefined || goals.length > 1)
    throw new GraphError(
      `The goal is the one node that leads only to itself, as in "a:a"; there ${goal === undefined ? 'is none' : `are ${goals.map((node) => names[node]).join(', ')}`}.`,
    );
  const shortest = shortestWalks(neighbours, goal);
  const lost = names.filter((_, node) => !(shortest[node]! < WALK_NODES));
  if (lost.length)
    throw new GraphError(
      `No walk of fewer than ${WALK_NODES} nodes leads from ${lost.join(', ')} to the goal ${names[goal]}, so none from there could be rewarded. Add an edge on the way.`,
    );
  return { names, neighbours, goal, shortest };
}

/** Breadth first, backwards from the goal; Infinity where no walk leads there. */
function shortestWalks(neighbours: Graph['neighbours'], goal: number): number[] {
  const shortest = neighbours.map((_, node) => (node === goal ? 1 : Infinity));
  for (let length = 2; length <= neighbours.length; length++)
    neighbours.forEach((all, node) => {
      const near = all.some((next) => shortest[next] === length - 1);
      if (near && shortest[node] === Infinity) shortest[node] = length;
    });
  return shortest;
}

/** The graph as text, one line; `parseGraph` reads it back. */
export const graphText = ({ names, neighbours }: Graph): string =>
  names.map((name, node) => `${name}:${neighbours[node]!.map((n) => names[n]).join('')}`).join(' ');

/** All nodes but the goal. */
export const startsOf = ({ names, goal }: Graph): number[] =>
  names.flatMap((_, node) => (node === goal ? [] : node));

export interface Edge {
  from: number;
  to: number;
}

/** Every edge that a walk may take, in the order of the text; the goal's to itself is none. */
export const edgesOf = ({ neighbours, goal }: Graph): Edge[] =>
  neighbours.flatMap((all, from) => (from === goal ? [] : all.map((to) => ({ from, to }))));

/**
 * What a walk earns: (10 − n) / (10 − shortest) for one that reaches the goal at its n-th node along edges,
 * 1 for the shortest; 0 where a step is no edge or the goal is not reached within 10 nodes.
 * @param walk node numbers, its start first; what comes after the goal does not count. -1 is no node.
 */
export function walkReward(graph: Graph, walk: readonly number[]): number {
  const reached = walk.indexOf(graph.goal);
  if (reached < 1 || reached >= WALK_NODES) return 0;
  for (let i = 1; i <= reached; i++)
    if (!graph.neighbours[walk[i - 1]!]?.includes(walk[i]!)) return 0;
  return (WALK_NODES - (reached + 1)) / (WALK_NODES - graph.shortest[walk[0]!]!);
}
