/** A new project with something to begin with: the demonstrations and prompts of the built-in world. */
import type { Project } from '../../records';
import { saveRecords } from '../../storage/collections';
import { createProject } from '../../storage/projects';
import type { LabDatabase } from '../../storage/schema';
import { makeWorld } from '../../workers/world';
import { lab as text } from '../strings/lab';
import { newId } from './ids';

const BASE_MODEL = 'small';

/** A project with nothing in it yet. */
export async function createEmptyProject(db: LabDatabase): Promise<Project> {
  const now = Date.now();
  return createProject(db, {
    id: newId(),
    name: text.projectName,
    seed: 1,
    baseModel: BASE_MODEL,
    guidelines: text.guidelines,
    createdAt: now,
    openedAt: now,
  });
}

/** Write the built-in demonstrations and prompts; those that are there already are replaced. */
export async function fillWithStarterData(db: LabDatabase, { id, seed }: Project): Promise<void> {
  const { demonstrations, prompts } = await makeWorld(seed);
  await saveRecords(db, 'demonstrations', id, demonstrations);
  await saveRecords(db, 'prompts', id, prompts);
}
