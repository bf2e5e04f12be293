/** A person at work on rankings, on real storage: what is shown follows from what is on the disk. */
import 'fake-indexeddb/auto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Sample } from '../../src/records';
import { listRecords, saveRecords } from '../../src/storage/collections';
import { closeDatabase, openDatabase } from '../../src/storage/database';
import { createProject } from '../../src/storage/projects';
import type { LabDatabase } from '../../src/storage/schema';
import { Labels } from '../../src/ui/state/labels.svelte';
import { placesOf } from '../../src/ui/state/ranking';
import { RankingSession } from '../../src/ui/state/ranking.svelte';

const PROJECT = 'p';
let db: LabDatabase;
let labels: Labels;
let session: RankingSession;
const problems: unknown[] = [];

const sample = (i: number): Sample => ({
  id: `s${i}`,
  prompt: {
    id: `q${i}`,
    text: `Prompt ${i}`,
    task: 'own',
    split: 'train',
    source: 'human',
    check: null,
  },
  checkpointId: 'c',
  temperature: 1,
  seed: 1,
  responses: ['a', 'b', 'c', 'd'].map((text) => ({ text: text + i, tokens: 2, finished: true })),
  createdAt: i,
});
const stored = () => listRecords(db, 'rankings', PROJECT);
const shownId = () => session.draft?.sample.id;

beforeEach(async () => {
  db = await openDatabase({ name: `ranking-${Math.random()}` });
  const project = { id: PROJECT, name: 'P', seed: 1, baseModel: 'small', guidelines: '' };
  await createProject(db, { ...project, createdAt: 0, openedAt: 0 });
  await saveRecords(db, 'samples', PROJECT, [sample(0), sample(1), sample(2)]);
  labels = new Labels(db, PROJECT);
  await labels.load();
  problems.length = 0;
  session = new RankingSession({
    labels,
    attempt: async (_what, action) => {
      try {
        await action();
        return true;
      } catch (error) {
        problems.push(error);
        return false;
      }
    },
  });
});
afterEach(() => closeDatabase(db));

test('the next sample is shown when the verdict is on the disk, and not before', async () => {
  expect(shownId()).toBe('s0');
  const saving = session.save('ranked');
  expect(shownId()).toBe('s0');
  await saving;
  expect(shownId()).toBe('s1');
  const [ranking] = await stored();
  expect(ranking).toMatchObject({
    sampleId: 's0',
    verdict: 'ranked',
    labeler: { source: 'human' },
  });
  expect(await listRecords(db, 'comparisons', PROJECT)).toHaveLength(1);
});

test('ranks are of the answers, whatever the order in which they were shown', async () => {
  session.choose(3);
  session.move(-1);
  session.move(-1);
  session.choose(1);
  session.tie();
  const order = session.draft?.order ?? [];
  await session.save('ranked');
  const [ranking] = await stored();
  order.forEach((group, i) => {
    for (const answer of group) expect(ranking?.ranks[answer]).toBe(i + 1);
  });
  expect(ranking?.responses).toEqual(['a0', 'b0', 'c0', 'd0']);
  expect([...(ranking?.shown ?? [])].sort()).toEqual([0, 1, 2, 3]);
});

test('all bad keeps an order that was made, and invents none', async () => {
  await session.save('all-bad');
  session.choose(2);
  session.move(-1);
  await session.save('all-bad');
  const [none, made] = await stored();
  expect(none?.ranks).toEqual([1, 1, 1, 1]);
  expect(new Set(made?.ranks).size).toBe(4);
});

test('undo takes back moves first, then verdicts one by one, and shows them as they were', async () => {
  session.choose(1);
  session.tie();
  const order = session.draft?.order;
  await session.save('ranked');
  await session.save('skipped');
  expect(shownId()).toBe('s2');
  session.choose(3);
  session.move(-1);
  await session.undo();
  expect(shownId()).toBe('s2');
  await session.undo();
  expect(shownId()).toBe('s1');
  await session.undo();
  expect(shownId()).toBe('s0');
  expect(session.draft?.order).toEqual(order);
  expect(await stored()).toEqual([]);
  await session.undo();
  expect(shownId()).toBe('s0');
});

test('a verdict that cannot be written is told, and the sample stays with its order', async () => {
  session.choose(3);
  session.move(-1);
  const places = placesOf(session.draft?.order ?? []);
  closeDatabase(db);
  await session.save('ranked');
  expect(problems).toHaveLength(1);
  expect(shownId()).toBe('s0');
  expect(placesOf(session.draft?.order ?? [])).toEqual(places);
});
