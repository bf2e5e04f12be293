/**
 * Where a tensor's numbers lie, for the two backends that keep them in the host's memory: plain JS and
 * WASM. A view is good until the next allocation (the WASM heap may move when it grows), so it is fetched
 * for each use and never kept.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';

/** What this project uses of tfjs's plain-JS backend, which is loaded only when it is needed. */
interface CpuBackend extends tf.KernelBackend {
  data: tf.DataStorage<{ values: Float32Array | Int32Array }>;
}

/** The numbers of a tensor themselves, not a copy; null on a backend whose memory the host cannot see. */
export function hostValues(tensor: tf.TensorInfo): Float32Array | Int32Array | null {
  switch (tf.getBackend()) {
    case 'cpu':
      return (tf.backend() as CpuBackend).data.get(tensor.dataId).values;
    case 'wasm': {
      const backend = tf.backend() as BackendWasm;
      backend.dataIdMap.get(tensor.dataId); // moves the tensor to this backend if it lies on another
      return backend.typedArrayFromHeap(tensor) as Float32Array | Int32Array;
    }
    default:
      return null;
  }
}

/** `hostValues` of a float32 tensor. */
export function hostFloats(tensor: tf.TensorInfo): Float32Array | null {
  const values = hostValues(tensor);
  if (values instanceof Int32Array)
    throw new Error('An int32 tensor stands where float32 was wanted.');
  return values;
}

/** `hostValues` of an int32 tensor. */
export function hostIntegers(tensor: tf.TensorInfo): Int32Array | null {
  const values = hostValues(tensor);
  if (values instanceof Float32Array)
    throw new Error('A float32 tensor stands where int32 was wanted.');
  return values;
}
