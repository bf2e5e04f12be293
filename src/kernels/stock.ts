/**
 * Stock operations of tfjs that a backend does badly enough to matter, replaced.
 *
 * Identity (WASM). The tape keeps a clone of every tensor that a gradient needs, weights included. tfjs's
 * WASM backend copies the numbers for each clone; the other backends count one more owner of the same
 * numbers, which is what this does. Tensors are never changed in place but for caches and ids of generation
 * (kv-cache.ts), which are not on any tape.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import '@tensorflow/tfjs-backend-wasm'; // its own kernels must be registered before they are replaced

tf.unregisterKernel(tf.Identity, 'wasm');
tf.registerKernel({
  kernelName: tf.Identity,
  backendName: 'wasm',
  kernelFunc: ({ inputs, backend }) => {
    const { dataId, shape, dtype } = inputs['x']!;
    (backend as BackendWasm).incRef(dataId);
    return { dataId, shape, dtype };
  },
});
