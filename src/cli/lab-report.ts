/** What a run of the pipeline says for its report: what passed by on the way, and what came out. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pairedBootstrap } from '../algorithms/bootstrap';
import { DIAGNOSTICS } from '../algorithms/diagnostics';
import { evaluationTable } from '../data/evaluation-table';
import { dataCardOf, demonstrationsHash } from '../data/data-card';
import { permutation, seedOf, STREAM } from '../data/random';
import { renderReport } from '../data/render-report';
import { curvesOf, type LabReport, type LineageEntry } from '../data/report';
import { sha256 } from '../data/sha256';
import { writeAnswersCsv, writeAnswersJsonl, type AnswerRow } from '../data/test-sets';
import { parameterCount } from '../model/model';
import type { Lab, PipelineEvent, PipelineResult } from '../pipeline';
import type { Contest, Metrics, Ranking, Stage, Weights } from '../records';
import type { ModelMeasures } from './model-measures';
import type { StageReport } from './report';

/** Samples that a report shows. */
const SAMPLES = 12;

/** Keeps what the pipeline tells on its way and does not return. */
export class ReportRecorder {
  readonly rankings: Ranking[] = [];
  readonly rows = new Map<Stage, { step: number; metrics: Metrics }[]>();

  take(event: PipelineEvent): void {
    if (event.kind === 'ranking') this.rankings.push(event.ranking);
    if (event.kind !== 'step') return;
    const { step, metrics } = event.step;
    this.rows.set(event.stage, [...(this.rows.get(event.stage) ?? []), { step, metrics }]);
  }
}

export interface RunOfLab {
  lab: Lab;
  result: PipelineResult;
  /** All models under the same measures, by their names. */
  models: Readonly<Record<string, ModelMeasures>>;
  recorder: ReportRecorder;
  stages: readonly StageReport[];
  preset: string;
  backend: string;
  /** Where the base model lies, as a person named it. */
  base: string;
}

/** The whole report of a run. Its times are those of this machine; all else follows from the seed. */
export function labReport({ lab, result, models, recorder, stages, ...run }: RunOfLab): LabReport {
  const { evaluation, optimized } = result;
  const { checkpointId, baselineId, contests } = evaluation;
  return {
    title: `RLHF Lab: ${run.preset} run, seed ${lab.seed}`,
    madeAt: null,
    model: {
      name: checkpointId,
      uses: [
        'Made to learn how reinforcement learning from human feedback works: small enough to be trained in a browser, and to be looked at in every part.',
        'It knows a small made-up world in simple English and nothing else. It is not for giving advice, and no person should rely on what it says.',
      ],
      base: run.base,
      shape: optimized.config,
      parameters: parameterCount(optimized.config),
      seed: lab.seed,
      backend: run.backend,
      stages: [...stages],
    },
    data: dataCardOf({ ...lab, ...result, rankings: recorder.rankings }, lab.seed),
    guidelines: null,
    configs: Object.entries(lab.config).map(([name, values]) => ({
      name,
      values: { ...values },
      hash: sha256(JSON.stringify(values)),
    })),
    curves: [...recorder.rows].flatMap(([stage, rows]) => curvesOf(stage, rows, DEFINITIONS)),
    measures: Object.entries(models).map(([checkpoint, { answers }]) => ({
      checkpoint,
      measures: evaluationTable(answers, { seed: lab.seed }),
    })),
    evaluation: {
      checkpoint: checkpointId,
      baseline: baselineId,
      judge: evaluation.judge,
      winRate: evaluation.winRate,
      kl: evaluation.kl,
      gold: evaluation.gold,
      goldDifference: goldDifference(contests, lab.seed),
    },
    samples: {
      rule: `${Math.min(SAMPLES, contests.length)} of ${contests.length} held-out prompts, drawn by seed ${lab.seed} and not picked by anybody.`,
      samples: permutation(contests.length, seedOf(lab.seed, STREAM.evaluation), 0x5a3e)
        .slice(0, SAMPLES)
        .flatMap((i) => contests[i] ?? [])
        .map(({ prompt, answers }) => ({
          prompt: prompt.text,
          task: prompt.task,
          answers: answers.map(({ checkpointId: checkpoint, text }) => ({ checkpoint, text })),
        })),
    },
    lineage: lineageOf(lab, result),
    limits: limitsOf(result),
  };
}

