import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  latestResume,
  listCheckpoints,
  loadCheckpoint,
  saveCheckpoint,
} from '../../src/storage/checkpoints';
import { createProject } from '../../src/storage/projects';
import {
  deleteRun,
  getRun,
  listMetrics,
  listRollouts,
  listRuns,
  rewindRun,
  ROLLOUTS_PER_RUN,
  saveRun,
  saveSteps,
  unfinishedRuns,
} from '../../src/storage/runs';
import type { LabDatabase } from '../../src/storage/schema';
import { checkpoint, freshDatabase, project, resume, rollout, row, run, tensors } from './examples';
import { failPut } from './failures';

let db: LabDatabase;
let restore = () => {};
beforeEach(async () => {
  db = await freshDatabase();
  await createProject(db, project('p'));
  await saveRun(db, run('r', 'p'));
});
afterEach(() => {
  restore();
  restore = () => {};
  db.close();
});

const steps = (rows: { step: number }[]) => rows.map(({ step }) => step);

describe('a run', () => {
  test('is listed by start, and as unfinished while it runs or is paused', async () => {
    await saveRun(db, run('early', 'p', { startedAt: 1, status: 'paused' }));
    await saveRun(db, run('done', 'p', { startedAt: 2, status: 'finished' }));
    await saveRun(
      db,
      run('failed', 'p', { startedAt: 3, status: 'failed', failure: 'Out of memory.' }),
    );
    expect((await listRuns(db, 'p')).map(({ id }) => id)).toEqual(['early', 'done', 'failed', 'r']);
    expect((await unfinishedRuns(db, 'p')).map(({ id }) => id)).toEqual(['r', 'early']);
    expect((await getRun(db, 'failed')).failure).toBe('Out of memory.');
  });

  test('is refused in another project than its own', async () => {
    await createProject(db, project('q'));
    await expect(saveRun(db, run('r', 'q'))).rejects.toMatchObject({ name: 'RefusedError' });
    await expect(saveRun(db, run('s', 'gone'))).rejects.toMatchObject({ name: 'NotStoredError' });
    expect((await getRun(db, 'r')).projectId).toBe('p');
  });
});

