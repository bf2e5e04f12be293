/** Registering operations whose WebGPU kernel is made of WGSL programs (wgsl.ts), and running those. */
import * as tf from '@tensorflow/tfjs-core';
import type { Attributes } from './kernel';
import { LabWebGpuBackend } from './webgpu-backend';
import type { Program } from './wgsl';

/** Call of a WebGPU kernel. */
export interface WebGpuCall {
  inputs: Record<string, tf.TensorInfo>;
  attributes: Attributes;
  /** Run a program of one output into a new tensor, or into `target`, in place. */
  runProgram(program: Program, inputs: tf.TensorInfo[], target?: tf.TensorInfo): tf.TensorInfo;
  /** Run a program into new tensors, one for each of its outputs. */
  runForMany(program: Program, inputs: tf.TensorInfo[]): tf.TensorInfo[];
  /** Give back a tensor that the kernel made for itself. */
  dispose(tensor: tf.TensorInfo): void;
}

/** Register the WebGPU kernel of an operation. */
export function registerWebGpu(
  kernelName: string,
  compute: (call: WebGpuCall) => tf.TensorInfo | tf.TensorInfo[],
): void {
  tf.registerKernel({
    kernelName,
    backendName: 'webgpu',
    kernelFunc: ({ inputs, backend, attrs }) => {
      const gpu = backend as LabWebGpuBackend;
      return compute({
        inputs: inputs as Record<string, tf.TensorInfo>,
        attributes: (attrs ?? {}) as Attributes,
        runProgram: (program, tensors, target) => runProgram(gpu, program, tensors, target),
        runForMany: (program, tensors) => gpu.dispatch(program, tensors),
        dispose: (tensor) => void gpu.disposeData(tensor.dataId),
      });
    },
  });
}

/** The WebGPU backend, if that is the one in use. */
export function webGpuBackend(): LabWebGpuBackend | null {
  const backend = tf.backend();
  return backend instanceof LabWebGpuBackend ? backend : null;
}

/** Run a program of one output into a new tensor, or into `target`, in place. */
export const runProgram = (
  backend: LabWebGpuBackend,
  program: Program,
  tensors: readonly tf.TensorInfo[],
  target?: tf.TensorInfo,
): tf.TensorInfo => backend.dispatch(program, tensors, [target])[0]!;
