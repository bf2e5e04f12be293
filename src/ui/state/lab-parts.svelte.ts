/**
 * What the lab is put together from, and what it knows: its parts, the state that is derived of them, and how it says
 * things. What it does is in `lab.svelte.ts`.
 */
import type { LabConfig, Method, Preset } from '../../config';
import type { Checkpoint, Id, Project, RunRecord, Stage, TrainingStage } from '../../records';
import type { LabDatabase } from '../../storage/schema';
import { lab as text } from '../strings/lab';
import { Activity, type Work } from './activity.svelte';
import { Commands } from './commands';
import type { Experiment, LabelerChoice } from './experiment';
import { Findings } from './findings.svelte';
import { Labeling } from './labeling.svelte';
import type { Labels } from './labels.svelte';
import { Link } from './link.svelte';
import { Models } from './models.svelte';
import { hear } from './news';
import { Notices, type Problem } from './notices.svelte';
import { Place } from './place.svelte';
import type { Run } from './run.svelte';
import { Settings } from './settings.svelte';
import { Shelf } from './shelf.svelte';
import { stageViews } from './stages';
import { Studies } from './studies.svelte';

export abstract class LabParts {
  phase = $state<'opening' | 'ready' | 'failed'>('opening');
  /** How much "run everything" does: a preset, or as set on each screen. */
  amount = $state<Preset | 'settings'>('smoke');
  /** Who labels, how, and by which guidelines. */
  readonly labeling = new Labeling();
  readonly findings = new Findings();

  /** The saved model or state that the next training screen begins from; chosen on Checkpoints. */
  startFrom = $state<Id | null>(null);

  readonly notices = new Notices();
  protected readonly place = new Place(this.notices);
  /** What the exact lab and the over-optimisation study measured. */
  readonly studies = new Studies(() => this.place.writable());
  protected readonly settings = new Settings();
  protected readonly shelf = new Shelf();
  protected readonly activity = new Activity();
  protected readonly link = new Link({
    onEvent: (event) =>
      hear(event, {
        shelf: this.shelf,
        link: this.link,
        activity: this.activity,
        notices: this.notices,
        studies: this.studies,
        onRuns: () => void this.readRuns(),
        onLabels: (what) =>
          void this.attempt(text.problems.storage, () => this.place.labels?.reload(what)),
        onGone: (sentence) => this.trainerGone(sentence),
      }),
    onGone: (reason) => this.trainerGone(reason),
  });
  protected readonly commands = new Commands({
    link: this.link,
    shelf: this.shelf,
    activity: this.activity,
    notices: this.notices,
    onResumed: async (record) => {
      if (this.place.db) await this.shelf.resumed(record, this.place.db);
    },
    plain: <T>(value: T) => $state.snapshot(value) as T,
  });
  protected readonly library = new Models({
    shelf: this.shelf,
    link: this.link,
    place: this.place,
    notices: this.notices,
    refresh: () => this.readRuns(),
  });
  /** Whether the device is taken, so that a new command would be refused. */
  busy = $derived(
    this.liveStage !== null || this.work !== null || this.link.asked > 0 || this.runningAll,
  );
  /** Why no work can be started now, as a sentence; null where it can. */
  blocked = $derived.by((): string | null => {
    if (this.readOnly) return this.readOnly;
    if (this.trainer === 'starting') return text.status.starting;
    if (this.trainer !== 'ready') return text.notRunning;
    return this.busy ? text.busy : null;
  });
  stages = $derived.by(() => {
    const { labels } = this.place;
    return stageViews({
      demonstrations: labels?.demonstrations ?? [],
      samples: labels?.samples ?? [],
      rankings: labels?.rankings ?? [],
      evaluations: labels?.evaluations ?? [],
      checkpoints: this.checkpoints,
      running: this.liveStage ?? this.pipelineStage,
    });
  });

  // ── What there is ───────────────────────────────────────────────────────────────────────────────

