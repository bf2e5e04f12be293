/** `npm run pretrain`, started as a person starts it, on a text that is made here. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execPath } from 'node:process';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { UsageError } from '../../src/cli/flags';
import { beginsWithOne } from '../../src/cli/pretrain/facts';
import { readOptions } from '../../src/cli/pretrain/options';
import type { PretrainedCard } from '../../src/cli/pretrain/run';
import {
  documentsOf,
  heldOutWindows,
  tokenRow,
  trainingWindows,
} from '../../src/cli/pretrain/text';
import { choose, normal, STREAM } from '../../src/data/random';
import { loadTokenizer } from '../../src/data/tokenizer';
import { readHuggingFaceModel } from '../../src/model/hugging-face';
import { readSafetensors } from '../../src/model/safetensors';
import { parameterCount } from '../../src/model/model';

const folder = mkdtempSync(join(tmpdir(), 'pretrain-'));
const corpus = join(folder, 'corpus.txt');
const heldOut = join(folder, 'held-out.txt');
beforeAll(() => {
  writeFileSync(corpus, storiesOf(0, 400));
  writeFileSync(heldOut, storiesOf(400, 60));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Stories of one sentence pattern, with words made of syllables so that there is much to merge. */
function storiesOf(first: number, count: number): string {
  const pick = (items: readonly string[], i: number) => choose(items, 1, 0, i);
  const syllables = ['ba', 'do', 'ki', 'lu', 'mer', 'nat', 'pos', 'rin', 'sel', 'tov'];
  const word = (i: number) => pick(syllables, 3 * i) + pick(syllables, 3 * i + 1) + pick(syllables, 3 * i + 2); // prettier-ignore
  const story = (i: number) =>
    `One day, ${word(4 * (i % 150))} saw a ${word(4 * (i % 150) + 1)}.\nIt was ${word(4 * (i % 20) + 2)} and so ${word(4 * (i % 10) + 3)}!`;
  return Array.from({ length: count }, (_, i) => story(first + i)).join('\n<|endoftext|>\n');
}

interface Outcome {
  code: number;
  out: string;
  err: string;
}

const pretrain = (...flags: string[]): Promise<Outcome> =>
  new Promise((resolve) => {
    const child = execFile(
      execPath,
      ['--import', 'tsx', 'src/cli/pretrain.ts', ...flags],
      (_error, out, err) => resolve({ code: child.exitCode ?? NaN, out, err }),
    );
  });

/** A run of the tiny shape, as small as it gets. */
const run = (name: string, steps: number, ...more: string[]) =>
  pretrain('--model', 'tiny', '--corpus', corpus, '--held-out', heldOut, '--out', join(folder, name), '--steps', `${steps}`, '--world', '0', '--batch', '4', '--context', '32', '--warmup', '4', '--checkpoint-every', '6', '--schedule', 'wsd', '--threads', '1', ...more); // prettier-ignore

const read = (name: string, file: string) => readFileSync(join(folder, name, file));
const card = (name: string): PretrainedCard => JSON.parse(read(name, 'card.json').toString());

