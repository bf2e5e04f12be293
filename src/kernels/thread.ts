/**
 * What a helper thread does: take parts of the job on the table until none is left, then wait for the next.
 *
 * It has our compiled kernels on the same memory as the thread that owns the engine, and sees what is to be
 * done in `control`. This file imports nothing at run time: it is the whole program of a worker.
 */

/** What a thread is told once, when it starts. */
export interface ThreadStart {
  module: WebAssembly.Module;
  memory: WebAssembly.Memory;
  control: SharedArrayBuffer;
  /** The kernels by their numbers in `control`. */
  kernels: string[];
}

/** Words of `control`, each an int32. Behind them lie the arguments: `ARGUMENTS` float64 for each part. */
export const WORDS = {
  /** Grows by one with each job: what a waiting thread waits for. */
  job: 0,
  /** Parts that nobody has taken; 0 or less between jobs. To lower it is to take the last of them. */
  left: 1,
  /** Parts that are finished. */
  done: 2,
  /** Number of this job's kernel. */
  kernel: 3,
  /** Arguments of each part. */
  arguments: 4,
  /** Not 0 when a kernel stopped itself. */
  failed: 5,
  /** Threads that sleep and must be woken. */
  asleep: 6,
} as const;
/** Where the arguments begin, in bytes. */
export const ARGUMENTS_AT = 64;
/** Most arguments of a part. */
export const ARGUMENTS = 24;

/** Looks at the table before a thread goes to sleep; about the time between two kernels of a step. */
const LOOKS = 20_000;

type Kernel = (...numbers: number[]) => unknown;

/** Take parts of the job on the table, and finish them, until none is left. */
export function takeParts(words: Int32Array, values: Float64Array, kernels: Kernel[]): void {
  for (;;) {
    // One word alone says whether there is a part and which, so a late thread cannot mix up two jobs.
    const part = Atomics.sub(words, WORDS.left, 1) - 1;
    if (part < 0) return;
    try {
      const from = part * ARGUMENTS;
      kernels[words[WORDS.kernel]!]!(...values.subarray(from, from + words[WORDS.arguments]!));
    } catch {
      Atomics.store(words, WORDS.failed, 1);
    } finally {
      Atomics.add(words, WORDS.done, 1);
    }
  }
}

/** Serve for ever; the worker is ended from outside. `ready` is called before the first wait. */
export function serve(start: ThreadStart, ready: () => void): void {
  const abort = () => {
    throw new Error('A SIMD kernel stopped itself.');
  };
  const { exports } = new WebAssembly.Instance(start.module, {
    env: { memory: start.memory, abort },
  });
  const kernels = start.kernels.map((name) => exports[name] as Kernel);
  const words = new Int32Array(start.control, 0, ARGUMENTS_AT / 4);
  const values = new Float64Array(start.control, ARGUMENTS_AT);
  ready();
  let seen = 0;
  for (;;) {
    seen = waitForJob(words, seen);
    takeParts(words, values, kernels);
  }
}

/** Wait until there is another job than `seen`; its number. Looking comes first, since waking takes long. */
function waitForJob(words: Int32Array, seen: number): number {
  for (let look = 0; look < LOOKS; look++) {
    const job = Atomics.load(words, WORDS.job);
    if (job !== seen) return job;
  }
  Atomics.add(words, WORDS.asleep, 1);
  Atomics.wait(words, WORDS.job, seen);
  Atomics.sub(words, WORDS.asleep, 1);
  return Atomics.load(words, WORDS.job);
}
