/**
 * The lab: the one owner of all that lives as long as the page.
 *
 * How the page is put together (read this first when adding a screen):
 *
 *   ui/App.svelte           rail, screen, why column, status line; finds the screen by the hash
 *   ui/screens.ts           the registry: one row per screen. Add yours there.
 *   ui/stages/<Name>.svelte one screen: do, see, and a `why` part (see below)
 *   ui/strings/<name>.ts    its sentences
 *   ui/state/lab.svelte.ts  this: `getLab()` in a component gives it
 *   ui/components           know nothing of RLHF; plain props
 *
 * A screen gets the lab with `getLab()` and shows `lab.labels` (what people made), `lab.checkpoints`,
 * `lab.runs[stage]` (a `Run`: record, curves, texts, rollouts) and `lab.config[section]`. It acts through
 * the commands here, wrapped in `lab.attempt(what, action)`, which turns a failure into a Notice and
 * never throws. A deed that can be undone is announced with `lab.say(text, undo)`.
 *
 * Runes stop here: what goes to the worker or to storage is `$state.snapshot` or was never a proxy.
 */
import { getContext, setContext } from 'svelte';
import type { ConfigSection, LabConfig, Method, Preset } from '../../config';
import type { Checkpoint, Id, Project, RunRecord, Stage, TrainingStage } from '../../records';
import { deleteCheckpoint, renameCheckpoint } from '../../storage/checkpoints';
import { closeDatabase, openDatabase } from '../../storage/database';
import { lockProject, type ProjectLock } from '../../storage/lock';
import { listProjects, updateProject } from '../../storage/projects';
import { deleteRun } from '../../storage/runs';
import type { LabDatabase } from '../../storage/schema';
import type { TrainerEvent, TrainRequest } from '../../workers/messages';
import type { TrainerClient } from '../../workers/trainer';
import { bases } from '../strings/bases';
import { lab as text } from '../strings/lab';
import type { Experiment, LabelerChoice } from './experiment';
import { Labels } from './labels.svelte';
import { Link, wantedBackend } from './link.svelte';
import { Notices, type Problem } from './notices.svelte';
import type { Run } from './run.svelte';
import { Settings } from './settings.svelte';
import { Shelf } from './shelf.svelte';
import { stageViews } from './stages';
import { createEmptyProject, fillWithStarterData } from './starter';

export interface Work {
  what: string;
  done: number;
  total: number;
  secondsLeft: number | null;
}

export type { BackendName, LabelerRule, TrainRequest } from '../../workers/messages';

const KEY = Symbol('lab');
export const setLab = (lab: Lab): Lab => setContext(KEY, lab);
export const getLab = (): Lab => getContext<Lab>(KEY);

export class Lab {
  phase = $state<'opening' | 'ready' | 'failed'>('opening');
  project = $state.raw<Project | null>(null);
  /** Why nothing may be changed here, as a sentence; null where it may. */
  readOnly = $state<string | null>(null);
  #labels = $state.raw<Labels | null>(null);