  get project(): Project | null {
    return this.place.project;
  }
  /** Why nothing may be changed here, as a sentence; null where it may. */
  get readOnly(): string | null {
    return this.place.readOnly;
  }
  /** What people wrote and ranked. Must not be asked before `phase` is `ready`. */
  get labels(): Labels {
    if (!this.place.labels) throw new Error('The lab is not open yet.');
    return this.place.labels;
  }
  /** When something was last written by a command or the worker, milliseconds since 1970. */
  get savedAt(): number | null {
    return this.activity.savedAt;
  }
  /** Work without a run of its own: drawing samples, ranking, evaluating. */
  get work(): Work | null {
    return this.activity.work;
  }
  /** The stage that "run everything" is at; null when it is not running. */
  get pipelineStage(): Stage | null {
    return this.activity.pipelineStage;
  }
  get runningAll(): boolean {
    return this.activity.runningAll;
  }
  /** Whether there is a trainer to ask. */
  get trainer(): Link['state'] {
    return this.link.state;
  }
  /** On what it computes, and why; null until it is ready. */
  get engine(): Link['engine'] {
    return this.link.engine;
  }
  get base(): Link['base'] {
    return this.link.base;
  }
  get stats(): Link['stats'] {
    return this.link.stats;
  }
  /** Saved models and states to go on from, oldest first. */
  get checkpoints(): readonly Checkpoint[] {
    return this.shelf.checkpoints;
  }
  /** The run of each training stage that is under way or was the last. */
  get runs(): Readonly<Record<TrainingStage, Run>> {
    return this.shelf.runs;
  }
  /** Finished models, oldest first, the base model first of all. */
  get models(): readonly Checkpoint[] {
    return this.library.all;
  }
  /** Records of all runs, oldest first. */
  get runRecords(): readonly RunRecord[] {
    return this.shelf.records;
  }
  /** The stage of the run that is under way or paused. */
  get liveStage(): TrainingStage | null {
    return this.shelf.liveStage;
  }
  /** Runs that were under way when the lab was last closed or lost its worker, and can be resumed. */
  get unfinished(): readonly RunRecord[] {
    // Where another tab has the project, what looks unfinished may well be running there.
    return this.readOnly ? [] : this.shelf.unfinished;
  }
  /** The settings of all stages; change them with `setConfig`. */
  get config(): LabConfig {
    return this.settings.config;
  }
  /** How the policy is optimised; change it with `setMethod`. */
  get method(): Method {
    return this.settings.method;
  }
  /** The simulated labeler; change it with `setLabeler`. */
  get labeler(): LabelerChoice {
    return this.settings.labeler;
  }
  /** Settings, method and labeler at once; change them with `setExperiment`. */
  get experiment(): Experiment {
    return this.settings.experiment;
  }

  // ── Storage, for lists that a screen keeps beside `labels` ──────────────────────────────────────

  /** @throws Error where it is not open */
  get storage(): LabDatabase {
    if (!this.place.db) throw new Error(text.problems.storage);
    return this.place.db;
  }
  /** The same, to write to. @throws Error where nothing may be changed, with the sentence that says why */
  writable = (): LabDatabase => this.place.writable();
  /** Tell the status line that something was written. */
  saved = (): void => this.activity.saved();

  /** Read runs and checkpoints anew, as after the worker wrote some. */
  protected abstract readRuns(): Promise<void>;
  /** There is no trainer any more. */
  protected abstract trainerGone(sentence: string): void;

  // ── Saying things; see `Notices` ────────────────────────────────────────────────────────────────

  attempt(what: string, action: () => unknown): Promise<boolean> {
    return this.notices.attempt(what, action);
  }
  report(title: string, error: unknown, action?: Problem['action']): void {
    this.notices.report(title, error, action);
  }
  say(message: string, undo?: () => unknown): void {
    this.notices.say(message, undo);
  }
}
