/**
 * Which checkpoint came from which, and which must stay: a run that can go on still needs the models it
 * began with (the SFT model is PPO's reference, the reward model its judge), even when it is old news to
 * the person.
 */
import type { Checkpoint, Id, RunRecord } from '../records';
import { NotStoredError, StillNeededError } from './errors';
import type { LabDatabase } from './schema';
import {
  forEach,
  read,
  startingWith,
  type ReadTransaction,
  type WriteTransaction,
} from './transactions';

/**
 * A checkpoint and what it came from, itself first and the base model last, as far back as is stored.
 * @throws NotStoredError
 */
export function lineage(db: LabDatabase, id: Id): Promise<Checkpoint[]> {
  return read(db, ['checkpoints'], 'reading checkpoints', async (tx) => {
    const store = tx.objectStore('checkpoints');
    const chain: Checkpoint[] = [];
    let next: Id | null = id;
    // Imported data may hold a circle; nobody is their own ancestor.
    while (next !== null && !chain.some((checkpoint) => checkpoint.id === next)) {
      const checkpoint: Checkpoint | undefined = await store.get(next);
      if (!checkpoint) break;
      chain.push(checkpoint);
      next = checkpoint.parentId;
    }
    if (chain.length === 0) throw new NotStoredError('checkpoint', id);
    return chain;
  });
}

/**
 * The runs of the project that could not go on without this checkpoint. A run that can go on needs the
 * one it started from, its reward model, and the newest state that it saved.
 */
export async function runsThatNeed(
  tx: ReadTransaction | WriteTransaction,
  checkpoint: Checkpoint,
): Promise<RunRecord[]> {
  const runs = await tx.objectStore('runs').index('by-project').getAll(checkpoint.projectId);
  const needing: RunRecord[] = [];
  for (const run of runs) {
    if (run.status === 'finished') continue;
    const states = await resumeStates(tx, run.id);
    const open = run.status === 'running' || run.status === 'paused';
    // One that stopped or failed before it saved anything cannot go on anyway.
    if (!open && states.length === 0) continue;
    const named = run.parentId === checkpoint.id || run.rewardModelId === checkpoint.id;
    if (named || (open && states.at(-1)?.id === checkpoint.id)) needing.push(run);
  }
  return needing;
}

/** The states that a run can go on from, oldest first. */
export async function resumeStates(
  tx: ReadTransaction | WriteTransaction,
  runId: Id,
): Promise<Checkpoint[]> {
  const checkpoints = await tx.objectStore('checkpoints').index('by-run').getAll(runId);
  return checkpoints
    .filter(({ kind }) => kind === 'resume')
    .sort((a, b) => a.step - b.step || a.createdAt - b.createdAt);
}

/** @throws StillNeededError naming the runs */
export function refuseIfNeeded(checkpoint: Checkpoint, runs: readonly RunRecord[]): void {
  if (runs.length === 0) return;
  const names = runs.map(
    ({ stage, step, steps, status }) => `the ${stage} run (${status} at step ${step} of ${steps})`,
  );
  throw new StillNeededError(
    `Checkpoint “${checkpoint.name}” cannot be deleted: ${names.join(' and ')} still needs it to go` +
      ' on. Let the run finish, or delete the run first.',
  );
}

/**
 * Delete a checkpoint with its tensors. What came from it now comes from what it came from, so the tree
 * stays in one piece.
 */
export async function removeCheckpoint(tx: WriteTransaction, id: Id): Promise<void> {
  const store = tx.objectStore('checkpoints');
  const parentId = (await store.get(id))?.parentId ?? null;
  const children = await store.index('by-parent').getAll(id);
  await forEach(children, (child) => store.put({ ...child, parentId }));
  await store.delete(id);
  await tx.objectStore('tensors').delete(startingWith(id));
}
