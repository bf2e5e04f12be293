/** Walks as text for a language model. */
import { describe, expect, test } from 'vitest';
import { pairBatch, queryBatch } from '../../src/data/batches';
import {
  WALK_QUERY,
  WALK_STEPS,
  walkDemonstrations,
  walkPrompts,
  walkRewards,
  walkTokenizer,
} from '../../src/data/walks';
import { walkComparisons } from '../../src/data/walks/comparisons';
import { parseGraph, SEED_1000, walkReward } from '../../src/data/walks/graph';
import { CHOICES, walkRows } from '../../src/data/walks/rows';
import { walkOf, walkTree } from '../../src/data/walks/tree';

const graph = parseGraph(SEED_1000);
const tokenizer = walkTokenizer(graph);
const prompts = walkPrompts(graph);
const lettersOf = (text: string) => Array.from(text, (letter) => graph.names.indexOf(letter));

describe('the tokens of walks', () => {
  test('are two for a query, and as many as steps for a response that ends at the goal', () => {
    const { queries, responses } = pairBatch([{ text: 's', response: 'd' }], tokenizer, {
      P: WALK_QUERY,
      R: 3,
    });
    expect([...queries.ids].map(tokenizer.token)).toEqual(['<bos>', 's']);
    expect([...responses.ids].map(tokenizer.token)).toEqual(['d', 'a', '<pad>']);
    expect(tokenizer.decode([...responses.ids])).toBe('d');
    expect(() => tokenizer.encode('z')).toThrow('"z" is no node');
  });
});

test('walks of the data earn what the uniform walker earns, and start as often everywhere', () => {
  const all = walkDemonstrations(graph, 8000, 3);
  const earned = all.map(({ text, response }) => {
    const letters = text + response;
    return walkReward(graph, lettersOf(letters.length < 10 ? `${letters}a` : letters));
  });
  // 0.346226 exactly; the standard deviation of one walk is below 0.42, so this is 4 deviations of the mean.
  const mean = earned.reduce((a, b) => a + b, 0) / all.length;
  expect(Math.abs(mean - 0.346226)).toBeLessThan(0.02);
  for (const { text } of prompts)
    expect(all.filter((walk) => walk.text === text)).toHaveLength(400);
});

test('responses are scored by their ids, and a token that is no node breaks a walk off', () => {
  const response = (letters: string) => [...tokenizer.encode(letters), ...Array<number>(4).fill(0)].slice(0, 4); // prettier-ignore
  const ids = Int32Array.from([...response('da'), ...response('dta'), 1, ...response('da')].slice(0, 12)); // prettier-ignore
  const rewards = walkRewards(graph, {
    prompts: [{ text: 's' }, { text: 's' }, { text: 's' }],
    ids,
    lengths: [2, 3, 3],
  });
  expect(rewards).toEqual([1, 0, 0]); // t leads to k only; <bos> is no node
});

test('the rows of all walks hold every beginning once, where it says', () => {
  const tree = walkTree(graph);
  const rows = walkRows(graph, tree, tokenizer.bosId, tokenizer.padId);
  const T = rows.ids.length / rows.B;
  expect(T).toBe(WALK_STEPS + 1);
  const seen = new Set<number>();
  for (let entry = 0; entry < tree.parents.length; entry += 7) {
    const at = rows.rowOf[entry]!;
    expect(at < 0).toBe(!Number.isNaN(tree.rewards[entry]));
    if (at < 0) continue;
    const [row, column] = [Math.floor(at / CHOICES), at % CHOICES];
    const read = [...rows.ids.subarray(row * T + 1, row * T + 2 + column)].map(tokenizer.token);
    expect(read.join('')).toBe(walkOf(tree, entry).map((node) => graph.names[node]).join('')); // prettier-ignore
    expect(seen.has(at)).toBe(false);
    seen.add(at);
  }
  const [first] = [queryBatch([{ text: 'b' }], tokenizer, WALK_QUERY).ids];
  expect([...rows.ids.subarray(0, 1)]).toEqual([first[0]]);
});

test('a labeler prefers by chance, the better walk as often as Bradley and Terry say', () => {
  const walks = prompts.map(() =>
    Array.from({ length: 400 }, (_, i) => ({ text: i % 2 ? 'd' : 'dt', reward: i % 2 ? 0.3 : 0 })),
  );
  const labels = walkComparisons(prompts, walks, 200, { temperature: 0.3, seed: 1 });
  expect(labels).toHaveLength(200 * prompts.length);
  const right = labels.filter(({ responses, pairs }) => responses[pairs[0]!.better] === 'd');
  // 1 / (1 + e^−1) = 0.731; one deviation of the share over 4000 labels is 0.007.
  expect(Math.abs(right.length / labels.length - 0.7310586)).toBeLessThan(0.028);
});
