/**
 * Random walks as a task for language models: the smallest world of this lab, and the only one whose right
 * answer is known. The prompt is the letter of a start, the response the letters that follow.
 *
 * Reaching the goal is the end of the sequence: the goal's letter and the end-of-sequence token are one, so a
 * response is exactly as long as its walk, and no nat of KL is spent on saying that it is over.
 *
 * Source: trlX's random walks, after Chen 2021 (Decision Transformer), section 3.
 */
import type { Demonstration, ModelConfig, Prompt } from '../records';
import { choose, STREAM } from './random';
import { graphText, startsOf, WALK_NODES, walkReward, type Graph } from './walks/graph';
import { sha256 } from './sha256';
import { ANSWER_MARK } from './template';
import type { Tokenizer } from './tokenizer';

/** Response tokens of the longest walk, R. */
export const WALK_STEPS = WALK_NODES - 1;
/** Query tokens, P: the beginning of the sequence and the start. */
export const WALK_QUERY = 2;

const PAD = 0;
const BOS = 1;
const GOAL = 2;

/** Token id of every node, the goal's being that of the end of sequence. */
export function nodeIds({ names, goal }: Graph): number[] {
  let next = GOAL + 1;
  return names.map((_, node) => (node === goal ? GOAL : next++));
}

/** One token a letter. The mark between prompt and response is left out: a letter needs none. */
export function walkTokenizer(graph: Graph): Tokenizer {
  const ids = nodeIds(graph);
  const letters = ['<pad>', '<bos>'];
  graph.names.forEach((name, node) => (letters[ids[node]!] = name));
  const encode = (text: string): number[] =>
    Array.from(text.replaceAll(ANSWER_MARK, ''), (letter) => {
      const id = letters.indexOf(letter);
      if (id < 0) throw new Error(`"${letter}" is no node of the graph ${graphText(graph)}.`);
      return id;
    });
  const json = JSON.stringify({ walks: letters });
  return {
    vocabSize: letters.length,
    bosId: BOS,
    eosId: GOAL,
    padId: PAD,
    addsSpace: true, // that is, a response needs no space put before it
    encode,
    decode: (all) =>
      all
        .filter((id) => id > GOAL)
        .map((id) => letters[id] ?? '')
        .join(''),
    token: (id) => letters[id] ?? '',
    json,
    hash: sha256(json),
  };
}

/** A model for walks: a thousandth of a small language model. */
export const walkModel = ({ vocabSize, bosId, eosId, padId }: Tokenizer): ModelConfig => ({
  ...{ vocabSize, bosId, eosId, padId },
  width: 32,
  layers: 2,
  heads: 2,
  kvHeads: 2,
  feedForward: 64,
  maxPositions: 16,
  rmsEpsilon: 1e-5,
  ropeTheta: 10_000,
});

/** One prompt for each start. */
export const walkPrompts = (graph: Graph): Prompt[] =>
  startsOf(graph).map((start) => ({
    id: `walk:${graph.names[start]}`,
    text: graph.names[start]!,
    task: 'own',
    split: 'train',
    source: 'built-in',
    check: null,
  }));

/**
 * Walks that take every edge of a node equally likely until they reach the goal or have ten nodes, as
 * demonstrations: as many from every start. The goal's letter is the end of sequence and not in the text.
 */
export function walkDemonstrations(graph: Graph, count: number, seed: number): Demonstration[] {
  const prompts = walkPrompts(graph);
  const starts = startsOf(graph);
  return Array.from({ length: count }, (_, walk) => {
    const prompt = prompts[walk % prompts.length]!;
    let node = starts[walk % starts.length]!;
    let response = '';
    for (let step = 0; step < WALK_STEPS; step++) {
      node = choose(graph.neighbours[node]!, seed, STREAM.world, walk * WALK_STEPS + step);
      if (node === graph.goal) break;
      response += graph.names[node];
    }
    return { ...prompt, id: `${prompt.id}:${walk}`, response, createdAt: 0 };
  });
}

/** Responses as they were drawn, with their prompts: ids (B, R), lengths (B). */
export interface WalkResponses {
  prompts: readonly { text: string }[];
  ids: Int32Array;
  lengths: readonly number[];
}

/** The reward of every response (B), by the graph alone. A token that is no node breaks the walk off. */
export function walkRewards(graph: Graph, { prompts, ids, lengths }: WalkResponses): number[] {
  const nodeOf = new Map(nodeIds(graph).map((id, node) => [id, node]));
  const R = ids.length / lengths.length;
  return lengths.map((length, row) => {
    const response = [...ids.subarray(row * R, row * R + length)].map((id) => nodeOf.get(id) ?? -1);
    return walkReward(graph, [graph.names.indexOf(prompts[row]!.text), ...response]);
  });
}