  /** When something was last written by a command or the worker, milliseconds since 1970. */
  savedAt = $state<number | null>(null);
  /** Work without a run of its own: drawing samples, ranking, evaluating. */
  work = $state.raw<Work | null>(null);
  /** The stage that "run everything" is at; null when it is not running. */
  pipelineStage = $state<Stage | null>(null);
  runningAll = $state(false);
  /** How much "run everything" does: a preset, or as set on each screen. */
  amount = $state<Preset | 'settings'>('smoke');
  readonly notices = new Notices();
  readonly #settings = new Settings();
  readonly #shelf = new Shelf();
  readonly #link = new Link({
    onEvent: (event) => this.#heard(event),
    onGone: (reason) => this.#trainerGone(reason),
  });

  /** Whether the device is taken, so that a new command would be refused. */
  busy = $derived(
    this.liveStage !== null || this.work !== null || this.#link.asked > 0 || this.runningAll,
  );
  /** Why no work can be started now, as a sentence; null where it can. */
  blocked = $derived.by((): string | null => {
    if (this.readOnly) return this.readOnly;
    if (this.trainer === 'starting') return text.status.starting;
    if (this.trainer !== 'ready') return text.notRunning;
    return this.busy ? text.busy : null;
  });
  stages = $derived.by(() =>
    stageViews({
      demonstrations: this.#labels?.demonstrations ?? [],
      samples: this.#labels?.samples ?? [],
      rankings: this.#labels?.rankings ?? [],
      evaluations: this.#labels?.evaluations ?? [],
      checkpoints: this.checkpoints,
      running: this.liveStage ?? this.pipelineStage,
    }),
  );
  /** Finished models, oldest first, the base model first of all. */
  models = $derived.by((): readonly Checkpoint[] => {
    const stored = this.checkpoints.filter(({ kind }) => kind === 'model');
    const base = this.base?.checkpoint;
    return base && !stored.some(({ id }) => id === base.id) ? [base, ...stored] : stored;
  });
  #db: LabDatabase | null = null;
  #lock: ProjectLock | null = null;
  #disposed = false;

  /** What people wrote and ranked. Must not be asked before `phase` is `ready`. */
  get labels(): Labels {
    if (!this.#labels) throw new Error('The lab is not open yet.');
    return this.#labels;
  }

  /** Whether there is a trainer to ask. */
  get trainer(): Link['state'] {
    return this.#link.state;
  }
  /** On what it computes, and why; null until it is ready. */
  get engine(): Link['engine'] {
    return this.#link.engine;
  }
  get base(): Link['base'] {
    return this.#link.base;
  }
  get stats(): Link['stats'] {
    return this.#link.stats;
  }
  /** Saved models and states to go on from, oldest first. */
  get checkpoints(): readonly Checkpoint[] {
    return this.#shelf.checkpoints;
  }
  /** The run of each training stage that is under way or was the last. */
  get runs(): Readonly<Record<TrainingStage, Run>> {
    return this.#shelf.runs;
  }
  /** Records of all runs, oldest first. */
  get runRecords(): readonly RunRecord[] {
    return this.#shelf.records;
  }
  /** The stage of the run that is under way or paused. */
  get liveStage(): TrainingStage | null {
    return this.#shelf.liveStage;
  }
  /** Runs that were under way when the lab was last closed or lost its worker, and can be resumed. */
  get unfinished(): readonly RunRecord[] {
    // Where another tab has the project, what looks unfinished may well be running there.
    return this.readOnly ? [] : this.#shelf.unfinished;
  }
  /** The settings of all stages; change them with `setConfig`. */
  get config(): LabConfig {
    return this.#settings.config;
  }
  /** How the policy is optimised; change it with `setMethod`. */
  get method(): Method {
    return this.#settings.method;
  }
  /** The simulated labeler; change it with `setLabeler`. */
  get labeler(): LabelerChoice {
    return this.#settings.labeler;
  }
  /** Settings, method and labeler at once; change them with `setExperiment`. */
  get experiment(): Experiment {
    return this.#settings.experiment;
  }

  // ── Opening and closing ─────────────────────────────────────────────────────────────────────────

  /** Open storage, the project and the trainer. Never rejects: what fails is a problem on the page. */
  async open(): Promise<void> {
    this.phase = 'opening';
    try {
      const db = await openDatabase({
        onClosed: (error) => this.#storageClosed(error.message),
        onBlocked: (error) => this.report(text.problems.storage, error),
      });
      if (this.#disposed) return closeDatabase(db);
      this.#db = db;
      const project = (await listProjects(db))[0] ?? (await this.#firstProject(db));
      await this.#openProject(db, project);
    } catch (error) {
      this.phase = 'failed';
      this.report(text.problems.storage, error, {
        label: text.problems.reload,
        run: () => location.reload(),
      });
    }
  }

  /** A project with the built-in examples; without them where they cannot be had, and a way to ask again. */
  async #firstProject(db: LabDatabase): Promise<Project> {
    const project = await createEmptyProject(db);
    try {
      await fillWithStarterData(db, project);
    } catch (error) {
      this.report(text.problems.starter, error, {
        label: text.problems.tryAgain,
        run: () => this.attempt(text.problems.starter, () => this.fillWithStarterData()),
      });
    }
    return project;
  }

  async #openProject(db: LabDatabase, project: Project): Promise<void> {
    const lock = await lockProject(project.id);
    const labels = new Labels(db, project.id);
    await labels.load();
    if (this.#disposed) {
      lock.release();
      labels.dispose();
      return;
    }
    this.#lock = lock;
    this.readOnly = lock.held ? null : lock.sentence;
    this.project = lock.held
      ? await updateProject(db, project.id, { openedAt: Date.now() })
      : project;
    this.#labels = labels;
    const isDropped = await this.#settings.open(db, project.id);
    if (isDropped) this.report(text.problems.configTitle, text.problems.config);
    await this.#readRuns();
    this.phase = 'ready';
    if (lock.held) await this.startTrainer();
  }

  /** Ask again for a project that another tab had. */
  async claim(): Promise<void> {
    const { project } = this;
    if (!project || !this.readOnly) return;
    const lock = await lockProject(project.id);
    if (!lock.held) return;
    this.#lock = lock;
    this.readOnly = null;
    await this.attempt(text.problems.storage, async () => {
      await this.labels.load();
      await this.#readRuns();
    });
    await this.startTrainer();
  }

  /** Begin with a worker, or begin again with a new one. */
  async startTrainer(): Promise<void> {
    const { project } = this;
    if (!project || this.#disposed) return;
    const backend = wantedBackend((name) =>
      this.report(text.problems.backendTitle, text.problems.backend(name)),
    );
    try {
      await this.#link.start(project.id, backend);
      await this.#readRuns();
    } catch (error) {
      // Where the worker itself died, `#trainerGone` has said so already.
      if (error instanceof Error && error.name === 'TrainerGone') return;
      this.report(
        text.problems.engine,
        error,
        backend
          ? { label: text.problems.bestBackend, run: () => (location.search = '') }
          : { label: text.problems.tryAgain, run: () => this.startTrainer() },
      );
    }
  }

  /** Finish the step, save, let go of everything. */
  async dispose(): Promise<void> {
    this.#disposed = true;
    await this.#link.dispose();
    this.#shelf.dispose();
    this.#labels?.dispose();
    this.#lock?.release();
    if (this.#db) closeDatabase(this.#db);
  }

  #trainerGone(sentence: string): void {
    const wasLive = this.liveStage === null ? null : this.runs[this.liveStage].record;
    this.#link.lost();
    this.work = null;
    this.pipelineStage = null;
    this.runningAll = false;
    this.#shelf.interrupt();
    void this.#readRuns();
    this.report(text.problems.gone, `${sentence} ${text.problems.goneHelp}`, {
      label: wasLive ? text.problems.restart : text.problems.restartPlain,
      run: async () => {
        await this.startTrainer();
        if (wasLive && this.trainer === 'ready') await this.resumeRun(wasLive.id);
      },
    });
  }

  #storageClosed(sentence: string): void {
    this.readOnly = sentence;
    this.report(text.problems.closed, sentence, {
      label: text.problems.reload,
      run: () => location.reload(),
    });
  }

  // ── News of the worker ──────────────────────────────────────────────────────────────────────────

  #heard(event: TrainerEvent): void {
    switch (event.kind) {
      case 'engine.problem':
        if (event.fatal) this.#trainerGone(event.sentence);
        else this.report(text.problems.engineProblem, event.sentence);
        return;
      case 'work.progress': {
        const { what, done, total, secondsLeft } = event;
        this.work = { what, done, total, secondsLeft };
        return;
      }
      case 'work.finished':
        this.work = null;
        return;
      case 'run.started':
        this.runs[event.run.stage].started(event.run);
        this.#shelf.keep(event.run);
        return;
      case 'run.step':
        this.#shelf.run(event.runId)?.stepped(event);
        this.#link.stats = event.stats;
        return;
      case 'run.texts':
        this.#shelf.run(event.runId)?.textsAt(event.step, event.texts);
        return;
      case 'run.rollouts':
        this.#shelf.run(event.runId)?.rolloutsAt(event.step, event.rollouts);
        return;
      case 'run.saved':
        void this.#readRuns();
        this.savedAt = Date.now();
        return;
      case 'run.changed':
        this.#shelf.run(event.run.id)?.changed(event.run);
        this.#shelf.keep(event.run);
        if (event.run.status === 'failed')
          this.report(
            text.problems.runFailed(text.stages[event.run.stage]),
            event.run.failure ?? '',
          );
        return;
      case 'pipeline.stage':
        this.pipelineStage = event.stage;
        this.work = null;
        return;
      case 'stored':
        this.savedAt = Date.now();
        this.#stored(event.what);
        return;
      default:
        event satisfies never;
    }
  }

  #stored(what: Extract<TrainerEvent, { kind: 'stored' }>['what']): void {
    if (what === 'checkpoints') void this.#readRuns();
    else void this.attempt(text.problems.storage, () => this.#labels?.reload(what));
  }

  async #readRuns(): Promise<void> {
    const { project } = this;
    const db = this.#db;
    if (project && db)
      await this.attempt(text.problems.storage, () => this.#shelf.read(db, project.id));
  }

  // ── Commands ────────────────────────────────────────────────────────────────────────────────────

  /** Start a run of a training stage with the settings of the page. */
  train(request: TrainRequest): Promise<boolean> {
    const run = this.runs[request.stage];
    return this.attempt(text.stages[request.stage], async () => {
      run.pending = 'starting';
      try {
        const record = await this.#link.trainer.train($state.snapshot(request) as TrainRequest);
        if (run.record?.id !== record.id) run.started(record);
      } finally {
        run.pending = null;
      }
    });
  }

  /** Go on with an unfinished run from its last saved state. */
  resumeRun(runId: Id): Promise<boolean> {
    return this.attempt(text.resuming, async () => {
      const record = await this.#link.trainer.resumeRun(runId);
      if (this.#db) await this.#shelf.resumed(record, this.#db);
    });
  }

  pause = (): Promise<boolean> => this.#control('pausing', (trainer) => trainer.pause());
  resume = (): Promise<boolean> => this.#control(null, (trainer) => trainer.resume());
  step = (): Promise<boolean> => this.#control(null, (trainer) => trainer.step());
  stop = (): Promise<boolean> => this.#control('stopping', (trainer) => trainer.stop());

  #control(
    pending: Run['pending'],
    command: (trainer: TrainerClient) => Promise<void>,
  ): Promise<boolean> {
    const run = this.liveStage === null ? null : this.runs[this.liveStage];
    return this.attempt(text.controlling, async () => {
      // It is over when the record says so: see `Run.changed`.
      if (run) run.pending = pending;
      try {
        await command(this.#link.trainer);
      } catch (error) {
        if (run) run.pending = null;
        throw error;
      }
    });
  }

  /** All seven stages in a row with a simulated labeler. */
  runAll(request: Parameters<TrainerClient['runAll']>[0]): Promise<boolean> {
    return this.attempt(text.runningAll, async () => {
      this.runningAll = true;
      try {
        await this.#link.trainer.runAll($state.snapshot(request) as typeof request);
      } finally {
        this.runningAll = false;
        this.pipelineStage = null;
        this.work = null;
      }
    });
  }

  /**
   * Work that answers: `lab.ask(t => t.sample(…))`. Rejects with the worker's sentence, so wrap it in
   * `attempt`. Give it plain objects: `$state.snapshot` what is a proxy.
   */
  async ask<R>(command: (trainer: TrainerClient) => Promise<R>): Promise<R> {
    try {
      return await this.#link.ask(command);
    } finally {
      this.work = null;
    }
  }

  // ── Checkpoints and runs ────────────────────────────────────────────────────────────────────────

  /** The newest finished model of a stage that speaks the tokenizer of the base in use. */
  latest(stage: 'base' | TrainingStage): Checkpoint | null {
    const spoken = this.base?.checkpoint.tokenizerHash;
    return (
      this.models.findLast(
        (checkpoint) =>
          checkpoint.stage === stage && (!spoken || checkpoint.tokenizerHash === spoken),
      ) ?? null
    );
  }

  /** Begin from another base model beside the page. Texts and labels stay; ids are derived from them anew. */
  useBase(name: string): Promise<boolean> {
    return this.attempt(bases.changing, async () => {
      if (!this.project || this.blocked) throw new Error(this.blocked ?? text.notRunning);
      this.project = await updateProject(this.#writable(), this.project.id, { baseModel: name });
      await this.startTrainer();
    });
  }

  checkpoint(id: Id): Checkpoint | null {
    return (
      this.models.find((checkpoint) => checkpoint.id === id) ??
      this.checkpoints.find((checkpoint) => checkpoint.id === id) ??
      null
    );
  }

  renameCheckpoint(id: Id, name: string): Promise<boolean> {
    return this.#change(text.renaming, async (db) => {
      await renameCheckpoint(db, id, name);
    });
  }
  deleteCheckpoint(id: Id): Promise<boolean> {
    return this.#change(text.deleting, (db) => deleteCheckpoint(db, id));
  }
  deleteRun(id: Id): Promise<boolean> {
    return this.#change(text.deleting, (db) => deleteRun(db, id));
  }

  #change(what: string, action: (db: LabDatabase) => Promise<void>): Promise<boolean> {
    return this.attempt(what, async () => {
      const db = this.#writable();
      await action(db);
      await this.#readRuns();
    });
  }

  #writable(): LabDatabase {
    if (this.readOnly) throw new Error(this.readOnly);
    if (!this.#db) throw new Error(text.problems.storage);
    return this.#db;
  }

  // ── Settings ────────────────────────────────────────────────────────────────────────────────────

  /** Change a setting to a possible value; it is kept for the next visit. */
  setConfig(section: ConfigSection, name: string, value: number | string | boolean) {
    return this.attempt(text.setting, () => this.#settings.set(section, name, value));
  }

  setMethod(method: Method) {
    return this.attempt(text.setting, () => this.#settings.setMethod(method));
  }

  setLabeler(labeler: LabelerChoice) {
    return this.attempt(text.setting, () => this.#settings.setLabeler(labeler));
  }

  /** Set up an experiment and say so, with a way back to the settings of before. */
  async setExperiment(experiment: Experiment, done: string): Promise<void> {
    const [before, amount] = [this.experiment, this.amount];
    const set = (to: Experiment) => this.attempt(text.setting, () => this.#settings.setExperiment(to)); // prettier-ignore
    if (!(await set(experiment))) return;
    this.amount = 'settings';
    this.say(done, () => {
      this.amount = amount;
      return set(before);
    });
  }

  resetConfig(section: ConfigSection) {
    return this.attempt(text.setting, () => this.#settings.reset(section));
  }

  setGuidelines(guidelines: string) {
    return this.attempt(text.setting, async () => {
      if (this.project)
        this.project = await updateProject(this.#writable(), this.project.id, { guidelines });
      this.savedAt = Date.now();
    });
  }

  /** Put the built-in demonstrations and prompts in the project; rejects where they cannot be stored. */
  async fillWithStarterData(): Promise<void> {
    if (!this.project) return;
    await fillWithStarterData(this.#writable(), this.project);
    await this.labels.load();
  }

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
