/**
 * The records of a project, by collection: demonstrations, prompts, samples, rankings, comparisons,
 * evaluations, studies. Lists come back in the order in which they were first written. Rankings and their
 * comparisons are written and removed together, by `labels.ts`.
 */
import type { Id } from '../records';
import { NotStoredError } from './errors';
import {
  COLLECTIONS,
  type Collection,
  type CollectionRecords,
  type InProject,
  type LabDatabase,
  type LabSchema,
} from './schema';
import {
  forEach,
  jsonBytes,
  read,
  startingWith,
  write,
  type ReadTransaction,
  type WriteTransaction,
} from './transactions';

/** Collections whose records stand on their own. */
export type LooseCollection = Exclude<Collection, 'rankings' | 'comparisons'>;

/** What was removed, as it was stored: `restoreRecords` puts it back in its old place. */
export type Removal = { [C in Collection]?: InProject<CollectionRecords[C]>[] } & { projectId: Id };

/**
 * Write records, replacing those of the same id where they stand in the list. Resolves when all are on
 * the disk; if one cannot be written, none is.
 * @throws NotStoredError where the project is gone; StorageFullError
 */
export function saveRecords<C extends LooseCollection>(
  db: LabDatabase,
  collection: C,
  projectId: Id,
  records: readonly CollectionRecords[C][],
): Promise<void> {
  return write(
    db,
    ['projects', collection],
    `saving ${collection}`,
    async (tx) => {
      await requireProject(tx, projectId);
      await putRecords(tx, collection, projectId, records);
    },
    () => jsonBytes(records),
  );
}

/** All records of a collection in a project, in the order in which they were first written. */
export function listRecords<C extends Collection>(
  db: LabDatabase,
  collection: C,
  projectId: Id,
): Promise<CollectionRecords[C][]> {
  return read(db, [collection], `reading ${collection}`, (tx) =>
    recordsIn(tx, collection, projectId),
  );
}

/** One record. @throws NotStoredError */
export function getRecord<C extends Collection>(
  db: LabDatabase,
  collection: C,
  projectId: Id,
  id: Id,
): Promise<CollectionRecords[C]> {
  return read(db, [collection], `reading ${collection}`, async (tx) => {
    const row = await tx.objectStore(collection).get([projectId, id]);
    if (!row) throw new NotStoredError(`record in ${collection} with the id`, id);
    return recordOf<C>(row);
  });
}

export function countRecords(
  db: LabDatabase,
  collection: Collection,
  projectId: Id,
): Promise<number> {
  return read(db, [collection], `counting ${collection}`, (tx) =>
    tx.objectStore(collection).count(startingWith(projectId)),
  );
}

/** Remove records by id; those that are gone already are passed over. */
export function removeRecords(
  db: LabDatabase,
  collection: LooseCollection,
  projectId: Id,
  ids: readonly Id[],
): Promise<Removal> {
  return write(db, [collection], `deleting ${collection}`, async (tx) => ({
    projectId,
    [collection]: await takeRecords(tx, collection, projectId, ids),
  }));
}

/** Put back what was removed, as it was and where it was, all or nothing. */
export function restoreRecords(db: LabDatabase, removal: Removal): Promise<void> {
  return write(
    db,
    ['projects', ...COLLECTIONS],
    'undoing a deletion',
    async (tx) => {
      await requireProject(tx, removal.projectId);
      for (const collection of COLLECTIONS) {
        const rows: InProject<CollectionRecords[Collection]>[] = removal[collection] ?? [];
        await forEach(rows, (row) => putRow(tx, collection, row));
      }
    },
    () => jsonBytes(removal),
  );
}

// ── Within a transaction ──────────────────────────────────────────────────────────────────────────

/** Refuse to write for a project that is gone, so that deleting a project leaves nothing of it. */
export async function requireProject(tx: WriteTransaction, projectId: Id): Promise<void> {
  const key = await tx.objectStore('projects').getKey(projectId);
  if (key === undefined) throw new NotStoredError('project', projectId);
}

/** All records of a collection in a project, in the order in which they were first written. */
export async function recordsIn<C extends Collection>(
  tx: ReadTransaction,
  collection: C,
  projectId: Id,
): Promise<CollectionRecords[C][]> {
  const byOrder = tx.objectStore(collection).index('by-order');
  const rows = await byOrder.getAll(startingWith(projectId));
  return rows.map((row) => recordOf<C>(row));
}

/** Put records in their places: an old one where it was, a new one at the end. */
export async function putRecords<C extends Collection>(
  tx: WriteTransaction,
  collection: C,
  projectId: Id,
  records: readonly CollectionRecords[C][],
): Promise<void> {
  const store = tx.objectStore(collection);
  const last = await store.index('by-order').openCursor(startingWith(projectId), 'prev');
  let next = last ? last.value.order + 1 : 0;
  await forEach(records, async (record) => {
    const old = await store.get([projectId, record.id]);
    await putRow(tx, collection, { ...record, projectId, order: old ? old.order : next++ });
  });
}

/** Delete records by id and return them as they were stored. */
export async function takeRecords<C extends Collection>(
  tx: WriteTransaction,
  collection: C,
  projectId: Id,
  ids: readonly Id[],
): Promise<InProject<CollectionRecords[C]>[]> {
  const store = tx.objectStore(collection);
  const rows: InProject<CollectionRecords[C]>[] = [];
  await forEach(new Set(ids), async (id) => {
    const row = await store.get([projectId, id]);
    if (!row) return;
    rows.push(asRow<C>(row));
    await store.delete([projectId, id]);
  });
  return rows;
}

function putRow<C extends Collection>(
  tx: WriteTransaction,
  collection: C,
  row: InProject<CollectionRecords[C]>,
): Promise<unknown> {
  // For every C these two are the same type; the compiler does not see it while C is open.
  return tx.objectStore(collection).put(row as typeof row & LabSchema[C]['value']);
}

/** The record alone, as `records.ts` has it. */
function recordOf<C extends Collection>(row: LabSchema[C]['value']): CollectionRecords[C] {
  const record: CollectionRecords[C] & Partial<InProject<unknown>> = { ...asRow<C>(row) };
  delete record.projectId;
  delete record.order;
  return record;
}

/** The same type, which the compiler does not see while C is open. */
const asRow = <C extends Collection>(row: LabSchema[C]['value']) =>
  row as typeof row & InProject<CollectionRecords[C]>;
