/**
 * Running a WGSL program of ours on tfjs's WebGPU backend.
 *
 * tfjs writes the bindings and the entry point around our code: inputs appear as storage arrays under their
 * names, the output as `result`, the uniforms as `uniforms.name`, and `main(index)` is called with the
 * global invocation index. Programs here do their own indexing of flat arrays.
 *
 * Must: use at least one uniform (or its binding is optimised away and the bind group does not fit), and have
 * everything that is interpolated into `code` in `key` (tfjs caches pipelines by key, ranks and types only).
 */
import * as tf from '@tensorflow/tfjs-core';
import { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import type { Attributes } from './kernel';

export interface Program {
  /** Unique for the code, interpolated constants included. */
  key: string;
  /** Names of the inputs, in order. */
  inputs: string[];
  /** Shape and type of the output. */
  output: { shape: number[]; dtype?: 'float32' | 'int32' };
  /** Invocations of a workgroup, 64 unless told. */
  workgroupSize?: number;
  /** How many workgroups, or how many invocations (rounded up): the code must bound its index. */
  workgroups?: number;
  invocations?: number;
  /** Uniforms by name; integers unless in `floats`. */
  integers?: Record<string, number>;
  floats?: Record<string, number>;
  /** WGSL, with a `fn main(index : i32)`. */
  code: string;
}

/** Call of a WebGPU kernel. */
export interface WebGpuCall {
  inputs: Record<string, tf.TensorInfo>;
  attributes: Attributes;
  /** Run a program into a new tensor, or into `target`, in place. */
  runProgram(program: Program, inputs: tf.TensorInfo[], target?: tf.TensorInfo): tf.TensorInfo;
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
      const gpu = backend as WebGPUBackend;
      return compute({
        inputs: inputs as Record<string, tf.TensorInfo>,
        attributes: (attrs ?? {}) as Attributes,
        runProgram: (program, tensors, target) => runProgram(gpu, program, tensors, target),
        dispose: (tensor) => void gpu.disposeData(tensor.dataId),
      });
    },
  });
}

/** The WebGPU backend, if that is the one in use. */
export function webGpuBackend(): WebGPUBackend | null {
  const backend = tf.backend();
  return backend instanceof WebGPUBackend ? backend : null;
}

/** Run a program into a new tensor, or into `target`, in place. */
export function runProgram(
  backend: WebGPUBackend,
  { key, inputs, output, workgroupSize = 64, workgroups, invocations, integers = {}, floats = {}, code }: Program, // prettier-ignore
  tensors: tf.TensorInfo[],
  target?: tf.TensorInfo,
): tf.TensorInfo {
  const groups = workgroups ?? Math.ceil((invocations ?? 0) / workgroupSize);
  const declarations = [
    ...Object.keys(integers).map((name) => `${name} : i32, `),
    ...Object.keys(floats).map((name) => `${name} : f32, `),
  ];
  const uniforms = [
    ...Object.values(integers).map((value) => ({ type: 'int32', data: [value] })),
    ...Object.values(floats).map((value) => ({ type: 'float32', data: [value] })),
  ];
  // A new object per call: tfjs writes the final key and dispatch into it.
  const program = {
    variableNames: inputs,
    outputShape: output.shape,
    dispatchLayout: { x: output.shape.map((_, axis) => axis) },
    dispatch: [groups, 1, 1] as [number, number, number],
    workgroupSize: [workgroupSize, 1, 1] as [number, number, number],
    shaderKey: key,
    uniforms: declarations.join(''),
    getUserCode: () => code,
  };
  return backend.runWebGPUProgram(program, tensors, output.dtype ?? 'float32', uniforms, target);
}

/** WGSL for sums over a workgroup of 64: `sumAll(own, value)` gives every invocation the sum of all values. */
export const SUM_ALL_WGSL = /* wgsl */ `
  var<workgroup> partialSums : array<f32, 64>;

  fn sumAll(own : i32, value : f32) -> f32 {
    workgroupBarrier();
    partialSums[own] = value;
    workgroupBarrier();
    for (var width = 32; width > 0; width = width / 2) {
      if (own < width) { partialSums[own] += partialSums[own + width]; }
      workgroupBarrier();
    }
    return partialSums[0];
  }`;
