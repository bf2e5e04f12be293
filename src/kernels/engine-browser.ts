/** The engine in a page's worker: assets by address from the page's own origin, WebGPU by the browser. */
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import tfjsUrl from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import relaxedUrl from '../../build/kernels-relaxed.wasm?url';
import simdUrl from '../../build/kernels-simd.wasm?url';
import { startEngine, type AssetName, type Engine, type EngineOptions } from './engine';

const ASSETS: Record<AssetName, string> = {
  'tfjs-backend-wasm-simd.wasm': tfjsUrl,
  'kernels-simd.wasm': simdUrl,
  'kernels-relaxed.wasm': relaxedUrl,
};

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
    },
    options,
  );
}
