/** The finished models of a project with the base in use, and what is done to them on the page. */
import type { Checkpoint, Id, TrainingStage } from '../../records';
import { deleteCheckpoint, renameCheckpoint } from '../../storage/checkpoints';
import { deleteRun } from '../../storage/runs';
import type { LabDatabase } from '../../storage/schema';
import { lab as text } from '../strings/lab';
import type { Link } from './link.svelte';
import type { Notices } from './notices.svelte';
import type { Place } from './place.svelte';
import type { Shelf } from './shelf.svelte';

interface Parts {
  shelf: Shelf;
  link: Link;
  place: Place;
  notices: Notices;
  /** Read runs and checkpoints anew. */
  refresh: () => Promise<void>;
}

export class Models {
  readonly #parts: Parts;
  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Oldest first, the base model first of all. */
  all = $derived.by((): readonly Checkpoint[] => {
    const { shelf, link } = this.#parts;
    const stored = shelf.checkpoints.filter(({ kind }) => kind === 'model');
    const base = link.base?.checkpoint;
    return base && !stored.some(({ id }) => id === base.id) ? [base, ...stored] : stored;
  });

  /** The newest finished model of a stage that speaks the tokenizer of the base in use. */
  latest = (stage: 'base' | TrainingStage): Checkpoint | null => {
    const spoken = this.#parts.link.base?.checkpoint.tokenizerHash;
    return (
      this.all.findLast(
        (checkpoint) =>
          checkpoint.stage === stage && (!spoken || checkpoint.tokenizerHash === spoken),
      ) ?? null
    );
  };

  /** The model or saved state of this id. */
  find = (id: Id): Checkpoint | null =>
    this.all.find((checkpoint) => checkpoint.id === id) ??
    this.#parts.shelf.checkpoints.find((checkpoint) => checkpoint.id === id) ??
    null;

  rename = (id: Id, name: string): Promise<boolean> =>
    this.#change(text.renaming, async (db) => {
      await renameCheckpoint(db, id, name);
    });
  delete = (id: Id): Promise<boolean> =>
    this.#change(text.deleting, (db) => deleteCheckpoint(db, id));
  deleteRun = (id: Id): Promise<boolean> => this.#change(text.deleting, (db) => deleteRun(db, id));

  #change(what: string, action: (db: LabDatabase) => Promise<void>): Promise<boolean> {
    const { notices, place, refresh } = this.#parts;
    return notices.attempt(what, async () => {
      await action(place.writable());
      await refresh();
    });
  }
}
