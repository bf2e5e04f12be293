/** One run of the whole lab without a page: the built-in world, a simulated labeler, all stages, the report. */
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, resolve } from 'node:path';
import { labConfig, presetFor, type LabConfig, type Preset } from '../config';
import type { LabelerRule } from '../data/labeler-rules';
import { simulatedLabeler } from '../data/labelers';
import { sha256 } from '../data/sha256';
import { loadTokenizer, type Tokenizer } from '../data/tokenizer';
import { worldDemonstrations, worldPrompts } from '../data/world';
import { mixingText } from '../data/world/declarations';
import type { BackendName } from '../kernels/engine';
import { startNodeEngine } from '../kernels/engine-node';
import { readHuggingFaceModel } from '../model/hugging-face';
import { parameterCount } from '../model/model';
import { pipeline, type Lab, type PipelineResult } from '../pipeline';
import type { Labeler, Prompt, Weights } from '../records';
import { withChanges } from './changes';
import { ReportRecorder, writeLabReport } from './lab-report';
import { runBestOfN, runMethod, type Outcome, type ReportedMethod } from './methods';
import { measureFacts, measureModel, measuresTable, type ModelMeasures } from './model-measures';
import { PipelineReporter, type Output, type Report } from './report';
import { writeStudy } from './study';

export interface RunOptions {
  preset: Preset;
  backend: BackendName | undefined;
  seed: number;
  /** One at least; the first is stage 6 of the pipeline, the others follow from the same labels. */
  methods: ReportedMethod[];
  /** Share of the rankings to learn from that the labeler gets upside down. */
  flips: number;
  /** Settings of the preset in another way, as they were typed (changes.ts). */
  set: string[];
  /** Folder of the base model. */
  base: string;
  /** Folder of the report to read; undefined where none is asked for. */
  report: string | undefined;
  /** File of the over-optimisation study; undefined where none is asked for. */
  study: string | undefined;
}

/**
 * How much of the built-in world each preset takes, and below which difference of gold scores its simulated
 * labeler calls two answers equal, as people do who split no hairs.
 */
const WORLD: Record<Preset, WorldSize> = {
  // A model that has learned nothing yet is told apart by length only.
  test: { demonstrations: 300, prompts: 400, rule: 'short', tieBand: 0.02 },
  smoke: { demonstrations: 1600, prompts: 2000, rule: 'gold', tieBand: 0.05 },
  full: { demonstrations: 12_000, prompts: 3000, rule: 'gold', tieBand: 0.05 },
};
interface WorldSize {
  demonstrations: number;
  prompts: number;
  rule: LabelerRule;
  tieBand: number;
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

/** The built-in world, seeded, as much of it as the preset asks for. */
function labOf({ preset, seed, base: directory, methods: [first], set }: RunOptions): Lab {
  const { base, tokenizer } = readBase(directory);
  const config: LabConfig = labConfig(withChanges(presetFor(preset, parameterCount(base.config)), set)); // prettier-ignore
  const mixed = Object.values(config).some((section) => 'ptxCoefficient' in section && section.ptxCoefficient > 0); // prettier-ignore
  const method = first === undefined || first === 'bestOfN' ? 'ppo' : first;
  return {
    base,
    tokenizer,
    demonstrations: worldDemonstrations(seed, WORLD[preset].demonstrations),
    prompts: worldPrompts(seed, WORLD[preset].prompts),
    ptxTexts: mixed ? mixingText(seed) : [],
    config,
    method,
    seed,
    now: 0, // nothing in the report may depend on when it was made
    ids: { fineTuned: 'sft', optimized: method, ppoRun: method },
  };
}

/** Who ranks; where it errs, then in what is learned from, and never in what is measured on. */
export function labelerOf({
  preset,
  seed,
  flips,
}: Pick<RunOptions, 'preset' | 'seed' | 'flips'>): Labeler {
  const { rule, tieBand } = WORLD[preset];
  const right = simulatedLabeler({ rule, tieBand, seed });
  if (flips === 0) return right;
  const erring = simulatedLabeler({ rule, tieBand, seed, flipRate: flips });
  const of = ({ split }: Prompt) => (split === 'train' ? erring : right);
  return { info: erring.info, rank: (sample) => of(sample.prompt).rank(sample) };
}

/** Run all stages, telling of each, and gather the report. */
export async function runLab(options: RunOptions, out: Output): Promise<Report> {
  const { preset, seed, flips } = options;
  const engine = await startNodeEngine({
    force: options.backend,
    threads: availableParallelism(),
  });
  const { backend, reason } = engine.report;
  out.write(`${backend}: ${reason}\n`);
  try {
    const lab = labOf(options);
    const labeler = labelerOf(options);
    const reporter = new PipelineReporter(out);
    const recorder = new ReportRecorder();
    const events = pipeline(lab, labeler);
    let result: PipelineResult | null = null;
    while (!result) {
      const next = await events.next();
      if (next.done) result = next.value;
      else for (const listener of [reporter, recorder]) listener.take(next.value);
    }
    if (options.study) await writeStudy(options.study, lab, result, backend, out);
    const { outcomes, models } = await measured(lab, labeler, result, options, reporter);
    const factsInShownWordings = await reporter.during('asking about facts', async (say) => ({
      base: await measureFacts(lab.base, lab, say),
      sft: await measureFacts(result.fineTuned, lab, say),
    }));
    out.write(`\n${measuresTable(models, factsInShownWordings)}\n`);
    const configHash = sha256(JSON.stringify({ config: lab.config, seed, flips }));
    const report = reporter.report(result, {
      outcomes,
      models,
      factsInShownWordings,
      preset,
      backend,
      seed,
      flips,
      configHash,
    });
    if (options.report) {
      const { stages } = report;
      const run = { lab, result, models, recorder, stages, preset, backend, base: basename(options.base) }; // prettier-ignore
      out.write(`To read: ${writeLabReport(options.report, run)}\n`);
    }
    return report;
  } finally {
    engine.dispose();
  }
}

/** The other methods that were asked for, and the same measures of all models. */
async function measured(
  lab: Lab,
  labeler: Labeler,
  result: PipelineResult,
  { methods }: RunOptions,
  reporter: PipelineReporter,
): Promise<{ outcomes: Record<string, Outcome>; models: Record<string, ModelMeasures> }> {
  const { optimized, evaluation, fineTuned } = result;
  const first = lab.ids.optimized;
  const measure = (name: string, weights: Weights) =>
    reporter.during(`measuring ${name}`, (say) => measureModel(weights, lab, say));
  const models = {
    base: await measure('base', lab.base),
    sft: await measure('sft', fineTuned),
    [first]: await measure(first, optimized),
  };
  const outcomes: Record<string, Outcome> = { [first]: { evaluation, optimized } };
  for (const method of methods.filter((each) => each !== first)) {
    const outcome = await reporter.during(method, (say, take) =>
      method === 'bestOfN'
        ? runBestOfN(lab, labeler, result, models.sft.answers, say)
        : runMethod(method, lab, labeler, result, take),
    );
    outcomes[method] = outcome;
    if (outcome.optimized) models[method] = await measure(method, outcome.optimized);
  }
  return { outcomes, models };
}
