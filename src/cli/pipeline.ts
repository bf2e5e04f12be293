/**
 * `npm run pipeline`: the whole pipeline without a page, with a simulated labeler, and a report at the end.
 * It is the same code that the lab runs; only the engine is started differently.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, dirname, resolve } from 'node:path';
import { argv, exit, stdout } from 'node:process';
import { ConfigError, labConfig, PRESETS, type LabConfig, type Preset } from '../config';
import { simulatedLabeler } from '../data/labelers';
import type { LabelerRule } from '../data/labeler-rules';
import { sha256 } from '../data/sha256';
import { loadTokenizer, type Tokenizer } from '../data/tokenizer';
import { worldDemonstrations, worldPrompts } from '../data/world';
import { mixingText } from '../data/world/declarations';
import { LADDER, type BackendName } from '../kernels/engine';
import { startNodeEngine } from '../kernels/engine-node';
import { readHuggingFaceModel } from '../model/hugging-face';
import { pipeline, type Lab, type PipelineResult } from '../pipeline';
import type { Weights } from '../records';
import { EXACT_USAGE, exactOptions, exactReport } from './exact';
import { LARGEST_SEED, oneOf, readFlags, UsageError, wholeNumber } from './flags';
import { ReportRecorder, writeLabReport } from './lab-report';
import { PipelineReporter, type Report } from './report';

const USAGE = `Usage: npm run pipeline -- [options]

Runs demonstrations, SFT, samples, rankings, reward model, PPO and evaluation in a row, on the built-in
world and with a simulated labeler, and writes a JSON report.

  --preset NAME     ${Object.keys(PRESETS).join(', ')}, exact (smoke)
  --backend NAME    ${LADDER.join(', ')} (the best that works here)
  --seed N          whole number, 0 or more; the same seed gives the same report, times aside (1)
  --base DIR        a model in Hugging Face layout (public/base/small)
  --out FILE        where the report goes (report.json)
  --report DIR      also a report to read, as a page and as Markdown, and all answers as tables
  --help            this text

${EXACT_USAGE}`;

interface Options {
  preset: Preset;
  backend: BackendName | undefined;
  seed: number;
  base: string;
  out: string;
  /** Folder of the report to read; undefined where none is asked for. */
  report: string | undefined;
}

function readOptions(args: string[]): Options | null {
  const text = { type: 'string' } as const;
  const values = readFlags(args, { preset: text, backend: text, seed: text, base: text, out: text, report: text, help: { type: 'boolean' } }); // prettier-ignore
  if (values.help) return null;
  const preset = oneOf('--preset', values.preset ?? 'smoke', Object.keys(PRESETS) as Preset[]);
  const backend = values.backend === undefined ? undefined : oneOf('--backend', values.backend, LADDER); // prettier-ignore
  const seed = wholeNumber('--seed', values.seed ?? '1', 0, LARGEST_SEED);
  const base = resolve(values.base ?? 'public/base/small');
  for (const file of ['model.safetensors', 'config.json', 'tokenizer.json'])
    if (!existsSync(resolve(base, file)))
      throw new UsageError(`--base is ${base}, where there is no ${file}. Give a folder in Hugging Face layout.`); // prettier-ignore
  const report = values.report === undefined ? undefined : resolve(values.report);
  return { preset, backend, seed, base, out: resolve(values.out ?? 'report.json'), report };
}

function readBase(directory: string): { base: Weights; tokenizer: Tokenizer } {
  const weights = readFileSync(resolve(directory, 'model.safetensors'));
  const tokenizerJson = readFileSync(resolve(directory, 'tokenizer.json'), 'utf8');
  const { config, tensors } = readHuggingFaceModel({
    weights: new Uint8Array(weights).buffer,
    config: readFileSync(resolve(directory, 'config.json'), 'utf8'),
    tokenizer: tokenizerJson,
  });
  return { base: { config, tensors }, tokenizer: loadTokenizer(tokenizerJson, config) };
}

/**
 * How much of the built-in world each preset takes, and below which difference of gold scores its simulated
 * labeler calls two answers equal, as people do who split no hairs.
 */
const WORLD: Record<Preset, WorldSize> = {
  // A model that has learned nothing yet is told apart by length only.
  test: { demonstrations: 300, prompts: 400, rule: 'short', tieBand: 0.02 },
  smoke: { demonstrations: 1200, prompts: 2400, rule: 'gold', tieBand: 0.15 },
  full: { demonstrations: 1500, prompts: 1600, rule: 'gold', tieBand: 0.15 },
};
interface WorldSize {
  demonstrations: number;
  prompts: number;
  rule: LabelerRule;
  tieBand: number;
}

/** Documents of the world that PPO may mix in; it goes round where it needs more. */
const PTX_TEXTS = 2000;

/** The built-in world, seeded, as much of it as the preset asks for. */
function labOf({ preset, seed, base: directory }: Options): Lab {
  const config: LabConfig = labConfig(PRESETS[preset]);
  const { base, tokenizer } = readBase(directory);
  return {
    base,
    tokenizer,
    demonstrations: worldDemonstrations(seed, WORLD[preset].demonstrations),
    prompts: worldPrompts(seed, WORLD[preset].prompts),
    ptxTexts: config.ppo.ptxCoefficient > 0 ? mixingText(seed, PTX_TEXTS) : [],
    config,
    seed,
    now: 0, // nothing in the report may depend on when it was made
    ids: { fineTuned: 'sft', optimized: 'ppo', ppoRun: 'ppo' },
  };
}

/** Run all stages, telling of each, and gather the report. */
async function run(options: Options): Promise<Report> {
  const engine = await startNodeEngine({
    force: options.backend,
    threads: availableParallelism(),
  });
  const { backend, reason } = engine.report;
  stdout.write(`${backend}: ${reason}\n`);
  try {
    const lab = labOf(options);
    const labeler = simulatedLabeler({
      rule: WORLD[options.preset].rule,
      tieBand: WORLD[options.preset].tieBand,
      seed: options.seed,
    });
    const reporter = new PipelineReporter(stdout);
    const recorder = new ReportRecorder();
    const events = pipeline(lab, labeler);
    let result: PipelineResult | null = null;
    while (!result) {
      const next = await events.next();
      if (next.done) result = next.value;
      else for (const listener of [reporter, recorder]) listener.take(next.value);
    }
    const configHash = sha256(JSON.stringify({ config: lab.config, seed: lab.seed }));
    const { preset, seed } = options;
    const report = reporter.report(result, { preset, backend, seed, configHash });
    if (options.report) {
      const { stages } = report;
      const run = { lab, result, recorder, stages, preset, backend, base: basename(options.base) };
      stdout.write(`To read: ${writeLabReport(options.report, run)}\n`);
    }
    return report;
  } finally {
    engine.dispose();
  }
}

try {
  const options = exactOptions(argv.slice(2)) ?? readOptions(argv.slice(2));
  if (!options) {
    stdout.write(USAGE);
    exit(0);
  }
  const report = options.preset === 'exact' ? await exactReport(options, stdout) : await run(options); // prettier-ignore
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
