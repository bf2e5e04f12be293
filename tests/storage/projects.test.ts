import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { saveCheckpoint } from '../../src/storage/checkpoints';
import { saveRecords } from '../../src/storage/collections';
import { saveLabels } from '../../src/storage/labels';
import {
  createProject,
  deleteProject,
  getProject,
  listProjects,
  readProject,
  renameProject,
  updateProject,
} from '../../src/storage/projects';
import { saveRun, saveSteps } from '../../src/storage/runs';
import type { LabDatabase } from '../../src/storage/schema';
import {
  draftKey,
  readSetting,
  readSettings,
  removeSetting,
  WHOLE_LAB,
  writeSetting,
} from '../../src/storage/settings';
import {
  answerSet,
  biasProbe,
  checkpoint,
  comparison,
  demonstration,
  evaluation,
  freshDatabase,
  label,
  project,
  prompt,
  ranking,
  resume,
  review,
  rollout,
  row,
  run,
  sample,
  tensors,
  study,
  testSet,
} from './examples';
import { failPut } from './failures';

let db: LabDatabase;
let restore = () => {};
beforeEach(async () => {
  db = await freshDatabase();
});
afterEach(() => {
  restore();
  restore = () => {};
  db.close();
});

/** One record in every store. Ids of runs and checkpoints are unique; the others' are not. */
async function fill(id: string): Promise<void> {
  await createProject(db, project(id));
  await saveRecords(db, 'demonstrations', id, [demonstration('1')]);
  await saveRecords(db, 'prompts', id, [prompt('1')]);
  await saveRecords(db, 'samples', id, [sample('1')]);
  await saveRecords(db, 'evaluations', id, [evaluation('1')]);
  await saveRecords(db, 'studies', id, [study('1')]);
  await saveRecords(db, 'answerSets', id, [answerSet('1')]);
  await saveRecords(db, 'testSets', id, [testSet('1')]);
  await saveRecords(db, 'probes', id, [biasProbe('1')]);
  await saveRecords(db, 'reviews', id, [review('1')]);
  await saveLabels(db, id, [label('1', '1')]);
  await saveCheckpoint(db, checkpoint(`model of ${id}`, id), tensors());
  await saveRun(db, run(`run of ${id}`, id));
  const rows = [row(`run of ${id}`, 1)];
  await saveSteps(db, run(`run of ${id}`, id, { step: 1 }), rows, [
    rollout(`run of ${id}`, 1, '1'),
  ]);
  await saveCheckpoint(db, resume(`run of ${id}`, id, 1), tensors());
  await writeSetting(db, id, 'tour', { seen: [1, 2] });
}

async function contents(): Promise<Record<string, unknown[]>> {
  const stores: Record<string, unknown[]> = {};
  for (const name of db.objectStoreNames) stores[name] = await db.getAll(name);
  return stores;
}

