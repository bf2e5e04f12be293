/** The report of a project out of what is stored. Pure, so that it can be tested. */
import { pairedBootstrap } from '../../algorithms/bootstrap';
import { DIAGNOSTICS } from '../../algorithms/diagnostics';
import { dataCardOf, demonstrationsHash } from '../../data/data-card';
import { permutation, seedOf, STREAM } from '../../data/random';
import type { GuidelinesVersion } from '../../data/guidelines';
import { curvesOf, type LabReport, type LineageEntry, type ReportSamples } from '../../data/report';
import { sha256 } from '../../data/sha256';
import type {
  AnswerSet,
  Checkpoint,
  Comparison,
  Contest,
  Demonstration,
  Evaluation,
  Id,
  MetricRow,
  Probe,
  Project,
  Prompt,
  Ranking,
  Review,
  RunRecord,
} from '../../records';
import { report as text } from '../strings/report';
import { measuresOfSet } from './measures';
import { findingsOf } from './findings';

/** Samples that a report shows. */
const SAMPLES = 12;

export interface ReportFacts {
  project: Project;
  checkpoint: Checkpoint;
  /** All finished models, oldest first, the base model among them. */
  models: readonly Checkpoint[];
  parameters: number | null;
  backend: string;
  /** The version that is in force. */
  guidelines: GuidelinesVersion | null;
  demonstrations: readonly Demonstration[];
  prompts: readonly Prompt[];
  rankings: readonly Ranking[];
  comparisons: readonly Comparison[];
  evaluations: readonly Evaluation[];
  answerSets: readonly AnswerSet[];
  probes: readonly Probe[];
  reviews: readonly Review[];
  runs: readonly RunRecord[];
  /** The history of runs by their ids. */
  rows: ReadonlyMap<Id, readonly MetricRow[]>;
  /** SHA-256 of weights by checkpoint; those that are missing were not hashed. */
  hashes: ReadonlyMap<Id, string>;
  now: number;
}

export function labReport(facts: ReportFacts): LabReport {
  const { project, checkpoint, parameters, backend, now } = facts;
  const family = familyOf(facts);
  const runs = runsOf(family, facts);
  const evaluation = evaluationOf(facts);
  const base = family.find(({ stage }) => stage === 'base');
  const nameOf = (id: Id) => facts.models.find((model) => model.id === id)?.name ?? id;
  return {
    title: text.name(project.name),
    madeAt: now,
    model: {
      name: checkpoint.name,
      uses: [...text.uses],
      base: base?.name ?? project.baseModel,
      shape: checkpoint.modelConfig,
      parameters,
      seed: project.seed,
      backend,
      // Tokens of a run are not kept, so the report says that it does not know.
      stages: runs.map(({ stage, step, seconds }) => ({ stage, steps: step, tokens: NaN, seconds })), // prettier-ignore
    },
    data: dataCardOf(facts, project.seed),
    guidelines: facts.guidelines,
    configs: runs.map(({ stage, startedAt, config, lengths, configHash }) => ({
      name: text.run(text.stages[stage], new Date(startedAt).toISOString().slice(0, 16).replace('T', ' ')), // prettier-ignore
      values: { ...config, ...lengths },
      hash: configHash,
    })),
    curves: runs.flatMap(({ id, stage }) => curvesOf(stage, facts.rows.get(id) ?? [], DEFINITIONS)),
    measures: measuredOf(facts).map((set) => ({
      checkpoint: nameOf(set.checkpointId),
      measures: [...measuresOfSet(set)],
    })),
    evaluation: evaluation && {
      checkpoint: nameOf(evaluation.checkpointId),
      baseline: nameOf(evaluation.baselineId),
      judge: evaluation.judge,
      winRate: evaluation.winRate,
      kl: evaluation.kl,
      gold: evaluation.gold,
      goldDifference: goldDifference(evaluation.contests, project.seed),
    },
    findings: findingsOf(facts, nameOf),
    samples: samplesOf(facts, nameOf),
    lineage: lineageOf(family, facts),
    limits: limitsOf(facts, evaluation),
  };
}

/** Definition and unit of every metric that has a row in the table of diagnostics. */
const DEFINITIONS: Record<string, string> = Object.fromEntries(
  Object.entries(DIAGNOSTICS).map(([name, { definition, unit }]) => [
    name,
    unit === '' ? definition : `${definition} (${unit})`,
  ]),
);

/** What a checkpoint came from, the oldest first and itself last, the reward model that it was optimised by included. */
export function familyOf({
  checkpoint,
  models,
  runs,
}: Pick<ReportFacts, 'checkpoint' | 'models' | 'runs'>): Checkpoint[] {
  const found = new Map<Id, Checkpoint>();
  const take = (id: Id | null | undefined) => {
    const model = models.find((each) => each.id === id);
    if (!model || found.has(model.id)) return;
    found.set(model.id, model);
    take(model.parentId);
    const run = runs.find((each) => each.id === model.runId);
    take(run?.parentId);
    take(run?.rewardModelId);
  };
  take(checkpoint.id);
  return models.filter(({ id }) => found.has(id));
}

