/**
 * What can go wrong with storage, as sentences for the person using the lab: what, why, what to do. Only
 * `name` and `message` cross from the worker to the page, so each class has a name of its own.
 */

/** Any failure of storage; this class itself where none of the cases below is known to apply. */
export class StorageError extends Error {
  override name = 'StorageError';
}

/** The disk, or the share of it that the browser allows, is full. Nothing of the write was kept. */
export class StorageFullError extends StorageError {
  override name = 'StorageFullError';
}

/** This connection was closed, by us, by the browser, or to let a newer lab in another tab in. */
export class DatabaseClosedError extends StorageError {
  override name = 'DatabaseClosedError';
}

/** Another tab with an older lab keeps the database from being brought up to date. */
export class DatabaseBlockedError extends StorageError {
  override name = 'DatabaseBlockedError';
}

/** The database was written by a newer lab than this one. */
export class DatabaseNewerError extends StorageError {
  override name = 'DatabaseNewerError';
}

/** What was asked for is not stored. */
export class NotStoredError extends StorageError {
  override name = 'NotStoredError';
  constructor(what: string, id: string) {
    super(`There is no ${what} “${id}” in this browser. It may have been deleted in another tab.`);
  }
}

/** Something else still needs what was to be deleted. */
export class StillNeededError extends StorageError {
  override name = 'StillNeededError';
}

/** What was to be stored contradicts itself or what is stored; nothing was changed. */
export class RefusedError extends StorageError {
  override name = 'RefusedError';
}

/** What was read is not what was written. */
export class DamagedError extends StorageError {
  override name = 'DamagedError';
}

/** A name without the spaces around it. @throws RefusedError where nothing is left */
export function requireName(what: string, name: string): string {
  const clean = name.trim();
  if (clean === '') throw new RefusedError(`A ${what} needs a name. Nothing was changed.`);
  return clean;
}

/** Bytes for people, in units of 1000: `12.3 MB`. */
export function showBytes(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];
  let unit = 0;
  let amount = bytes;
  // 999.95 would be shown as 1000.0.
  while (amount >= 999.95 && unit < units.length - 1) {
    amount /= 1000;
    unit++;
  }
  return `${unit === 0 ? amount : amount.toFixed(1)} ${units[unit]}`;
}

/**
 * The sentence for a failed read or write. `what` continues "while …", for instance `saving a ranking`;
 * `bytes` is the size of what was being written; `left` the bytes that the browser says are free, where
 * it says. Errors that are sentences already pass through.
 */
export function asStorageError(
  error: unknown,
  what: string,
  bytes: number,
  left: number | null,
): StorageError {
  if (error instanceof StorageError) return error;
  const { name, message } = errorParts(error);
  switch (name) {
    case 'QuotaExceededError':
      return new StorageFullError(
        `The browser's storage is full: ${what} needs ${showBytes(bytes)}` +
          // Chromium may say that 10 GB are left whatever is true, so only believe what explains it.
          (left === null || left >= bytes ? '' : ` and ${showBytes(left)} are left`) +
          '. Nothing was half-written and everything saved before is unharmed. Delete checkpoints or' +
          ' projects that you no longer need, or free space on the disk, and try again.',
        { cause: error },
      );
    case 'InvalidStateError':
      return new DatabaseClosedError(
        `The lab's storage was closed while ${what}, because another tab opened a newer version of` +
          ' the lab or the browser withdrew it. What was saved before is unharmed; reload this page.',
        { cause: error },
      );
    case 'AbortError':
      return new DatabaseClosedError(
        `The browser broke off ${what}; nothing of it was kept and what was saved before is` +
          ' unharmed. Reload this page and try again.',
        { cause: error },
      );
    case 'DataCloneError':
      return new RefusedError(
        `${capital(what)} failed because something in it is not plain data (${message}). That is a` +
          ' mistake in the lab; nothing was changed.',
        { cause: error },
      );
    default:
      return new StorageError(
        `${capital(what)} failed: ${message || name}. Nothing of it was kept and what was saved before` +
          ' is unharmed. Try again, or reload this page.',
        { cause: error },
      );
  }
}

export const isQuotaError = (error: unknown): boolean =>
  errorParts(error).name === 'QuotaExceededError';

/** Name and message of anything thrown; a DOMException is not an Error in every realm. */
function errorParts(error: unknown): { name: string; message: string } {
  if (typeof error === 'object' && error !== null) {
    const name = 'name' in error ? String(error.name) : 'Error';
    return { name, message: 'message' in error ? String(error.message) : '' };
  }
  return { name: 'Error', message: String(error) };
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
