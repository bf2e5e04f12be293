/** The page's end of the worker that makes the built-in world. */
import type { World } from './messages';

/** The built-in world of a seed, made beside the page. Rejects where the worker cannot be had, or fails. */
export function makeWorld(seed: number): Promise<World> {
  const worker = new Worker(new URL('./world.worker.ts', import.meta.url), { type: 'module' });
  return new Promise<World>((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<World>) => resolve(data);
    worker.onerror = ({ message }) =>
      reject(new Error(message || 'The built-in world could not be loaded.'));
    worker.postMessage(seed);
  }).finally(() => worker.terminate());
}
