/**
 * What the page tells the trainer to do. Nothing here rejects but `ask`: a failure is a problem on the page.
 * Runes stop here: what goes to the worker is `plain`, a snapshot or never a proxy.
 */
import type { Id, RunRecord } from '../../records';
import type { TrainRequest } from '../../workers/messages';
import type { TrainerClient } from '../../workers/trainer';
import { lab as text } from '../strings/lab';
import type { Activity } from './activity.svelte';
import type { Link } from './link.svelte';
import type { Notices } from './notices.svelte';
import type { Run } from './run.svelte';
import type { Shelf } from './shelf.svelte';

interface Parts {
  link: Link;
  shelf: Shelf;
  activity: Activity;
  notices: Notices;
  /** Show a run that goes on, with its history. */
  onResumed: (record: RunRecord) => Promise<void>;
  plain: <T>(value: T) => T;
}

export class Commands {
  readonly #parts: Parts;
  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Start a run of a training stage with the settings of the page. */
  train = (request: TrainRequest): Promise<boolean> => {
    const { link, shelf, notices, plain } = this.#parts;
    const run = shelf.runs[request.stage];
    return notices.attempt(text.stages[request.stage], async () => {
      run.pending = 'starting';
      try {
        const record = await link.trainer.train(plain(request));
        if (run.record?.id !== record.id) run.started(record);
      } finally {
        run.pending = null;
      }
    });
  };

  /** Go on with an unfinished run from its last saved state. */
  resumeRun = (runId: Id): Promise<boolean> => {
    const { link, notices, onResumed } = this.#parts;
    return notices.attempt(text.resuming, async () =>
      onResumed(await link.trainer.resumeRun(runId)),
    );
  };

  pause = (): Promise<boolean> => this.#control('pausing', (trainer) => trainer.pause());
  resume = (): Promise<boolean> => this.#control(null, (trainer) => trainer.resume());
  step = (): Promise<boolean> => this.#control(null, (trainer) => trainer.step());
  stop = (): Promise<boolean> => this.#control('stopping', (trainer) => trainer.stop());

  #control(
    pending: Run['pending'],
    command: (trainer: TrainerClient) => Promise<void>,
  ): Promise<boolean> {
    const { link, shelf, notices } = this.#parts;
    const run = shelf.liveStage === null ? null : shelf.runs[shelf.liveStage];
    return notices.attempt(text.controlling, async () => {
      // It is over when the record says so: see `Run.changed`.
      if (run) run.pending = pending;
      try {
        await command(link.trainer);
      } catch (error) {
        if (run) run.pending = null;
        throw error;
      }
    });
  }

  /** All seven stages in a row with a simulated labeler. */
  runAll = (request: Parameters<TrainerClient['runAll']>[0]): Promise<boolean> => {
    const { link, activity, notices, plain } = this.#parts;
    return notices.attempt(text.runningAll, async () => {
      activity.runningAll = true;
      try {
        await link.trainer.runAll(plain(request));
      } finally {
        activity.end();
      }
    });
  };

  /**
   * Work that answers: `lab.ask(t => t.sample(…))`. Rejects with the worker's sentence, so wrap it in
   * `attempt`. Give it plain objects: `$state.snapshot` what is a proxy.
   */
  ask = async <R>(command: (trainer: TrainerClient) => Promise<R>): Promise<R> => {
    try {
      return await this.#parts.link.ask(command);
    } finally {
      this.#parts.activity.work = null;
    }
  };
}
