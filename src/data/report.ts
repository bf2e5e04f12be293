/**
 * The report of a project as one plain record: what the model is, what it learned from, by which guidelines
 * and settings, how training went, what was measured and how surely, samples that nobody picked, and where
 * everything came from. The page and the command line fill in the same record, and `renderReport` writes it.
 *
 * Whatever is null was not measured or not kept, and the report says so instead of leaving it out silently.
 *
 * Sources: Mitchell 2019, "Model cards for model reporting"; Gebru 2021, "Datasheets for datasets".
 */
import type {
  ConfigValues,
  Id,
  Metrics,
  ModelConfig,
  Source,
  Stage,
  Task,
  WinRate,
} from '../records';
import type { Measure } from './evaluation-table';
import type { GuidelinesVersion } from './guidelines';

export interface LabReport {
  title: string;
  /** Milliseconds since 1970; null in a report that must not depend on when it was made. */
  madeAt: number | null;
  model: ModelCard;
  data: DataCard | null;
  guidelines: GuidelinesVersion | null;
  configs: ReportConfig[];
  curves: Curve[];
  /** Of each checkpoint that was measured, on held-out prompts. */
  measures: { checkpoint: string; measures: Measure[] }[];
  evaluation: ReportEvaluation | null;
  /** What else was measured: ratings of the arena, probes; each under a heading of its own. */
  findings?: Finding[];
  samples: ReportSamples | null;
  lineage: LineageEntry[];
  /** Known limits of this model and of what was measured, a sentence each. */
  limits: string[];
}

export interface ModelCard {
  name: string;
  /** What it is for, and what not, a paragraph each. */
  uses: string[];
  base: string;
  shape: ModelConfig | null;
  parameters: number | null;
  seed: number;
  backend: string;
  /** Seconds are those of the machine that it ran on; null where the report must not depend on it. */
  stages: { stage: Stage; steps: number; tokens: number; seconds: number | null }[];
}

export interface DataCard {
  demonstrations: { task: Task; train: number; heldOut: number }[];
  sources: { source: Source; demonstrations: number }[];
  prompts: { train: number; heldOut: number };
  comparisons: { pairs: number; rankings: number } | null;
  labelers: { name: string; source: 'human' | 'simulated'; rankings: number }[];
  /** Agreement of labelers beyond chance; null where only one labelled. */
  agreement: { alpha: number; low: number; high: number } | null;
  /** Places in demonstrations where personal data was found. */
  personalData: number;
  /** SHA-256 of all demonstrations. */
  hash: string;
}

export interface ReportConfig {
  name: string;
  values: ConfigValues;
  hash: string | null;
}

/** One metric over the steps of a stage. */
export interface Curve {
  stage: Stage;
  name: string;
  /** What it is, with formula and unit; null where it goes by its name. */
  definition: string | null;
  points: { step: number; value: number }[];
}

export interface ReportEvaluation {
  checkpoint: string;
  baseline: string;
  judge: { name: string; source: 'human' | 'simulated' };
  winRate: WinRate;
  /** Nats per response; null where it was not measured. */
  kl: number | null;
  gold: { checkpoint: number; baseline: number } | null;
  /** Difference of gold scores on the same prompts, with its interval. */
  goldDifference: { value: number; low: number; high: number; n: number } | null;
}

export interface Finding {
  title: string;
  /** What was done and what it shows, a paragraph each. */
  sentences: string[];
  tables: { caption: string; head: string[]; rows: string[][] }[];
}

export interface ReportSamples {
  /** How they came to be chosen. */
  rule: string;
  samples: { prompt: string; task: Task; answers: { checkpoint: string; text: string }[] }[];
}

export interface LineageEntry {
  id: Id;
  what: string;
  parents: Id[];
  /** SHA-256 of what it holds; null where none was kept. */
  hash: string | null;
}

/** The steps of a run as curves, a metric each, in order of first appearance; numbers only. */
export function curvesOf(
  stage: Stage,
  rows: readonly { step: number; metrics: Metrics }[],
  definitions: Readonly<Record<string, string>> = {},
): Curve[] {
  const curves = new Map<string, Curve>();
  for (const { step, metrics } of rows)
    for (const [name, value] of Object.entries(metrics)) {
      if (!Number.isFinite(value)) continue;
      const curve = curves.get(name) ?? { stage, name, definition: definitions[name] ?? null, points: [] }; // prettier-ignore
      curve.points.push({ step, value });
      curves.set(name, curve);
    }
  return [...curves.values()];
}
