/** Keeping a person's votes: an evaluation that grows by one contest with each. */
import type { Evaluation, Id } from '../../records';
import { removeRecords, saveRecords } from '../../storage/collections';
import { closeDatabase, openDatabase } from '../../storage/database';
import type { LabDatabase } from '../../storage/schema';

/** It is on the disk when this resolves. @throws StorageError */
export const keepEvaluation = (projectId: Id, evaluation: Evaluation): Promise<void> =>
  withDatabase((db) => saveRecords(db, 'evaluations', projectId, [evaluation]));

/** Gone when this resolves. @throws StorageError */
export const dropEvaluation = (projectId: Id, id: Id): Promise<void> =>
  withDatabase(async (db) => {
    await removeRecords(db, 'evaluations', projectId, [id]);
  });

/** A connection for as long as one write takes: votes are few, and the lab's own is its own. */
async function withDatabase(action: (db: LabDatabase) => Promise<void>): Promise<void> {
  const db = await openDatabase();
  try {
    await action(db);
  } finally {
    closeDatabase(db);
  }
}
