/**
 * What the kernel files share: whether a fused kernel can run here, running it, and registering it.
 *
 * An operation of ours is a tfjs kernel with a tfjs gradient, so `tf.grads` and `tf.variableGrads` see it
 * like any other. On a backend that has no kernel of that name its reference runs instead, with the
 * gradients of the stock operations that it is made of. Plain JS always runs the references.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { runParts, simdMemory, simdModule, simdThreads, type SimdModule } from './simd-module';
import { MOST_PARTS } from './thread-pool';

/** Named numbers that a kernel needs beside its tensors. */
export type Attributes = Record<string, number>;
type Infos = Record<string, tf.TensorInfo>;

/** Whether the backend in use has a fused kernel of this name that can run now. */
export function isFused(name: string): boolean {
  const backend = tf.getBackend();
  if (backend === 'wasm' && !simdModule()) return false;
  return tf.getKernel(name, backend) !== undefined;
}

/** Run a kernel of ours, on the tape when there is one. */
export function run(
  name: string,
  inputs: tf.NamedTensorMap,
  attributes: Attributes = {},
): tf.Tensor {
  return tf.engine().runKernel(name, inputs, attributes);
}

/** Like `run`, for a kernel of several outputs. */
export function runMany(
  name: string,
  inputs: tf.NamedTensorMap,
  attributes: Attributes = {},
): tf.Tensor[] {
  return tf.engine().runKernel(name, inputs, attributes);
}

/** What a SIMD kernel gets: tensors by name, the module on tfjs's memory, and ways to address and allocate. */
export interface WasmCall {
  inputs: Infos;
  attributes: Attributes;
  simd: SimdModule;
  /** Byte address of a tensor's numbers in the shared memory; good until the tensor is disposed. */
  address(tensor: tf.TensorInfo): number;
  /** A new tensor, not cleared. */
  output(shape: number[], dtype?: 'float32' | 'int32'): tf.TensorInfo;
  /** Room for `count` float32 numbers that is given back when the kernel returns. */
  scratch(count: number): number;
  /** The whole memory as float32 numbers; good until the next allocation. */
  heap(): Float32Array;
  /** Run a kernel once for each list of arguments, spread over the threads. */
  runParts: typeof runParts;
}

// Kernels do not call one another, so one set of helpers serves them all; a set for each call would cost as
// much as a small kernel. Invariant: `lent` is empty between calls.
let wasm: BackendWasm;
const lent: tf.TensorInfo[] = [];

const address: WasmCall['address'] = ({ dataId }) => wasm.dataIdMap.get(dataId).memoryOffset;
const output: WasmCall['output'] = (shape, dtype = 'float32') => wasm.makeOutput(shape, dtype);
const scratch: WasmCall['scratch'] = (count) => {
  const room = output([count]);
  lent.push(room);
  return address(room);
};
const heap: WasmCall['heap'] = () => new Float32Array(simdMemory().buffer);

/** Register the WASM kernel of an operation. */
export function registerWasm(
  kernelName: string,
  compute: (call: WasmCall) => tf.TensorInfo | tf.TensorInfo[],
): void {
  tf.registerKernel({
    kernelName,
    backendName: 'wasm',
    kernelFunc: ({ inputs, backend, attrs }) => {
      const simd = simdModule();
      if (!simd) throw new Error(`${kernelName} was called before the SIMD kernels were loaded.`);
      wasm = backend as BackendWasm;
      const attributes = (attrs ?? {}) as Attributes;
      try {
        return compute({ inputs: inputs as Infos, attributes, simd, address, output, scratch, heap, runParts }); // prettier-ignore
      } finally {
        for (const room of lent.splice(0)) wasm.disposeData(room.dataId);
      }
    },
  });
}

/** A stretch of rows, or of anything that can be worked on apart. */
export interface Stretch {
  from: number;
  count: number;
}

/**
 * Cut n rows for the threads, into a few stretches a thread so that one that is held up does not hold up all.
 * Cuts fall on multiples of `grain`, and where that leaves one stretch there is one.
 */
export function cutForThreads(n: number, grain: number): Stretch[] {
  const threads = simdThreads();
  if (threads === 1) return [{ from: 0, count: n }];
  return cut(n, grain, Math.min(2 * threads, MOST_PARTS));
}

/** Cut n rows into at most `parts` stretches, on multiples of `grain`, whatever the number of threads. */
export function cut(n: number, grain: number, parts: number): Stretch[] {
  const size = Math.max(1, Math.ceil(n / (parts * grain))) * grain;
  const stretches: Stretch[] = [];
  for (let from = 0; from < n; from += size)
    stretches.push({ from, count: Math.min(size, n - from) });
  return stretches;
}

/** Numbers in a tensor of this shape. */
export const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);
