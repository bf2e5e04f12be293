/** One training run under way in the worker: a gate before each step, a recorder behind it. */
import type { TrainingRun } from '../records';
import { Gate } from './gate';
import type { RunRecorder } from './recorder';

export class TrainingJob {
  readonly gate = new Gate();

  constructor(
    readonly recorder: RunRecorder,
    readonly run: TrainingRun,
  ) {}

  /**
   * Train until the end, a stop or a failure. Never rejects: a failure is on record and news. Disposes
   * the run's models, whatever happens.
   */
  async drive(): Promise<void> {
    const { recorder, run, gate } = this;
    try {
      await recorder.change({ status: 'running' });
      const ended = await this.#steps();
      await recorder.finish(run, ended ? 'finished' : 'stopped');
    } catch (error) {
      await recorder.fail(error);
    } finally {
      await run.steps.return();
      run.dispose();
      gate.close();
    }
  }

  /** True when the run came to its end, false when it was stopped. */
  async #steps(): Promise<boolean> {
    const { recorder, run } = this;
    while (await this.gate.pass(watching(recorder, run))) {
      const began = performance.now();
      const next = await run.steps.next();
      if (next.done) return true;
      await recorder.keep(next.value, (performance.now() - began) / 1000, run);
    }
    return false;
  }
}

/** A pause saves the state, so that a tab closed during it loses nothing. */
export const watching = (recorder: RunRecorder, run: TrainingRun) => ({
  paused: async () => {
    await recorder.saveState(run);
    await recorder.change({ status: 'paused' });
  },
  resumed: () => recorder.change({ status: 'running' }),
});
