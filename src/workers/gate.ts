/**
 * Pause, single step, resume, stop and leave for work that comes in steps. Whoever does the work passes the
 * gate before each step; whoever asks is answered when the work has taken it up, so within one step.
 */
export interface GateWatch {
  /** The work is about to rest: save what must not be lost. */
  paused(): Promise<void>;
  resumed(): Promise<void>;
}

type Wish = 'go' | 'pause' | 'step' | 'stop' | 'leave';
/** What the work is to do: its next step, keep what it has and end, or end as if it were paused. */
export type Passage = 'go' | 'stop' | 'leave';

export class Gate {
  #wish: Wish = 'go';
  #wake: (() => void) | null = null;
  #asking: (() => void)[] = [];
  #closed = false;

  pause = (): Promise<void> => this.#ask('pause');
  resume = (): Promise<void> => this.#ask('go');
  /** One more step, then rest again. */
  step = (): Promise<void> => this.#ask('step');
  stop = (): Promise<void> => this.#ask('stop');
  /** The lab is being closed: rest, and never wake. */
  leave = (): Promise<void> => this.#ask('leave');

  /** Wait until the work may make its next step, or is to end. */
  async pass(watch: GateWatch): Promise<Passage> {
    await macrotask(); // lets commands in
    let rested = false;
    for (;;) {
      const wish = this.#wish;
      switch (wish) {
        case 'stop':
          return 'stop';
        case 'leave':
          if (!rested) await watch.paused();
          return 'leave';
        case 'go':
        case 'step':
          if (rested && wish === 'go') await watch.resumed();
          if (wish === 'step') this.#wish = 'pause';
          this.#answer();
          return 'go';
        case 'pause':
          if (!rested) await watch.paused();
          rested = true;
          this.#answer();
          if (this.#wish === 'pause') await new Promise<void>((wake) => (this.#wake = wake));
          break;
        default:
          return wish satisfies never;
      }
    }
  }

  /** The work has ended: everyone who still asks is answered, now and later. */
  close(): void {
    this.#closed = true;
    this.#answer();
  }

  #ask(wish: Wish): Promise<void> {
    this.#wish = wish;
    this.#wake?.();
    this.#wake = null;
    return this.#closed ? Promise.resolve() : new Promise((done) => this.#asking.push(done));
  }

  #answer(): void {
    for (const done of this.#asking.splice(0)) done();
  }
}

/** Yield to the worker's message queue: a promise alone would not. */
const macrotask = (): Promise<void> =>
  new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
