/** A person at work on rankings, on real storage: what is shown follows from what is on the disk. */
import 'fake-indexeddb/auto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Project, Sample } from '../../src/records';
import { listRecords, saveRecords } from '../../src/storage/collections';
import { closeDatabase, openDatabase } from '../../src/storage/database';
import { createProject } from '../../src/storage/projects';
import type { LabDatabase } from '../../src/storage/schema';
import { Labeling } from '../../src/ui/state/labeling.svelte';
import { Labels } from '../../src/ui/state/labels.svelte';
import { placesOf } from '../../src/ui/state/ranking';
import { RankingSession } from '../../src/ui/state/ranking.svelte';

const PROJECT = 'p';
let db: LabDatabase;
let labels: Labels;
let labeling: Labeling;
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
const THE_PROJECT: Project = {
  id: PROJECT,
  name: 'P',
  seed: 1,
  baseModel: 'small',
  guidelines: 'Be kind.',
  createdAt: 0,
  openedAt: 0,
};
const stored = () => listRecords(db, 'rankings', PROJECT);
const shownId = () => session.draft?.sample.id;

beforeEach(async () => {
  db = await openDatabase({ name: `ranking-${Math.random()}` });
  await createProject(db, THE_PROJECT);
  await saveRecords(db, 'samples', PROJECT, [sample(0), sample(1), sample(2)]);
  problems.length = 0;
  await visit();
});
/** Open the page, or open it again: all that is known is what is stored. */
async function visit(): Promise<void> {
  labels = new Labels(db, PROJECT);
  labeling = new Labeling();
  await labels.load();
  await labeling.open(db, THE_PROJECT);
  session = new RankingSession({
    labels,
    labeling,
    project: { seed: 1 },
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
}
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
  expect(problems.map(String)).toContainEqual(expect.stringContaining('saving rankings'));
  expect(shownId()).toBe('s0');
  expect(placesOf(session.draft?.order ?? [])).toEqual(places);
});

test('an order that is being made outlives the page, with the way back', async () => {
  session.choose(3);
  session.move(-1);
  session.tie();
  session.flag();
  const order = session.draft?.order;
  const { shown } = session.draft ?? {};
  await labeling.settled();
  await visit();
  expect(shownId()).toBe('s0');
  expect(session.draft?.order).toEqual(order);
  expect(session.draft?.shown).toEqual(shown);
  expect(session.draft?.flagged).toBe(true);
  await session.undo();
  await session.undo();
  expect(session.draft?.canUndo).toBe(false);
  expect(placesOf(session.draft?.order ?? [])).toEqual(shown);
});

test('the last move is kept though the database is closed right after it', async () => {
  session.choose(3);
  for (let n = 0; n < 3; n++) session.move(-1);
  session.tie();
  const order = session.draft?.order;
  const { name } = db;
  closeDatabase(db); // what has begun is finished, and nothing more is let in
  db = await openDatabase({ name });
  await visit();
  expect(session.draft?.order).toEqual(order);
  expect(problems).toEqual([]);
});

test('a draft of another item, or of nothing that fits, is not taken up', async () => {
  await labeling.keepDraft({ key: 'person|s0||', shown: [0, 0, 1, 2], steps: [] });
  await visit();
  expect(placesOf(session.draft?.order ?? []).toSorted()).toEqual([0, 1, 2, 3]);
});

test('verdicts of an earlier visit are taken back, too', async () => {
  await session.save('ranked');
  await session.save('ranked');
  await visit();
  await session.undo();
  expect(shownId()).toBe('s1');
  await session.undo();
  expect(shownId()).toBe('s0');
  expect(await stored()).toEqual([]);
});

describe('several labelers', () => {
  test('rank the same samples, each under their own name and by the present guidelines', async () => {
    await session.save('ranked');
    await labeling.addPerson('  Ada   Lovelace ');
    expect(session.done).toBe(0);
    expect(shownId()).toBe('s0');
    await labeling.setGuidelines('Be brief.');
    await session.save('ranked');
    expect((await stored()).map(({ labeler, guidelinesVersion }) => [labeler.name, guidelinesVersion])).toEqual([['You', 1], ['Ada Lovelace', 2]]); // prettier-ignore
    await labeling.set({ current: 'person' });
    expect(shownId()).toBe('s1');
    await session.undo();
    expect((await stored()).map(({ labeler }) => labeler.name)).toEqual(['Ada Lovelace']);
    expect(shownId()).toBe('s0');
  });

  test('share the samples out where everybody ranks each once', async () => {
    await session.save('ranked');
    await labeling.addPerson('Ada');
    await labeling.set({ everybody: false });
    expect(session.done).toBe(1);
    expect(shownId()).toBe('s1');
  });

  test('are told apart by their names, and the last one stays', async () => {
    await expect(labeling.addPerson(' you ')).rejects.toThrow('called “you” already');
    await expect(labeling.addPerson(' ')).rejects.toThrow('Write a name.');
    await expect(labeling.removePerson('person')).rejects.toThrow('last person');
    await labeling.addPerson('Ada');
    const [, ada] = labeling.settings.people;
    await labeling.renamePerson(ada!.id, 'Countess');
    await labeling.hold(ada!.id, true);
    await visit();
    expect(labeling.current.name).toBe('Countess');
    expect(labeling.settings.heldOut).toEqual([ada!.id]);
    await labeling.removePerson(ada!.id);
    expect(labeling.settings).toMatchObject({ current: 'person', heldOut: [] });
  });
});

