/**
 * `npm test`: every tier of tests, in an order that fails early, and one line at the end that adds them up.
 * Tiers run one after another and each may use all cores, except for some of the browser's tests, which would
 * otherwise wait for one another.
 *
 * A skipped test is listed with its reason. One that was skipped for want of something that this machine
 * has, is a failure: otherwise a tier could stop running and nobody would see it.
 */
import { fork, spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { argv, exit, stdout } from 'node:process';
import { fileURLToPath } from 'node:url';
import * as v from 'valibot';
import { ensureChromium, softwareAdapter, type ChromiumSearch } from './browser/chromium';
import { FileOutcome, type Files } from './tier';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');

interface Skip {
  name: string;
  reason: string;
}
interface Outcome {
  passed: number;
  failed: number;
  skipped: Skip[];
}
/** Where the time went: a test file or a command. */
const durations: { name: string; seconds: number }[] = [];

const sum = (outcomes: Outcome[]): Outcome => ({
  passed: outcomes.reduce((total, { passed }) => total + passed, 0),
  failed: outcomes.reduce((total, { failed }) => total + failed, 0),
  skipped: outcomes.flatMap(({ skipped }) => skipped),
});

// ── A command as a test ───────────────────────────────────────────────────────────────────────────

/** Run a tool of node_modules, or a script of ours, as one test: passed where it ends with 0. */
function command(what: string, script: string, ...args: string[]): Promise<Outcome> {
  return new Promise((resolve) => {
    const start = performance.now();
    const typescript = script.endsWith('.ts') ? ['--import', 'tsx'] : [];
    const child = spawn(process.execPath, [...typescript, script, ...args], { cwd: ROOT });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.on('close', (code) => {
      const seconds = (performance.now() - start) / 1000;
      durations.push({ name: what, seconds });
      console.log(`${code === 0 ? 'ok' : 'FAILED'}  ${what} (${seconds.toFixed(1)} s)`);
      if (code !== 0) console.log(output.trimEnd());
      resolve({ passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: [] });
    });
  });
}

const tool = (path: string) => join('node_modules', path);

// ── Test files ────────────────────────────────────────────────────────────────────────────────────

const KERNELS = ['tests/kernels/**/*.test.ts'];
const PIPELINE = ['tests/pipeline*/**/*.test.ts', 'tests/{pipeline,leaks}*.test.ts'].concat(
  'tests/{stages,leaks}/**/*.test.ts',
);
const BROWSER = ['tests/browser/**/*.test.ts'];
/** Those that draw by software graphics or take times, and would wait for one another. */
const ALONE = ['tests/browser/{flow,responsive,first-five-minutes,rankings,offline}.test.ts'];

/** Whether this machine has what a test says it was skipped for. */
function isHereAfterAll(reason: string): boolean {
  const shared = /\.\.\/shared[\w./-]*\w/.exec(reason)?.[0];
  if (shared) return existsSync(join(ROOT, shared));
  if (/PyTorch/.test(reason)) return spawnSync('python3', ['-c', 'import torch']).status === 0;
  const isAbsent = /adapter|not available|no WebGPU|not offered|could not be loaded/i;
  const missesAdapter = /WebGPU/i.test(reason) && isAbsent.test(reason);
  return missesAdapter && !/graphics card|real GPU|f16/i.test(reason) && softwareAdapter() !== null;
}

/** A file's outcome with the skips that should not have been turned into failures, and said so. */
function judged(result: FileOutcome): Outcome {
  const wrong = result.skipped.filter(({ name, reason }) => isHereAfterAll(`${name} ${reason}`));
  for (const { name, reason } of wrong)
    console.log(`FAILED  ${name}: skipped for want of something that is here. ${reason}`);
  return {
    passed: result.passed,
    failed: result.failed + wrong.length,
    skipped: result.skipped.filter((skip) => !wrong.includes(skip)),
  };
}

/** Run the test files of one tier; vitest itself prints each file and every failure in full. */
function testFiles(
  include: string[],
  { exclude = [], oneByOne = false }: Partial<Files> = {},
): Promise<Outcome> {
  const files: Files = { root: ROOT, include, exclude, oneByOne };
  const child = fork(join(ROOT, 'tests', 'tier.ts'), [JSON.stringify(files)], {
    cwd: ROOT,
    execArgv: ['--import', 'tsx'],
  });
  const outcomes: Outcome[] = [];
  let finished = false;
  child.on('message', (message) => {
    const result = v.parse(FileOutcome, message);
    if (result.file === null) finished = true;
    else durations.push({ name: result.file, seconds: result.seconds });
    outcomes.push(judged(result));
  });
  return new Promise((resolve) => {
    child.on('close', (code, signal) => {
      const outcome = sum(outcomes);
      const how = signal ?? `exit code ${code}`;
      const ran = outcome.passed + outcome.failed + outcome.skipped.length > 0;
      if (!finished || !ran || (code !== 0 && !outcome.failed)) {
        const what = ran ? 'vitest broke off before all files had run' : 'no test ran';
        console.log(`FAILED  ${include.join(', ')}: ${what} (${how}).`);
        outcome.failed++;
      }
      resolve(outcome);
    });
  });
}

// ── The tiers ─────────────────────────────────────────────────────────────────────────────────────

let chromium: ChromiumSearch | undefined;

/** Found or installed once, before the first tier that draws on its software adapter. */
function needChromium(): ChromiumSearch {
  if (!chromium) {
    chromium = ensureChromium();
    console.log(chromium.path === null ? chromium.reason : `Chromium: ${chromium.path}`);
  }
  return chromium;
}

async function browserTier(): Promise<Outcome> {
  const found = needChromium();
  if (found.path === null) {
    if (found.couldHave) return { passed: 0, failed: 1, skipped: [] };
    const skip = { name: 'tests/browser, all of it', reason: found.reason };
    return { passed: 0, failed: 0, skipped: [skip] };
  }
  const built = await command('the page is built', tool('vite/bin/vite.js'), 'build');
  if (built.failed) return built;
  const together = await testFiles(BROWSER, { exclude: ALONE });
  return sum([built, together, await testFiles(ALONE, { oneByOne: true })]);
}

interface Tier {
  about: string;
  run: () => Promise<Outcome>;
}

const TIERS = {
  build: {
    about: 'the SIMD kernels are compiled; always run, since the others need them',
    run: () => command('the kernels are built', 'src/cli/build-kernels.ts'),
  },
  types: {
    about: 'tsc and svelte-check',
    run: async () =>
      sum(
        await Promise.all([
          command('types of TypeScript', tool('typescript/bin/tsc'), '--noEmit'),
          command(
            'types of Svelte components',
            tool('svelte-check/bin/svelte-check'),
            ...['--tsconfig', './tsconfig.json', '--fail-on-warnings'],
          ),
        ]),
      ),
  },
  format: {
    about: 'prettier --check',
    run: () => command('formatting', tool('prettier/bin/prettier.cjs'), '--check', '.'),
  },
  unit: {
    about: 'every test file that belongs to no other tier, in Node',
    run: () =>
      testFiles(['tests/**/*.test.ts'], { exclude: [...KERNELS, ...PIPELINE, ...BROWSER] }),
  },
  kernels: {
    about: 'each kernel against its reference, on every backend; WebGPU on the software adapter',
    run: () => (needChromium(), testFiles(KERNELS)),
  },
  pipeline: {
    about: 'stages, leaks and the whole pipeline',
    run: () => (needChromium(), testFiles(PIPELINE)),
  },
  browser: { about: 'the built page in a real Chromium', run: browserTier },
} satisfies Record<string, Tier>;
type TierName = keyof typeof TIERS;

const isTier = (name: string): name is TierName => Object.hasOwn(TIERS, name);
const NAMES = Object.keys(TIERS).filter(isTier);

const USAGE = `Usage: npm test [-- <tier> ...]

Runs the named tiers, or all of them:

${NAMES.map((name) => `  ${name.padEnd(9)} ${TIERS[name].about}`).join('\n')}

The last line is "N passed, N failed", with ", N skipped" where tests were skipped.
One test file: npx vitest run tests/<file>
`;

/** The tiers that the command line names; ends the process for --help and for an unknown name. */
function chosenTiers(args: string[]): TierName[] {
  if (args.includes('--help') || args.includes('-h')) {
    console.log(USAGE);
    exit(0);
  }
  const unknown = args.filter((name) => !isTier(name));
  if (unknown.length) {
    console.error(`There is no tier "${unknown.join('", "')}".\n\n${USAGE}`);
    exit(2);
  }
  return NAMES.filter((name) => !args.length || args.includes(name) || name === 'build');
}

function report(total: Outcome, seconds: number): void {
  const slowest = [...durations].sort((a, b) => b.seconds - a.seconds).slice(0, 10);
  console.log('\nSlowest:');
  for (const { name, seconds } of slowest)
    console.log(`  ${seconds.toFixed(1).padStart(6)} s  ${name}`);
  if (total.skipped.length) console.log('\nSkipped:');
  for (const { name, reason } of total.skipped)
    console.log(`  ${name}${reason ? `: ${reason}` : ''}`);
  const skipped = total.skipped.length ? `, ${total.skipped.length} skipped` : '';
  console.log(`\nAll of it took ${Math.round(seconds)} s.`);
  console.log(`${total.passed} passed, ${total.failed} failed${skipped}`);
}

const start = performance.now();
const outcomes: Outcome[] = [];
for (const name of chosenTiers(argv.slice(2))) {
  console.log(`\n── ${name}: ${TIERS[name].about}`);
  outcomes.push(await TIERS[name].run());
}
const total = sum(outcomes);
report(total, (performance.now() - start) / 1000);
// Everything is printed before the process ends, also into a pipe; then nothing left open can delay it.
await new Promise<void>((resolve) => stdout.write('', () => resolve()));
exit(total.failed > 0 ? 1 : 0);
