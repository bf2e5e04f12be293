/** Graphs as text, and what a walk on one earns. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  GraphError,
  graphText,
  parseGraph,
  SEED_1000,
  startsOf,
  walkReward,
} from '../../../src/data/walks/graph';

const graph = parseGraph(SEED_1000);
const walk = (letters: string) => Array.from(letters, (letter) => graph.names.indexOf(letter));

describe('the graph of seed 1000', () => {
  test('has the shortest walks of the reference document', () => {
    const shortest = startsOf(graph).map((node) => `${graph.names[node]}${graph.shortest[node]}`);
    expect(shortest.join(' ')).toBe('b3 c4 d2 e4 f3 g5 h5 i3 j3 k3 l4 m4 n2 o5 p4 q4 r4 s3 t4 u4');
    expect(graph.neighbours.flat()).toHaveLength(52);
  });

  // Its first walks, and what they earn by (10 − n) / (10 − shortest).
  test.each([
    ['sda', 1],
    ['fda', 1],
    ['ebjnbdtkna', 0],
    ['jnbjna', 4 / 7],
    ['lbusdtkbui', 0],
    ['bda', 1],
    ['orgrgcoror', 0],
    ['sa', 0], // no edge
    ['sdaxyz', 1], // what comes after the goal does not count
    ['sd', 0],
  ])('pays for %s what it is worth', (letters, reward) => {
    expect(walkReward(graph, walk(letters))).toBeCloseTo(reward, 12);
  });
});

describe('reading a graph', () => {
  test('takes lines, comments and any order of nodes', () => {
    const read = parseGraph('# two ways\r\nb:ac\n\nc:a # the long one\na:a\n');
    expect(graphText(read)).toBe('b:ac c:a a:a');
    expect(read.goal).toBe(2);
    expect(read.shortest).toEqual([2, 2, 1]);
  });

  test.each([
    ['a:a b', 'Line 1: "b" is no node with neighbours.'],
    ['a:a\nbb:a', 'Line 2: "bb:a" is no node with neighbours.'],
    ['a:a b:', 'node b leads nowhere'],
    ['a:a b:a b:a', 'node b stands there twice'],
    ['a:a b:aca', 'node b has a neighbour twice'],
    ['a:a b:ax', 'Node b leads to x, which is no node'],
    ['a:b b:a', 'there is none'],
    ['a:a b:b c:ab', 'there are a, b'],
    ['a:a', 'two nodes at least'],
    ['', 'two nodes at least'],
    ['a:a b:a c:d d:c', 'leads from c, d to the goal a'],
    ['a:a b:a c:b d:c e:d f:e g:f h:g i:h j:i', 'leads from j to the goal a'],
  ])('refuses %j with a sentence', (text, sentence) => {
    expect(() => parseGraph(text)).toThrow(GraphError);
    expect(() => parseGraph(text)).toThrow(sentence);
  });

  test('reads back what it writes', () => {
    const graphs = fc
      .uniqueArray(fc.constantFrom(...'abcdefghij0123456789'), { minLength: 2, maxLength: 8 })
      .chain((names) =>
        fc.tuple(
          fc.constant(names),
          fc.tuple(...names.map(() => fc.subarray(names, { minLength: 1 }))),
        ),
      );
    fc.assert(
      fc.property(graphs, ([names, neighbours]) => {
        // The first is the goal, and every other node has an edge to it.
        const text = names
          .map(
            (name, i) =>
              `${name}:${i === 0 ? name : [...new Set([...neighbours[i]!, names[0]])].join('')}`,
          ) // prettier-ignore
          .join(' ');
        expect(graphText(parseGraph(text))).toBe(text);
      }),
    );
  });

  test('gives a graph or a sentence, whatever it is given', () => {
    const bits = fc.constantFrom(...'abc:: \n#\r\u00e9', 'a:a ', 'b:a ', 'c:ab\n');
    fc.assert(
      fc.property(fc.array(bits, { maxLength: 12 }), (parts) => {
        try {
          const { neighbours, goal, shortest } = parseGraph(parts.join(''));
          expect(neighbours[goal]).toEqual([goal]);
          expect(Math.max(...shortest)).toBeLessThan(10);
        } catch (error) {
          expect(error).toBeInstanceOf(GraphError);
          expect((error as GraphError).message).toMatch(/^[A-Z].*\.$/s);
        }
      }),
    );
  });
});
