/** The layout and the permutation of llama2.c's files, against ids and logits of an independent pass. */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { halvesApart, readLlama2c } from '../../src/model/llama2c';
import { parameterCount, parameterShapes } from '../../src/model/model';
import { PlainLlama } from './plain-llama';

const FOLDER = '../shared/data/stories260K';
const BIN = `${FOLDER}/stories260K.bin`;

test('rows of a head move from neighbours to half a head apart', () => {
  // Two heads of width 4, one column; each value says where its row was.
  const matrix = { shape: [8, 1], data: Float32Array.of(0, 1, 2, 3, 4, 5, 6, 7) };
  expect([...halvesApart(matrix, 2).data]).toEqual([0, 2, 1, 3, 4, 6, 5, 7]);
  expect([...halvesApart(matrix, 1).data]).toEqual([0, 2, 4, 6, 1, 3, 5, 7]);
});

test('turning neighbours before and halves after the move give the same scores', () => {
  const E = 6;
  const turn = (x: number[], position: number, pair: (i: number) => [number, number]) => {
    const out = [...x];
    for (let i = 0; i < E / 2; i++) {
      const [a, b] = pair(i);
      const angle = position * 10_000 ** ((-2 * i) / E);
      out[a] = x[a]! * Math.cos(angle) - x[b]! * Math.sin(angle);
      out[b] = x[a]! * Math.sin(angle) + x[b]! * Math.cos(angle);
    }
    return out;
  };
  const dot = (a: number[], b: number[]) => a.reduce((sum, value, i) => sum + value * b[i]!, 0);
  const move = (x: number[]) => [...halvesApart({ shape: [E, 1], data: Float32Array.from(x) }, 1).data]; // prettier-ignore
  const q = [1, -2, 3, 0.5, -0.25, 2];
  const k = [0.75, 1, -1, 2, 4, -3];
  const neighbours = (i: number): [number, number] => [2 * i, 2 * i + 1];
  const halves = (i: number): [number, number] => [i, i + E / 2];
  const wanted = dot(turn(q, 9, neighbours), turn(k, 4, neighbours));
  expect(dot(turn(move(q), 9, halves), turn(move(k), 4, halves))).toBeCloseTo(wanted, 10);
  expect(dot(turn(q, 9, halves), turn(k, 4, halves))).not.toBeCloseTo(wanted, 1);
});

/** A file of our own making: header and `values` numbers. */
function file(header: number[], values: number, fill = 0.5): ArrayBuffer {
  const buffer = new ArrayBuffer(28 + 4 * values);
  new Int32Array(buffer, 0, 7).set(header);
  new Float32Array(buffer, 28).fill(fill);
  return buffer;
}
// dim 4, hidden 3, 1 layer, 2 heads, 1 kv head, vocabulary 5, 6 positions:
const HEADER = [4, 3, 1, 2, 1, 5, 6];
const VALUES = 5 * 4 + (4 + 16 + 8 + 8 + 16 + 4 + 3 * 12) + 4 + 6 * 2;

test('a file made by hand has the parameters of its config', () => {
  const { config, tensors } = readLlama2c(file(HEADER, VALUES));
  const shapes = Object.fromEntries(Object.entries(tensors).map(([name, { shape }]) => [name, shape])); // prettier-ignore
  expect(shapes).toEqual(parameterShapes(config, 'language'));
});

test.each<[string, ArrayBuffer, string, string]>([
  ['too short for a header', new ArrayBuffer(20), 'TruncatedFileError', 'fewer than its header'],
  ['cut', file(HEADER, VALUES - 1), 'TruncatedFileError', 'where its header asks for'],
  ['too long', file(HEADER, VALUES + 1), 'WeightLayoutError', 'where its header asks for'],
  ['with NaN', file(HEADER, VALUES, NaN), 'WeightValueError', 'carries NaN at index (0, 0)'],
  [
    'of a newer version',
    file([0x616b3432, 1, 0, 0, 0, 0, 0], 9),
    'ModelConfigError',
    '--version 0',
  ],
  [
    'with a head of its own',
    file([4, 3, 1, 2, 1, -5, 6], VALUES),
    'ModelConfigError',
    'output head of its own',
  ],
  [
    'with a header of noise',
    file([4, 3, 0, 2, 1, 5, 6], VALUES),
    'ModelConfigError',
    'which is no model',
  ],
  [
    'with heads that do not divide',
    file([4, 3, 1, 3, 1, 5, 6], VALUES),
    'ModelConfigError',
    'cannot be divided',
  ],
])('a file %s is refused', (_what, buffer, name, sentence) => {
  expect(() => readLlama2c(buffer)).toThrow(expect.objectContaining({ name, message: expect.stringContaining(sentence) })); // prettier-ignore
});

describe.skipIf(!existsSync(BIN))(`stories260K (skipped where ${FOLDER} is absent)`, () => {
  const read = () => readLlama2c(Uint8Array.from(readFileSync(BIN)).buffer);
  const golden = () =>
    JSON.parse(readFileSync(`${FOLDER}/golden.json`, 'utf8')) as {
      greedy_ids: number[];
      prefix: number[];
      last_logits: number[];
    };

  test('has 260,032 parameters', () => {
    expect(parameterCount(read().config)).toBe(260_032);
  });

  test('gives the 200 greedy ids and the last logits of the independent pass', () => {
    const { config, tensors } = read();
    const { greedy_ids, prefix, last_logits } = golden();
    const greedy = new PlainLlama(config, tensors);
    const ids = [greedy_ids[0]!];
    while (ids.length < greedy_ids.length) {
      const logits = greedy.next(ids.at(-1)!);
      ids.push(logits.indexOf(Math.max(...logits)));
    }
    expect(ids).toEqual(greedy_ids);

    const scored = new PlainLlama(config, tensors);
    const logits = prefix.map((id) => scored.next(id)).at(-1)!;
    const worst = Math.max(...logits.map((logit, i) => Math.abs(logit - last_logits[i]!)));
    expect(worst).toBeLessThan(1e-5);
  });
});
