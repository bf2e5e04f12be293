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
 * It is put together from parts that each own one thing: `Place` (storage and what people made), `Shelf` (runs
 * and checkpoints), `Models`, `Settings`, `Link` (the worker), `Activity` (what is under way), `Notices`, `Commands`,
 * `Studies` (of the exact lab and of over-optimisation).
 *
 * Runes stop here: what goes to the worker or to storage is `$state.snapshot` or was never a proxy.
 */
import { getContext, setContext } from 'svelte';
import type { ConfigSection, LabConfig, Method, Preset } from '../../config';
import type {
  Checkpoint,
  Id,
  MetricRow,
  Project,
  RunRecord,
  Stage,
  TrainingStage,
} from '../../records';
import { listMetrics } from '../../storage/runs';
import type { LabDatabase, SettingValue } from '../../storage/schema';
import { bases } from '../strings/bases';
import { lab as text } from '../strings/lab';
import { Activity, type Work } from './activity.svelte';
import { Commands } from './commands';
import type { Experiment, LabelerChoice } from './experiment';
import { Findings } from './findings.svelte';
import { Labeling } from './labeling.svelte';
import type { Labels } from './labels.svelte';
import { listLabs, openNext } from './labs';
import { Link, wantedBackend } from './link.svelte';
import { Models } from './models.svelte';
import { hear } from './news';
import { Notices, type Problem } from './notices.svelte';
import { Place } from './place.svelte';
import type { Run } from './run.svelte';
import { Settings } from './settings.svelte';
import { Shelf } from './shelf.svelte';
import { stageViews } from './stages';
import { Studies } from './studies.svelte';

export type { Work } from './activity.svelte';
export type { BackendName, LabelerRule, TrainRequest } from '../../workers/messages';

const KEY = Symbol('lab');
export const setLab = (lab: Lab): Lab => setContext(KEY, lab);
export const getLab = (): Lab => getContext<Lab>(KEY);

export class Lab {
  phase = $state<'opening' | 'ready' | 'failed'>('opening');
  /** How much "run everything" does: a preset, or as set on each screen. */
  amount = $state<Preset | 'settings'>('smoke');
  /** Who labels, how, and by which guidelines. */
  readonly labeling = new Labeling();
  readonly findings = new Findings();

  /** The saved model or state that the next training screen begins from; chosen on Checkpoints. */
  startFrom = $state<Id | null>(null);

