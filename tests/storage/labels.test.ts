import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  countRecords,
  getRecord,
  listRecords,
  removeRecords,
  restoreRecords,
  saveRecords,
} from '../../src/storage/collections';
import {
  removeRankings,
  saveLabels,
  undoLastRanking,
  unrankedSamples,
} from '../../src/storage/labels';
import { createProject } from '../../src/storage/projects';
import type { LabDatabase } from '../../src/storage/schema';
import { TASKS, type Demonstration } from '../../src/records';
import {
  comparison,
  demonstration,
  evaluation,
  freshDatabase,
  label,
  project,
  prompt,
  ranking,
  sample,
} from './examples';
import { failPut, fillDiskAtPut } from './failures';

let db: LabDatabase;
let restore = () => {};
beforeEach(async () => {
  db = await freshDatabase();
  await createProject(db, project('p'));
  await createProject(db, project('q'));
});
afterEach(() => {
  restore();
  restore = () => {};
  db.close();
});

const ids = (records: { id: string }[]) => records.map(({ id }) => id);

describe('records of a project', () => {
  test('come back as they were, in the order written, and only in their project', async () => {
    await saveRecords(db, 'demonstrations', 'p', [demonstration('z'), demonstration('a')]);
    await saveRecords(db, 'demonstrations', 'p', [demonstration('m')]);
    // The built-in records have the same ids in every project.
    await saveRecords(db, 'demonstrations', 'q', [demonstration('a', 'Other.')]);
    expect(await listRecords(db, 'demonstrations', 'p')).toEqual(
      ['z', 'a', 'm'].map((id) => demonstration(id)),
    );
    expect(await getRecord(db, 'demonstrations', 'q', 'a')).toEqual(demonstration('a', 'Other.'));
    expect(await countRecords(db, 'demonstrations', 'p')).toBe(3);
  });

  test('keep their place when written again', async () => {
    await saveRecords(
      db,
      'demonstrations',
      'p',
      ['z', 'a', 'm'].map((id) => demonstration(id)),
    );
    await saveRecords(db, 'demonstrations', 'p', [demonstration('a', 'Better.')]);
    const list = await listRecords(db, 'demonstrations', 'p');
    expect(ids(list)).toEqual(['z', 'a', 'm']);
    expect(list[1]?.response).toBe('Better.');
  });

  test('go back to their place when a deletion is undone', async () => {
    await saveRecords(
      db,
      'demonstrations',
      'p',
      ['z', 'a', 'm'].map((id) => demonstration(id)),
    );
    const removal = await removeRecords(db, 'demonstrations', 'p', ['a', 'nowhere']);
    expect(ids(await listRecords(db, 'demonstrations', 'p'))).toEqual(['z', 'm']);
    await restoreRecords(db, removal);
    expect(await listRecords(db, 'demonstrations', 'p')).toEqual(
      ['z', 'a', 'm'].map((id) => demonstration(id)),
    );
  });

  test('of every collection round-trip', async () => {
    await saveRecords(db, 'prompts', 'p', [prompt('1')]);
    await saveRecords(db, 'samples', 'p', [sample('1')]);
    await saveRecords(db, 'evaluations', 'p', [evaluation('1')]);
    expect(await listRecords(db, 'prompts', 'p')).toEqual([prompt('1')]);
    expect(await listRecords(db, 'samples', 'p')).toEqual([sample('1')]);
    expect(await listRecords(db, 'evaluations', 'p')).toEqual([evaluation('1')]);
  });

  test('round-trip whatever their text is', async () => {
    const arbitrary: fc.Arbitrary<Demonstration> = fc.record({
      id: fc.string({ unit: 'binary', minLength: 1 }),
      text: fc.string({ unit: 'binary' }),
      task: fc.constantFrom(...TASKS),
      split: fc.constantFrom('train', 'held-out'),
      source: fc.constantFrom('human', 'simulated', 'built-in', 'imported'),
      check: fc.option(fc.record({ kind: fc.constant('story' as const), subject: fc.string() })),
      response: fc.string({ unit: 'binary' }),
      createdAt: fc.nat(),
    });
    const lists = fc.uniqueArray(arbitrary, { selector: ({ id }) => id, maxLength: 20 });
    let next = 0;
    await fc.assert(
      fc.asyncProperty(lists, async (records) => {
        const id = `random ${next++}`;
        await createProject(db, project(id));
        await saveRecords(db, 'demonstrations', id, records);
        expect(await listRecords(db, 'demonstrations', id)).toEqual(records);
      }),
      { numRuns: 50 },
    );
  });

  test('are not written for a project that is gone', async () => {
    await expect(saveRecords(db, 'prompts', 'gone', [prompt('1')])).rejects.toThrow(
      'There is no project “gone” in this browser.',
    );
    expect(await countRecords(db, 'prompts', 'gone')).toBe(0);
  });

  test('are written all or not at all, and a failure is a sentence', async () => {
    await saveRecords(db, 'prompts', 'p', [prompt('1')]);
    restore = failPut('prompts', 2, new DOMException('a proxy', 'DataCloneError'));
    const writing = saveRecords(db, 'prompts', 'p', [prompt('2'), prompt('3'), prompt('4')]);
    await expect(writing).rejects.toMatchObject({ name: 'RefusedError' });
    restore();
    expect(ids(await listRecords(db, 'prompts', 'p'))).toEqual(['1']);
  });

  test('are refused with a sentence when the disk is full, and those before are unharmed', async () => {
    await saveRecords(db, 'prompts', 'p', [prompt('1')]);
    restore = fillDiskAtPut('prompts', 2);
    const writing = saveRecords(db, 'prompts', 'p', [prompt('2'), prompt('3')]);
    await expect(writing).rejects.toMatchObject({
      name: 'StorageFullError',
      message: expect.stringMatching(/storage is full: saving prompts needs \d+ bytes.*Delete/),
    });
    restore();
    expect(ids(await listRecords(db, 'prompts', 'p'))).toEqual(['1']);
    await saveRecords(db, 'prompts', 'p', [prompt('2')]);
    expect(ids(await listRecords(db, 'prompts', 'p'))).toEqual(['1', '2']);
  });
});

