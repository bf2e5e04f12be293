import { IDBFactory } from 'fake-indexeddb';
import { deleteDB, openDB } from 'idb';
import { afterEach, describe, expect, test } from 'vitest';
import { listRecords, saveRecords } from '../../src/storage/collections';
import { closeDatabase, openDatabase } from '../../src/storage/database';
import type { DatabaseBlockedError, DatabaseClosedError } from '../../src/storage/errors';
import { createProject, listProjects, readProject } from '../../src/storage/projects';
import {
  COLLECTIONS,
  DATABASE_NAME,
  DATABASE_VERSION,
  MIGRATIONS,
  type Migration,
} from '../../src/storage/schema';
import { answerSet, evaluation, freshDatabase, project, prompt, review, study } from './examples';

const open: { close(): void }[] = [];
const closing = <T extends { close(): void }>(db: T): T => {
  open.push(db);
  return db;
};
afterEach(() => open.splice(0).forEach((db) => db.close()));

describe('the database', () => {
  test('has every store of the schema', async () => {
    const db = closing(await freshDatabase());
    expect(db.version).toBe(DATABASE_VERSION);
    const others = [
      'projects',
      'runs',
      'metrics',
      'rollouts',
      'checkpoints',
      'tensors',
      'settings',
    ];
    expect([...db.objectStoreNames]).toEqual([...COLLECTIONS, ...others].sort());
  });

  test('is shared by page and worker, each with a connection of its own', async () => {
    const page = closing(await freshDatabase());
    const worker = closing(await openDatabase());
    await createProject(page, project('p'));
    await saveRecords(worker, 'prompts', 'p', [prompt('1')]);
    expect(await listRecords(page, 'prompts', 'p')).toEqual([prompt('1')]);
  });

  test('keeps what was written when it is closed and opened again', async () => {
    const db = await freshDatabase();
    await createProject(db, project('p'));
    closeDatabase(db);
    await expect(listProjects(db)).rejects.toMatchObject({
      name: 'DatabaseClosedError',
      message: expect.stringContaining('reload this page'),
    });
    expect(await listProjects(closing(await openDatabase()))).toEqual([project('p')]);
  });
});

