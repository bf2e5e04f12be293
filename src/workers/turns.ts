/**
 * Who has the device. One job holds it at a time; another that needs it meanwhile is refused with a sentence, not queued
 * behind minutes of training. Each job has a gate, which it passes between two steps.
 */
import { Gate } from './gate';
import type { TrainerEvent } from './messages';

/** The device is at work already. */
export class BusyError extends Error {
  override name = 'BusyError';
  constructor(what: string) {
    super(`The trainer is busy: ${what}. Stop that, or wait until it is done.`);
  }
}

/** Tell how far work is and pass its gate: false when it is to stop. `label` says what in particular is done. */
export type Pass = (progress: { done: number; total: number; label?: string }) => Promise<boolean>;

export class Turns {
  #work: { what: string; gate: Gate } | null = null;
  #ended: Promise<void> = Promise.resolve();

  constructor(readonly post: (event: TrainerEvent) => void) {}

  /** Gate of the work that holds the device; null where none does. */
  get gate(): Gate | null {
    return this.#work?.gate ?? null;
  }

  /** Resolved as soon as the last work has ended, well or not. */
  get ended(): Promise<void> {
    return this.#ended;
  }

  refuseIfBusy(): void {
    if (this.#work) throw new BusyError(this.#work.what);
  }

  /** The work that holds the device is asked to pause or stop at this gate from now on. */
  goesThrough(what: string, gate: Gate): void {
    this.#work = { what, gate };
  }

  /** The work that holds the device goes on by itself until then. */
  lastsUntil(ended: Promise<void>): void {
    this.#ended = ended;
  }

  /** Hold the device for `work`, until it calls `release`, or fails. */
  async exclusive<Result>(
    what: string,
    gate: Gate,
    work: (release: () => void) => Promise<Result>,
  ): Promise<Result> {
    this.refuseIfBusy();
    this.#work = { what, gate };
    const release = () => {
      this.#work = null;
      gate.close();
    };
    const working = work(release); // training lasts longer, and says so later
    this.#ended = working.then(
      () => {},
      () => {},
    );
    try {
      return await working;
    } catch (error) {
      release();
      throw error;
    }
  }

  /** Hold the device for work that reports how far it is. */
  async passing<Result>(what: string, work: (pass: Pass) => Promise<Result>): Promise<Result> {
    const gate = new Gate();
    const began = performance.now();
    return this.exclusive(what, gate, async (release) => {
      const result = await work(async ({ done, total, label }) => {
        const secondsLeft = (((performance.now() - began) / 1000) * (total - done)) / done;
        this.post({ kind: 'work.progress', what: label ?? what, done, total, secondsLeft });
        const passage = await gate.pass({ paused: async () => {}, resumed: async () => {} });
        return passage === 'go';
      });
      release();
      this.post({ kind: 'work.finished', what });
      return result;
    });
  }
}
