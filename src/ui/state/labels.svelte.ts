/**
 * What people wrote, drew and ranked: demonstrations, prompts, samples and rankings of one project.
 *
 * Invariant: the lists here show what is on the disk. A change is written first and shown then; where
 * writing fails, the error is thrown and the lists stay. Every change gives back how to undo it.
 */
import { comparisonsOf } from '../../data/comparisons';
import type { Demonstration, Evaluation, Id, Prompt, Ranking, Sample } from '../../records';
import { listRecords, removeRecords, restoreRecords, saveRecords } from '../../storage/collections';
import { removeRankings, saveLabels, undoLastRanking } from '../../storage/labels';
import type { LabDatabase } from '../../storage/schema';

export type Undo = () => Promise<void>;
export type LabelKind = 'demonstrations' | 'prompts' | 'samples' | 'rankings' | 'evaluations';

export class Labels {
  demonstrations = $state.raw<readonly Demonstration[]>([]);
  prompts = $state.raw<readonly Prompt[]>([]);
  samples = $state.raw<readonly Sample[]>([]);
  rankings = $state.raw<readonly Ranking[]>([]);
  evaluations = $state.raw<readonly Evaluation[]>([]);
  /** When something was last written, milliseconds since 1970. */
  savedAt = $state<number | null>(null);

  /** Samples that nobody has ranked or skipped, in the order they were drawn. */
  unranked = $derived.by(() => {
    const ranked = new Set(this.rankings.map(({ sampleId }) => sampleId));
    return this.samples.filter(({ id }) => !ranked.has(id));
  });

  #db: LabDatabase;
  #projectId: Id;
  /** Reads that are overtaken by a later one are dropped. */
  #reads: Partial<Record<LabelKind, number>> = {};
  /** Reads that have not come back. */
  #reading: Partial<Record<LabelKind, number>> = {};
  #disposed = false;

  constructor(db: LabDatabase, projectId: Id) {
    this.#db = db;
    this.#projectId = projectId;
  }

  async load(): Promise<void> {
    const kinds = ['demonstrations', 'prompts', 'samples', 'rankings', 'evaluations'] as const;
    await Promise.all(kinds.map((kind) => this.reload(kind)));
  }

  /** Read one list anew, as after the worker wrote to it. */
  async reload(kind: LabelKind): Promise<void> {
    this.#reading[kind] = (this.#reading[kind] ?? 0) + 1;
    try {
      await this.#read(kind);
    } finally {
      this.#reading[kind] = (this.#reading[kind] ?? 1) - 1;
    }
  }

