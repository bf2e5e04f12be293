/**
 * What the kernel files share: whether a fused kernel can run here, running it, and registering it.
 *
 * An operation of ours is a tfjs kernel with a tfjs gradient, so `tf.grads` and `tf.variableGrads` see it
 * like any other. On a backend that has no kernel of that name its reference runs instead, with the
 * gradients of the stock operations that it is made of. Plain JS always runs the references.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { simdMemory, simdModule, type SimdModule } from './simd-module';

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
        return compute({ inputs: inputs as Infos, attributes, simd, address, output, scratch, heap }); // prettier-ignore
      } finally {
        for (const room of lent.splice(0)) wasm.disposeData(room.dataId);
      }
    },
  });
}

/** Numbers in a tensor of this shape. */
export const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);
