/** A whole project, weights included, written at once: it is all there afterwards, or nothing of it is. */
import type { Id, TensorRecords } from '../records';
import { putRecords } from './collections';
import { RefusedError } from './errors';
import type { WholeProject } from './projects';
import { COLLECTIONS, type LabDatabase, type StoreName } from './schema';
import { forEach, jsonBytes, write, type WriteTransaction } from './transactions';

const STORES: StoreName[] = [
  'projects',
  ...COLLECTIONS,
  'runs',
  'metrics',
  'rollouts',
  'checkpoints',
  'tensors',
  'settings',
];

/**
 * Write a project that is not here yet.
 * @throws RefusedError where it, a run or a checkpoint of it is here already; StorageFullError
 */
export function writeWholeProject(
  db: LabDatabase,
  whole: WholeProject,
  tensors: ReadonlyMap<Id, TensorRecords>,
): Promise<void> {
  const rows = whole.checkpoints.flatMap(({ id: checkpointId }) =>
    Object.entries(tensors.get(checkpointId) ?? {}).map(([name, { shape, data }]) => ({
      checkpointId,
      name,
      shape,
      data,
    })),
  );
  const bytes = rows.reduce((sum, { data }) => sum + data.byteLength, 0);
  return write(
    db,
    STORES,
    'importing a lab',
    async (tx) => {
      await refuseWhatIsHere(tx, whole);
      const { project, settings } = whole;
      await tx.objectStore('projects').put(project);
      await putCollections(tx, whole);
      await forEach(whole.runs, (run) => tx.objectStore('runs').put(run));
      await forEach(whole.metrics, (row) => tx.objectStore('metrics').put(row));
      await forEach(whole.rollouts, (rollout) => tx.objectStore('rollouts').put(rollout));
      await forEach(whole.checkpoints, (each) => tx.objectStore('checkpoints').put(each));
      await forEach(rows, (row) => tx.objectStore('tensors').put(row));
      await forEach(Object.entries(settings), ([key, value]) =>
        tx.objectStore('settings').put({ projectId: project.id, key, value }),
      );
    },
    () => bytes + jsonBytes({ ...whole, checkpoints: [] }),
  );
}

/** Named one by one, since the compiler cannot pair a list of names with their records. */
async function putCollections(tx: WriteTransaction, whole: WholeProject): Promise<void> {
  const { id } = whole.project;
  await putRecords(tx, 'demonstrations', id, whole.demonstrations);
  await putRecords(tx, 'prompts', id, whole.prompts);
  await putRecords(tx, 'samples', id, whole.samples);
  await putRecords(tx, 'rankings', id, whole.rankings);
  await putRecords(tx, 'comparisons', id, whole.comparisons);
  await putRecords(tx, 'evaluations', id, whole.evaluations);
  await putRecords(tx, 'studies', id, whole.studies);
  await putRecords(tx, 'answerSets', id, whole.answerSets);
  await putRecords(tx, 'testSets', id, whole.testSets);
  await putRecords(tx, 'probes', id, whole.probes);
  await putRecords(tx, 'reviews', id, whole.reviews);
}

async function refuseWhatIsHere(tx: WriteTransaction, whole: WholeProject): Promise<void> {
  const { project, runs, checkpoints } = whole;
  const here = await tx.objectStore('projects').get(project.id);
  if (here)
    throw new RefusedError(
      `This lab is in this browser already, as “${here.name}”. Nothing was changed. Import it in another browser or profile.`,
    );
  const keys = await Promise.all([
    ...runs.map(({ id }) => tx.objectStore('runs').getKey(id)),
    ...checkpoints.map(({ id }) => tx.objectStore('checkpoints').getKey(id)),
  ]);
  const taken = keys.find((key) => key !== undefined);
  if (taken !== undefined)
    throw new RefusedError(
      `“${taken}” of this lab is in this browser already, in another lab. Nothing was changed.`,
    );
}
