/**
 * `npm run bench`: what training and sampling cost here, each against a peer that was measured in the same
 * minutes, as a table and as JSON. The targets are those of the design's section on speed.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg } from 'node:os';
import { dirname, resolve } from 'node:path';
import { argv, exit, stderr, stdout } from 'node:process';
import { pathToFileURL } from 'node:url';
import type { Bench } from './bench/bench-run';
import { clockOf, CLOCKS, type ClockName } from './bench/clock';
import { generationSection } from './bench/generation';
import { memorySection } from './bench/memory';
import { findPython, TorchPeer } from './bench/peer';
import { ppoSection } from './bench/ppo';
import { profile } from './bench/profile';
import { tableOf, type Row } from './bench/rows';
import { siblingsSection } from './bench/siblings';
import { growthSection, trainSection } from './bench/train';
import { webGpuSection } from './bench/webgpu';
import { oneOf, readFlags, UsageError, wholeNumber } from './flags';

/** Parts by name, in their order: memory first, before anything else has taken some. */
const SECTIONS = {
  memory: memorySection,
  train: trainSection,
  ppo: ppoSection,
  siblings: siblingsSection,
  generation: generationSection,
  growth: growthSection,
  webgpu: webGpuSection,
} satisfies Record<string, (bench: Bench) => Promise<void>>;
type SectionName = keyof typeof SECTIONS;
const SECTION_NAMES = Object.keys(SECTIONS) as SectionName[];
const QUICK: readonly SectionName[] = ['train', 'generation'];

/** Two show what a second core gives; more are not here to be measured. */
const THREADS = [1, 2] as const;
const PEERS = ['auto', 'torch', 'none'] as const;
const LEAST_REPEATS = 5;

const USAGE = `Usage: npm run bench -- [options]

Measures train steps, PPO, generation and memory, each beside a peer in the same run: the same model in stock
tfjs operations, and in PyTorch on one thread where Python has it. "ours / peer" is the median over repeats
that take turns; the spread is its interquartile range / median.

  --quick           only whole train steps and generation at batch 32, in under a minute
  --only NAMES      some of ${SECTION_NAMES.join(',')} (all)
  --repeats N       turns of each row, ${LEAST_REPEATS} or more (${LEAST_REPEATS})
  --peer NAME       auto, torch, none: PyTorch where there is one, or else fail, or leave it out (auto)
  --clock NAME      wall: what a person waits; cpu: processor time, which other programs disturb less (wall)
  --out FILE        write machine and rows as JSON, too
  --profile         time by kernel of one train step, instead of the table
  --help            this text
`;

export interface BenchOptions {
  quick: boolean;
  profile: boolean;
  only: readonly SectionName[];
  repeats: number;
  peer: (typeof PEERS)[number];
  clock: ClockName;
  out: string | null;
}

/** What the command line asks for; null for help. @throws UsageError */
export function readOptions(args: string[]): BenchOptions | null {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const values = readFlags(args, { quick: flag, profile: flag, only: text, repeats: text, peer: text, clock: text, out: text, help: flag }); // prettier-ignore
  if (values.help) return null;
  const { quick = false } = values;
  if (quick && values.only !== undefined)
    throw new UsageError('--quick and --only both choose what is measured; give one of them.');
  const only = values.only?.split(',').map((name) => oneOf('--only', name, SECTION_NAMES));
  return {
    quick,
    profile: values.profile ?? false,
    only: only ?? (quick ? QUICK : SECTION_NAMES),
    repeats: wholeNumber('--repeats', values.repeats ?? `${LEAST_REPEATS}`, LEAST_REPEATS, 1000),
    peer: oneOf('--peer', values.peer ?? 'auto', PEERS),
    clock: oneOf('--clock', values.clock ?? 'wall', CLOCKS),
    out: values.out === undefined ? null : resolve(values.out),
  };
}

/** What the figures were measured on. */
export interface Machine {
  processor: string;
  threads: number;
  /** Work waiting for a processor when the bench began; above 0, others compute here too. */
  loadBefore: number;
  platform: string;
  node: string;
  /** PyTorch's version, or why it is absent. */
  torch: string;
  clock: ClockName;
}

export interface BenchFile {
  machine: Machine;
  rows: Row[];
}

export const machineOf = (torch: string, clock: ClockName): Machine => ({
  processor: cpus()[0]?.model.trim() ?? 'unknown',
  threads: availableParallelism(),
  loadBefore: loadavg()[0] ?? 0,
  platform: `${process.platform} ${process.arch}`,
  node: process.version,
  torch,
  clock,
});

/** The PyTorch peer, or the sentence that says why there is none. @throws Error where it was asked for. */
async function startPeer({ peer: wish, clock }: BenchOptions): Promise<TorchPeer | string> {
  if (wish === 'none') return 'PyTorch was left out, as asked.';
  const python = findPython();
  if (python) return TorchPeer.start(python, clock);
  const absent = 'PyTorch is absent: neither python3 nor /usr/bin/python3 can import torch.';
  if (wish === 'torch') throw new Error(`${absent} Install it, or leave out --peer torch.`);
  return `${absent} Rows against it have no peer.`;
}

/** One thread, and two where there are two cores and the clock can tell what they gain. */
function threadsFor(
  clock: ClockName,
  machine: Machine,
  say: (sentence: string) => void,
): readonly number[] {
  if (clock === 'wall' && machine.threads >= 2) return THREADS;
  const why = clock === 'cpu' ? 'processor time adds threads up' : 'there is one core here';
  say(`Rows of two threads were skipped: ${why}.`);
  return [1];
}

async function run(options: BenchOptions): Promise<BenchFile> {
  const say = (sentence: string) => void stdout.write(`${sentence}\n`);
  const peer = await startPeer(options);
  const torch = typeof peer === 'string' ? null : peer;
  const machine = machineOf(torch?.version ?? String(peer), options.clock);
  say(`${machine.processor}, ${machine.threads} threads, load ${machine.loadBefore.toFixed(1)}; Node ${machine.node}; PyTorch: ${machine.torch}`); // prettier-ignore
  const rows: Row[] = [];
  const add = (row: Row) => {
    rows.push(row);
    stderr.write(`${row.name}\n`); // progress; the table comes at the end
  };
  const { quick, repeats, clock } = options;
  const now = clockOf(clock);
  const threads = threadsFor(clock, machine, say);
  try {
    for (const name of SECTION_NAMES.filter((each) => options.only.includes(each)))
      await SECTIONS[name]({ quick, repeats, now, threads, torch, add, say });
  } finally {
    torch?.close();
  }
  say(tableOf(rows));
  const missed = rows.filter(({ met }) => met === false).length;
  const told = rows.filter(({ met }) => met !== null).length;
  say(
    `${told - missed} of ${told} targets met; median of ${repeats} repeats or more, ${clock} time.`,
  );
  return { machine, rows };
}

async function main(): Promise<void> {
  const options = readOptions(argv.slice(2));
  if (!options) return void stdout.write(USAGE);
  if (options.profile) return profile((text) => stdout.write(`${text}\n`));
  const file = await run(options);
  if (!options.out) return;
  mkdirSync(dirname(options.out), { recursive: true });
  writeFileSync(options.out, `${JSON.stringify(file, null, 2)}\n`);
  stdout.write(`Rows: ${options.out}\n`);
}

if (argv[1] && import.meta.url === pathToFileURL(argv[1]).href)
  try {
    await main();
    exit(0);
  } catch (error) {
    stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    if (process.env['DEBUG'] && error instanceof Error) stderr.write(`${error.stack}\n`);
    exit(error instanceof UsageError ? 2 : 1);
  }
