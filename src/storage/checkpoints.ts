/**
 * Saved models and states to go on from. Metadata and tensors are written in one transaction, so a
 * half-saved checkpoint cannot exist; Float32Arrays are stored as they are, to the bit.
 */
import type { Checkpoint, Id, TensorRecord, TensorRecords } from '../records';
import { requireProject } from './collections';
import {
  DamagedError,
  NotStoredError,
  RefusedError,
  requireName,
  StillNeededError,
} from './errors';
import { refuseIfNeeded, removeCheckpoint, resumeStates, runsThatNeed } from './lineage';
import { requireRun } from './runs';
import type { LabDatabase, StoreName } from './schema';
import { forEach, read, startingWith, write, type WriteTransaction } from './transactions';

/** States kept of a run to go on from: the newest, and the one before in case it is damaged. */
export const RESUMES_PER_RUN = 2;

export interface LoadedCheckpoint {
  checkpoint: Checkpoint;
  tensors: TensorRecords;
}

/**
 * Write a checkpoint, metadata and tensors together; of a run's states to go on from, only the newest
 * `keepResumes` stay. Read the device before calling. Returns the metadata as stored, `bytes` counted.
 * @throws RefusedError, NotStoredError where its run (or project) is gone, StorageFullError
 */
export async function saveCheckpoint(
  db: LabDatabase,
  checkpoint: Checkpoint,
  tensors: TensorRecords,
  keepResumes = RESUMES_PER_RUN,
): Promise<Checkpoint> {
  checkCheckpoint(checkpoint, tensors, keepResumes);
  const rows = Object.entries(tensors).map(([name, { shape, data }]) => ({
    checkpointId: checkpoint.id,
    name,
    shape: [...shape],
    data: ownBuffer(data),
  }));
  const bytes = rows.reduce((sum, { data }) => sum + data.byteLength, 0);
  const stored = { ...checkpoint, bytes };
  // A run's checkpoint leaves `projects` alone, so that labels can be written while large tensors are.
  const owner: StoreName = checkpoint.runId === null ? 'projects' : 'runs';
  await write(
    db,
    [owner, 'checkpoints', 'tensors'],
    `saving checkpoint “${checkpoint.name}”`,
    async (tx) => {
      await requireOwner(tx, checkpoint);
      await tx.objectStore('tensors').delete(startingWith(checkpoint.id));
      await forEach(rows, (row) => tx.objectStore('tensors').put(row));
      await tx.objectStore('checkpoints').put(stored);
      if (checkpoint.kind === 'resume' && checkpoint.runId !== null) {
        await pruneResumes(tx, checkpoint.runId, keepResumes);
      }
    },
    () => bytes,
  );
  return stored;
}

/**
 * A checkpoint with its tensors, or with those whose names begin with `prefix`, such as `policy/`.
 * @throws NotStoredError; DamagedError where the tensors are not those that were written
 */
export async function loadCheckpoint(
  db: LabDatabase,
  id: Id,
  prefix = '',
): Promise<LoadedCheckpoint> {
  const { checkpoint, rows } = await read(
    db,
    ['checkpoints', 'tensors'],
    'loading a checkpoint',
    async (tx) => {
      const checkpoint = await tx.objectStore('checkpoints').get(id);
      if (!checkpoint) throw new NotStoredError('checkpoint', id);
      const range = IDBKeyRange.bound([id, prefix], [id, `${prefix}\uffff`]);
      return { checkpoint, rows: await tx.objectStore('tensors').getAll(range) };
    },
  );
  const bytes = rows.reduce((sum, { data }) => sum + data.byteLength, 0);
  if (prefix === '' ? bytes !== checkpoint.bytes : rows.length === 0) {
    throw new DamagedError(
      `Checkpoint “${checkpoint.name}” is damaged: ${bytes} bytes of weights were found where` +
        ` ${prefix === '' ? checkpoint.bytes : `some under “${prefix}”`} were saved. Go back to an` +
        ' earlier checkpoint; your labels are unharmed.',
    );
  }
  const tensors: TensorRecords = {};
  for (const { name, shape, data } of rows) tensors[name] = { shape, data };
  return { checkpoint, tensors };
}

/** Metadata alone. @throws NotStoredError */
export function getCheckpoint(db: LabDatabase, id: Id): Promise<Checkpoint> {
  return read(db, ['checkpoints'], 'reading a checkpoint', async (tx) => {
    const checkpoint = await tx.objectStore('checkpoints').get(id);
    if (!checkpoint) throw new NotStoredError('checkpoint', id);
    return checkpoint;
  });
}

/** The metadata of all checkpoints of a project, oldest first. */
export async function listCheckpoints(db: LabDatabase, projectId: Id): Promise<Checkpoint[]> {
  const checkpoints = await read(db, ['checkpoints'], 'reading checkpoints', (tx) =>
    tx.objectStore('checkpoints').index('by-project').getAll(projectId),
  );
  return checkpoints.sort((a, b) => a.createdAt - b.createdAt);
}

