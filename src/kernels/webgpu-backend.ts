/**
 * tfjs's WebGPU backend with what our kernels need beside it: programs of several outputs, tensors written
 * where they lie, copies from buffer to buffer, and pipelines compiled ahead. All of it goes into the same
 * command encoder as tfjs's own programs, so the order of calls is the order of execution.
 *
 * Our programs do not take tfjs's way (`runWebGPUProgram`), which writes shapes, strides and accessors of
 * every tensor into every shader and its uniforms, and allows one output. Here a program's uniforms are its own
 * numbers alone, and bind group layouts are made once for each number of inputs and outputs.
 *
 * tfjs keeps in private fields what is needed to record beside it: the encoder, its pass, the number of
 * programs in it, and which buffers it may not yet give away. They are those of 4.22, which is pinned.
 */
import * as tf from '@tensorflow/tfjs-core';
import { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { countRead, type Counts } from './counters';
import { shaderOf, type Program } from './wgsl';

/** A pipeline that a dry run asked for, under compilation. */
export interface Compilation {
  /** Which program, for the person who waits. */
  what: string;
  ready: Promise<void>;
}

/** A stretch of float32 numbers copied from one tensor to another; places and counts in numbers. */
export interface Copy {
  from: tf.TensorInfo;
  fromAt: number;
  to: tf.TensorInfo;
  toAt: number;
  count: number;
}

const WORD = 4;
/** Uniform structs are bound in multiples of this many bytes. */
const UNIFORM_GRAIN = 16;

export class LabWebGpuBackend extends WebGPUBackend {
  readonly #counts: Counts;
  readonly #pipelines = new Map<string, GPUComputePipeline>();
  readonly #layouts = new Map<string, GPUBindGroupLayout>();
  /** While a dry run lasts: what it has asked for, by key. */
  #compiling: Map<string, Compilation> | null = null;

  constructor(device: GPUDevice, info: GPUAdapterInfo, counts: Counts) {
    super(device, info);
    this.#counts = counts;
  }

  // ── Programs ──────────────────────────────────────────────────────────────────────────────────────

  /**
   * Run a program of ours.
   * @param targets tensors to write in place, by position; where one is missing a new tensor is made.
   * @returns the outputs, in the program's order.
   */
  dispatch(
    program: Program,
    inputs: readonly tf.TensorInfo[],
    targets: readonly (tf.TensorInfo | undefined)[] = [],
  ): tf.TensorInfo[] {
    const outputs = Object.values(program.outputs).map(
      ({ shape, dtype }, i) => targets[i] ?? this.makeTensorInfo(shape, dtype ?? 'float32'),
    );
    const groups = groupsOf(program);
    if (groups === 0) return outputs.map((output) => this.#empty(output));
    const buffers: GPUBuffer[] = [];
    let types = '';
    for (const tensor of inputs) types += this.#bind(tensor, buffers);
    types += '>';
    for (const tensor of outputs) {
      types += this.#bind(tensor, buffers);
      this.tensorMap.get(tensor.dataId).values = NOT_ON_HOST; // what was read before is history
    }
    const pipeline = this.#pipelineOf(program, types, inputs.length, outputs.length);
    if (pipeline) this.#record(pipeline, program, groups, buffers, inputs.length, outputs.length);
    return outputs;
  }

  /** Put a tensor on the device and its buffer into `buffers`; its type, as a letter of the pipeline's key. */
  #bind({ dataId }: tf.TensorInfo, buffers: GPUBuffer[]): string {
    this.uploadToGPU(dataId);
    this['commandQueueOwnedIds'].add(dataId);
    const { resource, dtype } = this.tensorMap.get(dataId);
    buffers.push(resource as GPUBuffer); // textures hold images, which nothing here takes
    return dtype === 'float32' ? 'f' : 'i';
  }

  /** A tensor without numbers needs no program. */
  #empty(tensor: tf.TensorInfo): tf.TensorInfo {
    const none = tensor.dtype === 'int32' ? new Int32Array(0) : new Float32Array(0);
    this.tensorMap.get(tensor.dataId).values = none;
    return tensor;
  }

  #record(
    pipeline: GPUComputePipeline,
    { integers = {}, floats = {} }: Program,
    groups: number,
    buffers: readonly GPUBuffer[],
    reads: number,
    writes: number,
  ): void {
    const uniforms = this.#uniforms(Object.values(integers), Object.values(floats));
    const bindGroup = this.device.createBindGroup({
      layout: this.#layout(reads, writes),
      entries: [...buffers, uniforms].map((buffer, binding) => ({ binding, resource: { buffer } })),
    });
    const pass = this.#pass();
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, bindGroup);
    pass.dispatchWorkgroups(...spread(groups, this.device.limits.maxComputeWorkgroupsPerDimension));
    this.#counts.dispatches += 1;
    this['dispatchCountInPass'] += 1;
    if (this['dispatchCountInPass'] < tf.env().getNumber('WEBGPU_DEFERRED_SUBMIT_BATCH_SIZE'))
      return;
    this.endComputePassEncoder();
    this.submitQueue();
  }

  #pass(): GPUComputePassEncoder {
    this.ensureCommandEncoderReady();
    const encoder = this['commandEncoder'] as GPUCommandEncoder;
    return (this['computePassEncoder'] ??= encoder.beginComputePass()) as GPUComputePassEncoder;
  }

  /** The numbers of one call in a buffer that goes back into the pool when it has been submitted. */
  #uniforms(integers: readonly number[], floats: readonly number[]): GPUBuffer {
    const size =
      Math.ceil(((integers.length + floats.length) * WORD) / UNIFORM_GRAIN) * UNIFORM_GRAIN;
    const bytes = new ArrayBuffer(size);
    new Int32Array(bytes).set(integers);
    new Float32Array(bytes).set(floats, integers.length);
    const usage = GPUBufferUsage.COPY_DST | GPUBufferUsage.UNIFORM;
    const buffer = this.bufferManager.acquireBuffer(size, usage);
    this.queue.writeBuffer(buffer, 0, bytes);
    this['uniformPendingDisposal'].push(buffer);
    return buffer;
  }

  // ── Pipelines ─────────────────────────────────────────────────────────────────────────────────────

  /** The compiled program; null in a dry run, which only asks for it. */
  #pipelineOf(
    program: Program,
    types: string,
    reads: number,
    writes: number,
  ): GPUComputePipeline | null {
    const key = `${program.key} ${types}`;
    const known = this.#pipelines.get(key);
    if (known && !this.#compiling) return known;
    if (known || this.#compiling?.has(key)) return null;
    const module = this.device.createShaderModule({ code: shaderOf(program, types), label: key });
    const descriptor: GPUComputePipelineDescriptor = {
      label: key,
      layout: this.device.createPipelineLayout({ bindGroupLayouts: [this.#layout(reads, writes)] }),
      compute: { module, entryPoint: 'start' },
    };
    if (this.#compiling) {
      const ready = this.device.createComputePipelineAsync(descriptor).then((pipeline) => {
        this.#pipelines.set(key, pipeline);
      });
      this.#compiling.set(key, { what: program.key, ready });
      return null;
    }
    const pipeline = this.device.createComputePipeline(descriptor);
    this.#pipelines.set(key, pipeline);
    return pipeline;
  }

  /** Inputs, then outputs, then the uniforms. */
  #layout(reads: number, writes: number): GPUBindGroupLayout {
    const key = `${reads} ${writes}`;
    const known = this.#layouts.get(key);
    if (known) return known;
    const type = (i: number): GPUBufferBindingType =>
      i < reads ? 'read-only-storage' : i < reads + writes ? 'storage' : 'uniform';
    const entries = Array.from({ length: reads + writes + 1 }, (_, binding) => ({
      binding,
      visibility: GPUShaderStage.COMPUTE,
      buffer: { type: type(binding) },
    }));
    const layout = this.device.createBindGroupLayout({ entries });
    this.#layouts.set(key, layout);
    return layout;
  }

  /**
   * Run `work` without computing anything, and start to compile every program that it asks for, ours and
   * tfjs's. Numbers in the tensors that it makes are undefined, and it must not read any.
   */
  compileFor(work: () => void): Compilation[] {
    const ours = new Map<string, Compilation>();
    const before = new Set(Object.keys(this['pipelineCache']));
    this.#compiling = ours;
    tf.env().set('WEBGPU_ENGINE_COMPILE_ONLY', true);
    try {
      work();
    } finally {
      tf.env().set('WEBGPU_ENGINE_COMPILE_ONLY', false);
      this.#compiling = null;
    }
    const cache = this['pipelineCache'] as Record<string, GPUComputePipeline | Promise<GPUComputePipeline>>; // prettier-ignore
    const theirs = Object.keys(cache)
      .filter((key) => !before.has(key))
      .map((key) => ({
        what: key.split('_')[0]!,
        ready: Promise.resolve(cache[key]!).then((pipeline) => void (cache[key] = pipeline)),
      }));
    return [...ours.values(), ...theirs];
  }

  // ── Copies ────────────────────────────────────────────────────────────────────────────────────────

  /** Copy stretches of numbers from tensor to tensor, in this order. */
  copy(copies: readonly Copy[]): void {
    if (this.#compiling) return;
    for (const { from, to } of copies) {
      this.#bind(from, []);
      this.#bind(to, []);
      this.tensorMap.get(to.dataId).values = NOT_ON_HOST;
    }
    this.endComputePassEncoder();
    this.ensureCommandEncoderReady();
    const encoder = this['commandEncoder'] as GPUCommandEncoder;
    const bufferOf = ({ dataId }: tf.TensorInfo) =>
      this.tensorMap.get(dataId).resource as GPUBuffer;
    for (const { from, fromAt, to, toAt, count } of copies)
      encoder.copyBufferToBuffer(bufferOf(from), fromAt * WORD, bufferOf(to), toAt * WORD, count * WORD); // prettier-ignore
    this.#counts.copies += copies.length;
  }

  // ── Counting what tfjs does ───────────────────────────────────────────────────────────────────────

  override runWebGPUProgram(
    ...call: Parameters<WebGPUBackend['runWebGPUProgram']>
  ): ReturnType<WebGPUBackend['runWebGPUProgram']> {
    if (!this.#compiling) this.#counts.dispatches += 1;
    return super.runWebGPUProgram(...call);
  }

  override async read(dataId: object): Promise<tf.backend_util.BackendValues> {
    const isOnHost = Boolean(this.tensorMap.get(dataId)?.values);
    const values = await super.read(dataId);
    if (!isOnHost) countRead(this.#counts, values);
    return values;
  }

  override readSync(dataId: object): tf.backend_util.BackendValues {
    const isOnHost = Boolean(this.tensorMap.get(dataId)?.values);
    const values = super.readSync(dataId);
    if (!isOnHost) countRead(this.#counts, values);
    return values;
  }
}

/** What tfjs writes where the host has no copy; its types forbid null, its code asks for it. */
const NOT_ON_HOST = null as unknown as tf.backend_util.BackendValues;

/** Workgroups of a call. */
const groupsOf = ({ workgroups, invocations, workgroupSize = 64 }: Program): number =>
  workgroups ?? Math.ceil((invocations ?? 0) / workgroupSize);

/** As many workgroups, and a few more, in as many dimensions as it takes. */
function spread(groups: number, most: number): [number, number, number] {
  if (groups <= most) return [groups, 1, 1];
  const side = Math.ceil(Math.sqrt(groups));
  if (side <= most) return [side, Math.ceil(groups / side), 1];
  const edge = Math.ceil(Math.cbrt(groups));
  return [edge, edge, Math.ceil(groups / (edge * edge))];
}
