/** The engine in a page's worker: assets by address from the page's own origin, WebGPU by the browser. */
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import tfjsUrl from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import relaxedUrl from '../../build/kernels-relaxed.wasm?url';
import simdUrl from '../../build/kernels-simd.wasm?url';
import type { ThreadStart } from './thread';
import type { HelperThread } from './thread-pool';
import { startEngine, type AssetName, type Engine, type EngineOptions } from './engine';

const ASSETS: Record<AssetName, string> = {
  'tfjs-backend-wasm-simd.wasm': tfjsUrl,
  'kernels-simd.wasm': simdUrl,
  'kernels-relaxed.wasm': relaxedUrl,
};

/** More than this the small products of these models cannot feed. */
const MOST_THREADS = 4;

function helperThread(): HelperThread {
  const worker = new Worker(new URL('./thread.worker.ts', import.meta.url), { type: 'module' });
  return {
    start: (start: ThreadStart) =>
      new Promise((resolve, reject) => {
        worker.onmessage = () => resolve();
        worker.onerror = () => reject(new Error('A helper thread of the WASM backend failed.'));
        worker.postMessage(start);
      }),
    terminate: () => worker.terminate(),
  };
}

/** Start the engine in a worker (or a page). @throws BackendUnavailable */
export function startBrowserEngine(options: EngineOptions = {}): Promise<Engine> {
  return startEngine(
    {
      async readAsset(name) {
        const response = await fetch(ASSETS[name]);
        if (!response.ok)
          throw new Error(`The file ${name} could not be loaded (status ${response.status}).`);
        return response.arrayBuffer();
      },
      async loadCpuBackend() {
        await import('@tensorflow/tfjs'); // 165 KB compressed, so only when the other rungs fail
      },
      gpu: () => Promise.resolve('gpu' in navigator ? navigator.gpu : null),
      // Memory may be shared only where the server sends the headers for it.
      threads: crossOriginIsolated ? Math.min(navigator.hardwareConcurrency, MOST_THREADS) : 1,
      helperThread,
    },
    options,
  );
}
