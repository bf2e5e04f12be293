import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  bytesUsed,
  deleteCheckpoint,
  dropResumes,
  getCheckpoint,
  latestResume,
  listCheckpoints,
  loadCheckpoint,
  renameCheckpoint,
  saveCheckpoint,
} from '../../src/storage/checkpoints';
import { lineage } from '../../src/storage/lineage';
import { createProject, deleteProject } from '../../src/storage/projects';
import { saveRun } from '../../src/storage/runs';
import type { LabDatabase } from '../../src/storage/schema';
import { checkpoint, freshDatabase, project, resume, run, tensors } from './examples';
import { failPut, fillDiskAtPut } from './failures';

let db: LabDatabase;
let restore = () => {};
beforeEach(async () => {
  db = await freshDatabase();
  await createProject(db, project('p'));
});
afterEach(() => {
  restore();
  restore = () => {};
  db.close();
});

const ids = (records: { id: string }[]) => records.map(({ id }) => id);
const bits = (data: Float32Array) => [
  ...new Uint32Array(data.buffer, data.byteOffset, data.length),
];

describe('weights', () => {
  test('round-trip to the bit: NaN, both zeros, infinities, subnormals', async () => {
    const patterns = Uint32Array.of(
      0x7fc00000, // NaN
      0x80000000, // -0
      0x00000000,
      0x7f800000, // infinity
      0xff800000,
      0x00000001, // the least subnormal
      0x807fffff, // the greatest negative subnormal
      0x7f7fffff,
      0x3f800001,
    );
    const data = new Float32Array(patterns.buffer);
    await saveCheckpoint(db, checkpoint('c', 'p'), { w: { shape: [3, 3], data } });
    const loaded = (await loadCheckpoint(db, 'c')).tensors;
    expect(loaded['w']?.shape).toEqual([3, 3]);
    expect(loaded['w']?.data).toBeInstanceOf(Float32Array);
    expect(bits(loaded['w']?.data ?? new Float32Array())).toEqual([...patterns]);
  });

  test('round-trip whatever their names and bits', async () => {
    const numbers = fc.array(fc.float(), { maxLength: 30 }).map((list) => Float32Array.from(list));
    const dictionaries = fc.dictionary(
      fc.string({ minLength: 1 }).filter((name) => name !== '__proto__'),
      numbers.map((data) => ({ shape: [data.length], data })),
    );
    await fc.assert(
      fc.asyncProperty(dictionaries, async (wanted) => {
        await saveCheckpoint(db, checkpoint('c', 'p'), wanted);
        const { tensors: got } = await loadCheckpoint(db, 'c');
        expect(Object.keys(got).sort()).toEqual(Object.keys(wanted).sort());
        for (const [name, { data }] of Object.entries(wanted)) {
          expect(bits(got[name]?.data ?? new Float32Array())).toEqual(bits(data));
        }
      }),
      { numRuns: 50 },
    );
  });

  test('that are views of a heap, shared or not, are stored without the heap', async () => {
    const heap = new Float32Array(1000).fill(9);
    const shared = new Float32Array(new SharedArrayBuffer(16)).fill(4);
    await saveCheckpoint(db, checkpoint('c', 'p'), {
      view: { shape: [2], data: heap.subarray(10, 12) },
      shared: { shape: [4], data: shared },
    });
    heap.fill(0);
    const { tensors: loaded } = await loadCheckpoint(db, 'c');
    expect(loaded['view']?.data).toEqual(Float32Array.of(9, 9));
    expect(loaded['view']?.data.buffer.byteLength).toBe(8);
    expect(loaded['shared']?.data).toEqual(Float32Array.of(4, 4, 4, 4));
  });

  test('are counted in bytes, and read by prefix', async () => {
    const stored = await saveCheckpoint(db, checkpoint('c', 'p', { bytes: -1 }), tensors());
    await createProject(db, project('q'));
    await saveCheckpoint(db, checkpoint('d', 'q'), tensors());
    expect(stored.bytes).toBe(40);
    expect(await getCheckpoint(db, 'c')).toEqual({ ...checkpoint('c', 'p'), bytes: 40 });
    expect(Object.keys((await loadCheckpoint(db, 'c', 'value/')).tensors)).toEqual(['value/a']);
    expect(await bytesUsed(db, 'p')).toBe(40);
    expect(await bytesUsed(db)).toBe(80);
  });

  test('that are written again leave none of the old ones', async () => {
    await saveCheckpoint(db, checkpoint('c', 'p'), tensors());
    await saveCheckpoint(db, checkpoint('c', 'p'), { b: { shape: [1], data: Float32Array.of(2) } });
    expect((await loadCheckpoint(db, 'c')).tensors).toEqual({
      b: { shape: [1], data: Float32Array.of(2) },
    });
  });

  test('that are not those that were written are not handed out', async () => {
    await saveCheckpoint(db, checkpoint('c', 'p'), tensors());
    await db.delete('tensors', ['c', 'value/a']);
    await expect(loadCheckpoint(db, 'c')).rejects.toMatchObject({
      name: 'DamagedError',
      message: expect.stringContaining('24 bytes of weights were found where 40 were saved'),
    });
    await expect(loadCheckpoint(db, 'c', 'value/')).rejects.toMatchObject({ name: 'DamagedError' });
  });
});

