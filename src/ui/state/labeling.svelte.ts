/**
 * How the project is labelled, kept for the next visit: the people and whoever is labelling now, what comes next
 * and what is asked, the guidelines in every version, and the order that is being made at this moment, so that a
 * reload loses none of it.
 */
import { guidelinesProblem, withGuidelines, type GuidelinesVersion } from '../../data/guidelines';
import {
  defaultLabeling,
  LABELING_KEY,
  readLabeling,
  type Labeling as LabelingSettings,
} from '../../data/labeling';
import type { Id, LabelerInfo, Project } from '../../records';
import type { LabDatabase, SettingValue } from '../../storage/schema';
import { draftKey, readSetting, WHOLE_LAB, writeSetting } from '../../storage/settings';
import { labelers as text } from '../strings/labelers';
import { newId } from './ids';

const GUIDELINES_KEY = 'guidelines';

export type { ItemOrder, Labeling as LabelingSettings, Person } from '../../data/labeling';
export { ITEM_ORDERS } from '../../data/labeling';
export type { GuidelinesVersion } from '../../data/guidelines';

/** Longest name of a person. */
export const LONGEST_NAME = 40;

export class Labeling {
  settings = $state.raw<LabelingSettings>(defaultLabeling(text.you));
  /** Every version that was ever in force, the present one last. */
  guidelines = $state.raw<readonly GuidelinesVersion[]>([]);
  /** How unsure a reward model is of samples, by their ids. */
  doubts = $state.raw<ReadonlyMap<Id, number>>(new Map());
  /** What was under a labeler's hands when the page was left; its shape is the session's business. */
  draft: SettingValue = null;

  current = $derived.by((): LabelerInfo => {
    const { people, current } = this.settings;
    const person = people.find(({ id }) => id === current);
    return { id: current, name: person?.name ?? text.you, source: 'human' };
  });
  version = $derived.by(() => this.guidelines.at(-1)?.version ?? null);

  #place: { writable: () => LabDatabase; projectId: Id } | null = null;
  /** Settings are written one after the other. */
  #writing: Promise<void> = Promise.resolve();

  /**
   * Read what the last visit left.
   * @param writable the database to write in; throws where nothing may be written. @throws StorageError
   */
  async open(
    db: LabDatabase,
    project: Project,
    writable: () => LabDatabase = () => db,
  ): Promise<void> {
    const read = (key: string) => readSetting(db, project.id, key);
    const [settings, history, draft] = await Promise.all([
      read(LABELING_KEY),
      read(GUIDELINES_KEY),
      readSetting(db, WHOLE_LAB, draftKey(project.id)),
    ]);
    this.#place = { writable, projectId: project.id };
    this.settings = readLabeling(settings, text.you);
    this.draft = draft ?? null;
    // Guidelines of a project that knew no versions are the first of them.
    this.guidelines = withGuidelines(
      historyOf(history),
      project.guidelines,
      historyOf(history).length ? Date.now() : project.createdAt,
    );
  }

  /** The name of a labeler, as it is now where it is somebody of this project. */
  nameOf({ id, name }: Pick<LabelerInfo, 'id' | 'name'>): string {
    return this.settings.people.find((person) => person.id === id)?.name ?? name;
  }

  // ── People ──────────────────────────────────────────────────────────────────────────────────────

