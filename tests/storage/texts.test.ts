/** What a run said at its steps outlives the page, and goes with the run. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createProject } from '../../src/storage/projects';
import { deleteRun, saveRun } from '../../src/storage/runs';
import type { LabDatabase } from '../../src/storage/schema';
import { readSettings, writeSetting } from '../../src/storage/settings';
import { listTexts, saveTexts } from '../../src/storage/texts';
import { freshDatabase, project, run } from './examples';

let db: LabDatabase;
beforeEach(async () => {
  db = await freshDatabase();
  await createProject(db, project('p'));
  await saveRun(db, run('r', 'p'));
});
afterEach(() => db.close());

const at = (step: number) => ({ step, texts: [{ prompt: 'Hi', text: `said at ${step}` }] });
const steps = async () => (await listTexts(db, 'p', 'r')).map(({ step }) => step);

test('the first look and the newest are kept, in order', async () => {
  for (let step = 1; step <= 40; step++) await saveTexts(db, 'p', 'r', at(step));
  expect(await steps()).toEqual([1, ...Array.from({ length: 24 }, (_, i) => 17 + i)]);
  expect((await listTexts(db, 'p', 'r'))[0]).toEqual(at(1));
});

test('a run that goes on from an earlier step says later things anew', async () => {
  for (const step of [1, 5, 9]) await saveTexts(db, 'p', 'r', at(step));
  await saveTexts(db, 'p', 'r', at(5));
  expect(await steps()).toEqual([1, 5]);
});

test('they go with the run, and nonsense in their place is none', async () => {
  await saveTexts(db, 'p', 'r', at(1));
  await deleteRun(db, 'r');
  expect(await readSettings(db, 'p')).toEqual({});
  await writeSetting(db, 'p', 'texts:r', [1, { step: 'x' }, { step: 2, texts: [3] }]);
  expect(await listTexts(db, 'p', 'r')).toEqual([{ step: 2, texts: [] }]);
});