describe('a run', () => {
  let whole: Outcome;
  beforeAll(async () => {
    whole = await run('whole', 24, '--license', 'MIT');
  });

  test('learns, and says how it goes', () => {
    expect(whole.err).toBe('');
    expect(whole.code).toBe(0);
    expect(whole.out).toMatch(/step 12\/24, .* train \d\.\d{4}, held-out \d\.\d{4}, world \d\.\d{4}, \d+ ms a step, \d+ tokens\/s, .* left\n/); // prettier-ignore
    const { curve, heldOutLoss, tokensSeen } = card('whole');
    expect(curve.map(({ tokens }) => tokens)).toEqual([0, 6, 12, 18, 24].map((s) => s * 4 * 32));
    expect(curve[0]!.heldOutLoss).toBeCloseTo(Math.log(512), 0);
    expect(heldOutLoss!).toBeLessThan(curve[0]!.heldOutLoss! - 1);
    expect(tokensSeen).toBe(24 * 4 * 32);
  });

  test('leaves files that load, with a card that fits them', () => {
    const weights = read('whole', 'model.safetensors');
    const tokenizerJson = read('whole', 'tokenizer.json').toString();
    const model = readHuggingFaceModel({
      weights: new Uint8Array(weights).buffer,
      config: read('whole', 'config.json').toString(),
      tokenizer: tokenizerJson,
    });
    expect(model.config).toMatchObject({ vocabSize: 512, width: 64, layers: 5, heads: 8, kvHeads: 4, feedForward: 172 }); // prettier-ignore
    const tokenizer = loadTokenizer(tokenizerJson, model.config);
    expect(tokenizer.decode(tokenizer.encode('One day, Zoë …'))).toBe('One day, Zoë …');
    const written = card('whole');
    expect(written).toMatchObject({
      name: 'whole',
      heldOutLossOfAll: expect.any(Number),
      parameters: parameterCount(model.config),
      dtype: 'F16',
      bytes: weights.length,
      sha256: createHash('sha256').update(weights).digest('hex'),
      license: 'MIT',
      seed: 1,
      steps: 24,
      tokenizerHash: tokenizer.hash,
      worldLoss: expect.any(Number),
    });
    expect(written.stories).toHaveLength(10);
    expect(written.command).toContain('npm run pretrain -- --model tiny');
    expect(written.data).toContain('corpus.txt: 400 documents');
  });

  test('that is resumed, and made longer before its rate falls, gives the bits of one that never stopped', async () => {
    // The rates of the first 12 steps are the same for 15 steps as for 24.
    expect((await run('parts', 15, '--seconds', '1000')).code).toBe(0);
    const tooLate = await run('parts', 24, '--resume');
    expect(tooLate.err).toMatch(
      /^The run has done 15 steps with learning rates or a share of the world that these flags/,
    );
    expect(tooLate.code).toBe(2);
    rmSync(join(folder, 'parts'), { recursive: true });

    expect((await run('parts', 12, '--schedule-steps', '15')).code).toBe(0);
    const resumed = await run('parts', 24, '--resume');
    expect(resumed.err).toBe('');
    expect(resumed.out).toContain('Going on after step 12.');
    const tensors = (name: string) => readSafetensors(new Uint8Array(read(name, 'checkpoint.safetensors')).buffer).tensors; // prettier-ignore
    expect(tensors('parts')).toEqual(tensors('whole'));
    expect(read('parts', 'model.safetensors')).toEqual(read('whole', 'model.safetensors'));
    expect(card('parts').heldOutLoss).toBe(card('whole').heldOutLoss);
  });

  test('is neither overwritten nor mixed with another', async () => {
    const again = await run('whole', 24);
    expect(again.err).toMatch(/a run lies already\. Go on with it by --resume/);
    const other = await run('whole', 24, '--resume', '--seed', '2');
    expect(other.err).toMatch(/was begun with seed 1 and not 2\./);
    expect([again.code, other.code]).toEqual([2, 2]);
    expect(card('whole').seed).toBe(1);
  });

  test('saves at an interrupt', async () => {
    const name = 'stopped';
    const flags = ['--model', 'tiny', '--corpus', corpus, '--out', join(folder, name), '--steps', '100000', '--world', '0', '--batch', '2', '--context', '16']; // prettier-ignore
    const outcome = await new Promise<Outcome>((resolve) => {
      const child = execFile(
        execPath,
        ['--import', 'tsx', 'src/cli/pretrain.ts', ...flags],
        (_error, out, err) => resolve({ code: child.exitCode ?? NaN, out, err }),
      );
      child.stdout?.on('data', (text: string) => text.includes('step 0/') && child.kill('SIGINT'));
    });
    expect(outcome.err).toBe('');
    expect(outcome.code).toBe(130);
    expect(outcome.out).toMatch(/with --resume goes on\.\n$/);
    expect(card(name).steps).toBeGreaterThan(0);
    readSafetensors(new Uint8Array(read(name, 'checkpoint.safetensors')).buffer);
  });
});

describe('refuses', () => {
  const least = ['--model', 'tiny', '--corpus', 'package.json', '--steps', '2', '--out', join(folder, 'never'), '--world', '0']; // prettier-ignore
  test.each([
    ['an unknown flag', ['--corpsu', 'x'], /--corpsu/],
    ['too few flags', ['--model', 'tiny'], /^--model, --corpus, --steps and --out are needed\.$/m],
    ['an unknown model', [...least, '--model', 'huge'], /^--model is "huge"; it is one of tiny, small/m], // prettier-ignore
    ['no steps', [...least, '--steps', '0'], /^--steps is 0; it is a whole number from 1/m],
    ['a text that is not there', [...least, '--corpus', 'nowhere'], /^--corpus is nowhere, where there is no file/m], // prettier-ignore
    ['an impossible rate', [...least, '--learning-rate', '5'], /^--learning-rate is 5; it lies between/m], // prettier-ignore
    ['a rate that is no number', [...least, '--learning-rate', 'fast'], /^--learning-rate is "fast"; it is a number\.$/m], // prettier-ignore
    ['a context beyond the model', [...least, '--context', '512'], /^--context is 512; the model tiny has 256/m], // prettier-ignore
    ['an unknown schedule', [...least, '--schedule', 'step'], /cosine, linear, constant, wsd/],
    ['nothing to resume from', [...least, '--resume'], /no checkpoint\.safetensors to resume from/],
  ])('%s with a sentence', (_what, flags, sentence) => {
    expect(() => readOptions(flags)).toThrow(UsageError);
    expect(() => readOptions(flags)).toThrow(sentence);
  });

  test('with exit code 2, and no stack', async () => {
    const { code, out, err } = await pretrain('--model', 'huge', ...least.slice(2));
    expect(err).toMatch(/^--model is "huge"; it is one of tiny, small\.\n$/);
    expect({ code, out }).toEqual({ code: 2, out: '' });
  });

  test('a text shorter than a window, before a folder is made', async () => {
    const short = join(folder, 'short.txt');
    writeFileSync(short, 'One day.');
    const json = join(folder, 'whole', 'tokenizer.json');
    const { code, err } = await pretrain('--model', 'tiny', '--corpus', short, '--steps', '2', '--out', join(folder, 'never'), '--world', '0', '--tokenizer', json); // prettier-ignore
    expect(err).toMatch(/too few for one window of 128/);
    expect(code).toBe(2);
    expect(() => read('never', 'tokenizer.json')).toThrow();
  });
});