describe('another version', () => {
  test('in a new tab is let in, after the write under way, and this tab is told', async () => {
    let told: DatabaseClosedError | null = null;
    const old = closing(await freshDatabase({ onClosed: (error) => (told = error) }));
    await createProject(old, project('p'));
    const writing = saveRecords(old, 'prompts', 'p', [prompt('1')]);
    const newer = closing(await openDB(DATABASE_NAME, DATABASE_VERSION + 1));
    await writing;
    expect(await newer.getAll('prompts')).toMatchObject([prompt('1')]);
    expect(told).toMatchObject({
      name: 'DatabaseClosedError',
      message: expect.stringContaining('Another tab opened a newer version of the lab'),
    });
    await expect(saveRecords(old, 'prompts', 'p', [prompt('2')])).rejects.toMatchObject({
      name: 'DatabaseClosedError',
    });
  });

  test('that is newer than this page is not touched', async () => {
    globalThis.indexedDB = new IDBFactory();
    const newer = await openDB(DATABASE_NAME, DATABASE_VERSION + 1, {
      upgrade: (db) => void db.createObjectStore('future'),
    });
    newer.close();
    await expect(openDatabase()).rejects.toMatchObject({
      name: 'DatabaseNewerError',
      message: expect.stringContaining('newer version of the lab than this page. Reload'),
    });
    const again = closing(await openDB(DATABASE_NAME));
    expect([...again.objectStoreNames]).toEqual(['future']);
  });

  const addShout: Migration = async (_db, tx) => {
    const store = tx.objectStore('prompts');
    for (const row of await store.getAll())
      await store.put({ ...row, text: row.text.toUpperCase() });
  };
  const withPrompt = async () => {
    const db = closing(await freshDatabase());
    await createProject(db, project('p'));
    await saveRecords(db, 'prompts', 'p', [prompt('1')]);
    return db;
  };

  test('takes the data along, one migration after the other', async () => {
    await withPrompt();
    const added: Migration = (db) => void db.createObjectStore('projects2' as 'projects');
    const db = closing(await openDatabase({ migrations: [...MIGRATIONS, addShout, added] }));
    expect(db.version).toBe(DATABASE_VERSION + 2);
    expect((await listRecords(db, 'prompts', 'p'))[0]?.text).toBe('SAY 1.');
    expect([...db.objectStoreNames]).toContain('projects2');
  });

  test('gives a database of the first version a place for studies', async () => {
    globalThis.indexedDB = new IDBFactory();
    const first = await openDatabase({ migrations: MIGRATIONS.slice(0, 1) });
    expect([...first.objectStoreNames]).not.toContain('studies');
    await createProject(first, project('p'));
    await saveRecords(first, 'prompts', 'p', [prompt('1')]);
    first.close();
    const db = closing(await openDatabase());
    expect(await listRecords(db, 'prompts', 'p')).toEqual([prompt('1')]);
    await saveRecords(db, 'studies', 'p', [study('1')]);
    expect(await listRecords(db, 'studies', 'p')).toEqual([study('1')]);
  });

  test('of before there were measures gets room for them, and loses nothing', async () => {
    globalThis.indexedDB = new IDBFactory();
    const old = await openDatabase({ migrations: MIGRATIONS.slice(0, 2) });
    expect(old.version).toBe(2);
    expect([...old.objectStoreNames]).not.toContain('answerSets');
    await createProject(old, project('p'));
    await saveRecords(old, 'prompts', 'p', [prompt('1')]);
    await saveRecords(old, 'evaluations', 'p', [evaluation('1')]);
    await saveRecords(old, 'studies', 'p', [study('1')]);
    closeDatabase(old);
    const db = closing(await openDatabase());
    expect(await listRecords(db, 'prompts', 'p')).toEqual([prompt('1')]);
    expect(await listRecords(db, 'evaluations', 'p')).toEqual([evaluation('1')]);
    expect(await listRecords(db, 'studies', 'p')).toEqual([study('1')]);
    expect(await listRecords(db, 'answerSets', 'p')).toEqual([]);
    await saveRecords(db, 'answerSets', 'p', [answerSet('1')]);
    await saveRecords(db, 'reviews', 'p', [review('1')]);
    expect((await readProject(db, 'p')).answerSets).toEqual([answerSet('1')]);
  });

  test('whose migration fails leaves everything as it was, with a sentence', async () => {
    await withPrompt();
    const broken: Migration = async (db, tx) => {
      await addShout(db, tx);
      throw new Error('a bad sector');
    };
    await expect(openDatabase({ migrations: [...MIGRATIONS, broken] })).rejects.toThrow(
      'Bringing the storage up to date failed: a bad sector.',
    );
    const db = closing(await openDatabase());
    expect(await listRecords(db, 'prompts', 'p')).toEqual([prompt('1')]);
  });

  test('is kept out by a tab that does not let go, says so, and goes on when it does', async () => {
    await withPrompt();
    open.splice(0).forEach((db) => db.close());
    // A connection without a listener, as that of a tab that the browser has frozen.
    const frozen = closing(await openDB(DATABASE_NAME, DATABASE_VERSION));
    const told: DatabaseBlockedError[] = [];
    const db = closing(
      await openDatabase({
        migrations: [...MIGRATIONS, addShout],
        onBlocked(error) {
          told.push(error);
          frozen.close();
        },
      }),
    );
    expect(told).toMatchObject([
      { name: 'DatabaseBlockedError', message: expect.stringContaining('Close the other tabs') },
    ]);
    expect(db.version).toBe(DATABASE_VERSION + 1);
  });

  test('that nobody wants to wait for fails, and does not stay in the way', async () => {
    await withPrompt();
    open.splice(0).forEach((db) => db.close());
    const frozen = closing(await openDB(DATABASE_NAME, DATABASE_VERSION));
    await expect(openDatabase({ migrations: [...MIGRATIONS, addShout] })).rejects.toMatchObject({
      name: 'DatabaseBlockedError',
    });
    frozen.close();
    // Deleting waits for every connection; it would be blocked by one that was left open.
    let blocked = false;
    await deleteDB(DATABASE_NAME, { blocked: () => (blocked = true) });
    expect(blocked).toBe(false);
  });
});

test('a browser without IndexedDB gets a sentence', async () => {
  const before = globalThis.indexedDB;
  Reflect.deleteProperty(globalThis, 'indexedDB');
  try {
    await expect(openDatabase()).rejects.toThrow('This browser gives the lab no storage');
  } finally {
    globalThis.indexedDB = before;
  }
});
