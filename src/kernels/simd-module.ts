/**
 * Our AssemblyScript kernels (`simd/`), instantiated on the memory of tfjs's WASM backend, so that they
 * read and write its tensors where they lie.
 *
 * tfjs does not hand out its memory, but it is among the exports of the module that it instantiates:
 * `captureMemory` looks over its shoulder while it starts.
 */

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
  attentionScratch: Room;
  gatedSilu: Kernel;
  gatedSiluBackward: Kernel;
  gatherRows: Kernel;
  headScratch: Room;
  matmul: Kernel;
  matmulTransposedA: Kernel;
  matmulTransposedB: Kernel;
  normalize: Kernel;
  normalizeBackward: Kernel;
  rotate: Kernel;
  sampleIds: Kernel;
  scatterRows: Kernel;
  sumOfSquares: Room;
  tokenLogs: Kernel;
  tokenLogsBackward: Kernel;
}

let loaded: SimdModule | null = null;
let shared: WebAssembly.Memory | null = null;

/** The module in use; null on any other backend than WASM. */
export const simdModule = (): SimdModule | null => loaded;

/** tfjs's memory, which the module shares. */
export function simdMemory(): WebAssembly.Memory {
  if (!shared) throw new Error('The SIMD kernels were called before they were loaded.');
  return shared;
}

/** Instantiate the compiled kernels on `memory`, or forget them (null). */
export async function loadSimdModule(binary: BufferSource | null, memory?: WebAssembly.Memory) {
  loaded = null;
  shared = memory ?? null;
  if (!binary || !memory) return;
  const abort = () => {
    throw new Error('A SIMD kernel stopped itself.');
  };
  const { instance } = await WebAssembly.instantiate(binary, { env: { memory, abort } });
  loaded = instance.exports as unknown as SimdModule; // what simd/index.ts exports
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
