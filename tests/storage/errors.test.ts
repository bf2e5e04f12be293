import { afterEach, expect, test } from 'vitest';
import { asStorageError, showBytes, StorageFullError } from '../../src/storage/errors';
import { persistStorage, storageUsage } from '../../src/storage/usage';

const before = Object.getOwnPropertyDescriptor(globalThis, 'navigator');
afterEach(() => {
  if (before) Object.defineProperty(globalThis, 'navigator', before);
  else Reflect.deleteProperty(globalThis, 'navigator');
});
const browser = (storage?: object) =>
  Object.defineProperty(globalThis, 'navigator', { value: { storage }, configurable: true });

test.each([
  [0, '0 bytes'],
  [999, '999 bytes'],
  [1000, '1.0 kB'],
  [999_949, '999.9 kB'],
  [999_950, '1.0 MB'],
  [12_345_678, '12.3 MB'],
  [5e15, '5000.0 TB'],
])('%d bytes are shown as %s', (bytes, text) => expect(showBytes(bytes)).toBe(text));

test('a full disk says how much is needed, how much is left and what to do', () => {
  const cause = new DOMException('', 'QuotaExceededError');
  const error = asStorageError(cause, 'saving checkpoint “PPO”', 12e6, 3.5e6);
  expect(error).toBeInstanceOf(StorageFullError);
  expect(error.cause).toBe(cause);
  expect(error.message).toBe(
    "The browser's storage is full: saving checkpoint “PPO” needs 12.0 MB and 3.5 MB are left." +
      ' Nothing was half-written and everything saved before is unharmed. Delete checkpoints or' +
      ' projects that you no longer need, or free space on the disk, and try again.',
  );
  // A browser that claims more room than was needed is not quoted.
  expect(asStorageError(cause, 'saving a run', 12e6, 10e9).message).toContain(
    'needs 12.0 MB. Nothing',
  );
  expect(asStorageError(error, 'something else', 0, null)).toBe(error);
});

test.each([
  ['InvalidStateError', 'DatabaseClosedError'],
  ['AbortError', 'DatabaseClosedError'],
  ['DataCloneError', 'RefusedError'],
  ['UnknownError', 'StorageError'],
])('%s becomes a %s that names what was being done', (name, wanted) => {
  const error = asStorageError(new DOMException('why', name), 'saving a run', 0, null);
  expect(error.name).toBe(wanted);
  expect(error.message).toMatch(/saving a run/i);
});

test('whatever is thrown becomes a sentence', () => {
  expect(asStorageError('lost', 'saving a run', 0, null).message).toMatch(
    /^Saving a run failed: lost\. /,
  );
});

test('usage is what the browser says, and null where it does not say', async () => {
  browser({
    estimate: () => Promise.resolve({ usage: 70, quota: 60 }),
    persisted: () => Promise.resolve(true),
    persist: () => Promise.resolve(true),
  });
  expect(await storageUsage()).toEqual({ used: 70, quota: 60, left: 0, persisted: true });
  expect(await persistStorage()).toBe(true);
  browser({ estimate: () => Promise.reject(new TypeError('private window')) });
  expect(await storageUsage()).toBeNull();
  expect(await persistStorage()).toBe(false);
  browser();
  expect(await storageUsage()).toBeNull();
  expect(await persistStorage()).toBe(false);
});
