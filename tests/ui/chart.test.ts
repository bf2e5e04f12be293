/** What a chart draws and what its file holds are the same numbers. */
import { expect, test } from 'vitest';
import { aligned, csvOf, showTicks } from '../../src/ui/components/chart';
import { showNumber, showSetting, showTime } from '../../src/ui/components/format';
import type { Series } from '../../src/ui/components/types';
import { treeRows } from '../../src/ui/stages/checkpoint-tree';
import type { Checkpoint } from '../../src/records';

const train: Series = { label: 'train', hue: 'policy', x: [1, 2, 3], y: [3, 2.5, 2.25] };
const heldOut: Series = { label: 'held out, "real"', hue: 'person', x: [0, 2], y: [4, 3] };

test('curves with axes of their own share one, with gaps', () => {
  expect(aligned([train, heldOut])).toEqual([
    [0, 1, 2, 3],
    [null, 3, 2.5, 2.25],
    [4, null, 3, null],
  ]);
});

test('the file has every point in full and quotes what must be quoted', () => {
  expect(csvOf('step', [train, heldOut])).toBe(
    'step,train,"held out, ""real"""\n0,,4\n1,3,\n2,2.5,3\n3,2.25,\n',
  );
});

test.each([
  [1.42, '1.42'],
  [0.037, '0.037'],
  [12.34, '12.3'],
  [12345, '12,345'],
  [0.00031, '3.1e-4'],
  [0, '0'],
])('%d is shown as %s', (value, shown) => {
  expect(showNumber(value)).toBe(shown);
});

test('a setting is shown to the last digit', () => {
  expect(showSetting(1e-5)).toBe('1e-5');
  expect(showSetting(0.0123456)).toBe('0.0123456');
});

test.each([
  [1, 'a few seconds'],
  [59.6, '1 min'],
  [110, '1 min 50 s'],
  [5400, '1 h 30 min'],
])('%d seconds are %s', (seconds, shown) => {
  expect(showTime(seconds)).toBe(shown);
});

test('a tree lists parents before children and loses nothing, even in a circle', () => {
  const make = (id: string, parentId: string | null, createdAt: number): Checkpoint => ({
    id,
    projectId: 'p',
    name: id,
    stage: 'sft',
    kind: 'model',
    runId: null,
    parentId,
    step: 0,
    modelConfig: {
      vocabSize: 8,
      width: 4,
      layers: 1,
      heads: 1,
      kvHeads: 1,
      feedForward: 8,
      maxPositions: 8,
      rmsEpsilon: 1e-5,
      ropeTheta: 1e4,
      bosId: 1,
      eosId: 2,
      padId: 0,
    },
    tokenizerHash: '',
    progress: null,
    config: {},
    metrics: {},
    bytes: 0,
    createdAt,
  });
  const rows = treeRows([
    make('child', 'base', 3),
    make('base', null, 1),
    make('grandchild', 'child', 4),
    make('orphan', 'gone', 2),
    make('a', 'b', 5),
    make('b', 'a', 6),
  ]);
  expect(rows.map(({ checkpoint, depth }) => `${depth} ${checkpoint.id}`)).toEqual([
    '0 base',
    '1 child',
    '2 grandchild',
    '0 orphan',
    '0 a',
    '0 b',
  ]);
});

test('ticks have the decimals that tell them apart', () => {
  expect(showTicks([0.998, 1, 1.002])).toEqual(['0.998', '1.000', '1.002']);
  expect(showTicks([-0.25, 0, 0.25])).toEqual(['-0.25', '0.00', '0.25']);
  expect(showTicks([0, 5000, 10_000])).toEqual(['0', '5,000', '10,000']);
  expect(showTicks([2])).toEqual(['2']);
});
