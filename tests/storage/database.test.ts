import { IDBFactory } from 'fake-indexeddb';
import { openDB } from 'idb';
import { afterEach, describe, expect, test } from 'vitest';
import { listRecords, saveRecords } from '../../src/storage/collections';
import { closeDatabase, openDatabase } from '../../src/storage/database';
import type { DatabaseBlockedError, DatabaseClosedError } from '../../src/storage/errors';
import { createProject, listProjects } from '../../src/storage/projects';
import { COLLECTIONS, DATABASE_NAME, DATABASE_VERSION } from '../../src/storage/schema';
import { freshDatabase, project, prompt } from './examples';

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

  test('in an old tab that does not let go blocks with a sentence, and is waited for', async () => {
    globalThis.indexedDB = new IDBFactory();
    // Version 0.5 stands for a database older than ours: IndexedDB numbers begin at 1, so delete it.
    const stubborn = closing(await openDB(DATABASE_NAME, 1));
    let told: DatabaseBlockedError | null = null;
    const deleted = new Promise<void>((resolve) => {
      const request = indexedDB.deleteDatabase(DATABASE_NAME);
      request.onsuccess = () => resolve();
      request.onblocked = () => {};
    });
    const opening = openDatabase({ onBlocked: (error) => (told = error) });
    stubborn.close();
    await deleted;
    const db = closing(await opening);
    expect(db.version).toBe(DATABASE_VERSION);
    expect(told).toBeNull();
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
