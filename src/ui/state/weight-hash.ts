/** SHA-256 of a stored model, the same that a run without a page reports. */
import { sha256 } from '../../data/sha256';
import type { Id } from '../../records';
import { loadCheckpoint } from '../../storage/checkpoints';
import type { LabDatabase } from '../../storage/schema';

/** Over names, shapes and the digests of the numbers, in the order of names. @throws NotStoredError */
export async function weightHash(db: LabDatabase, id: Id): Promise<string> {
  const { tensors } = await loadCheckpoint(db, id);
  const digests: [string, number[], string][] = [];
  for (const name of Object.keys(tensors).sort()) {
    const { shape, data } = tensors[name] ?? { shape: [], data: new Float32Array() };
    digests.push([name, shape, await digestOf(data)]);
  }
  return sha256(JSON.stringify(digests));
}

/** The browser's own digest does not hold up the page; it is missing on plain http, where ours must do. */
async function digestOf({ buffer, byteOffset, byteLength }: Float32Array): Promise<string> {
  const bytes = new Uint8Array(byteLength);
  bytes.set(new Uint8Array(buffer, byteOffset, byteLength));
  if (!globalThis.crypto?.subtle) return sha256(bytes);
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
