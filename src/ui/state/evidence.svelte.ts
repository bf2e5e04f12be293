/**
 * What was measured: answers of checkpoints, own test sets, probes, and reviews by hand. Like `Labels`, the lists show
 * what is on the disk: a change is written first and shown then.
 */
import type { AnswerSet, Id, Probe, Review, TestSet } from '../../records';
import { listRecords, removeRecords, restoreRecords, saveRecords } from '../../storage/collections';
import type { Undo } from './labels.svelte';
import type { Lab } from './lab.svelte';

export class Evidence {
  answerSets = $state.raw<readonly AnswerSet[]>([]);
  testSets = $state.raw<readonly TestSet[]>([]);
  probes = $state.raw<readonly Probe[]>([]);
  reviews = $state.raw<readonly Review[]>([]);
  isLoaded = $state(false);
  #lab: Lab;

  constructor(lab: Lab) {
    this.#lab = lab;
  }

  /** Read all lists anew. @throws StorageError */
  async load(): Promise<void> {
    const { storage: db } = this.#lab;
    const projectId = this.#projectId;
    [this.answerSets, this.testSets, this.probes, this.reviews] = await Promise.all([
      listRecords(db, 'answerSets', projectId),
      listRecords(db, 'testSets', projectId),
      listRecords(db, 'probes', projectId),
      listRecords(db, 'reviews', projectId),
    ]);
    this.isLoaded = true;
  }

  async saveTestSet(set: TestSet): Promise<Undo> {
    await saveRecords(this.#lab.writable(), 'testSets', this.#projectId, [set]);
    await this.#changed();
    return () => this.#remove('testSets', set.id).then(() => {});
  }

  removeTestSet = (id: Id): Promise<Undo> => this.#remove('testSets', id);

  async saveProbe(probe: Probe): Promise<void> {
    await saveRecords(this.#lab.writable(), 'probes', this.#projectId, [probe]);
    await this.#changed();
  }

  async saveReview(review: Review): Promise<void> {
    await saveRecords(this.#lab.writable(), 'reviews', this.#projectId, [review]);
    await this.#changed();
  }

  removeReview = (id: Id): Promise<Undo> => this.#remove('reviews', id);

  async #remove(collection: 'testSets' | 'reviews', id: Id): Promise<Undo> {
    const db = this.#lab.writable();
    const removal = await removeRecords(db, collection, this.#projectId, [id]);
    await this.#changed();
    return async () => {
      await restoreRecords(db, removal);
      await this.#changed();
    };
  }

  async #changed(): Promise<void> {
    this.#lab.saved();
    await this.load();
  }

  get #projectId(): Id {
    return this.#lab.project?.id ?? '';
  }
}
