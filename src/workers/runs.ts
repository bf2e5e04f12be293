/** From what the page asked for, or what storage holds, to a training run with all its inputs. */
import { METHOD_NEEDS, methodOf, sectionConfig, type SftConfig } from '../config';
import { comparisonsOf } from '../data/comparisons';
import { LABELING_KEY, learnedLabels, readLabeling } from '../data/labeling';
import { sha256 } from '../data/sha256';
import type {
  Comparison,
  ConfigValues,
  Demonstration,
  Id,
  Prompt,
  RunRecord,
  SavedRun,
  TrainingRun,
  Weights,
} from '../records';
import { optimise, type OptimiseInputs } from '../optimise';
import { collectDemonstrations, type DemonstrationSet } from '../stages/1-demonstrations';
import { sft } from '../stages/2-sft';
import { rewardModel } from '../stages/5-reward-model';
import { getCheckpoint } from '../storage/checkpoints';
import { listRecords } from '../storage/collections';
import { readSetting } from '../storage/settings';
import type { LabDatabase } from '../storage/schema';
import type { TrainRequest } from './messages';
import type { Models } from './models';

export interface ProjectLab {
  db: LabDatabase;
  models: Models;
  projectId: Id;
  seed: number;
}

/** The record of a run that the page asked for, before its first step. */
export function runRecordOf(request: TrainRequest, lab: ProjectLab, now: number): RunRecord {
  const { stage, lengths, fromId } = request;
  const config: ConfigValues =
    request.stage === 'ppo' ? { method: request.method, ...request.config } : request.config;
  return {
    id: `${stage}:${now.toString(36)}:${lab.projectId}`,
    projectId: lab.projectId,
    stage,
    config,
    lengths,
    seed: lab.seed,
    configHash: sha256(JSON.stringify({ stage, config, lengths, seed: lab.seed })),
    parentId: fromId,
    rewardModelId: request.stage === 'ppo' ? request.rewardModelId : null,
    backend: '',
    dataHash: '',
    status: 'running',
    steps: 0,
    step: 0,
    startedAt: now,
    seconds: 0,
  };
}

/** A run with a digest of the data that it learns from, by which a resumed run knows them again. */
export interface BegunRun {
  run: TrainingRun;
  dataHash: string;
}

/** Begin the run of a record, or go on from a saved state of it, on the project's data as they are now. */
export async function beginRun(
  record: RunRecord,
  lab: ProjectLab,
  saved: SavedRun | null,
): Promise<BegunRun> {
  const { models } = lab;
  const { lengths, seed } = record;
  const given = { tokenizer: models.tokenizer, lengths, seed };
  const resumed = saved ?? undefined;
  const parent = await models.weights(record.parentId);
  switch (record.stage) {
    case 'sft': {
      const { train, heldOut } = await demonstrationSet(lab, record);
      const config = sectionConfig('sft', record.config);
      await checkPrivateStart(config, record.parentId, lab);
      const ptxTexts = await textsToMixIn(record.seed, config);
      const run = sft({ ...given, base: parent, train, heldOut, ptxTexts }, config, resumed);
      return { run, dataHash: digest([train, heldOut]) };
    }
    case 'reward-model': {
      const comparisons = (await labelsOf(lab)).learn;
      const { train } = await demonstrationSet(lab, record);
      const config = sectionConfig('rewardModel', record.config);
      const inputs = { ...given, policy: parent, ...bySplit(comparisons), demonstrations: train };
      const run = rewardModel(inputs, config, resumed);
      return { run, dataHash: digest([comparisons, train]) };
    }
    case 'ppo':
      return beginOptimising(record, lab, parent, resumed);
    default:
      return record.stage satisfies never;
  }
}

/**
 * Privacy adds up: what a model has learned before is told by it whatever is done later.
 * @throws Error where a private run would start from a model that has learned in this lab
 */
export async function checkPrivateStart(
  { noiseMultiplier }: SftConfig,
  fromId: Id,
  { db, models }: Pick<ProjectLab, 'db'> & { models: Pick<Models, 'summary'> },
): Promise<void> {
  if (noiseMultiplier === 0 || fromId === models.summary().checkpoint.id) return;
  const { stage, name } = await getCheckpoint(db, fromId);
  if (stage === 'base') return;
  throw new Error(`“${name}” has learned from demonstrations before, which noise now does not hide. Start from a base model, or set the noise multiplier to 0.`); // prettier-ignore
}

/** Chapter 6 by the method of the record. Its data are what the method learns from: prompts, or labels. */
async function beginOptimising(
  record: RunRecord,
  lab: ProjectLab,
  reference: Weights,
  saved: SavedRun | undefined,
): Promise<BegunRun> {
  const { models, db, projectId } = lab;
  const method = methodOf(record.config);
  const needs = METHOD_NEEDS[method];
  if (needs.reward && !record.rewardModelId)
    throw new Error('This run does not say which reward model it asks.');
  const prompts = needs.prompts ? (await listRecords(db, 'prompts', projectId)).filter(isForTraining) : []; // prettier-ignore
  const comparisons = needs.comparisons ? (await labelsOf(lab)).learn : [];
  const { lengths, seed, id: runId } = record;
  const inputs: OptimiseInputs = {
    reference,
    reward: record.rewardModelId ? await models.weights(record.rewardModelId) : null,
    prompts,
    comparisons: bySplit(comparisons),
    ptxTexts: await textsToMixIn(record.seed, record.config),
    tokenizer: models.tokenizer,
    lengths,
    seed,
    runId,
  };
  const run = optimise(method, inputs, record.config, saved);
  return { run, dataHash: digest(needs.comparisons ? comparisons : prompts) };
}

/** Texts of the built-in world, where any settings ask for plain text; its tables are loaded only then. */
export async function textsToMixIn(
  seed: number,
  ...settings: readonly { ptxCoefficient?: unknown }[]
): Promise<string[]> {
  if (!settings.some(({ ptxCoefficient }) => Number(ptxCoefficient ?? 0) > 0)) return [];
  const { mixingText } = await import('../data/world/declarations');
  return mixingText(seed);
}

async function demonstrationSet(lab: ProjectLab, { lengths, seed }: RunRecord) {
  const all: Demonstration[] = await listRecords(lab.db, 'demonstrations', lab.projectId);
  const looking = collectDemonstrations(all, { tokenizer: lab.models.tokenizer, lengths, seed });
  for (;;) {
    const next: IteratorResult<unknown, DemonstrationSet> = await looking.next();
    if (next.done) return next.value;
  }
}

const digest = (data: unknown): string => sha256(JSON.stringify(data));

const isForTraining = ({ split }: Prompt): boolean => split === 'train';

/** Comparisons that may be learned from, and those of held-out labelers, which may not. */
export async function labelsOf({
  db,
  projectId,
}: Pick<ProjectLab, 'db' | 'projectId'>): Promise<{ learn: Comparison[]; test: Comparison[] }> {
  // prettier-ignore
  const labeling = readLabeling(await readSetting(db, projectId, LABELING_KEY), '');
  const { learn, test } = learnedLabels(await listRecords(db, 'rankings', projectId), labeling);
  return { learn: comparisonsOf(learn), test: comparisonsOf(test) };
}

export const bySplit = (comparisons: Comparison[]) => ({
  train: comparisons.filter(({ prompt }) => prompt.split === 'train'),
  heldOut: comparisons.filter(({ prompt }) => prompt.split === 'held-out'),
});
