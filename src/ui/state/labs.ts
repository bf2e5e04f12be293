/** The labs of this browser, in and out, for the screens. */
import type { Project } from '../../records';
import { listProjects, updateProject } from '../../storage/projects';
import type { LabDatabase } from '../../storage/schema';

export { persistStorage, storageUsage, type StorageUsage } from '../../storage/usage';

/** All labs of this browser, the one opened last first. */
export const listLabs = (db: LabDatabase): Promise<Project[]> => listProjects(db);

/** Make a lab the one that is opened next; the page must be loaded anew for it. */
export async function openNext(db: LabDatabase, id: string): Promise<void> {
  await updateProject(db, id, { openedAt: Date.now() });
}

/** A name for the file of a lab: its own, and the day. */
export const fileNameOf = ({ name }: Project, now: Date): string =>
  `${name.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, '-').replaceAll(/^-|-$/g, '') || 'lab'}-${now.toISOString().slice(0, 10)}.rlhf-lab.zip`; // prettier-ignore