/** Definition and unit of every metric that has a row in the table of diagnostics. */
const DEFINITIONS: Record<string, string> = Object.fromEntries(
  Object.entries(DIAGNOSTICS).map(([name, { definition, unit }]) => [
    name,
    unit === '' ? definition : `${definition} (${unit})`,
  ]),
);

function goldDifference(contests: readonly Contest[], seed: number) {
  const known = contests.flatMap(({ answers: [ours, theirs] }) =>
    typeof ours?.gold === 'number' && typeof theirs?.gold === 'number'
      ? [{ ours: ours.gold, theirs: theirs.gold }]
      : [],
  );
  if (known.length === 0) return null;
  const { value, low, high } = pairedBootstrap(
    known.map(({ ours }) => ours),
    known.map(({ theirs }) => theirs),
    { seed },
  );
  return { value, low, high, n: known.length };
}

function lineageOf(lab: Lab, { fineTuned, reward, optimized, comparisons }: PipelineResult) {
  const { fineTuned: sft, optimized: ppo } = lab.ids;
  const entries: LineageEntry[] = [
    { id: 'base', what: 'Base model', parents: [], hash: weightsHash(lab.base) },
    {
      id: 'demonstrations',
      what: 'Demonstrations',
      parents: [],
      hash: demonstrationsHash(lab.demonstrations),
    },
    { id: sft, what: 'Fine-tuned model', parents: ['base', 'demonstrations'], hash: weightsHash(fineTuned) }, // prettier-ignore
    { id: 'comparisons', what: 'Compared answers', parents: [sft], hash: sha256(JSON.stringify(comparisons)) }, // prettier-ignore
    { id: 'reward-model', what: 'Reward model', parents: [sft, 'comparisons'], hash: weightsHash(reward) }, // prettier-ignore
    { id: ppo, what: 'Optimized model', parents: [sft, 'reward-model'], hash: weightsHash(optimized) }, // prettier-ignore
  ];
  return entries;
}

/** SHA-256 over names, shapes and the digests of the numbers, in the order of names. */
export function weightsHash({ tensors }: Weights): string {
  const digests = Object.keys(tensors)
    .sort()
    .map((name) => {
      const { shape, data } = tensors[name] ?? { shape: [], data: new Float32Array() };
      const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
      return [name, shape, sha256(bytes)];
    });
  return sha256(JSON.stringify(digests));
}

function limitsOf({ evaluation }: PipelineResult): string[] {
  const { judge, contests } = evaluation;
  return [
    ...(judge.source === 'simulated'
      ? [`No person judged: "${judge.name}" is a rule, and what it likes is what the model was optimised for. Its win rate says nothing about people.`] // prettier-ignore
      : []),
    'Automatic measures are rules for the built-in world; they know neither tone nor meaning, and can be gamed by a model that finds what they overlook.',
    `${contests.length} held-out prompts were answered once each, by one run with one seed. Intervals cover the choice of prompts and not that of the seed.`,
    'Held-out prompts come from the same world as those trained on: how it answers anything else was not measured.',
  ];
}

// ── Files ─────────────────────────────────────────────────────────────────────────────────────────

/** Both answers to every held-out prompt, and their gold scores. */
const answerRows = (contests: readonly Contest[]): AnswerRow[] =>
  contests.flatMap(({ prompt, answers }) =>
    answers.map(({ checkpointId, text, finished, gold }) => ({
      promptId: prompt.id,
      prompt: prompt.text,
      task: prompt.task,
      checkpointId,
      answer: text,
      finished,
      scores: { gold },
    })),
  );

/** Write the report as a page, as Markdown and as its record, and all answers as tables. @returns the page's path */
export function writeLabReport(directory: string, run: RunOfLab): string {
  const report = labReport(run);
  const { html, markdown } = renderReport(report);
  const rows = answerRows(run.result.evaluation.contests);
  const files = {
    'report.html': html,
    'report.md': markdown,
    'report-record.json': `${JSON.stringify(report, null, 2)}\n`,
    'answers.csv': writeAnswersCsv(rows),
    'answers.jsonl': writeAnswersJsonl(rows),
  };
  mkdirSync(directory, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
  return join(directory, 'report.html');
}
