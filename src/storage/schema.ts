/**
 * What IndexedDB holds, as types and as the steps that build it. One database serves all projects; the
 * page and the trainer's worker open it side by side.
 *
 *   projects        id                        a lab of its own: name, seed, base model, guidelines
 *   <collections>   [projectId, id]           demonstrations, prompts, samples, rankings, comparisons,
 *                                             evaluations, studies, answerSets, testSets, probes, reviews:
 *                                             records as in `records.ts` and `studies.ts`, plus `order`
 *   runs            id
 *   metrics         [runId, step]             resuming rewrites a row and never doubles it
 *   rollouts        [runId, step, id]         the newest of a run only
 *   checkpoints     id                        what the page lists
 *   tensors         [checkpointId, name]      the weights, a row each: one record of a large model would
 *                                             exceed what Chromium takes in one value (about 127 MB)
 *   settings        [projectId, key]          projectId '' for those of the whole lab
 *
 * Records that belong to a project are keyed by it first, so the built-in prompts, whose ids are fixed,
 * can be in every project, and all that a project has is one range of keys.
 */
import type { DBSchema, IDBPDatabase, IDBPTransaction, StoreNames } from 'idb';
import type {
  AnswerSet,
  Checkpoint,
  Comparison,
  Demonstration,
  Evaluation,
  Id,
  MetricRow,
  Probe,
  Project,
  Prompt,
  Ranking,
  Review,
  Rollout,
  RunRecord,
  Sample,
  TensorRecord,
  TestSet,
} from '../records';
import type { Study } from '../studies';

export const DATABASE_NAME = 'rlhf-lab';

/** A record in its project. `order` counts up, so that lists come back as they were written. */
export type InProject<R> = R & { projectId: Id; order: number };

/** Everything that can be set down as JSON. */
export type SettingValue =
  string | number | boolean | null | SettingValue[] | { [key: string]: SettingValue };

export interface Setting {
  projectId: Id | '';
  key: string;
  value: SettingValue;
}

/** One tensor of a checkpoint; `name` as in `TensorRecords`. */
export interface StoredTensor extends TensorRecord {
  checkpointId: Id;
  name: string;
}

/** The records of each collection, without what storage adds. */
export interface CollectionRecords {
  demonstrations: Demonstration;
  prompts: Prompt;
  samples: Sample;
  rankings: Ranking;
  comparisons: Comparison;
  evaluations: Evaluation;
  studies: Study;
  answerSets: AnswerSet;
  testSets: TestSet;
  probes: Probe;
  reviews: Review;
}
export type Collection = keyof CollectionRecords;
const FIRST_COLLECTIONS = [
  'demonstrations',
  'prompts',
  'samples',
  'rankings',
  'comparisons',
  'evaluations',
] as const satisfies readonly Collection[];
/** Collections of measuring, which came with version 3. */
const MEASURED_COLLECTIONS = [
  'answerSets',
  'testSets',
  'probes',
  'reviews',
] as const satisfies readonly Collection[];
export const COLLECTIONS = [...FIRST_COLLECTIONS, 'studies', ...MEASURED_COLLECTIONS] as const;

interface Collected<C extends Collection> {
  key: [projectId: Id, id: Id];
  value: InProject<CollectionRecords[C]>;
  indexes: { 'by-order': [projectId: Id, order: number] };
}

export interface LabSchema extends DBSchema {
  projects: { key: Id; value: Project };
  demonstrations: Collected<'demonstrations'>;
  prompts: Collected<'prompts'>;
  samples: Collected<'samples'>;
  rankings: Collected<'rankings'> & { indexes: { 'by-sample': [projectId: Id, sampleId: Id] } };
  comparisons: Collected<'comparisons'> & {
    indexes: { 'by-ranking': [projectId: Id, rankingId: Id] };
  };
  evaluations: Collected<'evaluations'>;
  studies: Collected<'studies'>;
  answerSets: Collected<'answerSets'>;
  testSets: Collected<'testSets'>;
  probes: Collected<'probes'>;
  reviews: Collected<'reviews'>;
  runs: { key: Id; value: RunRecord; indexes: { 'by-project': Id } };
  metrics: { key: [runId: Id, step: number]; value: MetricRow };
  rollouts: { key: [runId: Id, step: number, id: Id]; value: Rollout };
  checkpoints: {
    key: Id;
    value: Checkpoint;
    // Rows whose runId or parentId is null are not in these indexes: null is no key.
    indexes: { 'by-project': Id; 'by-run': Id; 'by-parent': Id };
  };
  tensors: { key: [checkpointId: Id, name: string]; value: StoredTensor };
  settings: { key: [projectId: Id | '', key: string]; value: Setting };
}

export type LabDatabase = IDBPDatabase<LabSchema>;
export type StoreName = StoreNames<LabSchema>;
export type UpgradeTransaction = IDBPTransaction<LabSchema, StoreName[], 'versionchange'>;

/**
 * Takes a database from one version to the next. It must await nothing but requests of the transaction
 * that it is given, or the transaction ends under it.
 */
export type Migration = (db: LabDatabase, tx: UpgradeTransaction) => void | Promise<void>;

/**
 * `MIGRATIONS[v]` leads from version v to v + 1. Must only ever be appended to: someone's browser holds
 * a database of every version that was published.
 */
export const MIGRATIONS: readonly Migration[] = [createVersion1, addStudies, addMeasured];
export const DATABASE_VERSION = MIGRATIONS.length;

function createVersion1(db: LabDatabase, tx: UpgradeTransaction): void {
  db.createObjectStore('projects', { keyPath: 'id' });
  for (const name of FIRST_COLLECTIONS) createCollection(db, name);
  tx.objectStore('rankings').createIndex('by-sample', ['projectId', 'sampleId']);
  tx.objectStore('comparisons').createIndex('by-ranking', ['projectId', 'rankingId']);
  db.createObjectStore('runs', { keyPath: 'id' }).createIndex('by-project', 'projectId');
  db.createObjectStore('metrics', { keyPath: ['runId', 'step'] });
  db.createObjectStore('rollouts', { keyPath: ['runId', 'step', 'id'] });
  const checkpoints = db.createObjectStore('checkpoints', { keyPath: 'id' });
  checkpoints.createIndex('by-project', 'projectId');
  checkpoints.createIndex('by-run', 'runId');
  checkpoints.createIndex('by-parent', 'parentId');
  db.createObjectStore('tensors', { keyPath: ['checkpointId', 'name'] });
  db.createObjectStore('settings', { keyPath: ['projectId', 'key'] });
}

/** Version 2: what the exact lab and the over-optimisation study measured. */
function addStudies(db: LabDatabase): void {
  createCollection(db, 'studies');
}

function createCollection(db: LabDatabase, name: Collection): void {
  const store = db.createObjectStore(name, { keyPath: ['projectId', 'id'] });
  store.createIndex('by-order', ['projectId', 'order']);
}

/** Version 3: answers that were measured, own test sets, probes and reviews. What was there stays as it is. */
function addMeasured(db: LabDatabase): void {
  for (const name of MEASURED_COLLECTIONS) createCollection(db, name);
}