describe('rankings', () => {
  test('are on the disk with their comparison before the promise resolves', async () => {
    const modes: [string, string][] = [];
    const transaction = IDBDatabase.prototype.transaction;
    IDBDatabase.prototype.transaction = function (
      this: IDBDatabase,
      stores: string | string[],
      mode,
      options,
    ) {
      const tx = transaction.call(this, stores, mode, options);
      tx.addEventListener('complete', () => modes.push([tx.mode, tx.durability]));
      return tx;
    };
    restore = () => {
      IDBDatabase.prototype.transaction = transaction;
    };
    await saveLabels(db, 'p', [label('r', 's')]);
    expect(modes).toEqual([['readwrite', 'strict']]);
    expect(await listRecords(db, 'rankings', 'p')).toEqual([ranking('r', 's')]);
    expect(await listRecords(db, 'comparisons', 'p')).toEqual([comparison(ranking('r', 's'))]);
  });

  test('are not kept without their comparison', async () => {
    restore = failPut('comparisons', 1, new Error('a bad sector'));
    await expect(saveLabels(db, 'p', [label('r', 's')])).rejects.toThrow(
      'Saving rankings failed: a bad sector. Nothing of it was kept',
    );
    restore();
    expect(await countRecords(db, 'rankings', 'p')).toBe(0);
    expect(await countRecords(db, 'comparisons', 'p')).toBe(0);
  });

  test('take the old comparison with them when ranked again', async () => {
    await saveLabels(db, 'p', [label('r', 's'), label('t', 'u')]);
    const skipped = { ...ranking('r', 's'), verdict: 'skipped' as const };
    await saveLabels(db, 'p', [{ ranking: skipped, comparison: null }]);
    expect(await listRecords(db, 'rankings', 'p')).toEqual([skipped, ranking('t', 'u')]);
    expect(ids(await listRecords(db, 'comparisons', 'p'))).toEqual(['comparison of t']);
  });

  test('and comparisons are removed together, and come back together', async () => {
    await saveLabels(db, 'p', [label('r', 's'), label('t', 'u')]);
    const removal = await removeRankings(db, 'p', ['r']);
    expect(ids(await listRecords(db, 'rankings', 'p'))).toEqual(['t']);
    expect(ids(await listRecords(db, 'comparisons', 'p'))).toEqual(['comparison of t']);
    await restoreRecords(db, removal);
    expect(ids(await listRecords(db, 'rankings', 'p'))).toEqual(['r', 't']);
    expect(ids(await listRecords(db, 'comparisons', 'p'))).toEqual([
      'comparison of r',
      'comparison of t',
    ]);
  });

  test('are undone one by one, the last first, of one labeler where wanted', async () => {
    const simulated = label('x', 'w', 'rule');
    await saveLabels(db, 'p', [label('r', 's'), label('t', 'u'), simulated]);
    expect((await undoLastRanking(db, 'p', 'me'))?.rankings?.map(({ id }) => id)).toEqual(['t']);
    expect(ids(await listRecords(db, 'comparisons', 'p'))).toEqual([
      'comparison of r',
      'comparison of x',
    ]);
    expect((await undoLastRanking(db, 'p'))?.rankings?.map(({ id }) => id)).toEqual(['x']);
    expect((await undoLastRanking(db, 'p', 'me'))?.rankings?.map(({ id }) => id)).toEqual(['r']);
    expect(await undoLastRanking(db, 'p', 'me')).toBeNull();
    expect(await countRecords(db, 'comparisons', 'p')).toBe(0);
  });

  test('say which samples are still to be ranked', async () => {
    await saveRecords(db, 'samples', 'p', ['b', 'a', 'c'].map(sample));
    await saveLabels(db, 'p', [label('1', 'a'), label('2', 'b', 'rule')]);
    expect(ids(await unrankedSamples(db, 'p'))).toEqual(['c']);
    expect(ids(await unrankedSamples(db, 'p', 'me'))).toEqual(['b', 'c']);
  });

  test.each([
    ['another ranking', { ...comparison(ranking('r', 's')), rankingId: 'other' }],
    ['a tie', { ...comparison(ranking('r', 's')), pairs: [{ better: 1, worse: 2 }] }],
    ['the wrong way round', { ...comparison(ranking('r', 's')), pairs: [{ better: 1, worse: 0 }] }],
    ['no response', { ...comparison(ranking('r', 's')), pairs: [{ better: 0, worse: 3 }] }],
  ])('are refused with a comparison of %s', async (_what, wrong) => {
    const good = label('good', 'u');
    await expect(
      saveLabels(db, 'p', [good, { ranking: ranking('r', 's'), comparison: wrong }]),
    ).rejects.toMatchObject({ name: 'RefusedError' });
    expect(await countRecords(db, 'rankings', 'p')).toBe(0);
  });
});