  /** Add somebody and let them label from now on. @throws Error where the name cannot be */
  async addPerson(name: string): Promise<void> {
    const { people } = this.settings;
    const person = { id: newId(), name: this.#checkedName(name) };
    // With company, everybody ranks everything, or there is no agreement to measure.
    const everybody = people.length === 1 ? true : this.settings.everybody;
    await this.set({ people: [...people, person], current: person.id, everybody });
  }

  async renamePerson(id: Id, name: string): Promise<void> {
    const checked = this.#checkedName(name, id);
    const people = this.settings.people.map((each) =>
      each.id === id ? { ...each, name: checked } : each,
    );
    await this.set({ people });
  }

  /** Take somebody off the list. Must not be asked of those who have ranked: their labels would lose their name. */
  async removePerson(id: Id): Promise<void> {
    const people = this.settings.people.filter((each) => each.id !== id);
    const [first] = people;
    if (!first) throw new Error(text.lastOne);
    const current = this.settings.current === id ? first.id : this.settings.current;
    const heldOut = this.settings.heldOut.filter((each) => each !== id);
    await this.set({ people, current, heldOut });
  }

  #checkedName(name: string, own?: Id): string {
    const tidy = name.trim().replace(/\s+/g, ' ');
    if (tidy === '') throw new Error(text.noName);
    if (tidy.length > LONGEST_NAME) throw new Error(text.longName(LONGEST_NAME));
    const same = (other: string) => other.toLowerCase() === tidy.toLowerCase();
    if (this.settings.people.some((each) => each.id !== own && same(each.name)))
      throw new Error(text.takenName(tidy));
    return tidy;
  }

  /** Learn from a labeler's rankings, or only measure on them. */
  async hold(id: Id, isHeldOut: boolean): Promise<void> {
    const others = this.settings.heldOut.filter((each) => each !== id);
    await this.set({ heldOut: isHeldOut ? [...others, id] : others });
  }

  // ── Settings, guidelines and the draft ──────────────────────────────────────────────────────────

  /** On the disk when it resolves; where that fails, nothing has changed. @throws StorageError */
  async set(changes: Partial<LabelingSettings>): Promise<void> {
    const settings = { ...this.settings, ...changes };
    await this.#write(LABELING_KEY, { ...settings, people: settings.people.map((each) => ({ ...each })) }); // prettier-ignore
    this.settings = settings;
  }

  /** Put new guidelines into force; the same text is no new version. */
  async setGuidelines(guidelines: string): Promise<void> {
    const history = withGuidelines(this.guidelines, guidelines, Date.now());
    await this.#write(GUIDELINES_KEY, history.map((each) => ({ ...each }))); // prettier-ignore
    this.guidelines = history;
  }

  /**
   * Apart from the project's settings, so that the next verdict does not wait for it. Nor does it wait for what is
   * being written: the page may be left at once. IndexedDB keeps to the order in which the writes began.
   */
  async keepDraft(draft: SettingValue): Promise<void> {
    this.draft = draft;
    const place = this.#place;
    if (!place) return;
    const written = writeSetting(place.writable(), WHOLE_LAB, draftKey(place.projectId), draft);
    this.#writing = Promise.allSettled([this.#writing, written]).then(() => {});
    await written;
  }

  /** Resolves when nothing is being written any more. */
  settled = (): Promise<void> => this.#writing;

  #write(key: string, value: SettingValue): Promise<void> {
    const place = this.#place;
    return place ? this.#inTurn(() => writeSetting(place.writable(), place.projectId, key, value)) : Promise.resolve(); // prettier-ignore
  }

  #inTurn(write: () => Promise<void>): Promise<void> {
    const written = this.#writing.then(write);
    this.#writing = written.catch(() => {}); // whoever asked for it hears of it
    return written;
  }
}

/** A stored history, or none where it is not what it says it is. */
function historyOf(stored: unknown): GuidelinesVersion[] {
  if (!Array.isArray(stored)) return [];
  const versions = stored.filter(isVersion);
  return versions.length === stored.length && guidelinesProblem(versions) === null ? versions : [];
}

function isVersion(value: unknown): value is GuidelinesVersion {
  if (typeof value !== 'object' || value === null) return false;
  const { version, text: said, hash, createdAt } = value as Partial<Record<string, unknown>>;
  return (
    typeof version === 'number' &&
    typeof said === 'string' &&
    typeof hash === 'string' &&
    typeof createdAt === 'number'
  );
}
