/** One training run under way in the worker: a gate before each step, a recorder behind it. */
import type { TrainingRun } from '../records';
import { compileFirst } from './compile-first';
import { Gate } from './gate';
import type { RunRecorder } from './recorder';

export class TrainingJob {
  readonly gate = new Gate();

  constructor(
    readonly recorder: RunRecorder,
    readonly run: TrainingRun,
  ) {}

  /**
   * Train until the end, a stop, a failure, or until the lab is left, from where the run can be resumed.
   * Never rejects: a failure is on record and news. Disposes the run's models, whatever happens.
   */
  async drive(): Promise<void> {
    const { recorder, run, gate } = this;
    try {
      await recorder.change({ status: 'running' });
      await compileFirst(run.modelConfig, recorder.surroundings.post);
      const end = await this.#steps();
      if (end !== 'paused') await recorder.finish(run, end);
    } catch (error) {
      await recorder.fail(error);
    } finally {
      await run.steps.return();
      run.dispose();
      gate.close();
    }
  }

  /** Step until the end of the run, or of the person's patience. */
  async #steps(): Promise<'finished' | 'stopped' | 'paused'> {
    const { recorder, run } = this;
    for (;;) {
      const passage = await this.gate.pass(watching(recorder, run));
      if (passage !== 'go') return passage === 'stop' ? 'stopped' : 'paused';
      const began = performance.now();
      const next = await run.steps.next();
      if (next.done) return 'finished';
      await recorder.keep(next.value, (performance.now() - began) / 1000, run);
    }
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
