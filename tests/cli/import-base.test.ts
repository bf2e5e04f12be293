import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { importBase, readOptions } from '../../src/cli/import-base';
import { SMALL_BASE, tinyModelFiles } from '../tiny-model';

const folder = mkdtempSync(join(tmpdir(), 'import-base-'));
const from = join(folder, 'from');
beforeAll(() => {
  const { weights, config, tokenizer } = tinyModelFiles();
  mkdirSync(from);
  writeFileSync(join(from, 'model.safetensors'), new Uint8Array(weights));
  writeFileSync(join(from, 'config.json'), config);
  writeFileSync(join(from, 'tokenizer.json'), tokenizer);
});
afterAll(() => rmSync(folder, { recursive: true }));

const json = (...path: string[]) => JSON.parse(readFileSync(join(folder, ...path), 'utf8'));
const options = (out: string, ...more: string[]) => {
  const read = readOptions(['--from', from, '--out', join(folder, out), ...more]);
  if (read === 'help') throw new Error('Help was not asked for.');
  return read;
};

test('writes the files, a card that fits them, and one index line per base', () => {
  importBase(options('base/large', '--dtype', 'f32'));
  importBase(options('base/tiny', '--sentence', 'Old.'));
  const card = importBase(options('base/tiny', '--sentence', 'New.', '--date', '2026-01-31'));
  const bytes = readFileSync(join(folder, 'base/tiny/model.safetensors'));
  expect(json('base/tiny/card.json')).toEqual(card);
  expect(card).toMatchObject({
    name: 'tiny',
    parameters: 21_072,
    dtype: 'F16',
    bytes: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    license: 'not stated',
    tokensSeen: null,
    heldOutLoss: null,
    curve: [],
    date: '2026-01-31',
  });
  const index = json('base/index.json');
  expect(index).toHaveLength(2);
  expect(index).toContainEqual({ name: 'tiny', parameters: 21_072, bytes: bytes.length, sentence: 'New.' }); // prettier-ignore
});

test('takes loss and tokens from a curve', () => {
  const curve = {
    tokens_per_step: 100,
    columns: ['step', 'train_loss', 'heldout_loss', 'seconds'],
    rows: [
      [0, 7, 6.9, 0],
      [10, 4, 3.9, 5],
    ],
  };
  writeFileSync(join(from, 'curve.json'), JSON.stringify(curve));
  expect(importBase(options('base/tiny'))).toMatchObject({ tokensSeen: 1000, heldOutLoss: 3.9 });
});

describe('the command line', () => {
  test.each([
    [['--frm', 'x'], "Unknown option '--frm'"],
    [['--from', 'x'], 'Both --from and --out are needed.'],
    [['--from', 'no-such-folder', '--out', 'y'], 'no model.safetensors'],
    [['--from', from, '--out', 'y', '--dtype', 'f8'], '--dtype is f8; it is one of f32, f16, bf16.'],
    [['--from', from, '--out', 'y', '--dtype', 'constructor'], '--dtype is constructor'],
    [['--from', from, '--out', 'y', '--date', 'today'], '--date is today'],
  ])('refuses %j', (args, sentence) => {
    // The folder is filled before the tests run, after this table is made.
    expect(() => readOptions(args)).toThrow(sentence);
  }); // prettier-ignore

  test('ends with code 2 and a sentence', () => {
    const run = spawnSync(
      process.execPath,
      ['--import', 'tsx', 'src/cli/import-base.ts', '--nonsense'],
      { encoding: 'utf8' },
    );
    expect(run.status).toBe(2);
    expect(run.stderr).toContain("Unknown option '--nonsense'");
  });
});

test('the shipped card is that of the shipped weights', () => {
  const bytes = readFileSync(join(SMALL_BASE, 'model.safetensors'));
  const card = JSON.parse(readFileSync(join(SMALL_BASE, 'card.json'), 'utf8'));
  expect(card.sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
  const index = JSON.parse(readFileSync(join(SMALL_BASE, '..', 'index.json'), 'utf8'));
  expect(index).toContainEqual(
    expect.objectContaining({ name: 'small', parameters: card.parameters, bytes: bytes.length }),
  );
});