/** The newest state that a run can go on from; null where it has saved none. */
export function latestResume(db: LabDatabase, runId: Id): Promise<Checkpoint | null> {
  return read(
    db,
    ['checkpoints'],
    'reading checkpoints',
    async (tx) => (await resumeStates(tx, runId)).at(-1) ?? null,
  );
}

/** @throws NotStoredError, RefusedError where the name is empty */
export function renameCheckpoint(db: LabDatabase, id: Id, name: string): Promise<Checkpoint> {
  return write(db, ['checkpoints'], 'renaming a checkpoint', async (tx) => {
    const checkpoint = await tx.objectStore('checkpoints').get(id);
    if (!checkpoint) throw new NotStoredError('checkpoint', id);
    const renamed = { ...checkpoint, name: requireName('checkpoint', name) };
    await tx.objectStore('checkpoints').put(renamed);
    return renamed;
  });
}

/**
 * Delete a checkpoint with its tensors; what came from it now comes from its parent.
 * @throws NotStoredError; StillNeededError where a run that can go on, or the project, needs it
 */
export function deleteCheckpoint(db: LabDatabase, id: Id): Promise<void> {
  const stores = ['projects', 'runs', 'checkpoints', 'tensors'] as const;
  return write(db, [...stores], 'deleting a checkpoint', async (tx) => {
    const checkpoint = await tx.objectStore('checkpoints').get(id);
    if (!checkpoint) throw new NotStoredError('checkpoint', id);
    const project = await tx.objectStore('projects').get(checkpoint.projectId);
    if (project?.baseModel === id) {
      throw new StillNeededError(
        `Checkpoint “${checkpoint.name}” cannot be deleted: it is the base model of project` +
          ` “${project.name}”. Choose another base model first.`,
      );
    }
    refuseIfNeeded(checkpoint, await runsThatNeed(tx, checkpoint));
    await removeCheckpoint(tx, id);
  });
}

/** Keep only the newest `keep` states that a run can go on from; 0 when it has finished. */
export function dropResumes(db: LabDatabase, runId: Id, keep = 0): Promise<void> {
  return write(db, ['runs', 'checkpoints', 'tensors'], 'deleting old checkpoints', (tx) =>
    pruneResumes(tx, runId, keep),
  );
}

/** Bytes of all tensors of a project, or of all projects, by their metadata. */
export async function bytesUsed(db: LabDatabase, projectId?: Id): Promise<number> {
  const checkpoints = await read(db, ['checkpoints'], 'reading checkpoints', (tx) =>
    projectId === undefined
      ? tx.objectStore('checkpoints').getAll()
      : tx.objectStore('checkpoints').index('by-project').getAll(projectId),
  );
  return checkpoints.reduce((sum, { bytes }) => sum + bytes, 0);
}

// ── Helpers ───────────────────────────────────────────────────────────────────────────────────────

/** A state that another run started from, or that its own open run has as its last, stays. */
async function pruneResumes(tx: WriteTransaction, runId: Id, keep: number): Promise<void> {
  const states = await resumeStates(tx, runId);
  for (const state of states.slice(0, Math.max(0, states.length - keep))) {
    if ((await runsThatNeed(tx, state)).length === 0) await removeCheckpoint(tx, state.id);
  }
}

async function requireOwner(tx: WriteTransaction, checkpoint: Checkpoint): Promise<void> {
  const { name, runId, projectId } = checkpoint;
  if (runId === null) return requireProject(tx, projectId);
  const run = await requireRun(tx, runId);
  if (run.projectId !== projectId) {
    throw new RefusedError(`Checkpoint “${name}” and its run belong to different projects.`);
  }
}

/** Refuse what contradicts itself, before anything is changed. */
function checkCheckpoint(checkpoint: Checkpoint, tensors: TensorRecords, keepResumes: number) {
  const { id, name, parentId } = checkpoint;
  if (parentId === id) throw new RefusedError(`Checkpoint “${name}” cannot be its own parent.`);
  if (!(keepResumes >= 1)) {
    throw new RefusedError(`At least one state of a run is kept; ${keepResumes} was asked for.`);
  }
  for (const [tensor, { shape, data }] of Object.entries(tensors)) {
    const size = shape.reduce((product, d) => product * d, 1);
    if (size !== data.length) {
      throw new RefusedError(
        `Tensor “${tensor}” of checkpoint “${name}” has shape (${shape.join(', ')}), which is ${size}` +
          ` numbers, but ${data.length} were given. Nothing was saved.`,
      );
    }
  }
}

/**
 * The same numbers in a buffer of their own. Storing a view stores all of the buffer behind it, and one
 * read off tfjs's WASM heap has the whole heap behind it; shared memory cannot be stored at all.
 */
function ownBuffer(data: Float32Array): TensorRecord['data'] {
  const { buffer } = data;
  const own = buffer instanceof ArrayBuffer && buffer.byteLength === data.byteLength;
  return own ? data : data.slice();
}