describe('windows', () => {
  const encoding = { encode: (text: string) => [...text].map((c) => c.charCodeAt(0)), bosId: 1, eosId: 2 }; // prettier-ignore
  const row = tokenRow(documentsOf('ab\n<|endoftext|>\n\ncd e\n<|endoftext|>\n'), encoding);

  test('documents stand between their beginnings and ends', () => {
    expect([...row]).toEqual([1, 97, 98, 2, 1, 99, 100, 32, 101, 2]);
  });

  test('have as targets the tokens behind their inputs, from anywhere in the text', () => {
    const corpus = Int32Array.from({ length: 50 }, (_, i) => i);
    const { ids, targets } = trainingWindows({ corpus, world: [], worldShare: 0 }, 3, 7, 500, 8);
    expect(targets).toEqual(ids.map((id) => id + 1));
    const starts = new Set(Array.from({ length: 500 }, (_, i) => ids[8 * i]!));
    expect([Math.min(...starts), Math.max(...starts)]).toEqual([0, 41]); // 41 + 8 is the last token
  });

  test('tell of the world as often as asked, each beginning with a document', () => {
    const world = [Int32Array.of(1, 60, 2), Int32Array.of(1, 70, 71, 2)];
    const sources = { corpus: new Int32Array(50).fill(9), world, worldShare: 0.35 };
    const [B, T] = [4000, 6];
    const { ids, targets } = trainingWindows(sources, 5, 0, B, T);
    let ofWorld = 0;
    for (let i = 0; i < B; i++) {
      const tokens = [...ids.subarray(i * T, (i + 1) * T), targets[(i + 1) * T - 1]!];
      if (tokens[0] === 9) continue;
      ofWorld++;
      expect(`${tokens}`).toMatch(/^(1,60,2,|1,70,71,2,)+/);
    }
    const deviation = Math.sqrt((0.35 * 0.65) / B);
    expect(Math.abs(ofWorld / B - 0.35)).toBeLessThan(4 * deviation);
  });

  test('of a held-out text lie within it, from its beginning to its end', () => {
    const sizes = fc.record({ length: fc.integer({ min: 1, max: 400 }), B: fc.integer({ min: 1, max: 6 }), T: fc.integer({ min: 1, max: 20 }) }); // prettier-ignore
    fc.assert(
      fc.property(sizes, ({ length, B, T }) => {
        const row = Int32Array.from({ length }, (_, i) => i);
        const batches = heldOutWindows(row, B, T, 3);
        expect(batches.length > 0).toBe(length > T);
        for (const { ids, targets } of batches) expect(targets).toEqual(ids.map((id) => id + 1));
        if (batches.length === 0) return;
        expect(batches[0]!.ids[0]).toBe(0);
        const { B: rows } = batches[0]!;
        if (batches.length * rows > 1) expect(batches.at(-1)!.targets.at(-1)).toBe(length - 1);
      }),
    );
  });
});

test('a fact is known where the sentence goes on with its value as a whole word', () => {
  expect(beginsWithOne(' Water.', ['sea', 'water'])).toBe(true);
  expect(beginsWithOne(' red ball.', ['red'])).toBe(true);
  expect(beginsWithOne(' waters', ['water'])).toBe(false);
  expect(beginsWithOne(' the water', ['water'])).toBe(false);
  expect(beginsWithOne('', ['', 'water'])).toBe(false);
});

test('the stream of initial weights is standard normal', () => {
  const draws = Array.from({ length: 4000 }, (_, i) => normal(1, STREAM.initialisation, i));
  const mean = draws.reduce((a, b) => a + b, 0) / draws.length;
  expect(Math.abs(mean)).toBeLessThan(4 / Math.sqrt(draws.length));
});
