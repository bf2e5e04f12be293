/** The studies of a project as the page shows them: what is stored, and the one that is under way. */
import type { Id } from '../../records';
import { listRecords, removeRecords, restoreRecords } from '../../storage/collections';
import type { LabDatabase, SettingValue } from '../../storage/schema';
import { readSetting, writeSetting } from '../../storage/settings';
import { EXACT_METHODS, type ExactRequest, type Study } from '../../studies';
import { SEED_1000 } from './exact';

/** What is set up in the exact lab: kept as it is typed, graph or not. */
export type ExactDraft = Omit<ExactRequest, 'seed'>;

/** Under which the draft is kept. */
const DRAFT = 'exact-lab';

export class Studies {
  /** Oldest first. */
  all = $state.raw<readonly Study[]>([]);
  /** The study that the trainer is at; null where it is at none. */
  liveId = $state<Id | null>(null);
  draft = $state.raw<ExactDraft>({ graph: SEED_1000, beta: 0.1, methods: EXACT_METHODS });
  #projectId: Id | null = null;
  readonly #writable: () => LabDatabase;

  /** @param writable the database, to write in; throws a sentence where nothing may be written */
  constructor(writable: () => LabDatabase) {
    this.#writable = writable;
  }

  /** Read all anew. Nobody works on what an earlier visit left unfinished. @throws StorageError */
  async open(db: LabDatabase, projectId: Id): Promise<void> {
    this.#projectId = projectId;
    await this.#reload(db, projectId);
    const kept = draftOf(await readSetting(db, projectId, DRAFT));
    if (kept) this.draft = kept;
  }

  /** Change what is set up, and keep it for the next visit where it may be kept. @throws StorageError */
  async setDraft(draft: ExactDraft, isKept: boolean): Promise<void> {
    this.draft = draft;
    if (!isKept) return;
    const { graph, beta, methods } = draft;
    await writeSetting(this.#writable(), this.#project(), DRAFT, { graph, beta, methods: [...methods] }); // prettier-ignore
  }

  /** Those of one kind, oldest first. */
  of<K extends Study['kind']>(kind: K): Extract<Study, { kind: K }>[] {
    return this.all.filter((study): study is Extract<Study, { kind: K }> => study.kind === kind);
  }

  heard(study: Study): void {
    const isKnown = this.all.some(({ id }) => id === study.id);
    this.all = isKnown
      ? this.all.map((each) => (each.id === study.id ? study : each))
      : [...this.all, study];
    this.liveId = study.status === 'running' ? study.id : null;
  }

  /** The trainer is gone: what was live stands still. */
  interrupt(): void {
    this.liveId = null;
    this.all = this.all.map(asStill);
  }

  /** Remove a study; resolves with what puts it back. @throws StorageError */
  async remove(id: Id): Promise<() => Promise<void>> {
    const [db, projectId] = [this.#writable(), this.#project()];
    const removal = await removeRecords(db, 'studies', projectId, [id]);
    await this.#reload(db, projectId);
    return async () => {
      await restoreRecords(db, removal);
      await this.#reload(db, projectId);
    };
  }

  async #reload(db: LabDatabase, projectId: Id): Promise<void> {
    this.all = (await listRecords(db, 'studies', projectId)).map(asStill);
  }

  #project(): Id {
    if (this.#projectId === null) throw new Error('The lab is not open yet.');
    return this.#projectId;
  }
}

/** A draft as it was stored; null where it is none. */
function draftOf(value: SettingValue | undefined): ExactDraft | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const { graph, beta, methods } = value;
  if (typeof graph !== 'string' || typeof beta !== 'number' || !Array.isArray(methods)) return null;
  return { graph, beta, methods: EXACT_METHODS.filter((each) => methods.includes(each)) };
}

const asStill = (study: Study): Study =>
  study.status === 'running' ? { ...study, status: 'stopped' } : study;
