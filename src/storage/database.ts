/**
 * Opening and closing the database, and giving way to other tabs. The page and the trainer's worker each
 * have a connection of their own.
 */
import { openDB } from 'idb';
import {
  asStorageError,
  DatabaseBlockedError,
  DatabaseClosedError,
  DatabaseNewerError,
  StorageError,
} from './errors';
import {
  DATABASE_NAME,
  MIGRATIONS,
  type LabDatabase,
  type LabSchema,
  type Migration,
} from './schema';

export interface OpenOptions {
  name?: string;
  /** Those of the schema, unless a test asks what a later version would do. */
  migrations?: readonly Migration[];
  /**
   * The connection was taken away: by another tab that brings the database up to date, or by the
   * browser. From here on every read and write fails with a `DatabaseClosedError`.
   */
  onClosed?: (error: DatabaseClosedError) => void;
  /**
   * Tabs with an older lab are open and have not let go yet. Show the sentence; opening goes on by
   * itself when they do. Without this, opening fails with the error instead.
   */
  onBlocked?: (error: DatabaseBlockedError) => void;
}

/**
 * Open the lab's database, bringing it up to date first.
 * @throws DatabaseNewerError, DatabaseBlockedError, StorageError
 */
export async function openDatabase(options: OpenOptions = {}): Promise<LabDatabase> {
  const { name = DATABASE_NAME, migrations = MIGRATIONS, onClosed, onBlocked } = options;
  if (typeof indexedDB === 'undefined') {
    throw new StorageError(
      'This browser gives the lab no storage, so nothing could be kept. Leave private browsing, allow' +
        ' site data for this address, or use another browser.',
    );
  }
  return new Promise((resolve, reject) => {
    let connection: LabDatabase | null = null;
    let refused = false;
    const opening = openDB<LabSchema>(name, migrations.length, {
      async upgrade(db, oldVersion, _newVersion, tx) {
        tx.done.catch(() => {}); // Its failure is that of opening, reported below.
        try {
          for (const migrate of migrations.slice(oldVersion)) await migrate(db, tx);
        } catch (error) {
          reject(asStorageError(error, 'bringing the storage up to date', 0, null));
          tx.abort(); // The database stays at its old version, as it was.
        }
      },
      blocked() {
        const error = new DatabaseBlockedError(
          'Another tab has an older version of the lab open, and this version must first bring the' +
            ' storage up to date. Close the other tabs of the lab.',
        );
        if (onBlocked) return onBlocked(error);
        refused = true;
        reject(error);
      },
      blocking(_currentVersion, newVersion) {
        // Whatever is being written is finished first; only then is the connection gone.
        connection?.close();
        onClosed?.(
          new DatabaseClosedError(
            newVersion === null
              ? "The lab's storage was deleted in another tab. Reload this page to begin anew."
              : 'Another tab opened a newer version of the lab, so this tab let go of the storage.' +
                  ' Everything saved so far is unharmed; reload this page.',
          ),
        );
      },
      terminated() {
        onClosed?.(
          new DatabaseClosedError(
            "The browser closed the lab's storage, perhaps because site data was cleared or the disk" +
              ' failed. Reload this page; runs go on from their last checkpoint.',
          ),
        );
      },
    });
    opening.then(
      (db) => {
        // Nobody waits any more for a connection that was refused while blocked.
        if (refused) return db.close();
        connection = db;
        resolve(db);
      },
      (error: unknown) => reject(openingError(error)),
    );
  });
}

function openingError(error: unknown): StorageError {
  if (error instanceof DOMException && error.name === 'VersionError') {
    return new DatabaseNewerError(
      'The storage was written by a newer version of the lab than this page. Reload the page; if that' +
        ' does not help, empty the browser cache of this address (not its site data).',
      { cause: error },
    );
  }
  return asStorageError(error, 'opening the storage', 0, null);
}

/** Close the connection, after what is being written; further reads and writes fail with a sentence. */
export function closeDatabase(db: LabDatabase): void {
  db.close();
}
