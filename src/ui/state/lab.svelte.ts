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
 * It is put together from parts (`lab-parts.svelte.ts`) that each own one thing: `Place` (storage and what people made), `Shelf` (runs
 * and checkpoints), `Models`, `Settings`, `Link` (the worker), `Activity` (what is under way), `Notices`, `Commands`,
 * `Studies` (of the exact lab and of over-optimisation).
 *
 * Runes stop here: what goes to the worker or to storage is `$state.snapshot` or was never a proxy.
 */
import { getContext, setContext } from 'svelte';
import type { ConfigSection, Method } from '../../config';
import type { Id, MetricRow, Project } from '../../records';
import { listMetrics } from '../../storage/runs';
import type { SettingValue } from '../../storage/schema';
import { bases } from '../strings/bases';
import { lab as text } from '../strings/lab';
import type { Experiment, LabelerChoice } from './experiment';
import { LabParts } from './lab-parts.svelte';
import { listLabs, openNext } from './labs';
import { wantedBackend } from './link.svelte';
import type { SettingValues } from './settings.svelte';

export type { Work } from './activity.svelte';
export type { BackendName, LabelerRule, TrainRequest } from '../../workers/messages';

const KEY = Symbol('lab');
export const setLab = (lab: Lab): Lab => setContext(KEY, lab);
export const getLab = (): Lab => getContext<Lab>(KEY);

export class Lab extends LabParts {
  #disposed = false;

  // ── Opening and closing ─────────────────────────────────────────────────────────────────────────

  /** Open storage, the project and the trainer. Never rejects: what fails is a problem on the page. */
  async open(): Promise<void> {
    this.phase = 'opening';
    try {
      const opened = await this.place.open();
      if (!opened) return;
      const writable = () => this.place.writable();
      await this.labeling.open(opened.db, opened.project, writable);
      await this.findings.open(opened.db, opened.project.id, writable);
      const isDropped = await this.settings.open(opened.db, opened.project.id);
      if (isDropped) this.report(text.problems.configTitle, text.problems.config);
      await this.readRuns();
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
    if (!(await this.place.claim())) return;
    await this.attempt(text.problems.storage, async () => {
      await this.labels.load();
      await this.readRuns();
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
      await this.link.start(project.id, backend);
      await this.readRuns();
    } catch (error) {
      // Where the worker itself died, `trainerGone` has said so already.
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
    await this.link.dispose();
    this.shelf.dispose();
    this.place.dispose();
  }

  protected trainerGone(sentence: string): void {
    const wasLive = this.liveStage === null ? null : this.runs[this.liveStage].record;
    this.link.lost();
    this.activity.end();
    this.shelf.interrupt();
    this.studies.interrupt();
    void this.readRuns();
    this.report(text.problems.gone, `${sentence} ${text.problems.goneHelp}`, {
      label: wasLive ? text.problems.restart : text.problems.restartPlain,
      run: async () => {
        await this.startTrainer();
        if (wasLive && this.trainer === 'ready') await this.resumeRun(wasLive.id);
      },
    });
  }

  protected async readRuns(): Promise<void> {
    const { db, project } = this.place;
    if (project && db)
      await this.attempt(text.problems.storage, () => this.shelf.read(db, project.id));
  }

  // ── Commands to the trainer; see `Commands` ─────────────────────────────────────────────────────

  readonly train = this.commands.train;
  readonly resumeRun = this.commands.resumeRun;
  readonly pause = this.commands.pause;
  readonly resume = this.commands.resume;
  readonly step = this.commands.step;
  readonly stop = this.commands.stop;
  readonly runAll = this.commands.runAll;
  readonly ask = this.commands.ask;

  // ── Checkpoints and runs ────────────────────────────────────────────────────────────────────────

  /** Begin from another base model beside the page. Texts and labels stay; ids are derived from them anew. */
  useBase(name: string): Promise<boolean> {
    return this.attempt(bases.changing, async () => {
      if (!this.project || this.blocked) throw new Error(this.blocked ?? text.notRunning);
      await this.place.update({ baseModel: name });
      await this.startTrainer();
    });
  }

  readonly latest = this.library.latest;
  readonly checkpoint = this.library.find;
  readonly renameCheckpoint = this.library.rename;
  readonly deleteCheckpoint = this.library.delete;
  readonly deleteRun = this.library.deleteRun;

  // ── Settings ────────────────────────────────────────────────────────────────────────────────────

  /** Change settings of a section to possible values; they are kept for the next visit. */
  setConfig(section: ConfigSection, values: SettingValues) {
    return this.attempt(text.setting, () => this.settings.set(section, values));
  }

  setMethod(method: Method) {
    return this.attempt(text.setting, () => this.settings.setMethod(method));
  }

  setLabeler(labeler: LabelerChoice) {
    return this.attempt(text.setting, () => this.settings.setLabeler(labeler));
  }

  /** Set up an experiment and say so, with a way back to the settings of before. */
  async setExperiment(experiment: Experiment, done: string): Promise<void> {
    const [before, amount] = [this.experiment, this.amount];
    const set = (to: Experiment) => this.attempt(text.setting, () => this.settings.setExperiment(to)); // prettier-ignore
    if (!(await set(experiment))) return;
    this.amount = 'settings';
    this.say(done, () => {
      this.amount = amount;
      return set(before);
    });
  }

  resetConfig(section: ConfigSection) {
    return this.attempt(text.setting, () => this.settings.reset(section));
  }

  setGuidelines(guidelines: string) {
    return this.attempt(text.setting, async () => {
      await this.labeling.setGuidelines(guidelines);
      await this.place.update({ guidelines });
      this.activity.saved();
    });
  }

  /** All labs of this browser, the one opened last first. */
  async labs(): Promise<Project[]> {
    return this.place.db ? listLabs(this.place.db) : [];
  }
  /** Close this lab and open another one, which takes a new page. */
  async openLab(id: Id): Promise<void> {
    if (!this.place.db) throw new Error(text.problems.storage);
    await openNext(this.place.db, id);
    location.reload();
  }

  /** The history of any run of the project, by step. */
  async metricsOf(runId: Id): Promise<MetricRow[]> {
    return this.place.db ? listMetrics(this.place.db, runId) : [];
  }

  /** Small choices that outlive the page; see `Place`. What is recalled must be checked before use. */
  recall = (key: string): Promise<SettingValue | undefined> => this.place.recall(key);
  remember(key: string, value: SettingValue): Promise<boolean> {
    return this.attempt(text.setting, () => this.place.remember(key, value));
  }

  /** Put the built-in demonstrations and prompts in the project; rejects where they cannot be stored. */
  fillWithStarterData(): Promise<void> {
    return this.place.fillWithStarterData();
  }
}
