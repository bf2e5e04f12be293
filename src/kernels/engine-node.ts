/**
 * The engine in Node, for the command line and the tests: assets from the disk, WebGPU through Dawn (the
 * npm package `webgpu`) on whatever Vulkan driver there is; without a GPU that is Chromium's software one.
 */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';
import '@tensorflow/tfjs'; // in Node only the union package brings the gradients
import type { ThreadStart } from './thread';
import type { HelperThread } from './thread-pool';
import { startEngine, type AssetName, type Engine, type EngineOptions } from './engine';

const BUILD = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'build');
const TFJS_WASM = dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm'));

/**
 * Start the engine in Node, on one thread unless more are asked for: tests run beside one another.
 * @throws BackendUnavailable
 */
export function startNodeEngine(options: EngineOptions = {}): Promise<Engine> {
  setFlagsFromString('--experimental-wasm-relaxed-simd'); // on by default from Node 21
  const loadCpuBackend = () => Promise.resolve();
  return startEngine({ readAsset, loadCpuBackend, gpu: dawn, threads: 1, helperThread }, options);
}

/** The program of a helper thread: load `serve`, and serve. */
const THREAD = `
  const { parentPort, workerData } = require('node:worker_threads');
  parentPort.once('message', (start) =>
    import(workerData).then(({ serve }) => serve(start, () => parentPort.postMessage('ready'))));
`;

function helperThread(): HelperThread {
  const program = pathToFileURL(join(BUILD, 'thread.mjs')).href;
  const worker = new Worker(THREAD, { eval: true, execArgv: [], workerData: program });
  worker.unref(); // the process may end while it waits
  return {
    start: (start: ThreadStart) =>
      new Promise((resolve, reject) => {
        worker.once('message', () => resolve());
        worker.once('error', reject);
        worker.postMessage(start);
      }),
    terminate: () => void worker.terminate(),
  };
}

async function readAsset(name: AssetName): Promise<ArrayBuffer> {
  const path = name.startsWith('tfjs-') ? join(TFJS_WASM, name) : join(BUILD, name);
  if (!existsSync(path))
    throw new Error(`The file ${path} is missing. "npm run build:kernels" makes it.`);
  const bytes = await readFile(path);
  return new Uint8Array(bytes).buffer;
}

/** Folders where Chromium keeps a software Vulkan driver, and a Vulkan loader beside it. */
const CHROMIUM_FOLDERS = [
  ...['/usr/lib', '/usr/lib64', '/opt', '/snap/chromium/current/usr/lib'].flatMap((root) =>
    ['chromium', 'chromium-browser', 'chromium-browser/chromium', 'google/chrome'].map((folder) =>
      join(root, folder),
    ),
  ),
  ...(process.env['PATH'] ?? '').split(delimiter),
];

/** From <dlfcn.h>: keep a library loaded though nothing of Node's is in it. */
const RTLD_LAZY_NODELETE = 0x1 | 0x1000;

/** Let Dawn find a Vulkan driver: the one named by VK_ICD_FILENAMES, or else Chromium's. */
function offerVulkan(): void {
  if (process.env['VK_ICD_FILENAMES']) return;
  const folder = CHROMIUM_FOLDERS.find((each) => existsSync(join(each, 'vk_swiftshader_icd.json')));
  if (!folder) return;
  process.env['VK_ICD_FILENAMES'] = join(folder, 'vk_swiftshader_icd.json');
  const loader = join(folder, 'libvulkan.so.1');
  if (!existsSync(loader)) return;
  try {
    // Dawn asks for libvulkan.so.1 by name and gets the one that is loaded already.
    process.dlopen({ exports: {} }, loader, RTLD_LAZY_NODELETE);
  } catch {
    // Node finds no module of its own in it, as expected; the library stays loaded.
  }
}

let dawnGpu: GPU | null = null;

/** WebGPU of the `webgpu` package; null where the package has no binary for this machine. */
async function dawn(): Promise<GPU | null> {
  if (dawnGpu) return dawnGpu;
  offerVulkan();
  try {
    const { create, globals } = await import('webgpu');
    Object.assign(globalThis, globals);
    const gpu: GPU = create([]);
    // tfjs looks for the browser's entry before it believes that there is WebGPU.
    const navigator: object = globalThis.navigator ?? {};
    Object.defineProperty(navigator, 'gpu', { value: gpu, configurable: true });
    if (!globalThis.navigator)
      Object.defineProperty(globalThis, 'navigator', { value: navigator, configurable: true });
    return (dawnGpu = gpu);
  } catch (error) {
    throw new Error(`Dawn, WebGPU for Node, could not be loaded: ${String(error)}.`);
  }
}
