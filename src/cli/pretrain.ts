/**
 * `npm run pretrain`: the lab's own base models, trained from nothing by the kernels that the lab trains with.
 * options.ts says what can be asked for, material.ts gathers the text, run.ts trains.
 */
import { mkdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import process, { argv, exit, stderr, stdout } from 'node:process';
import { startNodeEngine } from '../kernels/engine-node';
import { ConfigError } from '../config';
import { UsageError } from './flags';
import { writeWhole } from './base-files';
import { readMaterial } from './pretrain/material';
import { readOptions, USAGE, type PretrainOptions } from './pretrain/options';
import { pretrain } from './pretrain/run';

/** Exit code of a run that was stopped and can be resumed: what a shell gives for an interrupt. */
const INTERRUPTED = 130;

const say = (line: string): void => void stdout.write(`${line}\n`);

async function main(options: PretrainOptions): Promise<number> {
  let stopped = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => {
      if (!stopped) say('Stopping: the step under way is finished, and everything is saved.');
      stopped = true;
    });
  const material = readMaterial(options);
  say(`${material.description}.`);
  const engine = await startNodeEngine({ force: options.backend, threads: options.threads });
  say(engine.report.reason);
  try {
    mkdirSync(options.out, { recursive: true });
    writeWhole(join(options.out, 'tokenizer.json'), material.tokenizer.json);
    const command = ['npm run pretrain --', ...argv.slice(2).map(shellWord)].join(' ');
    const isFinished = await pretrain({ options, material, command, isStopped: () => stopped, say }); // prettier-ignore
    const folder = relative('.', options.out) || '.';
    say(
      isFinished
        ? `Done: ${folder} holds the base.`
        : `Saved in ${folder}; the same command with --resume goes on.`,
    );
    return isFinished ? 0 : stopped ? INTERRUPTED : 0;
  } finally {
    engine.dispose();
  }
}

const shellWord = (word: string): string =>
  /^[\w./=:,@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;

try {
  const options = readOptions(argv.slice(2));
  if (!options) {
    stdout.write(USAGE);
    exit(0);
  }
  exit(await main(options));
} catch (error) {
  const isUsage = error instanceof UsageError || error instanceof ConfigError;
  stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  if (!isUsage && error instanceof Error && process.env['DEBUG']) stderr.write(`${error.stack}\n`);
  exit(isUsage ? 2 : 1);
}
