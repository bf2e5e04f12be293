/** How much the browser lets the lab keep, and asking it not to throw anything away. */

export interface StorageUsage {
  /** Bytes that this origin uses, as the browser estimates them: databases, caches, all. */
  used: number;
  /** Bytes that it may use in total. Chromium 156 gives `used` and 10 GiB, whatever the disk holds. */
  quota: number;
  /** Bytes left, never negative. */
  left: number;
  /** Whether the browser promised not to evict the lab's data when the disk gets full. */
  persisted: boolean;
}

/** The browser's own figures; null where it gives none. */
export async function storageUsage(): Promise<StorageUsage | null> {
  const manager = storageManager();
  if (!manager?.estimate) return null;
  try {
    const { usage, quota } = await manager.estimate();
    if (usage === undefined || quota === undefined) return null;
    const persisted = manager.persisted ? await manager.persisted() : false;
    return { used: usage, quota, left: Math.max(0, quota - usage), persisted };
  } catch {
    // Some browsers refuse in private windows; not knowing is an answer too.
    return null;
  }
}

/**
 * Ask the browser to keep the lab's data until the person deletes it. Some ask the person, so call it
 * when there is something to lose. Returns whether it promised.
 */
export async function persistStorage(): Promise<boolean> {
  const manager = storageManager();
  if (!manager?.persist) return false;
  try {
    return await manager.persist();
  } catch {
    return false;
  }
}

/** Absent outside secure contexts (plain http), in old browsers and in Node. */
function storageManager(): Partial<StorageManager> | undefined {
  return typeof navigator === 'undefined' ? undefined : navigator.storage;
}
