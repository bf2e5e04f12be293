/**
 * Rankings with the comparisons that follow from them: written, removed and undone together, so that no
 * comparison is ever trained on whose ranking the person took back. A promise that resolves here means
 * that the label is on the disk: only then is the next sample shown.
 */
import type { Comparison, Id, Ranking, Sample } from '../records';
import { putRecords, recordsIn, requireProject, takeRecords, type Removal } from './collections';
import { RefusedError } from './errors';
import type { LabDatabase } from './schema';
import {
  forEach,
  jsonBytes,
  read,
  startingWith,
  write,
  type WriteTransaction,
} from './transactions';

/** A verdict and what it says about pairs; null where it says nothing: skipped, or nothing but ties. */
export interface Label {
  ranking: Ranking;
  comparison: Comparison | null;
}

/**
 * Write rankings with their comparisons; a ranking of the same id is replaced, and its comparison with
 * it. All are on the disk when this resolves; if one cannot be written, none is.
 * @throws RefusedError, NotStoredError where the project is gone, StorageFullError
 */
export async function saveLabels(
  db: LabDatabase,
  projectId: Id,
  labels: readonly Label[],
): Promise<void> {
  for (const label of labels) checkLabel(label);
  const rankings = labels.map((label) => label.ranking);
  const comparisons = labels.flatMap((label) => label.comparison ?? []);
  await write(
    db,
    ['projects', 'rankings', 'comparisons'],
    'saving rankings',
    async (tx) => {
      await requireProject(tx, projectId);
      await forEach(rankings, (ranking) => takeComparisons(tx, projectId, ranking.id));
      await putRecords(tx, 'rankings', projectId, rankings);
      await putRecords(tx, 'comparisons', projectId, comparisons);
    },
    () => jsonBytes(labels),
  );
}

/** Remove rankings and their comparisons; `restoreRecords` takes that back. */
export function removeRankings(
  db: LabDatabase,
  projectId: Id,
  rankingIds: readonly Id[],
): Promise<Removal> {
  return write(db, ['rankings', 'comparisons'], 'deleting rankings', (tx) =>
    takeLabels(tx, projectId, rankingIds),
  );
}

/**
 * Remove the ranking that was written last, with its comparison; of one labeler where an id is given.
 * Returns what was removed, or null where there is nothing to undo.
 */
export function undoLastRanking(
  db: LabDatabase,
  projectId: Id,
  labelerId?: Id,
): Promise<Removal | null> {
  return write(db, ['rankings', 'comparisons'], 'undoing a ranking', async (tx) => {
    const byOrder = tx.objectStore('rankings').index('by-order');
    let cursor = await byOrder.openCursor(startingWith(projectId), 'prev');
    while (cursor && labelerId !== undefined && cursor.value.labeler.id !== labelerId) {
      cursor = await cursor.continue();
    }
    return cursor ? takeLabels(tx, projectId, [cursor.value.id]) : null;
  });
}

/** Samples that no labeler, or not this one, has ranked or skipped, in the order they were drawn. */
export function unrankedSamples(db: LabDatabase, projectId: Id, labelerId?: Id): Promise<Sample[]> {
  return read(db, ['samples', 'rankings'], 'reading samples', async (tx) => {
    const rankings = await tx.objectStore('rankings').getAll(startingWith(projectId));
    const ranked = new Set(
      rankings
        .filter(({ labeler }) => labelerId === undefined || labeler.id === labelerId)
        .map(({ sampleId }) => sampleId),
    );
    const samples = await recordsIn(tx, 'samples', projectId);
    return samples.filter(({ id }) => !ranked.has(id));
  });
}

async function takeLabels(
  tx: WriteTransaction,
  projectId: Id,
  rankingIds: readonly Id[],
): Promise<Removal> {
  const rankings = await takeRecords(tx, 'rankings', projectId, rankingIds);
  const comparisons = [];
  for (const id of new Set(rankingIds)) {
    comparisons.push(...(await takeComparisons(tx, projectId, id)));
  }
  return { projectId, rankings, comparisons };
}

async function takeComparisons(tx: WriteTransaction, projectId: Id, rankingId: Id) {
  const keys = await tx
    .objectStore('comparisons')
    .index('by-ranking')
    .getAllKeys([projectId, rankingId]);
  return takeRecords(
    tx,
    'comparisons',
    projectId,
    keys.map(([, id]) => id),
  );
}

/** Refuse a label that contradicts itself, before anything is changed. */
function checkLabel({ ranking, comparison }: Label): void {
  const { id, responses, ranks, shown } = ranking;
  if (ranks.length !== responses.length || shown.length !== responses.length) {
    throw new RefusedError(
      `Ranking “${id}” has ${responses.length} responses but ${ranks.length} ranks and` +
        ` ${shown.length} positions; each response has one of both. Nothing was saved.`,
    );
  }
  if (!comparison) return;
  if (comparison.rankingId !== id) {
    throw new RefusedError(
      `Comparison “${comparison.id}” belongs to ranking “${comparison.rankingId}”, not to “${id}” with` +
        ' which it was to be saved. Nothing was saved.',
    );
  }
  for (const { better, worse } of comparison.pairs) {
    const [high, low] = [ranks[better], ranks[worse]];
    if (high === undefined || low === undefined || high >= low) {
      throw new RefusedError(
        `Comparison “${comparison.id}” prefers response ${better} to ${worse}, which ranking “${id}”` +
          ' does not. Nothing was saved.',
      );
    }
  }
}
