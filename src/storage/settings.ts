/** Small choices that outlive the page: of a project, or of the whole lab. */
import type { Id } from '../records';
import { requireProject } from './collections';
import type { LabDatabase, SettingValue } from './schema';
import { jsonBytes, read, startingWith, write } from './transactions';

/** What `projectId` is for the settings of the whole lab. */
export const WHOLE_LAB = '';

/** Undefined where it was never written. Its shape is whatever was written: check it before use. */
export function readSetting(
  db: LabDatabase,
  projectId: Id,
  key: string,
): Promise<SettingValue | undefined> {
  return read(
    db,
    ['settings'],
    'reading a setting',
    async (tx) => (await tx.objectStore('settings').get([projectId, key]))?.value,
  );
}

/** All settings of a project, or of the whole lab, by key. */
export function readSettings(
  db: LabDatabase,
  projectId: Id,
): Promise<Record<string, SettingValue>> {
  return read(db, ['settings'], 'reading settings', async (tx) => {
    const rows = await tx.objectStore('settings').getAll(startingWith(projectId));
    return Object.fromEntries(rows.map(({ key, value }) => [key, value]));
  });
}

/** @throws NotStoredError where the project is gone; StorageFullError */
export function writeSetting(
  db: LabDatabase,
  projectId: Id,
  key: string,
  value: SettingValue,
): Promise<void> {
  return write(
    db,
    // Those of the whole lab need not wait for what is written to a project.
    projectId === WHOLE_LAB ? ['settings'] : ['projects', 'settings'],
    'saving a setting',
    async (tx) => {
      if (projectId !== WHOLE_LAB) await requireProject(tx, projectId);
      const put = tx.objectStore('settings').put({ projectId, key, value });
      // Nothing follows. Said now, it is written even where the page is gone before it hears of the request.
      tx.commit();
      await put;
    },
    () => jsonBytes(value),
  );
}

export function removeSetting(db: LabDatabase, projectId: Id, key: string): Promise<void> {
  return write(db, ['settings'], 'deleting a setting', (tx) =>
    tx.objectStore('settings').delete([projectId, key]),
  );
}

/** Under which setting of the whole lab the order is kept that is being made in a project. */
export const draftKey = (projectId: Id): string => `draft:${projectId}`;
