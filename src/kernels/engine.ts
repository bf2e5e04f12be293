/**
 * The engine: which device computes, why, and what it costs.
 *
 *     const engine = await startBrowserEngine({ force, onProblem });      // engine-browser.ts, in the worker
 *     const engine = await startNodeEngine({ force });                    // engine-node.ts, in cli and tests
 *     engine.report       // { backend, reason, rungs, adapter? }: what to show the person
 *     engine.counters()   // { dispatches, copies, readbacks, bytesRead, tensors, bytesOnDevice }
 *     engine.dispose()    // frees the device; another engine may start then
 *
 * One engine lives at a time. While it lives, every `tf.` operation and every kernel of this folder runs on
 * its backend. `force: 'webgpu' | 'wasm' | 'cpu'` takes that rung or throws a BackendUnavailable; without it
 * the ladder WebGPU → WASM → plain JS is climbed down until a rung passes the self-test (self-test.ts).
 * `onProblem(sentence, fatal)` hears of GPU errors (not fatal) and of a lost device (fatal: start again).
 */
import * as tf from '@tensorflow/tfjs-core';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { requestDevice, type GpuDevice } from './engine-webgpu';
import { countKernels, countReads, newCounts, type Counts } from './counters';
import { selfTest } from './self-test';
import { withMemory } from './memory-section';
import { captureMemory, loadSimdModule, simdThreads, unloadSimdModule } from './simd-module';
import type { HelperThread } from './thread-pool';
import { LabWebGpuBackend } from './webgpu-backend';
import './stock';

export type BackendName = 'webgpu' | 'wasm' | 'cpu';

/** Fastest first. */
export const LADDER: readonly BackendName[] = ['webgpu', 'wasm', 'cpu'];

/** Compiled modules that the engine needs, by file name. */
export type AssetName =
  'tfjs-backend-wasm-simd.wasm' | 'kernels-simd.wasm' | 'kernels-relaxed.wasm';

/** What differs between a browser and Node. */
export interface Platform {
  readAsset(name: AssetName): Promise<ArrayBuffer>;
  /** Register tfjs's plain-JS backend. */
  loadCpuBackend(): Promise<void>;
  /** The entry to WebGPU, or null where there is none. */
  gpu(): Promise<GPU | null>;
  /** Threads that may share memory here, this one counted; 1 where none may. */
  threads: number;
  helperThread(): HelperThread;
}

export interface EngineOptions {
  /** Take this rung, or fail. */
  force?: BackendName | undefined;
  /** Threads of the WASM backend; left out: as many as the platform offers. Results do not depend on it. */
  threads?: number | undefined;
  /** Something went wrong on the device after the start; a sentence. Fatal: nothing works any more. */
  onProblem?: ((sentence: string, fatal: boolean) => void) | undefined;
}

/** One rung that was tried: whether it holds, and why (not). */
export interface Rung {
  backend: BackendName;
  ok: boolean;
  reason: string;
}

/** Which rung of the ladder holds, and why the ones above it do not. */
export interface EngineReport {
  backend: BackendName;
  /** A sentence for the person. */
  reason: string;
  rungs: Rung[];
  /** Name of the graphics adapter, where there is one. */
  adapter?: string;
  /** Threads that compute, on the WASM backend. */
  threads: number;
}

/** Costs since the start, and what is held now. */
export interface EngineCounters extends Counts {
  tensors: number;
  /** WebGPU: buffers in use and pooled; WASM: the heap, which never shrinks; plain JS: tensors. */
  bytesOnDevice: number;
}

/** The backend that was asked for is missing or computes wrongly; the message is a sentence. */
export class BackendUnavailable extends Error {
  override name = 'BackendUnavailable';
}

/** A started rung, before it is chosen. */
interface Started {
  reason: string;
  adapter?: string;
  bytesOnDevice(): number;
  /** GPU errors so far, as sentences. */
  problems: string[];
  /** Give the device back, after the backend on it is gone. */
  release?(): void;
}

/** Where a started rung sends its counts and problems. */
export interface Listeners {
  counts: Counts;
  onProblem(sentence: string, fatal: boolean): void;
}

let current: Engine | null = null;

/** The device in use. Invariant: `engine` exists exactly while its backend is tfjs's backend. */
export class Engine {
  readonly #started: Started;
  readonly #counts: Counts;

  constructor(
    readonly report: EngineReport,
    started: Started,
    counts: Counts,
  ) {
    this.#started = started;
    this.#counts = counts;
  }

  counters(): EngineCounters {
    return {
      ...this.#counts,
      tensors: tf.memory().numTensors,
      bytesOnDevice: this.#started.bytesOnDevice(),
    };
  }

