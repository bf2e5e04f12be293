/**
 * Where everything is kept: the database, the project in it that this page has, and what people made there.
 *
 * Invariants: what is written is written through `writable`, which refuses where another tab has the project;
 * after `dispose` nothing is open, whatever was on its way when it was called.
 */
import type { Project } from '../../records';
import { closeDatabase, openDatabase } from '../../storage/database';
import { lockProject, type ProjectLock } from '../../storage/lock';
import { listProjects, updateProject } from '../../storage/projects';
import type { LabDatabase, SettingValue } from '../../storage/schema';
import { readSetting, writeSetting } from '../../storage/settings';
import { lab as text } from '../strings/lab';
import { Labels } from './labels.svelte';
import type { Notices } from './notices.svelte';
import { createEmptyProject, fillWithStarterData } from './starter';

export class Place {
  project = $state.raw<Project | null>(null);
  /** Why nothing may be changed here, as a sentence; null where it may. */
  readOnly = $state<string | null>(null);
  labels = $state.raw<Labels | null>(null);
  db: LabDatabase | null = null;

  readonly #notices: Notices;
  #lock: ProjectLock | null = null;
  #disposed = false;

  constructor(notices: Notices) {
    this.#notices = notices;
  }

  /** Open the newest project, or a first one. Resolves with it, or null where it was disposed of meanwhile. */
  async open(): Promise<{ db: LabDatabase; project: Project } | null> {
    const db = await openDatabase({
      onClosed: (error) => this.#closed(error.message),
      onBlocked: (error) => this.#notices.report(text.problems.storage, error),
    });
    if (this.#disposed) {
      closeDatabase(db);
      return null;
    }
    this.db = db;
    const project = (await listProjects(db))[0] ?? (await this.#firstProject(db));
    return this.#openProject(db, project);
  }

  async #openProject(
    db: LabDatabase,
    project: Project,
  ): Promise<{ db: LabDatabase; project: Project } | null> {
    const lock = await lockProject(project.id);
    const labels = new Labels(db, project.id);
    await labels.load();
    if (this.#disposed) {
      lock.release();
      labels.dispose();
      return null;
    }
    this.#lock = lock;
    this.readOnly = lock.held ? null : lock.sentence;
    const opened = lock.held
      ? await updateProject(db, project.id, { openedAt: Date.now() })
      : project;
    this.project = opened;
    this.labels = labels;
    return { db, project: opened };
  }

  /** A project with the built-in examples; without them where they cannot be had, and a way to ask again. */
  async #firstProject(db: LabDatabase): Promise<Project> {
    const project = await createEmptyProject(db);
    try {
      await fillWithStarterData(db, project);
    } catch (error) {
      this.#notices.report(text.problems.starter, error, {
        label: text.problems.tryAgain,
        run: () => this.#notices.attempt(text.problems.starter, () => this.fillWithStarterData()),
      });
    }
    return project;
  }

  /** Ask again for a project that another tab had. Resolves with whether it was given. */
  async claim(): Promise<boolean> {
    if (!this.project || !this.readOnly) return false;
    const lock = await lockProject(this.project.id);
    if (!lock.held) return false;
    this.#lock = lock;
    this.readOnly = null;
    return true;
  }

  /** The database, to write in. @throws Error where nothing may be written, with the sentence that says why */
  writable(): LabDatabase {
    if (this.readOnly) throw new Error(this.readOnly);
    if (!this.db) throw new Error(text.problems.storage);
    return this.db;
  }

  async update(changes: Parameters<typeof updateProject>[2]): Promise<void> {
    if (this.project) this.project = await updateProject(this.writable(), this.project.id, changes);
  }

  /** Put the built-in demonstrations and prompts in the project; rejects where they cannot be stored. */
  async fillWithStarterData(): Promise<void> {
    if (!this.project) return;
    await fillWithStarterData(this.writable(), this.project);
    await this.labels?.load();
  }

  /** A small choice of this project that outlives the page; undefined where none was written. */
  async recall(key: string): Promise<SettingValue | undefined> {
    return this.db && this.project ? readSetting(this.db, this.project.id, key) : undefined;
  }
  async remember(key: string, value: SettingValue): Promise<void> {
    if (this.project) await writeSetting(this.writable(), this.project.id, key, value);
  }

  #closed(sentence: string): void {
    this.readOnly = sentence;
    this.#notices.report(text.problems.closed, sentence, {
      label: text.problems.reload,
      run: () => location.reload(),
    });
  }

  dispose(): void {
    this.#disposed = true;
    this.labels?.dispose();
    this.#lock?.release();
    if (this.db) closeDatabase(this.db);
  }
}
