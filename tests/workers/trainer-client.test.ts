/** The page's end of the trainer, against workers that answer, hang, fail and die. */
import * as Comlink from 'comlink';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { EngineStats, TrainerApi, WorkerHello } from '../../src/workers/messages';
import { TrainerClient } from '../../src/workers/trainer';

const STATS: EngineStats = {
  dispatches: 1,
  readbacks: 2,
  bytesRead: 3,
  tensors: 4,
  bytesOnDevice: 5,
};

/** Stands where the browser's Worker would; its far side answers as the test says. */
class TestWorker {
  static made: TestWorker[] = [];
  static answers: Partial<TrainerApi> = {};
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onerror: ((event: { message: string; preventDefault(): void }) => void) | null = null;
  onmessageerror: (() => void) | null = null;
  terminated = false;
  hello: WorkerHello | null = null;

  constructor() {
    TestWorker.made.push(this);
  }
  postMessage(hello: WorkerHello): void {
    this.hello = hello;
    Comlink.expose(TestWorker.answers, hello.commands);
  }
  terminate(): void {
    this.terminated = true;
    this.hello?.commands.close();
  }
}

/** Locks that one side holds and the other waits for, granted by the test. */
function testLocks() {
  let grant = () => {};
  return {
    query: async () => ({ held: TestWorker.made.map(({ hello }) => ({ name: hello?.aliveLock })) }),
    request: (_name: string, { signal }: { signal: AbortSignal }, callback: () => void) =>
      new Promise<void>((resolve, reject) => {
        signal.addEventListener('abort', () => reject(new Error('aborted')));
        grant = () => {
          callback();
          resolve();
        };
      }),
    workerDies: () => grant(),
  };
}

const never = () => new Promise<never>(() => {});
const gone: string[] = [];
let locks = testLocks();
const client = () =>
  new TrainerClient({ onEvent: () => {}, onGone: (reason) => void gone.push(reason) });
const worker = () => TestWorker.made.at(-1)!;

beforeEach(() => {
  TestWorker.made = [];
  gone.length = 0;
  locks = testLocks();
  vi.stubGlobal('Worker', TestWorker);
  vi.stubGlobal('navigator', { locks });
});
afterEach(async () => {
  for (const made of TestWorker.made) made.terminate();
  vi.unstubAllGlobals();
});

test('an answer comes back, and an error keeps its name and sentence', async () => {
  class BusyError extends Error {
    override name = 'BusyError';
  }
  TestWorker.answers = {
    stats: async () => STATS,
    stop: async () => {
      throw new BusyError('The trainer is busy.');
    },
  };
  const trainer = client();
  await expect(trainer.stats()).resolves.toEqual(STATS);
  await expect(trainer.stop()).rejects.toMatchObject({
    name: 'BusyError',
    message: 'The trainer is busy.',
  });
});

test('a call to a worker that fails is rejected, and the page is told once', async () => {
  TestWorker.answers = { stats: never };
  const trainer = client();
  const first = worker();
  const asked = trainer.stats();
  const { onerror } = first;
  onerror?.({ message: 'Out of memory.', preventDefault: () => {} });
  onerror?.({ message: 'Again.', preventDefault: () => {} });
  await expect(asked).rejects.toMatchObject({ name: 'TrainerGone' });
  expect(gone).toEqual(['Out of memory.']);
  expect(first.terminated).toBe(true);
  expect(trainer.alive).toBe(false);
  await expect(trainer.stats()).rejects.toMatchObject({ name: 'TrainerGone' });
});

test('a worker that is killed without a word is noticed by its lock', async () => {
  TestWorker.answers = { stats: never };
  const trainer = client();
  const asked = trainer.stats();
  // The client looks for the lock first, and then queues for it.
  await vi.waitFor(() => {
    locks.workerDies();
    expect(gone).toHaveLength(1);
  });
  await expect(asked).rejects.toMatchObject({ name: 'TrainerGone' });
});

test('after a restart a new worker answers, and the old one is not reported as lost', async () => {
  TestWorker.answers = { stats: never };
  const trainer = client();
  const old = worker();
  const asked = trainer.stats();
  TestWorker.answers = { stats: async () => STATS };
  trainer.restart();
  await expect(asked).rejects.toMatchObject({ name: 'TrainerGone' });
  await expect(trainer.stats()).resolves.toEqual(STATS);
  expect(old.terminated).toBe(true);
  expect(gone).toEqual([]);
});

test('disposing waits for the worker to close, and ends one that does not', async () => {
  let closed = false;
  TestWorker.answers = {
    close: async () => {
      closed = true;
    },
  };
  await client().dispose();
  expect(closed).toBe(true);
  expect(worker().terminated).toBe(true);

  vi.useFakeTimers();
  TestWorker.answers = { close: never };
  const stuck = client();
  const done = stuck.dispose();
  await vi.advanceTimersByTimeAsync(2000);
  await done;
  vi.useRealTimers();
  expect(worker().terminated).toBe(true);
  expect(gone).toEqual([]);
});
