/** What the worker tells, taken to those whom it concerns. */
import type { TrainerEvent } from '../../workers/messages';
import { lab as text } from '../strings/lab';
import type { Activity } from './activity.svelte';
import type { Link } from './link.svelte';
import type { Notices } from './notices.svelte';
import type { Shelf } from './shelf.svelte';
import type { Studies } from './studies.svelte';

type Stored = Extract<TrainerEvent, { kind: 'stored' }>['what'];

export interface Listeners {
  shelf: Shelf;
  link: Link;
  activity: Activity;
  notices: Notices;
  studies: Studies;
  /** Runs or checkpoints were written: read them anew. */
  onRuns: () => void;
  /** Labels were written: read them anew. */
  onLabels: (what: Exclude<Stored, 'checkpoints'>) => void;
  /** The worker cannot go on. */
  onGone: (sentence: string) => void;
}

export function hear(event: TrainerEvent, to: Listeners): void {
  const { shelf, link, activity, notices } = to;
  switch (event.kind) {
    case 'engine.problem':
      if (event.fatal) to.onGone(event.sentence);
      else notices.report(text.problems.engineProblem, event.sentence);
      return;
    case 'work.progress': {
      const { what, done, total, secondsLeft } = event;
      activity.work = { what, done, total, secondsLeft };
      return;
    }
    case 'work.finished':
      activity.work = null;
      return;
    case 'run.started':
      shelf.runs[event.run.stage].started(event.run);
      shelf.keep(event.run);
      return;
    case 'run.step':
      shelf.run(event.runId)?.stepped(event);
      link.stats = event.stats;
      return;
    case 'run.texts':
      shelf.run(event.runId)?.textsAt(event.step, event.texts);
      return;
    case 'run.rollouts':
      shelf.run(event.runId)?.rolloutsAt(event.step, event.rollouts);
      return;
    case 'run.saved':
      to.onRuns();
      activity.saved();
      return;
    case 'run.changed':
      shelf.run(event.run.id)?.changed(event.run);
      shelf.keep(event.run);
      if (event.run.status === 'failed')
        notices.report(
          text.problems.runFailed(text.stages[event.run.stage]),
          event.run.failure ?? '',
        );
      return;
    case 'study.changed':
      to.studies.heard(event.study);
      activity.saved();
      return;
    case 'pipeline.stage':
      activity.pipelineStage = event.stage;
      activity.work = null;
      return;
    case 'stored':
      activity.saved();
      if (event.what === 'checkpoints') to.onRuns();
      else to.onLabels(event.what);
      return;
    default:
      event satisfies never;
  }
}