describe('steps', () => {
  test('that are taken again after a resume replace their rows and rollouts', async () => {
    const first = [1, 2, 3].map((step) => row('r', step));
    await saveSteps(db, run('r', 'p', { step: 3 }), first, [
      rollout('r', 2, 'a'),
      rollout('r', 3, 'b'),
    ]);
    // The same step drawn anew has new ids.
    const again = [2, 3, 4].map((step) => row('r', step, -step));
    await saveSteps(db, run('r', 'p', { step: 4 }), again, [
      rollout('r', 2, 'c'),
      rollout('r', 4, 'd'),
    ]);
    expect(await listMetrics(db, 'r')).toEqual([row('r', 1), ...again]);
    expect((await listRollouts(db, 'r')).map(({ id }) => id)).toEqual(['c', 'b', 'd']);
    expect((await listRollouts(db, 'r', 2)).map(({ id }) => id)).toEqual(['c']);
    expect((await getRun(db, 'r')).step).toBe(4);
  });

  test('come in order of number, not of digits, and from a step on', async () => {
    await saveSteps(
      db,
      run('r', 'p'),
      [10, 9, 100, 2].map((step) => row('r', step)),
    );
    expect(steps(await listMetrics(db, 'r'))).toEqual([2, 9, 10, 100]);
    expect(steps(await listMetrics(db, 'r', 10))).toEqual([10, 100]);
  });

  test('beyond the checkpoint are gone after going back to it', async () => {
    await saveRun(db, run('r2', 'p'));
    await saveSteps(db, run('r2', 'p'), [row('r2', 9)], [rollout('r2', 9, 'x')]);
    const rows = [1, 2, 3].map((step) => row('r', step));
    await saveSteps(db, run('r', 'p', { step: 3 }), rows, [
      rollout('r', 2, 'a'),
      rollout('r', 3, 'b'),
    ]);
    expect(await rewindRun(db, 'r', 2)).toEqual(run('r', 'p', { step: 2 }));
    expect(steps(await listMetrics(db, 'r'))).toEqual([1, 2]);
    expect(steps(await listRollouts(db, 'r'))).toEqual([2]);
    expect(steps(await listMetrics(db, 'r2'))).toEqual([9]);
  });

  test('keep the newest rollouts only', async () => {
    const step = (n: number) =>
      Array.from({ length: 200 }, (_, i) => rollout('r', n, `${n} ${String(i).padStart(3, '0')}`));
    for (const n of [1, 2, 3]) await saveSteps(db, run('r', 'p', { step: n }), [], step(n));
    const kept = await listRollouts(db, 'r');
    expect(kept).toHaveLength(ROLLOUTS_PER_RUN);
    expect(kept[0]?.id).toBe(`1 ${String(600 - ROLLOUTS_PER_RUN).padStart(3, '0')}`);
    expect(kept.at(-1)?.id).toBe('3 199');
  });

  test('are written with the run or not at all', async () => {
    restore = failPut('rollouts', 2, new Error('a bad sector'));
    const writing = saveSteps(
      db,
      run('r', 'p', { step: 1 }),
      [row('r', 1)],
      [rollout('r', 1, 'a'), rollout('r', 1, 'b')],
    );
    await expect(writing).rejects.toMatchObject({ name: 'StorageError' });
    restore();
    expect((await getRun(db, 'r')).step).toBe(0);
    expect(await listMetrics(db, 'r')).toEqual([]);
    expect(await listRollouts(db, 'r')).toEqual([]);
  });

  test('of another run, or of one that is gone, are refused', async () => {
    await expect(saveSteps(db, run('r', 'p'), [row('other', 1)])).rejects.toMatchObject({
      name: 'RefusedError',
    });
    await expect(saveSteps(db, run('gone', 'p'), [row('gone', 1)])).rejects.toMatchObject({
      name: 'NotStoredError',
    });
    expect(await listMetrics(db, 'gone')).toEqual([]);
  });
});

describe('deleting a run', () => {
  test('takes its history and states with it, and leaves the model it made', async () => {
    await saveCheckpoint(db, checkpoint('sft', 'p'), tensors());
    await saveSteps(db, run('r', 'p', { step: 2 }), [row('r', 1)], [rollout('r', 1, 'a')]);
    await saveCheckpoint(db, resume('r', 'p', 2), tensors());
    await saveCheckpoint(
      db,
      checkpoint('made', 'p', { runId: 'r', parentId: 'r at 2' }),
      tensors(3),
    );
    await deleteRun(db, 'r');
    await expect(getRun(db, 'r')).rejects.toMatchObject({ name: 'NotStoredError' });
    expect(await listMetrics(db, 'r')).toEqual([]);
    expect(await listRollouts(db, 'r')).toEqual([]);
    expect(await latestResume(db, 'r')).toBeNull();
    expect(await db.count('tensors')).toBe(4);
    expect((await listCheckpoints(db, 'p')).map(({ id }) => id).sort()).toEqual(['made', 'sft']);
    const made = await loadCheckpoint(db, 'made');
    expect(made.checkpoint).toMatchObject({ runId: null, parentId: 'sft' });
    expect(made.tensors).toEqual(tensors(3));
  });

  test('is refused while another run needs one of its states', async () => {
    await saveCheckpoint(db, resume('r', 'p', 2), tensors());
    await saveRun(db, run('branch', 'p', { parentId: 'r at 2', status: 'paused' }));
    await expect(deleteRun(db, 'r')).rejects.toMatchObject({ name: 'StillNeededError' });
    expect((await getRun(db, 'r')).id).toBe('r');
    expect((await loadCheckpoint(db, 'r at 2')).tensors).toEqual(tensors());
  });
});
