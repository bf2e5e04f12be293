/**
 * Failures that fake-indexeddb cannot have by itself, put into the real code paths of its object store
 * and undone by the returned function.
 */
import { IDBObjectStore } from 'fake-indexeddb';

/** The n-th put into `store` throws `error` at once, as a value that cannot be cloned does. */
export function failPut(store: string, n: number, error: Error): () => void {
  return replacePut((target, put) => {
    if (target.name === store && --n === 0) throw error;
    return put();
  });
}

/**
 * At the n-th put into `store` the browser ends the transaction for lack of room, as Chromium does: the
 * requests fail with AbortError and only the transaction tells why.
 */
export function fillDiskAtPut(store: string, n: number): () => void {
  return replacePut((target, put) => {
    const request = put();
    if (target.name === store && --n === 0) {
      // fake-indexeddb's own method for a browser's abort, with the transaction's error to be.
      const tx: object = target.transaction;
      if (!('_abort' in tx) || typeof tx._abort !== 'function') throw new Error('No way to abort.');
      tx._abort('QuotaExceededError');
    }
    return request;
  });
}

function replacePut(
  replacement: (
    store: IDBObjectStore,
    put: () => IDBRequest<IDBValidKey>,
  ) => IDBRequest<IDBValidKey>,
): () => void {
  const original = IDBObjectStore.prototype.put;
  IDBObjectStore.prototype.put = function (
    this: IDBObjectStore,
    value: unknown,
    key?: IDBValidKey,
  ) {
    return replacement(this, () => original.call(this, value, key));
  };
  return () => {
    IDBObjectStore.prototype.put = original;
  };
}
