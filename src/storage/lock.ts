/**
 * One tab per project may train and write; the others are told so and read only. The lock is a Web Lock,
 * which the browser takes back when its tab dies. Where there are none (plain http, old browsers) the
 * tabs ask one another over a broadcast channel: a dead tab does not answer, so nothing goes stale.
 *
 *   const lock = await lockProject(project.id);
 *   if (!lock.held) show(lock.sentence);   // read-only
 *   …
 *   lock.release();
 */
import type { Id } from '../records';

export interface HeldLock {
  held: true;
  /** Let another tab have the project. May be called more than once. */
  release(): void;
}
export interface RefusedLock {
  held: false;
  sentence: string;
  release(): void;
}
export type ProjectLock = HeldLock | RefusedLock;

export interface LockOptions {
  /** Milliseconds to wait for the holder: a page that reloads still holds it for a moment. */
  patience?: number;
  /** The browser's lock manager; null to go without. */
  locks?: LockManager | null;
}

const PATIENCE = 1000;

/** Take the project for this tab, or learn in a sentence that another tab has it. Never rejects. */
export async function lockProject(projectId: Id, options: LockOptions = {}): Promise<ProjectLock> {
  const { patience = PATIENCE, locks = webLocks() } = options;
  const name = `rlhf-lab/project/${projectId}`;
  const release = locks
    ? await takeWebLock(locks, name, patience)
    : await takeByAsking(name, patience);
  if (release) return { held: true, release };
  return {
    held: false,
    sentence:
      'This project is open in another tab, which may be training it. Here it can only be read.' +
      ' Close the other tab and reload this one to work on it.',
    release() {},
  };
}

/** Absent outside secure contexts and in old browsers. */
function webLocks(): LockManager | null {
  return typeof navigator === 'undefined' ? null : (navigator.locks ?? null);
}

/** Resolves with what releases the lock, or null where it was not to be had in time. */
function takeWebLock(
  locks: LockManager,
  name: string,
  patience: number,
): Promise<(() => void) | null> {
  return new Promise((resolve) => {
    const giveUp = new AbortController();
    const timer = setTimeout(() => giveUp.abort(), patience);
    locks
      .request(name, { signal: giveUp.signal }, () => {
        clearTimeout(timer);
        // The lock is held until this promise is settled.
        return new Promise<void>((release) => resolve(() => release()));
      })
      .catch(() => {
        clearTimeout(timer);
        resolve(null);
      });
  });
}

type LockMessage = { kind: 'claim'; from: string } | { kind: 'held'; to: string };

/**
 * Say that we want it and wait whether someone objects. A holder objects always. Of two that ask at the
 * same time the smaller name objects and the greater gives way, whichever of them hears the other, so
 * exactly one is left.
 */
function takeByAsking(name: string, patience: number): Promise<(() => void) | null> {
  // Without a channel there is nobody to ask, and no second tab that could be heard.
  if (typeof BroadcastChannel === 'undefined') return Promise.resolve(() => {});
  return new Promise((resolve) => {
    const channel = new BroadcastChannel(name);
    const self = tabName();
    let state: 'asking' | 'holding' = 'asking';
    const post = (message: LockMessage) => channel.postMessage(message);
    const giveWay = () => {
      clearTimeout(timer);
      channel.close();
      resolve(null);
    };
    channel.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (!isLockMessage(data)) return;
      if (data.kind === 'held') {
        if (state === 'asking' && data.to === self) giveWay();
      } else if (state === 'holding' || self < data.from) {
        post({ kind: 'held', to: data.from });
      } else {
        giveWay();
      }
    };
    // In two halves: after a page that was busy for long, the first timer may come before the messages
    // that were waiting, but the second does not.
    let timer = setTimeout(() => {
      timer = setTimeout(() => {
        state = 'holding';
        resolve(() => channel.close());
      }, patience / 2);
    }, patience / 2);
    post({ kind: 'claim', from: self });
  });
}

/** `crypto.randomUUID` is missing where Web Locks are, and `getRandomValues` is not. */
const tabName = (): string =>
  Array.from(crypto.getRandomValues(new Uint32Array(4)), (word) =>
    word.toString(16).padStart(8, '0'),
  ).join('');

function isLockMessage(data: unknown): data is LockMessage {
  if (typeof data !== 'object' || data === null || !('kind' in data)) return false;
  if (data.kind === 'claim') return 'from' in data && typeof data.from === 'string';
  return data.kind === 'held' && 'to' in data && typeof data.to === 'string';
}
