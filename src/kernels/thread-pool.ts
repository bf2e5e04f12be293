/**
 * Helper threads that share the memory of the SIMD kernels, and the table on which jobs lie for them.
 *
 * A job is one kernel with a list of arguments for each part, for instance blocks of rows. The thread that
 * puts it there works on it like the others, and goes on when all parts are finished. A part's numbers do
 * not depend on who computes it, and what is cut into parts does not depend on how many threads there are
 * where a sum runs over parts; so results are the same to the bit with any number of threads.
 */
import { ARGUMENTS, ARGUMENTS_AT, takeParts, WORDS, type ThreadStart } from './thread';

/** Most parts of a job. */
export const MOST_PARTS = 32;

/** A worker that runs `serve` of thread.ts. */
export interface HelperThread {
  /** Resolves when it is ready for jobs. */
  start(start: ThreadStart): Promise<void>;
  terminate(): void;
}

export class ThreadPool {
  readonly #helpers: HelperThread[];
  readonly #numbers: Map<string, number>;
  readonly #kernels: ((...numbers: number[]) => unknown)[];
  readonly #words: Int32Array;
  readonly #values: Float64Array;

  private constructor(
    helpers: HelperThread[],
    control: SharedArrayBuffer,
    kernels: Record<string, (...numbers: number[]) => unknown>,
  ) {
    this.#helpers = helpers;
    this.#numbers = new Map(Object.keys(kernels).map((name, i) => [name, i]));
    this.#kernels = Object.values(kernels);
    this.#words = new Int32Array(control, 0, ARGUMENTS_AT / 4);
    this.#values = new Float64Array(control, ARGUMENTS_AT);
  }

  /**
   * A pool of `helpers`, started on the compiled kernels and the memory that they share.
   * `kernels` are those of this thread's own instance, by name.
   */
  static async start(
    helpers: HelperThread[],
    module: WebAssembly.Module,
    memory: WebAssembly.Memory,
    kernels: Record<string, (...numbers: number[]) => unknown>,
  ): Promise<ThreadPool> {
    const control = new SharedArrayBuffer(ARGUMENTS_AT + MOST_PARTS * ARGUMENTS * 8);
    const pool = new ThreadPool(helpers, control, kernels);
    const start = { module, memory, control, kernels: Object.keys(kernels) };
    try {
      await Promise.all(helpers.map((helper) => helper.start(start)));
    } catch (error) {
      pool.dispose();
      throw error;
    }
    return pool;
  }

  /** Threads that work on a job, this one counted. */
  get threads(): number {
    return this.#helpers.length + 1;
  }

  /** Run a kernel once for each list of arguments. @throws Error where one stopped itself. */
  run(kernel: string, parts: readonly (readonly number[])[]): void {
    const words = this.#words;
    parts.forEach((part, i) => this.#values.set(part, i * ARGUMENTS));
    words[WORDS.kernel] = this.#numbers.get(kernel)!;
    words[WORDS.arguments] = parts[0]!.length;
    Atomics.store(words, WORDS.done, 0);
    Atomics.store(words, WORDS.left, parts.length); // from here on parts are taken
    Atomics.add(words, WORDS.job, 1);
    if (Atomics.load(words, WORDS.asleep) > 0) Atomics.notify(words, WORDS.job);
    takeParts(words, this.#values, this.#kernels);
    while (Atomics.load(words, WORDS.done) < parts.length); // a part takes far less than a wake-up would
    if (Atomics.exchange(words, WORDS.failed, 0) !== 0)
      throw new Error(`The kernel ${kernel} stopped itself.`);
  }

  dispose(): void {
    for (const helper of this.#helpers.splice(0)) helper.terminate();
  }
}