describe('a checkpoint that cannot be written', () => {
  const nothingOfIt = async () => {
    await expect(getCheckpoint(db, 'new')).rejects.toMatchObject({ name: 'NotStoredError' });
    expect(await db.count('tensors')).toBe(2);
    expect((await loadCheckpoint(db, 'old')).tensors).toEqual(tensors(7));
  };
  beforeEach(() => saveCheckpoint(db, checkpoint('old', 'p'), tensors(7)));

  test.each([
    ['tensors', 1],
    ['tensors', 2],
    ['checkpoints', 1],
  ])('because put into %s number %i fails leaves nothing of it', async (store, n) => {
    restore = failPut(store, n, new Error('a bad sector'));
    await expect(saveCheckpoint(db, checkpoint('new', 'p'), tensors())).rejects.toThrow(
      'a bad sector',
    );
    restore();
    await nothingOfIt();
  });

  test('because the disk is full says how much was needed, and leaves nothing of it', async () => {
    for (const [store, n] of [
      ['tensors', 1],
      ['tensors', 2],
      ['checkpoints', 1],
    ] as const) {
      restore = fillDiskAtPut(store, n);
      await expect(saveCheckpoint(db, checkpoint('new', 'p'), tensors())).rejects.toMatchObject({
        name: 'StorageFullError',
        message: expect.stringContaining('saving checkpoint “new” needs 40 bytes'),
      });
      restore();
      await nothingOfIt();
    }
    await saveCheckpoint(db, checkpoint('new', 'p'), tensors());
    expect((await loadCheckpoint(db, 'new')).tensors).toEqual(tensors());
  });

  test('because the connection closes under it leaves nothing of it', async () => {
    db.close();
    await expect(saveCheckpoint(db, checkpoint('new', 'p'), tensors())).rejects.toMatchObject({
      name: 'DatabaseClosedError',
      message: expect.stringContaining('reload this page'),
    });
  });

  test('because it contradicts itself is refused', async () => {
    const wrong = { a: { shape: [2, 3], data: new Float32Array(5) } };
    await expect(saveCheckpoint(db, checkpoint('new', 'p'), wrong)).rejects.toThrow(
      'shape (2, 3), which is 6 numbers, but 5 were given',
    );
    const circle = checkpoint('new', 'p', { parentId: 'new' });
    await expect(saveCheckpoint(db, circle, tensors())).rejects.toMatchObject({
      name: 'RefusedError',
    });
    await nothingOfIt();
  });

  test('because its run or project is gone is refused', async () => {
    const stores = { name: 'NotStoredError' };
    await expect(saveCheckpoint(db, checkpoint('new', 'gone'), tensors())).rejects.toMatchObject(
      stores,
    );
    await expect(saveCheckpoint(db, resume('gone', 'p', 1), tensors())).rejects.toMatchObject(
      stores,
    );
    await nothingOfIt();
  });
});

describe('states to go on from', () => {
  beforeEach(async () => {
    await saveCheckpoint(db, checkpoint('sft', 'p'), tensors());
    await saveRun(db, run('r', 'p'));
  });

  test('come back with all that exact resumption needs', async () => {
    await saveCheckpoint(db, resume('r', 'p', 5), tensors(5));
    const latest = await latestResume(db, 'r');
    expect(latest?.progress).toEqual(resume('r', 'p', 5).progress);
  });

  test('are kept to the newest of each run', async () => {
    await saveRun(db, run('other', 'p'));
    await saveCheckpoint(db, resume('other', 'p', 1), tensors());
    for (const step of [5, 10, 15, 20])
      await saveCheckpoint(db, resume('r', 'p', step), tensors(step));
    expect(ids(await listCheckpoints(db, 'p'))).toEqual([
      'sft',
      'other at 1',
      'r at 15',
      'r at 20',
    ]);
    expect(await db.count('tensors')).toBe(8);
    expect((await latestResume(db, 'r'))?.step).toBe(20);
    await saveCheckpoint(db, resume('r', 'p', 25), tensors(), 1);
    expect(ids(await listCheckpoints(db, 'p'))).toEqual(['sft', 'other at 1', 'r at 25']);
  });

  test('stay when writing the next one fails', async () => {
    for (const step of [5, 10]) await saveCheckpoint(db, resume('r', 'p', step), tensors(step));
    restore = failPut('checkpoints', 1, new Error('a bad sector'));
    await expect(saveCheckpoint(db, resume('r', 'p', 15), tensors())).rejects.toThrow();
    restore();
    expect(ids(await listCheckpoints(db, 'p'))).toEqual(['sft', 'r at 5', 'r at 10']);
    expect((await loadCheckpoint(db, 'r at 5')).tensors).toEqual(tensors(5));
  });

  test('stay while another run that started from them can go on', async () => {
    await saveCheckpoint(db, resume('r', 'p', 5), tensors());
    await saveRun(db, run('branch', 'p', { parentId: 'r at 5' }));
    for (const step of [10, 15]) await saveCheckpoint(db, resume('r', 'p', step), tensors());
    expect(ids(await listCheckpoints(db, 'p'))).toEqual(['sft', 'r at 5', 'r at 10', 'r at 15']);
  });

  test('are dropped when the run has finished, and its newest not before', async () => {
    for (const step of [5, 10]) await saveCheckpoint(db, resume('r', 'p', step), tensors());
    await dropResumes(db, 'r');
    expect((await latestResume(db, 'r'))?.step).toBe(10);
    await saveRun(db, run('r', 'p', { status: 'finished' }));
    await dropResumes(db, 'r');
    expect(ids(await listCheckpoints(db, 'p'))).toEqual(['sft']);
    expect(await db.count('tensors')).toBe(2);
  });
});

