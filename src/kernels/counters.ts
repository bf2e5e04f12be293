/** Counting what an engine does: kernels dispatched, numbers read back to the host. */
import * as tf from '@tensorflow/tfjs-core';

export interface Counts {
  /** GPU programs started; on WASM and plain JS, kernels run. */
  dispatches: number;
  /** Stretches of numbers that kernels of ours copied from one GPU buffer to another. */
  copies: number;
  /** Tensors read back to the host. */
  readbacks: number;
  bytesRead: number;
}

export const newCounts = (): Counts => ({ dispatches: 0, copies: 0, readbacks: 0, bytesRead: 0 });

/** Add a read of `values` to `counts`. */
export function countRead(counts: Counts, values: tf.backend_util.BackendValues): void {
  counts.readbacks += 1;
  if (ArrayBuffer.isView(values)) counts.bytesRead += values.byteLength;
}

/** Where the kernels of a host backend count now; they are wrapped once, whatever engines follow. */
const counting = new Map<string, Counts>();

/** Count every kernel that tfjs runs on a host backend. */
export function countKernels(backendName: string, counts: Counts): void {
  const isWrapped = counting.has(backendName);
  counting.set(backendName, counts);
  if (isWrapped) return;
  for (const config of tf.getKernelsForBackend(backendName)) {
    tf.unregisterKernel(config.kernelName, backendName);
    tf.registerKernel({
      ...config,
      kernelFunc: (call) => {
        counting.get(backendName)!.dispatches += 1;
        return config.kernelFunc(call);
      },
    });
  }
}

/** Count the reads of one backend object by wrapping its reading methods. */
export function countReads(
  backend: tf.KernelBackend,
  methods: ('read' | 'readSync')[],
  counts: Counts,
): void {
  if (methods.includes('read')) {
    const read = backend.read.bind(backend);
    backend.read = async (dataId) => {
      const values = await read(dataId);
      countRead(counts, values);
      return values;
    };
  }
  if (methods.includes('readSync')) {
    const readSync = backend.readSync.bind(backend);
    backend.readSync = (dataId) => {
      const values = readSync(dataId);
      countRead(counts, values);
      return values;
    };
  }
}