  readonly notices = new Notices();
  readonly #place = new Place(this.notices);
  /** What the exact lab and the over-optimisation study measured. */
  readonly studies = new Studies(() => this.#place.writable());
  readonly #settings = new Settings();
  readonly #shelf = new Shelf();
  readonly #activity = new Activity();
  readonly #link = new Link({
    onEvent: (event) =>
      hear(event, {
        shelf: this.#shelf,
        link: this.#link,
        activity: this.#activity,
        notices: this.notices,
        studies: this.studies,
        onRuns: () => void this.#readRuns(),
        onLabels: (what) =>
          void this.attempt(text.problems.storage, () => this.#place.labels?.reload(what)),
        onGone: (sentence) => this.#trainerGone(sentence),
      }),
    onGone: (reason) => this.#trainerGone(reason),
  });
  readonly #commands = new Commands({
    link: this.#link,
    shelf: this.#shelf,
    activity: this.#activity,
    notices: this.notices,
    onResumed: async (record) => {
      if (this.#place.db) await this.#shelf.resumed(record, this.#place.db);
    },
    plain: <T>(value: T) => $state.snapshot(value) as T,
  });
  readonly #models = new Models({
    shelf: this.#shelf,
    link: this.#link,
    place: this.#place,
    notices: this.notices,
    refresh: () => this.#readRuns(),
  });
  #disposed = false;

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
  stages = $derived.by(() => {
    const { labels } = this.#place;
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
    return this.#place.project;
  }
  /** Why nothing may be changed here, as a sentence; null where it may. */
  get readOnly(): string | null {
    return this.#place.readOnly;
  }
  /** What people wrote and ranked. Must not be asked before `phase` is `ready`. */
  get labels(): Labels {
    if (!this.#place.labels) throw new Error('The lab is not open yet.');
    return this.#place.labels;
  }
  /** When something was last written by a command or the worker, milliseconds since 1970. */
  get savedAt(): number | null {
    return this.#activity.savedAt;
  }
  /** Work without a run of its own: drawing samples, ranking, evaluating. */
  get work(): Work | null {
    return this.#activity.work;
  }
  /** The stage that "run everything" is at; null when it is not running. */
  get pipelineStage(): Stage | null {
    return this.#activity.pipelineStage;
  }
  get runningAll(): boolean {
    return this.#activity.runningAll;
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
  /** Finished models, oldest first, the base model first of all. */
  get models(): readonly Checkpoint[] {
    return this.#models.all;
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

  // ── Storage, for lists that a screen keeps beside `labels` ──────────────────────────────────────

  /** @throws Error where it is not open */
  get storage(): LabDatabase {
    if (!this.#place.db) throw new Error(text.problems.storage);
    return this.#place.db;
  }
  /** The same, to write to. @throws Error where nothing may be changed, with the sentence that says why */
  writable = (): LabDatabase => this.#place.writable();
  /** Tell the status line that something was written. */
  saved = (): void => this.#activity.saved();

  // ── Opening and closing ─────────────────────────────────────────────────────────────────────────

  /** Open storage, the project and the trainer. Never rejects: what fails is a problem on the page. */
  async open(): Promise<void> {
    this.phase = 'opening';
    try {
      const opened = await this.#place.open();
      if (!opened) return;
      const writable = () => this.#place.writable();
      await this.labeling.open(opened.db, opened.project, writable);
      await this.findings.open(opened.db, opened.project.id, writable);
      const isDropped = await this.#settings.open(opened.db, opened.project.id);
      if (isDropped) this.report(text.problems.configTitle, text.problems.config);
      await this.#readRuns();
      await this.studies.open(opened.db, opened.project.id);
      this.phase = 'ready';
      if (!this.readOnly) await this.startTrainer();
    } catch (error) {
      this.phase = 'failed';
      this.report(text.problems.storage, error, {
        label: text.problems.reload,
        run: () => location.reload(),
      });
    }
  }

  /** Ask again for a project that another tab had. */
  async claim(): Promise<void> {
    if (!(await this.#place.claim())) return;
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
    this.#place.dispose();
  }

  #trainerGone(sentence: string): void {
    const wasLive = this.liveStage === null ? null : this.runs[this.liveStage].record;
    this.#link.lost();
    this.#activity.end();
    this.#shelf.interrupt();
    this.studies.interrupt();
    void this.#readRuns();
    this.report(text.problems.gone, `${sentence} ${text.problems.goneHelp}`, {
      label: wasLive ? text.problems.restart : text.problems.restartPlain,
      run: async () => {
        await this.startTrainer();
        if (wasLive && this.trainer === 'ready') await this.resumeRun(wasLive.id);
      },
    });
  }

  async #readRuns(): Promise<void> {
    const { db, project } = this.#place;
    if (project && db)
      await this.attempt(text.problems.storage, () => this.#shelf.read(db, project.id));
  }

  // ── Commands to the trainer; see `Commands` ─────────────────────────────────────────────────────

  readonly train = this.#commands.train;
  readonly resumeRun = this.#commands.resumeRun;
  readonly pause = this.#commands.pause;
  readonly resume = this.#commands.resume;
  readonly step = this.#commands.step;
  readonly stop = this.#commands.stop;
  readonly runAll = this.#commands.runAll;
  readonly ask = this.#commands.ask;

  // ── Checkpoints and runs ────────────────────────────────────────────────────────────────────────

  /** Begin from another base model beside the page. Texts and labels stay; ids are derived from them anew. */
  useBase(name: string): Promise<boolean> {
    return this.attempt(bases.changing, async () => {
      if (!this.project || this.blocked) throw new Error(this.blocked ?? text.notRunning);
      await this.#place.update({ baseModel: name });
      await this.startTrainer();
    });
  }

  readonly latest = this.#models.latest;
  readonly checkpoint = this.#models.find;
  readonly renameCheckpoint = this.#models.rename;
  readonly deleteCheckpoint = this.#models.delete;
  readonly deleteRun = this.#models.deleteRun;

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
      await this.labeling.setGuidelines(guidelines);
      await this.#place.update({ guidelines });
      this.#activity.saved();
    });
  }

  /** All labs of this browser, the one opened last first. */
  async labs(): Promise<Project[]> {
    return this.#place.db ? listLabs(this.#place.db) : [];
  }
  /** Close this lab and open another one, which takes a new page. */
  async openLab(id: Id): Promise<void> {
    if (!this.#place.db) throw new Error(text.problems.storage);
    await openNext(this.#place.db, id);
    location.reload();
  }

  /** The history of any run of the project, by step. */
  async metricsOf(runId: Id): Promise<MetricRow[]> {
    return this.#place.db ? listMetrics(this.#place.db, runId) : [];
  }

  /** Small choices that outlive the page; see `Place`. What is recalled must be checked before use. */
  recall = (key: string): Promise<SettingValue | undefined> => this.#place.recall(key);
  remember(key: string, value: SettingValue): Promise<boolean> {
    return this.attempt(text.setting, () => this.#place.remember(key, value));
  }

  /** Put the built-in demonstrations and prompts in the project; rejects where they cannot be stored. */
  fillWithStarterData(): Promise<void> {
    return this.#place.fillWithStarterData();
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
