/**
 * Our AssemblyScript kernels (`simd/`), instantiated on the memory of tfjs's WASM backend, so that they
 * read and write its tensors where they lie.
 *
 * tfjs does not hand out its memory, but it is among the exports of the module that it instantiates:
 * `captureMemory` looks over its shoulder while it starts.
 */
import { ThreadPool, type HelperThread } from './thread-pool';

/** A kernel of `simd/`; its parameters, byte addresses and 32-bit sizes, are named there. */
type Kernel = (...addressesAndSizes: number[]) => void;
/** How many float32 numbers of scratch memory a kernel needs. */
type Room = (...sizes: number[]) => number;

/** What `simd/index.ts` exports. */
export interface SimdModule {
  adamw: Kernel;
  attend: Kernel;
  attendBackward: Kernel;
  attendCached: Kernel;
  attendForked: Kernel;
  attendForkedBackward: Kernel;
  attentionScratch: Room;
  gatedSilu: Kernel;
  gatedSiluBackward: Kernel;
  gatherRows: Kernel;
  headScratch: Room;
  product: Kernel;
  productTransposedB: Kernel;
  normalize: Kernel;
  normalizeBackward: Kernel;
  rotate: Kernel;
  sampleIds: Kernel;
  scatterRows: Kernel;
  sumOfSquares: Room;
  sumRows: Kernel;
  tokenLogs: Kernel;
  tokenLogsBackward: Kernel;
}

/** What a kernel runs on: the module on the memory that it shares with tfjs, and helper threads. */
interface Loaded {
  module: SimdModule;
  memory: WebAssembly.Memory;
  pool: ThreadPool | null;
}
let loaded: Loaded | null = null;

/** The module in use; null on any other backend than WASM. */
export const simdModule = (): SimdModule | null => loaded?.module ?? null;

/** tfjs's memory, which the module shares. */
export function simdMemory(): WebAssembly.Memory {
  if (!loaded) throw new Error('The SIMD kernels were called before they were loaded.');
  return loaded.memory;
}

/** Threads that the parts of a kernel are spread over. */
export const simdThreads = (): number => loaded?.pool?.threads ?? 1;

/** Run a kernel once for each list of arguments, on all threads, and return when all are finished. */
export function runParts(kernel: keyof SimdModule, parts: readonly (readonly number[])[]): void {
  if (!loaded) throw new Error('The SIMD kernels were called before they were loaded.');
  const { module, pool } = loaded;
  if (pool && parts.length > 1) pool.run(kernel, parts);
  else for (const part of parts) module[kernel](...part);
}

/**
 * Instantiate the compiled kernels on `memory`, with helper threads where that is shared. Where those cannot be
 * started, this thread computes alone.
 */
export async function loadSimdModule(
  binary: ArrayBuffer,
  memory: WebAssembly.Memory,
  helpers: HelperThread[],
): Promise<void> {
  const abort = () => {
    throw new Error('A SIMD kernel stopped itself.');
  };
  const compiled = await WebAssembly.compile(binary);
  const { exports } = await WebAssembly.instantiate(compiled, { env: { memory, abort } });
  const module = exports as unknown as SimdModule; // what simd/index.ts exports
  const kernels = exports as Record<string, (...numbers: number[]) => unknown>;
  const pool =
    helpers.length === 0
      ? null
      : await ThreadPool.start(helpers, compiled, memory, kernels).catch(() => null);
  loaded = { module, memory, pool };
}

/** Forget the kernels and end their threads. */
export function unloadSimdModule(): void {
  loaded?.pool?.dispose();
  loaded = null;
}

/** Run `start`, and return the memory of the module that it instantiates. */
export async function captureMemory(start: () => Promise<void>): Promise<WebAssembly.Memory> {
  const original = WebAssembly.instantiate;
  const seen: WebAssembly.Memory[] = [];
  const watch = async (source: BufferSource, imports?: WebAssembly.Imports) => {
    // A compiled module gives an instance, bytes give both; others may instantiate meanwhile, too.
    const result: WebAssembly.WebAssemblyInstantiatedSource | WebAssembly.Instance = await original(
      source,
      imports,
    );
    const { exports } = 'instance' in result ? result.instance : result;
    if (!('register_tensor' in exports)) return result;
    // The threaded build imports its memory, the others export it.
    for (const value of [
      ...Object.values(exports),
      ...Object.values(imports ?? {}).flatMap((module) => Object.values(module)),
    ])
      if (value instanceof WebAssembly.Memory) seen.push(value);
    return result;
  };
  WebAssembly.instantiate = watch as typeof WebAssembly.instantiate;
  try {
    await start();
  } finally {
    WebAssembly.instantiate = original;
  }
  const memory = seen[0];
  if (!memory) throw new Error('The memory of the WASM backend could not be found.');
  return memory;
}