  /** Free the device. Tensors that are left are dead. */
  dispose(): void {
    if (current !== this) return;
    current = null;
    stop(this.#started);
  }
}

/**
 * Climb down the ladder to the first backend that computes rightly.
 * @throws BackendUnavailable where the forced one, or every one, is missing or fails.
 */
export async function startEngine(platform: Platform, options: EngineOptions): Promise<Engine> {
  if (current)
    throw new Error('An engine is running already. Dispose of it before starting another.');
  const rungs: Rung[] = [];
  for (const backend of options.force ? [options.force] : LADDER) {
    const counts = newCounts();
    let chosen = false; // problems before that make the self-test fail instead
    const listeners: Listeners = {
      counts,
      onProblem: (sentence, fatal) => chosen && options.onProblem?.(sentence, fatal),
    };
    let started: Started | null = null;
    try {
      tf.env().set('PROD', true); // no banners in the console
      started = await startRung(backend, platform, listeners, options);
      await selfTest();
      if (started.problems.length > 0) throw new Error(started.problems[0]);
      rungs.push({ backend, ok: true, reason: started.reason });
      const adapter = started.adapter === undefined ? {} : { adapter: started.adapter };
      const report: EngineReport = {
        backend,
        reason: started.reason,
        rungs,
        threads: simdThreads(),
        ...adapter,
      };
      Object.assign(counts, newCounts()); // the self-test is not counted
      chosen = true;
      return (current = new Engine(report, started, counts));
    } catch (error) {
      stop(started);
      rungs.push({ backend, ok: false, reason: sentenceOf(error) });
    }
  }
  const reasons = rungs.map(({ reason }) => reason).join(' ');
  throw new BackendUnavailable(
    options.force
      ? `The ${options.force} backend was asked for and cannot be used. ${reasons} Leave the choice to the lab, or ask for another backend.`
      : `No backend can be used here. ${reasons} Try a newer browser.`,
  );
}

/** Forget the backend with all that lies on it: tensors, variables, half-finished tapes. */
function stop(started: Started | null): void {
  unloadSimdModule();
  tf.engine().reset();
  started?.release?.();
}

function startRung(
  backend: BackendName,
  platform: Platform,
  listeners: Listeners,
  { force, threads }: EngineOptions,
): Promise<Started> {
  switch (backend) {
    case 'webgpu':
      return startWebGpu(platform, listeners, backend === force);
    case 'wasm':
      return startWasm(platform, listeners, threads ?? platform.threads);
    case 'cpu':
      return startCpu(platform, listeners);
    default:
      return backend satisfies never;
  }
}

async function startWebGpu(
  platform: Platform,
  { counts, onProblem }: Listeners,
  forced: boolean,
): Promise<Started> {
  const problems: string[] = [];
  const gpu: GpuDevice = await requestDevice(await platform.gpu(), forced, (sentence, fatal) => {
    problems.push(sentence);
    onProblem(sentence, fatal);
  });
  const backend = new LabWebGpuBackend(gpu.device, gpu.info, counts);
  if (tf.findBackendFactory('webgpu')) tf.removeBackend('webgpu'); // tfjs's own, which asks for its own device
  tf.registerBackend('webgpu', () => backend);
  await use('webgpu');
  return {
    reason: forced ? 'WebGPU was asked for.' : 'The graphics processor computes, through WebGPU.',
    adapter: gpu.name,
    problems,
    bytesOnDevice: () => backend.memory().numBytesAllocatedInGPU,
    release: () => gpu.release(),
  };
}

async function startWasm(
  platform: Platform,
  { counts }: Listeners,
  wanted: number,
): Promise<Started> {
  if (!(await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT')))
    throw new Error('WebAssembly lacks SIMD instructions here.');
  tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false); // of tfjs's own threaded build; ours are below
  const threads = canShareMemory() ? wanted : 1;
  const kind = threads > 1 ? 'shared' : 'own';
  const binary = withMemory(await platform.readAsset('tfjs-backend-wasm-simd.wasm'), kind);
  const memory = await captureMemory(() => withTfjsBinary(binary, () => use('wasm')));
  const relaxed = withMemory(await platform.readAsset('kernels-relaxed.wasm'), kind);
  const fast = WebAssembly.validate(relaxed); // false where relaxed SIMD is unknown
  const kernels = fast ? relaxed : withMemory(await platform.readAsset('kernels-simd.wasm'), kind);
  const helpers = Array.from({ length: threads - 1 }, () => platform.helperThread());
  await loadSimdModule(kernels, memory, helpers);
  countKernels('wasm', counts);
  countReads(tf.backend(), ['readSync'], counts); // `read` calls it
  const cores = simdThreads() > 1 ? `, on ${simdThreads()} cores` : '';
  return {
    reason: `The processor computes, through WebAssembly with ${fast ? 'relaxed ' : ''}SIMD${cores}.`,
    problems: [],
    bytesOnDevice: () => memory.buffer.byteLength,
  };
}

/** Whether memory can be shared here, as much of it as tfjs's binary may grow to. */
function canShareMemory(): boolean {
  try {
    new WebAssembly.Memory({ initial: 1, maximum: 65_536, shared: true });
    return true;
  } catch {
    return false;
  }
}

async function startCpu(platform: Platform, { counts }: Listeners): Promise<Started> {
  await platform.loadCpuBackend();
  await use('cpu');
  countKernels('cpu', counts);
  countReads(tf.backend(), ['read'], counts); // its kernels call `readSync` among themselves
  return {
    reason: 'The processor computes, in plain JavaScript, which is slow.',
    problems: [],
    bytesOnDevice: () => tf.memory().numBytes,
  };
}

async function use(backend: BackendName): Promise<void> {
  if (!(await tf.setBackend(backend))) throw new Error(`The ${backend} backend did not start.`);
  await tf.ready();
}

/** Let tfjs find its WASM binary in `binary`, whatever address it asks for. */
async function withTfjsBinary(binary: ArrayBuffer, start: () => Promise<void>): Promise<void> {
  const name = 'tfjs-backend-wasm-simd.wasm';
  const others = ['tfjs-backend-wasm.wasm', 'tfjs-backend-wasm-threaded-simd.wasm'];
  setWasmPaths(Object.fromEntries([name, ...others].map((each) => [each, each])), true);
  const { platform } = tf.env();
  const originalFetch = platform.fetch;
  platform.fetch = () => Promise.resolve(new Response(binary));
  try {
    await start();
  } finally {
    platform.fetch = originalFetch;
  }
}

const sentenceOf = (error: unknown): string =>
  error instanceof Error ? error.message : `It failed with ${String(error)}.`;