/** The runs that made a family, in the order in which they began. */
export const runsOf = (
  family: readonly Checkpoint[],
  { runs }: Pick<ReportFacts, 'runs'>,
): RunRecord[] =>
  runs
    .filter(({ id }) => family.some(({ runId }) => runId === id))
    .sort((x, y) => x.startedAt - y.startedAt);

/** Answers to the held-out prompts, in the order of the models. */
export const measuredOf = ({
  models,
  answerSets,
}: Pick<ReportFacts, 'models' | 'answerSets'>): AnswerSet[] =>
  models.flatMap(
    ({ id }) => answerSets.find((set) => set.checkpointId === id && set.testSetId === null) ?? [],
  );

/** The newest comparison of the checkpoint; a person's, where a person judged it at all. */
function evaluationOf({ checkpoint, evaluations }: ReportFacts): Evaluation | null {
  const own = evaluations.filter(({ checkpointId }) => checkpointId === checkpoint.id);
  return own.findLast(({ judge }) => judge.source === 'human') ?? own.at(-1) ?? null;
}

function goldDifference(contests: readonly Contest[], seed: number) {
  const known = contests.flatMap(({ answers: [ours, theirs] }) =>
    typeof ours?.gold === 'number' && typeof theirs?.gold === 'number'
      ? [[ours.gold, theirs.gold] as const]
      : [],
  );
  if (known.length === 0) return null;
  const side = (of: 0 | 1) => known.map((pair) => pair[of]);
  const { value, low, high } = pairedBootstrap(side(0), side(1), { seed });
  return { value, low, high, n: known.length };
}

/** Prompts that every measured model answered, drawn and not picked. */
function samplesOf(facts: ReportFacts, nameOf: (id: Id) => string): ReportSamples | null {
  const [first, ...others] = measuredOf(facts);
  if (!first) return null;
  const { seed } = facts.project;
  const shared = first.answers.filter(({ prompt }) =>
    others.every(({ answers }) => answers.some((each) => each.prompt.id === prompt.id)),
  );
  const drawn = permutation(shared.length, seedOf(seed, STREAM.evaluation), 0x5a3e)
    .slice(0, SAMPLES)
    .flatMap((i) => shared[i] ?? []);
  return {
    rule: text.rule(drawn.length, shared.length, seed),
    samples: drawn.map(({ prompt }) => ({
      prompt: prompt.text,
      task: prompt.task,
      answers: [first, ...others].map(({ checkpointId, answers }) => ({
        checkpoint: nameOf(checkpointId),
        text: answers.find((each) => each.prompt.id === prompt.id)?.answer ?? '',
      })),
    })),
  };
}

function lineageOf(family: readonly Checkpoint[], facts: ReportFacts): LineageEntry[] {
  const { demonstrations, comparisons, runs, hashes } = facts;
  const learntFrom: Partial<Record<Checkpoint['stage'], Id[]>> = {
    sft: ['demonstrations'],
    'reward-model': ['comparisons'],
  };
  const models = family.map((model): LineageEntry => {
    const rewardModelId = runs.find(({ id }) => id === model.runId)?.rewardModelId ?? null;
    const from = [model.parentId, rewardModelId].filter((id) => id !== null);
    return {
      id: model.id,
      what: `${text.stages[model.stage]}: ${model.name}`,
      parents: [...from, ...(learntFrom[model.stage] ?? [])],
      hash: hashes.get(model.id) ?? null,
    };
  });
  const data: LineageEntry[] = [
    { id: 'demonstrations', what: text.lineage.demonstrations, parents: [], hash: demonstrationsHash(demonstrations) }, // prettier-ignore
    { id: 'comparisons', what: text.lineage.comparisons, parents: [], hash: sha256(JSON.stringify(comparisons)) }, // prettier-ignore
  ];
  return [...data, ...models];
}

function limitsOf({ rankings }: ReportFacts, evaluation: Evaluation | null): string[] {
  const { limits } = text;
  const simulated = rankings.filter(({ labeler }) => labeler.source === 'simulated').length;
  const few = evaluation !== null && evaluation.contests.length < 30;
  return [
    ...(evaluation?.judge.source === 'simulated' ? [limits.judge(evaluation.judge.name)] : []),
    ...(few ? [limits.few(evaluation.contests.length)] : []),
    ...(simulated > 0
      ? [limits.simulated(`${Math.round((100 * simulated) / rankings.length)}%`)]
      : []),
    limits.rules,
    limits.once,
    limits.world,
    limits.hash,
  ];
}
