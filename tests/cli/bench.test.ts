/** `npm run bench`: the arithmetic of rows, that all sides compute one model, the command line. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execPath } from 'node:process';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readOptions } from '../../src/cli/bench';
import { takeTurns, timedStep } from '../../src/cli/bench/bench-run';
import { clockOf } from '../../src/cli/bench/clock';
import { randomBatch, randomWeights } from '../../src/cli/bench/models';
import { findPython, TorchPeer } from '../../src/cli/bench/peer';
import { clockKernels } from '../../src/cli/bench/profile';
import { isMet, makeRow, median, spreadOf, tableOf } from '../../src/cli/bench/rows';
import { againstStock } from '../../src/cli/bench/train';
import { fusedTrainer, stockTrainer, type Trainer } from '../../src/cli/bench/trainers';
import { onEngines } from '../engines';
import { TINY_CONFIG } from '../tiny-model';

const CONFIG = { ...TINY_CONFIG, vocabSize: 48 };
const now = clockOf('wall');

describe('a row', () => {
  test('holds the median of paired ratios, not the ratio of medians', () => {
    const target = { of: 'ratio', is: 'at most', bound: 1 / 12 } as const;
    const row = makeRow('step', 's', { ours: [1, 2, 9], peer: [10, 40, 90] }, target);
    expect(row).toEqual({
      name: 'step',
      ours: 2,
      peer: 40,
      ratio: 0.1, // of 1/10, 2/40 and 9/90; the medians' would be 2/40
      spread: expect.closeTo(0.25, 12), // quartiles 0.075 and 0.1
      unit: 's',
      wanted: 'ratio <= 1/12',
      met: false,
    });
  });

  test('without a peer tells of ours alone, and nothing of a target against the peer', () => {
    const target = { of: 'ratio', is: 'at most', bound: 1 } as const;
    expect(makeRow('step', 's', { ours: [1, 4, 5, 7, 99], peer: null }, target)).toMatchObject({
      ours: 5,
      peer: null,
      ratio: null,
      spread: 0.6, // quartiles 4 and 7
      wanted: 'ratio <= 1',
      met: null,
    });
    expect(makeRow('step', 's', { ours: [4], peer: [2] })).toMatchObject({
      wanted: null,
      met: null,
    });
  });

  test.each([
    ['at most', 2, 2, true],
    ['at most', 2, 2.01, false],
    ['at least', 15_000, 15_000, true],
    ['at least', 15_000, 14_999, false],
  ] as const)('%s %f is %f: %s', (is, bound, ours, met) => {
    expect(isMet({ ours, ratio: null }, { of: 'ours', is, bound })).toBe(met);
  });

  test('of no growth is met by zero and missed by one', () => {
    const none = { of: 'ours', is: 'at most', bound: 0 } as const;
    expect(makeRow('tensors', 'more', { ours: [0], peer: null }, none)).toMatchObject({ met: true, spread: 0 }); // prettier-ignore
    expect(makeRow('tensors', 'more', { ours: [1], peer: null }, none).met).toBe(false);
    expect(makeRow('reads', 'reads', { ours: [0], peer: [0] }).ratio).toBe(1);
  });

  test('cannot be made of sides that were not measured equally often', () => {
    expect(() => makeRow('step', 's', { ours: [1, 2], peer: [1] })).toThrow('2 repeats of ours');
    expect(() => median([])).toThrow('no values');
  });

  test('the median has as many values below as above; no scale changes the spread', () => {
    const values = fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 1 });
    fc.assert(
      fc.property(values, fc.constantFrom(0.5, 2, 8), (some, scale) => {
        const middle = median(some);
        const below = some.filter((value) => value < middle).length;
        const above = some.filter((value) => value > middle).length;
        expect(below).toBeLessThanOrEqual(some.length / 2);
        expect(above).toBeLessThanOrEqual(some.length / 2);
        expect(spreadOf(some.map((value) => scale * value))).toBeCloseTo(spreadOf(some), 12);
      }),
    );
  });

  test('is printed with what was wanted and whether it came', () => {
    const target = { of: 'ratio', is: 'at most', bound: 1 / 8 } as const;
    const table = tableOf([
      makeRow('dispatches', 'programs', { ours: [100], peer: [1370] }, target),
      makeRow('step', 's', { ours: [1.5], peer: null }, target),
    ]);
    const [head, first, second] = table.split('\n');
    expect(head).toMatch(/ours +peer +unit +ours \/ peer +spread +wanted/);
    expect(first).toMatch(/^dispatches +100 +1,370 +programs +1\/13\.7 +0% +ratio <= 1\/8 +met$/);
    expect(second).toMatch(/^step +1\.5 +s +0% +ratio <= 1\/8 +not told$/);
  });
});

test('sides take turns, and warm-ups do not count', async () => {
  const order: string[] = [];
  const side = (name: string) => () => order.push(name);
  const measured = await takeTurns(side('ours'), side('peer'), 2, 1);
  expect(order).toEqual(['ours', 'peer', 'ours', 'peer', 'ours', 'peer']);
  expect(measured).toEqual({ ours: [3, 5], peer: [4, 6] });
});

describe('all sides compute one model', () => {
  const weights = randomWeights(CONFIG);
  const batch = randomBatch(CONFIG, 3, 7);
  const losses = (trainer: Trainer) => {
    const steps = Array.from({ length: 4 }, () => timedStep(trainer, now).loss);
    trainer.dispose();
    return steps;
  };

  onEngines(
    'train steps',
    () => {
      test('fused and stock go down the same losses', () => {
        const fused = losses(fusedTrainer(CONFIG, weights, batch));
        expect(fused[0]).toBeCloseTo(Math.log(CONFIG.vocabSize), 1);
        expect(fused[3]).toBeLessThan(fused[0]! - 0.01);
        const stock = losses(stockTrainer(CONFIG, weights, batch));
        for (const [i, loss] of stock.entries()) expect(loss).toBeCloseTo(fused[i]!, 4);
      });

      test('PyTorch goes down the same losses', async (context) => {
        const python = findPython();
        if (!python) return context.skip('No python3 here has PyTorch.');
        const fused = losses(fusedTrainer(CONFIG, weights, batch));
        const torch = await TorchPeer.start(python, 'wall');
        try {
          const train = torch.train(CONFIG, weights, batch);
          for (const loss of fused) expect((await train()).loss).toBeCloseTo(loss, 4);
        } finally {
          torch.close();
        }
      });

      test('a comparison leaves nothing on the device, and makes a whole row', async () => {
        const before = tf.memory().numTensors;
        const each = { name: 'tiny', config: CONFIG, B: 2, T: 5 };
        const row = await againstStock({ repeats: 5, now }, each);
        expect(tf.memory().numTensors).toBe(before);
        expect(row).toEqual({
          name: 'train step tiny, WASM fused vs stock tfjs',
          ours: expect.any(Number),
          peer: expect.any(Number),
          ratio: expect.any(Number),
          spread: expect.any(Number),
          unit: 's',
          wanted: 'ratio <= 1/12',
          met: row.ratio! <= 1 / 12,
        });
      });

      test('the profile sees every kernel, and takes its clocks away again', () => {
        const trainer = fusedTrainer(CONFIG, weights, batch);
        const clock = () => tf.getKernel('LabAttention', 'wasm')!.kernelFunc;
        const original = clock();
        const kernels = clockKernels('wasm', () => timedStep(trainer, now));
        expect(clock()).toBe(original);
        const { layers, width: D, feedForward: F, kvHeads: G, heads: H } = CONFIG;
        expect(kernels.find(({ name }) => name === 'LabAttention')!.calls).toBe(layers);
        // Forward, and back to inputs and to weights, however the kernels share them.
        const numbers = layers * (2 * D * D + 2 * D * ((D / H) * G) + 3 * D * F);
        const operations = kernels.reduce((sum, kernel) => sum + kernel.operations, 0);
        expect(operations).toBe(3 * 2 * batch.B * batch.T * numbers);
        trainer.dispose();
      });
    },
    ['wasm'],
  );
});

describe('the command line', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'rlhf-lab-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const bench = (...flags: string[]): Promise<{ code: number; out: string; err: string }> =>
    new Promise((resolve) => {
      const child = execFile(
        execPath,
        ['--import', 'tsx', 'src/cli/bench.ts', ...flags],
        (_error, out, err) => resolve({ code: child.exitCode ?? NaN, out, err }),
      );
    });

  test('chooses what is measured', () => {
    expect(readOptions([])).toMatchObject({ quick: false, peer: 'auto', repeats: 5, out: null });
    expect(readOptions([])?.only).toContain('webgpu');
    expect(readOptions(['--quick'])?.only).toEqual(['train', 'generation']);
    expect(readOptions(['--only', 'ppo,memory'])?.only).toEqual(['ppo', 'memory']);
    expect(readOptions(['--help'])).toBeNull();
  });

  test.each([
    [['--quik'], "Unknown option '--quik'"],
    [['--peer', 'jax'], '--peer is "jax"; it is one of auto, torch, none.'],
    [['--repeats', '4'], '--repeats is 4; it is a whole number from 5 to 1000.'],
    [['--only', 'ppo,speed'], '--only is "speed"'],
    [['--quick', '--only', 'ppo'], 'give one of them'],
    [['--clock', 'sun'], '--clock is "sun"; it is one of wall, cpu.'],
  ])('refuses %j', (args, sentence) => {
    expect(() => readOptions(args)).toThrow(sentence);
  });

  test('ends with code 2 and a sentence, or tells of itself', async () => {
    const [bad, help] = await Promise.all([bench('--repeats', 'x'), bench('--help')]);
    expect(bad).toMatchObject({ code: 2, out: '' });
    expect(bad.err).toBe('--repeats is x; it is a whole number from 5 to 1000.\n');
    expect(help).toMatchObject({ code: 0, err: '' });
    for (const flag of ['--quick', '--out', '--peer', '--profile'])
      expect(help.out).toContain(flag);
  });

  test('writes machine and rows', async () => {
    const out = join(folder, 'deep', 'bench.json');
    const { code, out: said } = await bench('--only', 'memory', '--peer', 'none', '--out', out);
    expect(code).toBe(0);
    const { machine, rows } = JSON.parse(readFileSync(out, 'utf8'));
    expect(machine).toMatchObject({
      node: process.version,
      torch: 'PyTorch was left out, as asked.',
    });
    expect(rows).toHaveLength(4);
    for (const row of rows) {
      expect(Object.keys(row)).toEqual(['name', 'ours', 'peer', 'ratio', 'spread', 'unit', 'wanted', 'met']); // prettier-ignore
      expect(row.met).toBe(row.wanted === null ? null : true); // nothing grows
      expect(said).toContain(row.name);
    }
  });
});