describe('projects', () => {
  test('are listed, the one opened last first', async () => {
    await createProject(db, project('a', { openedAt: 5 }));
    await createProject(db, project('b', { openedAt: 9 }));
    expect((await listProjects(db)).map(({ id }) => id)).toEqual(['b', 'a']);
    await updateProject(db, 'a', { openedAt: 10, guidelines: 'Be brief.' });
    expect(await listProjects(db)).toEqual([
      project('a', { openedAt: 10, guidelines: 'Be brief.' }),
      project('b', { openedAt: 9 }),
    ]);
  });

  test('have names, and are not made twice', async () => {
    await createProject(db, project('a', { name: ' Monday ' }));
    expect((await getProject(db, 'a')).name).toBe('Monday');
    await expect(createProject(db, project('b', { name: ' ' }))).rejects.toThrow('needs a name');
    await expect(createProject(db, project('a'))).rejects.toMatchObject({ name: 'RefusedError' });
    await renameProject(db, 'a', 'Tuesday');
    await expect(renameProject(db, 'a', '\n')).rejects.toMatchObject({ name: 'RefusedError' });
    await expect(renameProject(db, 'b', 'B')).rejects.toMatchObject({ name: 'NotStoredError' });
    expect(await listProjects(db)).toEqual([project('a', { name: 'Tuesday' })]);
  });

  test('are read whole', async () => {
    await fill('other');
    await fill('p');
    const of = 'run of p';
    const sized = (made: object) => ({ ...made, bytes: 40 });
    expect(await readProject(db, 'p')).toEqual({
      project: project('p'),
      demonstrations: [demonstration('1')],
      prompts: [prompt('1')],
      samples: [sample('1')],
      rankings: [ranking('1', '1')],
      comparisons: [comparison(ranking('1', '1'))],
      evaluations: [evaluation('1')],
      studies: [study('1')],
      answerSets: [answerSet('1')],
      testSets: [testSet('1')],
      probes: [biasProbe('1')],
      reviews: [review('1')],
      runs: [run(of, 'p', { step: 1 })],
      metrics: [row(of, 1)],
      rollouts: [rollout(of, 1, '1')],
      checkpoints: [checkpoint('model of p', 'p'), resume(of, 'p', 1)].map(sized),
      settings: { tour: { seen: [1, 2] } },
    });
    await expect(readProject(db, 'gone')).rejects.toMatchObject({ name: 'NotStoredError' });
  });

  test('leave nothing behind when deleted, and take nothing of others', async () => {
    await fill('other');
    await writeSetting(db, WHOLE_LAB, 'theme', 'dark');
    const before = await contents();
    expect(Object.values(before).every((rows) => rows.length > 0)).toBe(true);
    await fill('p');
    await deleteProject(db, 'p');
    expect(await contents()).toEqual(before);
  });

  test('take the order along that is being made in them', async () => {
    await fill('p');
    await writeSetting(db, WHOLE_LAB, draftKey('p'), { key: 'x' });
    await writeSetting(db, WHOLE_LAB, draftKey('q'), { key: 'y' });
    await deleteProject(db, 'p');
    expect(await readSetting(db, WHOLE_LAB, draftKey('p'))).toBeUndefined();
    expect(await readSetting(db, WHOLE_LAB, draftKey('q'))).toEqual({ key: 'y' });
  });

  test('are not confused with those whose id begins alike', async () => {
    await fill('p1');
    const before = await contents();
    await fill('p');
    await deleteProject(db, 'p');
    expect(await contents()).toEqual(before);
  });

  test('stay whole when a deletion breaks off', async () => {
    await fill('p');
    const before = await contents();
    const original = IDBObjectStore.prototype.delete;
    IDBObjectStore.prototype.delete = function (this: IDBObjectStore, key) {
      if (this.name === 'projects') throw new Error('a bad sector');
      return original.call(this, key);
    };
    restore = () => {
      IDBObjectStore.prototype.delete = original;
    };
    await expect(deleteProject(db, 'p')).rejects.toThrow('a bad sector');
    restore();
    expect(await contents()).toEqual(before);
  });
});

describe('settings', () => {
  test('belong to a project or to the whole lab', async () => {
    await createProject(db, project('p'));
    await writeSetting(db, WHOLE_LAB, 'theme', 'dark');
    await writeSetting(db, 'p', 'theme', 'light');
    await writeSetting(db, 'p', 'draft', { sft: { epochs: 2, flags: [true, null] } });
    expect(await readSetting(db, WHOLE_LAB, 'theme')).toBe('dark');
    expect(await readSettings(db, 'p')).toEqual({
      theme: 'light',
      draft: { sft: { epochs: 2, flags: [true, null] } },
    });
    await removeSetting(db, 'p', 'theme');
    expect(await readSetting(db, 'p', 'theme')).toBeUndefined();
    await expect(writeSetting(db, 'gone', 'theme', 1)).rejects.toMatchObject({
      name: 'NotStoredError',
    });
  });

  test('stay as they were where the new value cannot be written', async () => {
    await writeSetting(db, WHOLE_LAB, 'theme', 'dark');
    restore = failPut('settings', 1, new Error('a bad sector'));
    await expect(writeSetting(db, WHOLE_LAB, 'theme', 'light')).rejects.toThrow('a bad sector');
    restore();
    expect(await readSetting(db, WHOLE_LAB, 'theme')).toBe('dark');
  });
});