  async #read(kind: LabelKind): Promise<void> {
    const read = (this.#reads[kind] ?? 0) + 1;
    this.#reads[kind] = read;
    const isCurrent = () => !this.#disposed && this.#reads[kind] === read;
    switch (kind) {
      case 'demonstrations': {
        const list = await listRecords(this.#db, 'demonstrations', this.#projectId);
        if (isCurrent()) this.demonstrations = list;
        return;
      }
      case 'prompts': {
        const list = await listRecords(this.#db, 'prompts', this.#projectId);
        if (isCurrent()) this.prompts = list;
        return;
      }
      case 'samples': {
        const list = await listRecords(this.#db, 'samples', this.#projectId);
        if (isCurrent()) this.samples = list;
        return;
      }
      case 'rankings': {
        const list = await listRecords(this.#db, 'rankings', this.#projectId);
        if (isCurrent()) this.rankings = list;
        return;
      }
      case 'evaluations': {
        const list = await listRecords(this.#db, 'evaluations', this.#projectId);
        if (isCurrent()) this.evaluations = list;
        return;
      }
      default:
        kind satisfies never;
    }
  }

  // ── Demonstrations and prompts ──────────────────────────────────────────────────────────────────

  /** Add demonstrations, or replace those of the same id where they stand. */
  async saveDemonstrations(changed: readonly Demonstration[]): Promise<Undo> {
    const records = $state.snapshot(changed) as Demonstration[];
    const ids = new Set(records.map(({ id }) => id));
    const before = this.demonstrations.filter(({ id }) => ids.has(id));
    await saveRecords(this.#db, 'demonstrations', this.#projectId, records);
    await this.#saved('demonstrations');
    const known = new Set(before.map(({ id }) => id));
    const added = [...ids].filter((id) => !known.has(id));
    return async () => {
      if (added.length) await removeRecords(this.#db, 'demonstrations', this.#projectId, added);
      if (before.length) await saveRecords(this.#db, 'demonstrations', this.#projectId, before);
      await this.#saved('demonstrations');
    };
  }

  removeDemonstrations(ids: readonly Id[]): Promise<Undo> {
    return this.#remove('demonstrations', ids);
  }

  /** Add prompts, or replace those of the same id where they stand. */
  async savePrompts(changed: readonly Prompt[]): Promise<Undo> {
    const records = $state.snapshot(changed) as Prompt[];
    const ids = new Set(records.map(({ id }) => id));
    const before = this.prompts.filter(({ id }) => ids.has(id));
    await saveRecords(this.#db, 'prompts', this.#projectId, records);
    await this.#saved('prompts');
    const known = new Set(before.map(({ id }) => id));
    const added = [...ids].filter((id) => !known.has(id));
    return async () => {
      if (added.length) await removeRecords(this.#db, 'prompts', this.#projectId, added);
      if (before.length) await saveRecords(this.#db, 'prompts', this.#projectId, before);
      await this.#saved('prompts');
    };
  }

  removePrompts(ids: readonly Id[]): Promise<Undo> {
    return this.#remove('prompts', ids);
  }

  // ── Samples and rankings ────────────────────────────────────────────────────────────────────────

  removeSamples(ids: readonly Id[]): Promise<Undo> {
    return this.#remove('samples', ids);
  }

  /**
   * Write a verdict and the comparisons that follow from it; one of the same id is replaced where it stands. It is
   * on the disk when this resolves.
   */
  async saveRanking(changed: Ranking): Promise<Undo> {
    const ranking = $state.snapshot(changed) as Ranking;
    const before = this.rankings.find(({ id }) => id === ranking.id);
    await this.#writeRanking(ranking);
    return async () => {
      if (before) return this.#writeRanking(before);
      await removeRankings(this.#db, this.#projectId, [ranking.id]);
      await this.#saved('rankings');
    };
  }

  async #writeRanking(ranking: Ranking): Promise<void> {
    const comparison = comparisonsOf([ranking])[0] ?? null;
    await saveLabels(this.#db, this.#projectId, [{ ranking, comparison }]);
    // A read under way may be of before; otherwise what was written is known, and the next sample need not wait.
    if (this.#reading.rankings) return this.#saved('rankings');
    this.savedAt = Date.now();
    const isKnown = this.rankings.some(({ id }) => id === ranking.id);
    this.rankings = isKnown
      ? this.rankings.map((each) => (each.id === ranking.id ? ranking : each))
      : [...this.rankings, ranking];
  }

  /** Take back the verdict that was given last, by one labeler where an id is given. Null: there is none. */
  async undoRanking(labelerId?: Id): Promise<Undo | null> {
    const removal = await undoLastRanking(this.#db, this.#projectId, labelerId);
    if (!removal) return null;
    await this.#saved('rankings');
    return async () => {
      await restoreRecords(this.#db, removal);
      await this.#saved('rankings');
    };
  }

  async removeRankings(ids: readonly Id[]): Promise<Undo> {
    const removal = await removeRankings(this.#db, this.#projectId, ids);
    await this.#saved('rankings');
    return async () => {
      await restoreRecords(this.#db, removal);
      await this.#saved('rankings');
    };
  }

  /** An evaluation of one id replaces the one before. */
  async saveEvaluation(evaluation: Evaluation): Promise<void> {
    await saveRecords(this.#db, 'evaluations', this.#projectId, [evaluation]);
    await this.#saved('evaluations');
  }

  removeEvaluation = (id: Id): Promise<Undo> => this.#remove('evaluations', [id]);

  dispose(): void {
    this.#disposed = true;
  }

  async #remove(kind: Exclude<LabelKind, 'rankings'>, ids: readonly Id[]): Promise<Undo> {
    const removal = await removeRecords(this.#db, kind, this.#projectId, ids);
    await this.#saved(kind);
    return async () => {
      await restoreRecords(this.#db, removal);
      await this.#saved(kind);
    };
  }

  async #saved(kind: LabelKind): Promise<void> {
    this.savedAt = Date.now();
    await this.reload(kind);
  }
}
