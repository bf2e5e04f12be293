/**
 * Training runs with their history. The record, the rows of a stretch of steps and the rollouts to look
 * at are written in one transaction, so the curve and the run's own step never disagree.
 */
import type { Id, MetricRow, Rollout, RunRecord } from '../records';
import { requireProject } from './collections';
import { NotStoredError, RefusedError } from './errors';
import { refuseIfNeeded, removeCheckpoint, runsThatNeed } from './lineage';
import type { LabDatabase } from './schema';
import {
  forEach,
  jsonBytes,
  read,
  startingWith,
  write,
  type WriteTransaction,
} from './transactions';

/** Episodes kept of a run, the newest; about 5 kB each with 32 tokens. */
export const ROLLOUTS_PER_RUN = 512;

/**
 * Write a run's record, new or changed.
 * @throws NotStoredError where the project is gone; RefusedError where the id is another project's run
 */
export function saveRun(db: LabDatabase, run: RunRecord): Promise<void> {
  return write(
    db,
    ['projects', 'runs'],
    'saving a run',
    async (tx) => {
      await requireProject(tx, run.projectId);
      const old = await tx.objectStore('runs').get(run.id);
      if (old && old.projectId !== run.projectId) {
        throw new RefusedError(`Run “${run.id}” belongs to another project. Nothing was saved.`);
      }
      await tx.objectStore('runs').put(run);
    },
    () => jsonBytes(run),
  );
}

/**
 * Write what the last steps gave: the run's record as it now is, a row per step and the rollouts of
 * whole steps. A step that is written again replaces its row and its rollouts.
 * @throws RefusedError where a row or rollout is another run's; NotStoredError; StorageFullError
 */
export async function saveSteps(
  db: LabDatabase,
  run: RunRecord,
  rows: readonly MetricRow[],
  rollouts: readonly Rollout[] = [],
): Promise<void> {
  const foreign = [...rows, ...rollouts].find(({ runId }) => runId !== run.id);
  if (foreign) {
    throw new RefusedError(
      `Step ${foreign.step} of run “${foreign.runId}” cannot be saved with run “${run.id}”.` +
        ' Nothing was saved.',
    );
  }
  await write(
    db,
    ['runs', 'metrics', 'rollouts'],
    'saving training steps',
    async (tx) => {
      await requireRun(tx, run.id);
      await tx.objectStore('runs').put(run);
      await forEach(rows, (row) => tx.objectStore('metrics').put(row));
      const store = tx.objectStore('rollouts');
      const steps = new Set(rollouts.map(({ step }) => step));
      await forEach(steps, (step) => store.delete(startingWith(run.id, step)));
      await forEach(rollouts, (rollout) => store.put(rollout));
      await keepNewestRollouts(tx, run.id);
    },
    () => jsonBytes(rows) + jsonBytes(rollouts),
  );
}

/** @throws NotStoredError */
export function getRun(db: LabDatabase, id: Id): Promise<RunRecord> {
  return read(db, ['runs'], 'reading a run', async (tx) => {
    const run = await tx.objectStore('runs').get(id);
    if (!run) throw new NotStoredError('run', id);
    return run;
  });
}

/** All runs of a project, oldest first. */
export async function listRuns(db: LabDatabase, projectId: Id): Promise<RunRecord[]> {
  const runs = await read(db, ['runs'], 'reading runs', (tx) =>
    tx.objectStore('runs').index('by-project').getAll(projectId),
  );
  return runs.sort((a, b) => a.startedAt - b.startedAt);
}

/** Runs that were under way when the lab was last closed, newest first. */
export async function unfinishedRuns(db: LabDatabase, projectId: Id): Promise<RunRecord[]> {
  const runs = await listRuns(db, projectId);
  return runs.filter(({ status }) => status === 'running' || status === 'paused').reverse();
}

/** The history of a run by step, from `firstStep` on. */
export function listMetrics(db: LabDatabase, runId: Id, firstStep = 0): Promise<MetricRow[]> {
  return read(db, ['metrics'], 'reading metrics', (tx) =>
    tx.objectStore('metrics').getAll(IDBKeyRange.bound([runId, firstStep], [runId, []])),
  );
}

/** The rollouts kept of a run, oldest first; of one step where it is given. */
export function listRollouts(db: LabDatabase, runId: Id, step?: number): Promise<Rollout[]> {
  const range = step === undefined ? startingWith(runId) : startingWith(runId, step);
  return read(db, ['rollouts'], 'reading rollouts', (tx) =>
    tx.objectStore('rollouts').getAll(range),
  );
}

/**
 * Take a run back to `step`, from whose checkpoint it goes on: later rows and rollouts are steps that
 * will be taken anew, and must not be drawn beside them. Returns the record as it now is.
 */
export function rewindRun(db: LabDatabase, id: Id, step: number): Promise<RunRecord> {
  return write(db, ['runs', 'metrics', 'rollouts'], 'going back to a checkpoint', async (tx) => {
    const run = await requireRun(tx, id);
    const later = IDBKeyRange.bound([id, step + 1], [id, []]);
    await tx.objectStore('metrics').delete(later);
    await tx.objectStore('rollouts').delete(later);
    const rewound = { ...run, step };
    await tx.objectStore('runs').put(rewound);
    return rewound;
  });
}

/**
 * Delete a run with its history and the states it could go on from. Finished models that it made stay,
 * as the person's own; they only no longer name the run.
 * @throws StillNeededError where another run started from one of those states
 */
export function deleteRun(db: LabDatabase, id: Id): Promise<void> {
  const stores = ['runs', 'metrics', 'rollouts', 'checkpoints', 'tensors', 'settings'] as const;
  return write(db, [...stores], 'deleting a run', async (tx) => {
    const checkpoints = await tx.objectStore('checkpoints').index('by-run').getAll(id);
    for (const checkpoint of checkpoints) {
      if (checkpoint.kind === 'resume') {
        const others = (await runsThatNeed(tx, checkpoint)).filter((run) => run.id !== id);
        refuseIfNeeded(checkpoint, others);
        await removeCheckpoint(tx, checkpoint.id);
      } else {
        await tx.objectStore('checkpoints').put({ ...checkpoint, runId: null });
      }
    }
    await removeRun(tx, id);
  });
}

// ── Within a transaction ──────────────────────────────────────────────────────────────────────────

/** Refuse to write for a run that is gone, with its project or alone. @throws NotStoredError */
export async function requireRun(tx: WriteTransaction, id: Id): Promise<RunRecord> {
  const run = await tx.objectStore('runs').get(id);
  if (!run) throw new NotStoredError('run', id);
  return run;
}

/** The run's record, rows, rollouts and texts; not its checkpoints. */
export async function removeRun(tx: WriteTransaction, id: Id): Promise<void> {
  const run = await tx.objectStore('runs').get(id);
  if (run) await tx.objectStore('settings').delete([run.projectId, textsKey(id)]);
  await tx.objectStore('runs').delete(id);
  await tx.objectStore('metrics').delete(startingWith(id));
  await tx.objectStore('rollouts').delete(startingWith(id));
}

/** Under which setting of its project a run's texts are kept. */
export const textsKey = (runId: Id): string => `texts:${runId}`;

async function keepNewestRollouts(tx: WriteTransaction, runId: Id): Promise<void> {
  const store = tx.objectStore('rollouts');
  const keys = await store.getAllKeys(startingWith(runId));
  const oldest = keys.slice(0, Math.max(0, keys.length - ROLLOUTS_PER_RUN));
  await forEach(oldest, (key) => store.delete(key));
}
