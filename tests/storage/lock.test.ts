import { afterEach, describe, expect, test } from 'vitest';
import { lockProject, type LockOptions, type ProjectLock } from '../../src/storage/lock';

/**
 * What the standard says of exclusive locks with a signal, for Node 20, which has none. The browser's own
 * are used where the page is driven.
 */
function lockManager(): LockManager {
  const queues = new Map<string, (() => void)[]>();
  const next = (name: string) => queues.get(name)?.[0]?.();
  return {
    query: () => Promise.resolve({ held: [], pending: [] }),
    request<T>(
      name: string,
      options: LockOptionsOrCallback<T>,
      callback?: LockGrantedCallback<T>,
    ): Promise<Awaited<T>> {
      const { signal } = typeof options === 'function' ? {} : options;
      const granted = typeof options === 'function' ? options : callback;
      return new Promise((resolve, reject) => {
        const queue = queues.get(name) ?? [];
        queues.set(name, queue);
        const leave = () => {
          queue.splice(queue.indexOf(turn), 1);
          next(name);
        };
        const abort = () => {
          leave();
          reject(new DOMException('', 'AbortError'));
        };
        const turn = () => {
          signal?.removeEventListener('abort', abort);
          Promise.resolve(granted?.({ name, mode: 'exclusive' })).then((value) => {
            leave();
            if (value !== undefined) resolve(value);
          }, reject);
        };
        signal?.addEventListener('abort', abort);
        queue.push(turn);
        if (queue.length === 1) turn();
      });
    },
  };
}
type LockOptionsOrCallback<T> = globalThis.LockOptions | LockGrantedCallback<T>;

const held: ProjectLock[] = [];
const take = async (id: string, options: LockOptions) => {
  const lock = await lockProject(id, { patience: 200, ...options });
  held.push(lock);
  return lock;
};
afterEach(() => held.splice(0).forEach((lock) => lock.release()));

describe.each([
  ['the lock manager', () => ({ locks: lockManager() })],
  ['asking the other tabs', () => ({ locks: null })],
])('a project, by %s,', (_way, options) => {
  test('is for one tab; the second gets a sentence', async () => {
    const way = options();
    expect((await take('a', way)).held).toBe(true);
    const second = await take('a', way);
    expect(second).toMatchObject({
      held: false,
      sentence: expect.stringMatching(/open in another tab.*only be read.*Close the other tab/),
    });
    expect((await take('b', way)).held).toBe(true);
  });

  test('is free again when the first lets go, and not when a refused one does', async () => {
    const way = options();
    const first = await take('c', way);
    const second = await take('c', way);
    second.release();
    expect((await take('c', way)).held).toBe(false);
    first.release();
    first.release();
    expect((await take('c', way)).held).toBe(true);
  });

  test('goes to exactly one of several that ask at once', async () => {
    const way = options();
    const all = await Promise.all(Array.from({ length: 5 }, () => take('d', way)));
    expect(all.filter((lock) => lock.held)).toHaveLength(1);
  });
});

test('a tab that reloads gets its project from the page it replaces', async () => {
  const locks = lockManager();
  const old = await take('e', { locks });
  const asking = take('e', { locks, patience: 10_000 });
  old.release();
  expect((await asking).held).toBe(true);
});
