/** `npm run pipeline`, started as a person starts it. */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execPath } from 'node:process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pipelineOptions } from '../../src/cli/pipeline-options';
import type { Report } from '../../src/cli/report';
import { readCsv } from '../../src/data/csv';
import type { LabReport } from '../../src/data/report';
import { LADDER } from '../../src/kernels/engine';
import { STAGES } from '../../src/records';
import { tinyModelFiles } from '../tiny-model';

let folder = '';
let base = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rlhf-lab-'));
  base = join(folder, 'base');
  mkdirSync(base);
  const { weights, config, tokenizer } = tinyModelFiles();
  writeFileSync(join(base, 'model.safetensors'), new Uint8Array(weights));
  writeFileSync(join(base, 'config.json'), config);
  writeFileSync(join(base, 'tokenizer.json'), tokenizer);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Outcome {
  code: number;
  out: string;
  err: string;
}

const pipeline = (...flags: string[]): Promise<Outcome> =>
  new Promise((resolve) => {
    const child = execFile(
      execPath,
      ['--import', 'tsx', 'src/cli/pipeline.ts', ...flags],
      (_error, out, err) => resolve({ code: child.exitCode ?? NaN, out, err }),
    );
  });

test('tells of itself', async () => {
  const { code, out, err } = await pipeline('--help');
  expect({ code, err }).toEqual({ code: 0, err: '' });
  for (const flag of [
    '--preset',
    '--backend',
    '--seed',
    '--methods',
    '--flips',
    '--set',
    '--base',
    '--out',
    '--report',
    '--help',
  ])
    expect(out).toContain(flag);
  for (const name of ['test', 'smoke', 'full', ...LADDER]) expect(out).toContain(name);
});

describe('refuses', () => {
  test.each([
    ['an unknown flag', ['--presset', 'smoke'], /--presset/],
    ['an unknown preset', ['--preset', 'huge'], /^--preset is "huge"; it is one of test, smoke, full\.$/m], // prettier-ignore
    ['an unknown backend', ['--backend', 'cuda'], /^--backend is "cuda"; it is one of webgpu, wasm, cpu\.$/m], // prettier-ignore
    [
      'a method that there is not',
      ['--methods', 'ppo,luck'],
      /^--methods is "luck"; it is one of ppo, /m,
    ],
    ['half a seed', ['--seed', '1.5'], /^--seed is 1\.5; it is a whole number from 0 to 4294967295\.$/m], // prettier-ignore
    ['a seed below 0', ['--seed=-1'], /^--seed is -1;/m],
    ['an empty seed', ['--seed', ''], /^--seed is ;/m],
    [
      'a setting that there is not',
      ['--set', 'ppo.luck=1'],
      /^ppo has no setting "luck"; it has /m,
    ],
    [
      'a setting that it cannot have',
      ['--set', 'ppo.klCoefficient=-1'],
      /^ppo\.klCoefficient is -1/m,
    ],
    [
      'a setting without a value',
      ['--set', 'ppo.klCoefficient'],
      /^--set is "ppo\.klCoefficient"; it reads like /m,
    ],
    [
      'more flips than rankings',
      ['--flips', '1.1'],
      /^--flips is 1\.1; it lies between 0 and 1\.$/m,
    ],
    ['a base that is not there', ['--base', 'nowhere'], /no model\.safetensors\. Give a folder/],
  ])('%s with a sentence', (_what, flags, sentence) => {
    expect(() => pipelineOptions(flags)).toThrow(sentence);
  });

  test.each([
    ['usage', ['--presset', 'smoke'], /--presset/],
    ['settings', ['--set', 'ppo.klCoefficient=-1'], /^ppo\.klCoefficient is -1/],
  ])('wrong %s with exit code 2 and no stack', async (_what, flags, sentence) => {
    const { code, out, err } = await pipeline(...flags);
    expect(err).toMatch(sentence);
    expect(err).not.toMatch(/^\s+at /m);
    expect({ code, out }).toEqual({ code: 2, out: '' });
  });
});

