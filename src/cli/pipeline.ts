/**
 * `npm run pipeline`: the whole pipeline without a page, with a simulated labeler, and a report at the end.
 * It is the same code that the lab runs; only the engine is started differently.
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { argv, exit, stdout } from 'node:process';
import { ConfigError, PRESETS, type Preset } from '../config';
import { LADDER } from '../kernels/engine';
import { withChanges } from './changes';
import { EXACT_USAGE, exactOptions, exactReport } from './exact';
import { LARGEST_SEED, oneOf, readFlags, UsageError, wholeNumber } from './flags';
import { runLab, type RunOptions } from './lab-run';
import { REPORTED_METHODS, type ReportedMethod } from './methods';
import { STUDY_USAGE } from './study';

const USAGE = `Usage: npm run pipeline -- [options]

Runs demonstrations, SFT, samples, rankings, reward model, PPO and evaluation in a row, on the built-in
world and with a simulated labeler, and writes a JSON report.

  --preset NAME     ${Object.keys(PRESETS).join(', ')}, exact (smoke)
  --backend NAME    ${LADDER.join(', ')} (the best that works here)
  --seed N          whole number, 0 or more; the same seed gives the same report, times aside (1)
  --methods LIST    how to optimise, one after the other from the same labels, commas between; all is every one:
                    ${REPORTED_METHODS.join(', ')} (ppo)
  --set NAME=VALUE  one setting of the preset in another way, as ppo.klCoefficient=0; as often as you like
  --base DIR        a model in Hugging Face layout (public/base/small)
  --out FILE        where the report goes (report.json)
  --report DIR      also a report to read, as a page and as Markdown, and all answers as tables
${STUDY_USAGE}  --help            this text

${EXACT_USAGE}`;

interface Options extends RunOptions {
  out: string;
}

function readOptions(args: string[]): Options | null {
  const text = { type: 'string' } as const;
  const values = readFlags(args, { preset: text, backend: text, seed: text, methods: text, base: text, out: text, report: text, study: text, set: { type: 'string', multiple: true }, help: { type: 'boolean' } }); // prettier-ignore
  if (values.help) return null;
  const preset = oneOf('--preset', values.preset ?? 'smoke', Object.keys(PRESETS) as Preset[]);
  const backend = values.backend === undefined ? undefined : oneOf('--backend', values.backend, LADDER); // prettier-ignore
  const seed = wholeNumber('--seed', values.seed ?? '1', 0, LARGEST_SEED);
  const base = resolve(values.base ?? 'public/base/small');
  for (const file of ['model.safetensors', 'config.json', 'tokenizer.json'])
    if (!existsSync(resolve(base, file)))
      throw new UsageError(`--base is ${base}, where there is no ${file}. Give a folder in Hugging Face layout.`); // prettier-ignore
  const methods = readMethods(values.methods ?? 'ppo');
  const changes = withChanges(PRESETS[preset], values.set ?? []);
  const report = values.report === undefined ? undefined : resolve(values.report);
  return {
    preset,
    backend,
    seed,
    methods,
    changes,
    base,
    out: resolve(values.out ?? 'report.json'),
    report,
    study: values.study === undefined ? undefined : resolve(values.study),
  };
}

/** PPO comes first wherever it is among them; best of n, which makes no model, never does. */
function readMethods(list: string): ReportedMethod[] {
  if (list === 'all') return [...REPORTED_METHODS];
  const named = new Set(list.split(',').map((name) => oneOf('--methods', name.trim(), REPORTED_METHODS))); // prettier-ignore
  const methods = REPORTED_METHODS.filter((method) => named.has(method));
  return methods[0] === 'bestOfN' ? ['ppo', 'bestOfN'] : methods;
}

try {
  const options = exactOptions(argv.slice(2)) ?? readOptions(argv.slice(2));
  if (!options) {
    stdout.write(USAGE);
    exit(0);
  }
  const report = options.preset === 'exact' ? await exactReport(options, stdout) : await runLab(options, stdout); // prettier-ignore
  mkdirSync(dirname(options.out), { recursive: true });
  writeFileSync(options.out, `${JSON.stringify(report, null, 2)}\n`);
  stdout.write(`Report: ${options.out}\n`);
  exit(0);
} catch (error) {
  const usage = error instanceof UsageError || error instanceof ConfigError;
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  if (!usage && error instanceof Error && process.env.DEBUG)
    process.stderr.write(`${error.stack}\n`);
  exit(usage ? 2 : 1);
}
