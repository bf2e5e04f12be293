/** Projects: each a lab of its own, with everything that belongs to it. */
import type {
  AnswerSet,
  Checkpoint,
  Comparison,
  Demonstration,
  Evaluation,
  Id,
  MetricRow,
  Probe,
  Project,
  Prompt,
  Ranking,
  Review,
  Rollout,
  RunRecord,
  Sample,
  TestSet,
} from '../records';
import type { Study } from '../studies';
import { recordsIn } from './collections';
import { NotStoredError, RefusedError, requireName } from './errors';
import { removeRun } from './runs';
import { COLLECTIONS, type LabDatabase, type SettingValue, type StoreName } from './schema';
import { draftKey, WHOLE_LAB } from './settings';
import { forEach, jsonBytes, read, startingWith, write } from './transactions';

/** All that a project has, but its weights, which `loadCheckpoint` gives one checkpoint at a time. */
export interface WholeProject {
  project: Project;
  demonstrations: Demonstration[];
  prompts: Prompt[];
  samples: Sample[];
  rankings: Ranking[];
  comparisons: Comparison[];
  evaluations: Evaluation[];
  studies: Study[];
  answerSets: AnswerSet[];
  testSets: TestSet[];
  probes: Probe[];
  reviews: Review[];
  runs: RunRecord[];
  metrics: MetricRow[];
  rollouts: Rollout[];
  checkpoints: Checkpoint[];
  settings: Record<string, SettingValue>;
}

const ALL_STORES: StoreName[] = [
  'projects',
  ...COLLECTIONS,
  'runs',
  'metrics',
  'rollouts',
  'checkpoints',
  'tensors',
  'settings',
];

/** @throws RefusedError where the name is empty or the id is taken */
export async function createProject(db: LabDatabase, project: Project): Promise<Project> {
  const created = { ...project, name: requireName('project', project.name) };
  await write(
    db,
    ['projects'],
    'creating a project',
    async (tx) => {
      const store = tx.objectStore('projects');
      if ((await store.getKey(project.id)) !== undefined) {
        throw new RefusedError(`There is a project with the id “${project.id}” already.`);
      }
      await store.put(created);
    },
    () => jsonBytes(created),
  );
  return created;
}

/** @throws NotStoredError */
export function getProject(db: LabDatabase, id: Id): Promise<Project> {
  return read(db, ['projects'], 'reading a project', async (tx) => {
    const project = await tx.objectStore('projects').get(id);
    if (!project) throw new NotStoredError('project', id);
    return project;
  });
}

/** All projects, the one opened last first. */
export async function listProjects(db: LabDatabase): Promise<Project[]> {
  const projects = await read(db, ['projects'], 'reading projects', (tx) =>
    tx.objectStore('projects').getAll(),
  );
  return projects.sort((a, b) => b.openedAt - a.openedAt);
}

/**
 * Change what a person may change: name, guidelines, base model, seed, when it was opened.
 * @throws NotStoredError, RefusedError where the name is empty
 */
export function updateProject(
  db: LabDatabase,
  id: Id,
  changes: Partial<Omit<Project, 'id' | 'createdAt'>>,
): Promise<Project> {
  return write(
    db,
    ['projects'],
    'saving a project',
    async (tx) => {
      const old = await tx.objectStore('projects').get(id);
      if (!old) throw new NotStoredError('project', id);
      const changed = { ...old, ...changes };
      changed.name = requireName('project', changed.name);
      await tx.objectStore('projects').put(changed);
      return changed;
    },
    () => jsonBytes(changes),
  );
}

/** @throws NotStoredError, RefusedError where the name is empty */
export const renameProject = (db: LabDatabase, id: Id, name: string): Promise<Project> =>
  updateProject(db, id, { name });

/** Delete a project and all that belongs to it, in one transaction. Nothing of it stays. */
export function deleteProject(db: LabDatabase, id: Id): Promise<void> {
  return write(db, ALL_STORES, 'deleting a project', async (tx) => {
    const runs = await tx.objectStore('runs').index('by-project').getAllKeys(id);
    const checkpoints = await tx.objectStore('checkpoints').index('by-project').getAllKeys(id);
    await forEach(runs, (run) => removeRun(tx, run));
    await forEach(checkpoints, async (checkpoint) => {
      await tx.objectStore('checkpoints').delete(checkpoint);
      await tx.objectStore('tensors').delete(startingWith(checkpoint));
    });
    await forEach(COLLECTIONS, (name) => tx.objectStore(name).delete(startingWith(id)));
    await tx.objectStore('settings').delete(startingWith(id));
    await tx.objectStore('settings').delete([WHOLE_LAB, draftKey(id)]);
    await tx.objectStore('projects').delete(id);
  });
}

/** All that a project has as it is at one moment, to be written to a file. @throws NotStoredError */
export function readProject(db: LabDatabase, id: Id): Promise<WholeProject> {
  const stores = ALL_STORES.filter((store) => store !== 'tensors');
  return read(db, stores, 'reading a project', async (tx) => {
    const project = await tx.objectStore('projects').get(id);
    if (!project) throw new NotStoredError('project', id);
    const runs = await tx.objectStore('runs').index('by-project').getAll(id);
    const metrics = await Promise.all(
      runs.map((run) => tx.objectStore('metrics').getAll(startingWith(run.id))),
    );
    const rollouts = await Promise.all(
      runs.map((run) => tx.objectStore('rollouts').getAll(startingWith(run.id))),
    );
    const settings = await tx.objectStore('settings').getAll(startingWith(id));
    return {
      project,
      demonstrations: await recordsIn(tx, 'demonstrations', id),
      prompts: await recordsIn(tx, 'prompts', id),
      samples: await recordsIn(tx, 'samples', id),
      rankings: await recordsIn(tx, 'rankings', id),
      comparisons: await recordsIn(tx, 'comparisons', id),
      evaluations: await recordsIn(tx, 'evaluations', id),
      studies: await recordsIn(tx, 'studies', id),
      answerSets: await recordsIn(tx, 'answerSets', id),
      testSets: await recordsIn(tx, 'testSets', id),
      probes: await recordsIn(tx, 'probes', id),
      reviews: await recordsIn(tx, 'reviews', id),
      runs,
      metrics: metrics.flat(),
      rollouts: rollouts.flat(),
      checkpoints: await tx.objectStore('checkpoints').index('by-project').getAll(id),
      settings: Object.fromEntries(settings.map(({ key, value }) => [key, value])),
    };
  });
}
