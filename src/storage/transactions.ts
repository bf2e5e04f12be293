/**
 * The one way in and out of the database. A transaction is all or nothing and its errors are sentences.
 *
 * An action must await nothing but requests of its transaction: IndexedDB commits a transaction as soon
 * as it has nothing left to do. Read the device, hash and copy before.
 */
import type { IDBPTransaction } from 'idb';
import { asStorageError, isQuotaError, StorageError } from './errors';
import type { LabDatabase, LabSchema, StoreName } from './schema';
import { storageUsage } from './usage';

export type ReadTransaction = IDBPTransaction<LabSchema, StoreName[], 'readonly'>;
export type WriteTransaction = IDBPTransaction<LabSchema, StoreName[], 'readwrite'>;

/** Read from `stores` as they are at one moment. `what` continues "while …". @throws StorageError */
export async function read<T>(
  db: LabDatabase,
  stores: StoreName[],
  what: string,
  action: (tx: ReadTransaction) => Promise<T>,
): Promise<T> {
  try {
    const tx = db.transaction(stores, 'readonly');
    tx.done.catch(() => {});
    return await action(tx);
  } catch (error) {
    throw asStorageError(error, what, 0, null);
  }
}

/**
 * Write to `stores`: resolves when it is on the disk, rejects with nothing of it kept. `size` tells the
 * bytes that it needed, and is only called when there was no room for them. @throws StorageError
 */
export async function write<T>(
  db: LabDatabase,
  stores: StoreName[],
  what: string,
  action: (tx: WriteTransaction) => Promise<T>,
  size: () => number = () => 0,
): Promise<T> {
  let tx: WriteTransaction | undefined;
  try {
    // `strict` waits for the disk, not only for the operating system. Old browsers ignore it.
    tx = db.transaction(stores, 'readwrite', { durability: 'strict' });
    // Handled from the start: it may be rejected while the action still awaits a request.
    tx.done.catch(() => {});
    const result = await action(tx);
    await tx.done;
    return result;
  } catch (error) {
    const cause = tx ? await undo(tx, error) : error;
    const full = isQuotaError(cause);
    const left = full ? ((await storageUsage())?.left ?? null) : null;
    throw asStorageError(cause, what, full ? size() : 0, left);
  }
}

/** End a failed transaction and say why it failed: the browser's reason before that of one request. */
async function undo(tx: WriteTransaction, error: unknown) {
  try {
    tx.abort();
  } catch {
    // It has ended already: then it was the browser who ended it.
  }
  await tx.done.catch(() => {});
  // Requests of a transaction that the browser ended for lack of room fail with a mere AbortError.
  return error instanceof StorageError ? error : (tx.error ?? error);
}

/** Make one request per item, all at once, and wait for all; the first failure is thrown. */
export async function forEach<T>(
  items: Iterable<T>,
  request: (item: T) => Promise<unknown>,
): Promise<void> {
  const pending: Promise<unknown>[] = [];
  for (const item of items) {
    const promise = request(item);
    // If a later request throws at once, nobody waits for this one any more.
    promise.catch(() => {});
    pending.push(promise);
  }
  await Promise.all(pending);
}

/** All keys `[first, …]`: IndexedDB orders arrays by element and puts an array after every string. */
export const startingWith = (...first: (string | number)[]): IDBKeyRange =>
  IDBKeyRange.bound(first, [...first, []]);

/** Bytes that records will take, about: their length as JSON. */
export const jsonBytes = (records: unknown): number => JSON.stringify(records)?.length ?? 0;