test('runs all seven stages and writes its report, for programs and for people', async () => {
  const path = join(folder, 'new', 'report.json');
  const { code, out, err } = await pipeline('--preset', 'test', '--backend', 'wasm', '--seed', '3', '--methods', 'bestOfN,dpo,ppo', '--set', 'ppo.steps=4', '--flips', '0.1', '--base', base, '--out', path, '--report', join(folder, 'read')); // prettier-ignore
  expect(err).toBe('');
  expect(code).toBe(0);
  for (const stage of STAGES) expect(out).toContain(`\n${stage}\n`);
  expect(out).toContain(`Report: ${path}`);
  const report: Report = JSON.parse(readFileSync(path, 'utf8'));
  expect(report).toMatchObject({ preset: 'test', backend: 'wasm', seed: 3, flips: 0.1 });
  expect(report.configHash).toMatch(/^[0-9a-f]{64}$/);
  expect(report.stages.map(({ stage }) => stage)).toEqual(STAGES);
  for (const { seconds } of report.stages) expect(seconds).toBeGreaterThanOrEqual(0);
  const trained = report.stages.filter(({ steps }) => steps > 0);
  expect(trained.map(({ stage }) => stage)).toEqual(['sft', 'reward-model', 'ppo']);
  for (const { tokens } of trained) expect(tokens).toBeGreaterThan(0);
  const figures = [
    report.sft.heldOutLoss.before,
    report.sft.heldOutLoss.after,
    report.rewardModel.accuracy,
    report.ppo.gold.before,
    report.ppo.gold.after,
    report.ppo.kl,
  ];
  for (const figure of figures) expect(figure).toEqual(expect.any(Number)); // NaN is null in JSON
  expect(report.sft.heldOutLoss.after).toBeLessThan(report.sft.heldOutLoss.before);

  // What was set is what was done, and how it went is told.
  expect(report.stages.find(({ stage }) => stage === 'ppo')!.steps).toBe(4);
  expect(report.ppo.course.map(({ step }) => step)).toEqual([1, 2, 3, 4]);
  for (const { reward, gold, kl } of report.ppo.course)
    for (const figure of [reward, gold, kl]) expect(figure).toEqual(expect.any(Number));
  expect(report.ppo.alarms).toEqual(expect.any(Array));

  // Every model under the same measures, and every method against the fine-tuned model.
  for (const part of [report.tasks, report.safety, report.hallucination])
    expect(Object.keys(part)).toEqual(['base', 'sft', 'ppo', 'dpo']);
  expect(Object.keys(report.methods)).toEqual(['ppo', 'dpo', 'bestOfN']);
  expect(report.methods.ppo).toMatchObject({ winRate: report.ppo.winRate, kl: report.ppo.kl });
  expect(report.methods.bestOfN!.kl).toBeCloseTo(Math.log(16) - 15 / 16, 9);
  const { distinct2, nllUnderBase } = report.ppo;
  expect(distinct2).toBeGreaterThan(0);
  expect(distinct2).toBeLessThanOrEqual(1);
  expect(nllUnderBase).toBeGreaterThan(0);
  for (const { value, low, high } of Object.values(report.tasks.sft!)) {
    expect(low).toBeLessThanOrEqual(value);
    expect(high).toBeGreaterThanOrEqual(value);
  }
  expect(out).toMatch(/task success, mean over tasks, %\s+\d/);
  for (const { value, low, high, n } of Object.values(report.factsInShownWordings)) {
    expect(n).toBe(16);
    expect([low, value, high].toSorted((a, b) => a - b)).toEqual([low, value, high]);
  }
  expect(out).toMatch(/facts in wordings shown, %\s+\d/);

  const read = (name: string) => readFileSync(join(folder, 'read', name), 'utf8');
  const record: LabReport = JSON.parse(read('report-record.json'));
  expect(record.measures.map(({ checkpoint }) => checkpoint)).toEqual([
    'base',
    'sft',
    'ppo',
    'dpo',
  ]);
  expect(record.evaluation!.winRate).toEqual(report.ppo.winRate);
  expect(record.evaluation!.goldDifference!.value).toBeCloseTo(report.ppo.gold.after - report.ppo.gold.before, 9); // prettier-ignore
  expect(new Set(record.curves.map(({ stage }) => stage))).toEqual(new Set(['sft', 'reward-model', 'ppo'])); // prettier-ignore
  expect(record.lineage.map(({ id }) => id)).toEqual(['base', 'demonstrations', 'sft', 'comparisons', 'reward-model', 'ppo']); // prettier-ignore
  const hashes = record.lineage.map(({ hash }) => hash);
  expect(new Set(hashes).size).toBe(hashes.length); // training changed every model
  expect(read('report.html')).toContain('Known limits');
  expect(read('report.html')).not.toContain(folder); // nothing of this machine
  expect(read('report.md')).toContain('preferred to sft in');
  const answers = readCsv(read('answers.csv'));
  expect(answers.wrong).toEqual([]);
  const { wins, losses, ties } = report.ppo.winRate;
  expect(answers.rows).toHaveLength(1 + 2 * (wins + losses + ties));
  expect(read('answers.jsonl').trimEnd().split('\n')).toHaveLength(answers.rows.length - 1);
});
