/** What `npm run pipeline` is asked for, out of the words behind it. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { PRESETS, type Preset } from '../config';
import { LADDER } from '../kernels/engine';
import { withChanges } from './changes';
import { EXACT_USAGE, exactOptions, type ExactOptions } from './exact';
import { fieldValue, LARGEST_SEED, oneOf, readFlags, UsageError, wholeNumber } from './flags';
import type { RunOptions } from './lab-run';
import { REPORTED_METHODS, type ReportedMethod } from './methods';
import { STUDY_USAGE } from './study';

export const USAGE = `Usage: npm run pipeline -- [options]

Runs demonstrations, SFT, samples, rankings, reward model, PPO and evaluation in a row, on the built-in
world and with a simulated labeler, and writes a JSON report.

  --preset NAME     ${Object.keys(PRESETS).join(', ')}, exact (smoke); a small base gets less of full
  --backend NAME    ${LADDER.join(', ')} (the best that works here)
  --seed N          whole number, 0 or more; the same seed gives the same report, times aside (1)
  --methods LIST    how to optimise, one after the other from the same labels, commas between; all is every one:
                    ${REPORTED_METHODS.join(', ')} (ppo)
  --set NAME=VALUE  one setting of the preset in another way, as ppo.klCoefficient=0; as often as you like
  --flips SHARE     of the rankings to learn from, how many are turned round; those to measure on are all right (0)
  --base DIR        a model in Hugging Face layout (public/base/small)
  --out FILE        where the report goes (report.json)
  --report DIR      also a report to read, as a page and as Markdown, and all answers as tables
${STUDY_USAGE}  --help            this text

${EXACT_USAGE}`;

const FLIPS = { kind: 'number', value: 0, min: 0, max: 1, unit: '', meaning: 'Rankings to learn from that are turned round.', source: 'judgement' } as const; // prettier-ignore

export interface PipelineOptions extends RunOptions {
  out: string;
}

/**
 * Options of a run of the whole pipeline or of the exact lab; null where only help is asked for.
 * @throws UsageError, ConfigError: a sentence about what cannot be
 */
export const pipelineOptions = (args: string[]): PipelineOptions | ExactOptions | null =>
  exactOptions(args) ?? readOptions(args);

function readOptions(args: string[]): PipelineOptions | null {
  const text = { type: 'string' } as const;
  const values = readFlags(args, { preset: text, backend: text, seed: text, methods: text, base: text, out: text, report: text, study: text, flips: text, set: { type: 'string', multiple: true }, help: { type: 'boolean' } }); // prettier-ignore
  if (values.help) return null;
  const preset = oneOf('--preset', values.preset ?? 'smoke', Object.keys(PRESETS) as Preset[]);
  const backend = values.backend === undefined ? undefined : oneOf('--backend', values.backend, LADDER); // prettier-ignore
  const seed = wholeNumber('--seed', values.seed ?? '1', 0, LARGEST_SEED);
  const base = resolve(values.base ?? 'public/base/small');
  for (const file of ['model.safetensors', 'config.json', 'tokenizer.json'])
    if (!existsSync(resolve(base, file)))
      throw new UsageError(`--base is ${base}, where there is no ${file}. Give a folder in Hugging Face layout.`); // prettier-ignore
  const methods = readMethods(values.methods ?? 'ppo');
  const set = values.set ?? [];
  withChanges(PRESETS[preset], set); // what cannot be is refused before anything starts
  const report = values.report === undefined ? undefined : resolve(values.report);
  return {
    preset,
    backend,
    seed,
    methods,
    flips: fieldValue('--flips', values.flips, FLIPS),
    set,
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