test('an earlier sample comes again when it is due, and is not learned from', async () => {
  await saveRecords(db, 'samples', PROJECT, [3, 4, 5, 6, 7].map(sample));
  await labels.reload('samples');
  await labeling.set({ repeatEvery: 4 });
  for (let i = 0; i < 4; i++) await session.save('ranked');
  expect(shownId()).toBe('s0');
  await session.save('ranked');
  const again = (await stored()).at(-1);
  expect(again).toMatchObject({ sampleId: 's0', repeat: true });
  expect(await listRecords(db, 'comparisons', PROJECT)).toHaveLength(4);
  expect(shownId()).toBe('s4');
  await session.undo();
  expect(shownId()).toBe('s0');
  expect(session.draft?.item.isRepeat).toBe(true);
});

describe('a verdict that is made again', () => {
  test('of one’s own replaces the old one where it stands, and can be taken back', async () => {
    await session.save('ranked');
    await session.save('ranked');
    const [first] = await stored();
    await labeling.set({ relabel: [first!.id] });
    expect(shownId()).toBe('s0');
    expect(await stored()).toHaveLength(2);
    session.choose(3);
    session.move(-1);
    await session.save('ranked');
    const after = await stored();
    expect(after.map(({ id }) => id)).toEqual((await stored()).map(({ id }) => id));
    expect(after[0]).toMatchObject({ id: first!.id });
    expect(after).toHaveLength(2);
    expect(shownId()).toBe('s2');
    await session.undo();
    expect(await stored()).toEqual(expect.arrayContaining([first]));
    expect(shownId()).toBe('s0');
  });

  const rule = { id: 'rule', name: 'Rule', source: 'simulated', rule: 'short' } as const;

  test('of a rule takes its place once it is written, and gives it back', async () => {
    await session.save('ranked');
    const [own] = await stored();
    const byRule = { ...own!, labeler: rule };
    await labels.saveRanking(byRule);
    await labeling.set({ relabel: [byRule.id] });
    await session.save('ranked');
    expect((await stored()).map(({ labeler }) => labeler.name)).toEqual(['You']);
    expect((await stored())[0]?.id).not.toBe(byRule.id);
    await session.undo();
    expect(await stored()).toEqual([byRule]);
  });

  test('of another person stands beside theirs', async () => {
    await session.save('ranked');
    const [first] = await stored();
    await labeling.addPerson('Ada');
    await labeling.set({ relabel: [first!.id] });
    await session.save('ranked');
    expect((await stored()).map(({ labeler }) => labeler.name)).toEqual(['You', 'Ada']);
    expect(labeling.settings.relabel).toEqual([]);
    await session.undo();
    expect(await stored()).toEqual([first]);
  });
});

test('the form is asked where it is wanted, and kept with the verdict', async () => {
  await labeling.set({ form: true });
  await session.save('ranked');
  expect(session.problem).toBe('Answer 1 has no overall score yet.');
  expect(await stored()).toEqual([]);
  for (let k = 0; k < 4; k++) session.fill(k, (form) => ({ ...form, overall: 7 - k }));
  session.fill(2, (form) => ({ ...form, answers: { ...form.answers, hallucination: true } }));
  await session.undo();
  session.fill(1, (form) => ({ ...form, answers: { ...form.answers, hallucination: true } }));
  await session.save('ranked');
  const [ranking] = await stored();
  expect(ranking?.forms?.map(({ overall }) => overall)).toEqual([7, 6, 5, 4]);
  expect(ranking?.forms?.map(({ answers }) => answers['hallucination'])).toEqual([false, true, false, false]); // prettier-ignore
  await session.save('skipped');
  expect((await stored())[1]?.forms).toBeUndefined();
});
