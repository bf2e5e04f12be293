/** What the lab is busy with beside the runs of training, and when it last wrote something down. */
import type { Stage } from '../../records';

/** Work without a run of its own: drawing samples, ranking, evaluating. */
export interface Work {
  what: string;
  done: number;
  total: number;
  secondsLeft: number | null;
}

export class Activity {
  work = $state.raw<Work | null>(null);
  /** The stage that "run everything" is at; null when it is not running. */
  pipelineStage = $state<Stage | null>(null);
  runningAll = $state(false);
  /** When something was last written by a command or the worker, milliseconds since 1970. */
  savedAt = $state<number | null>(null);

  saved(): void {
    this.savedAt = Date.now();
  }

  /** Nothing is under way any more. */
  end(): void {
    this.work = null;
    this.pipelineStage = null;
    this.runningAll = false;
  }
}