describe('the tree of checkpoints', () => {
  const chain = async () => {
    await saveCheckpoint(db, checkpoint('base', 'p', { stage: 'base', createdAt: 1 }), tensors());
    await saveCheckpoint(db, checkpoint('sft', 'p', { parentId: 'base', createdAt: 2 }), tensors());
    await saveCheckpoint(db, checkpoint('ppo', 'p', { parentId: 'sft', createdAt: 3 }), tensors());
  };

  test('is read from a checkpoint back to the base model', async () => {
    await chain();
    expect(ids(await lineage(db, 'ppo'))).toEqual(['ppo', 'sft', 'base']);
    await expect(lineage(db, 'nowhere')).rejects.toMatchObject({ name: 'NotStoredError' });
  });

  test('ends where a parent is not stored, and does not go round in circles', async () => {
    await saveCheckpoint(db, checkpoint('a', 'p', { parentId: 'b' }), tensors());
    expect(ids(await lineage(db, 'a'))).toEqual(['a']);
    await saveCheckpoint(db, checkpoint('b', 'p', { parentId: 'a' }), tensors());
    expect(ids(await lineage(db, 'a'))).toEqual(['a', 'b']);
  });

  test('stays in one piece when one in the middle is deleted', async () => {
    await chain();
    await deleteCheckpoint(db, 'sft');
    expect(ids(await lineage(db, 'ppo'))).toEqual(['ppo', 'base']);
    expect(await db.count('tensors')).toBe(4);
    await expect(loadCheckpoint(db, 'sft')).rejects.toMatchObject({ name: 'NotStoredError' });
  });

  test('takes new names, but no empty ones', async () => {
    await chain();
    expect((await renameCheckpoint(db, 'sft', ' Best so far ')).name).toBe('Best so far');
    await expect(renameCheckpoint(db, 'sft', '  ')).rejects.toMatchObject({ name: 'RefusedError' });
    expect((await getCheckpoint(db, 'sft')).name).toBe('Best so far');
  });

  test('keeps what a run that can go on needs, and lets go when the run has finished', async () => {
    await chain();
    await saveCheckpoint(db, checkpoint('judge', 'p', { stage: 'reward-model' }), tensors());
    const needing = run('r', 'p', {
      status: 'paused',
      step: 3,
      rewardModelId: 'judge',
    });
    await saveRun(db, needing);
    for (const id of ['sft', 'judge']) {
      await expect(deleteCheckpoint(db, id)).rejects.toMatchObject({
        name: 'StillNeededError',
        message: expect.stringContaining(
          `“${id}” cannot be deleted: the ppo run (paused at step 3 of 40)`,
        ),
      });
    }
    expect(await db.count('tensors')).toBe(8);
    // One that stopped with a state saved can still go on; without one it cannot.
    await saveCheckpoint(db, resume('r', 'p', 3), tensors());
    await expect(deleteCheckpoint(db, 'r at 3')).rejects.toMatchObject({
      name: 'StillNeededError',
    });
    await saveRun(db, { ...needing, status: 'stopped' });
    await expect(deleteCheckpoint(db, 'sft')).rejects.toMatchObject({ name: 'StillNeededError' });
    await deleteCheckpoint(db, 'r at 3');
    await deleteCheckpoint(db, 'sft');
    await saveRun(db, { ...needing, status: 'finished' });
    await deleteCheckpoint(db, 'judge');
    expect(ids(await listCheckpoints(db, 'p'))).toEqual(['base', 'ppo']);
  });

  test('keeps the base model of its project', async () => {
    await createProject(db, project('q', { baseModel: 'mine' }));
    await saveCheckpoint(db, checkpoint('mine', 'q'), tensors());
    await expect(deleteCheckpoint(db, 'mine')).rejects.toThrow(
      'it is the base model of project “Lab q”',
    );
    await deleteProject(db, 'q');
    expect(await db.count('tensors')).toBe(0);
  });
});
