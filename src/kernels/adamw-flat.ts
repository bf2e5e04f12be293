/**
 * AdamW on WebGPU: clipping, moments and all parameters of a model in two programs.
 *
 * A program takes eight buffers at least and hardly more, and a parameter with its gradient and two moments is
 * four. So the parameters lie in one flat buffer, and their gradients and both moments in three more of the
 * same order, matrices first since only they decay:
 *
 *     1  copy every gradient into its place                     (copies, no programs)
 *     2  squares: 256 parts of Σ g²
 *     3  update: every workgroup adds up the parts, so that each knows the norm, and steps its own stretch
 *     4  copy every parameter to its variable
 *
 * A program for each tensor would be three times as many as tensors, and each costs the host more than a copy.
 * The variables stay what the model reads; the flat parameters follow them: where a variable has been given
 * another value since the last step, it is copied in first. The formulas are those of adamw.ts.
 */
import * as tf from '@tensorflow/tfjs-core';
import { takeApart, type AdamwNumbers } from './adamw';
import { sizeOf } from './kernel';
import type { Copy, LabWebGpuBackend } from './webgpu-backend';
import { runProgram, webGpuBackend } from './webgpu-program';
import { SUM_ALL_WGSL, type Program } from './wgsl';

/** Workgroups that share the squares of all gradients. */
const PARTS = 256;
/** Numbers that a workgroup updates. */
const STRETCH = 1024;

/** A variable's place in the flat tensors. */
interface Place {
  variable: tf.Variable;
  at: number;
  size: number;
  /** The numbers that the flat parameters have of it, as tfjs names them. */
  known: object | null;
}

/** Numbers of every variable, in the order of the variables. */
export type MomentArrays = readonly Float32Array[];

/** Owner of the flat tensors; the variables stay their model's. */
export class FlatAdamw {
  readonly #places: readonly Place[];
  /** How many numbers decay: those of the matrices, which come first. */
  readonly #decaying: number;
  readonly #parameters: tf.Variable;
  readonly #gradients: tf.Variable;
  readonly #first: tf.Variable;
  readonly #second: tf.Variable;

  /** @param saved moments to go on from; zeros where there are none. */
  constructor(
    variables: readonly tf.Variable[],
    saved?: { first: MomentArrays; second: MomentArrays },
  ) {
    const sizes = variables.map(({ shape }) => sizeOf(shape));
    const order = [...variables.keys()].sort((a, b) => rankOrder(variables[a]!) - rankOrder(variables[b]!)); // prettier-ignore
    const ats = new Map<number, number>();
    let total = 0;
    for (const i of order) {
      ats.set(i, total);
      total += sizes[i]!;
    }
    this.#places = variables.map((variable, i) => ({ variable, at: ats.get(i)!, size: sizes[i]!, known: null })); // prettier-ignore
    this.#decaying = variables.reduce(
      (sum, each, i) => (each.rank >= 2 ? sum + sizes[i]! : sum),
      0,
    );
    const flat = (arrays?: MomentArrays) => {
      const numbers = new Float32Array(total);
      arrays?.forEach((array, i) => numbers.set(array, this.#places[i]!.at));
      return tf.tidy(() => tf.variable(tf.tensor1d(numbers), false));
    };
    this.#parameters = flat();
    this.#gradients = flat();
    this.#first = flat(saved?.first);
    this.#second = flat(saved?.second);
  }

  /**
   * One step of all variables.
   * @param gradients in the order of the variables, of their shapes.
   * @param numbers `kept` is for the matrices; the rest does not decay.
   * @returns the norm of all gradients before clipping, which the caller owns.
   */
  step(gradients: readonly tf.Tensor[], numbers: AdamwNumbers): tf.Scalar {
    const gpu = backendInUse();
    for (const { variable } of this.#places) takeApart(variable);
    gpu.copy(this.#places.flatMap((place, i) => this.#copiesIn(place, gradients[i]!)));
    const total = this.#gradients.size;
    const parts = runProgram(gpu, squaresProgram(total), [this.#gradients]);
    const state = [this.#parameters, this.#first, this.#second];
    const program = updateProgram(total, this.#decaying, numbers);
    const outputs = gpu.dispatch(program, [this.#gradients, parts], state);
    gpu.disposeData(parts.dataId);
    gpu.copy(this.#places.map(({ variable, at, size }) => ({ from: this.#parameters, fromAt: at, to: variable, toAt: 0, count: size }))); // prettier-ignore
    for (const place of this.#places) place.known = place.variable.dataId;
    return tf.engine().makeTensorFromTensorInfo(outputs[3]!, gpu) as tf.Scalar;
  }

  /** A gradient, and a parameter that is not as the last step left it. */
  #copiesIn({ variable, at, size, known }: Place, gradient: tf.Tensor): Copy[] {
    const copies = [{ from: gradient, fromAt: 0, to: this.#gradients, toAt: at, count: size }];
    if (known === variable.dataId) return copies;
    return [...copies, { from: variable, fromAt: 0, to: this.#parameters, toAt: at, count: size }];
  }

  /** Both moments of each variable, read off the device. */
  async read(): Promise<{ first: Float32Array[]; second: Float32Array[] }> {
    const cut = (flat: Float32Array) =>
      this.#places.map(({ at, size }) => flat.slice(at, at + size));
    const first = cut(await this.#first.data<'float32'>());
    return { first, second: cut(await this.#second.data<'float32'>()) };
  }

  dispose(): void {
    tf.dispose([this.#parameters, this.#gradients, this.#first, this.#second]);
  }
}

/** Matrices before the rest. */
const rankOrder = ({ rank }: tf.Tensor) => (rank >= 2 ? 0 : 1);

function backendInUse(): LabWebGpuBackend {
  const gpu = webGpuBackend();
  if (!gpu) throw new Error('The optimizer was made on WebGPU, and another backend is in use now.');
  return gpu;
}

const squaresProgram = (total: number): Program => ({
  key: 'adamw squares',
  inputs: ['gradients'],
  outputs: { parts: { shape: [PARTS] } },
  workgroups: PARTS,
  integers: { total },
  code: /* wgsl */ `
    ${SUM_ALL_WGSL}
    fn main(group : i32, own : i32) {
      var sum = 0.0;
      for (var i = group * 64 + own; i < uniforms.total; i += ${PARTS * 64}) {
        sum += gradients[i] * gradients[i];
      }
      let all = sumAll(own, sum);
      if (own == 0 && group < ${PARTS}) { parts[group] = all; }
    }`,
});

const updateProgram = (total: number, decaying: number, numbers: AdamwNumbers): Program => {
  const { maxNorm, beta1, beta2, epsilon, stepSize, rootScale, kept } = numbers;
  const highest = Number.isFinite(maxNorm) ? maxNorm : 3e38; // WGSL knows no infinity
  return {
    key: 'adamw update',
    inputs: ['gradients', 'parts'],
    outputs: {
      parameters: { shape: [total] },
      first: { shape: [total] },
      second: { shape: [total] },
      norm: { shape: [] },
    },
    workgroups: Math.ceil(total / STRETCH),
    integers: { total, decaying },
    floats: { maxNorm: highest, beta1, rest1: 1 - beta1, beta2, rest2: 1 - beta2, epsilon, stepSize, rootScale, kept }, // prettier-ignore
    code: /* wgsl */ `
      ${SUM_ALL_WGSL}
      fn main(group : i32, own : i32) {
        var squares = 0.0;
        for (var part = own; part < ${PARTS}; part += 64) { squares += parts[part]; }
        let length = sqrt(sumAll(own, squares));
        if (group == 0 && own == 0) { norm[0] = length; }
        let scale = min(1.0, uniforms.maxNorm / (length + 1e-6));
        let end = min(uniforms.total, (group + 1) * ${STRETCH});
        for (var i = group * ${STRETCH} + own; i < end; i += 64) {
          let g = gradients[i] * scale;
          let m = uniforms.beta1 * first[i] + uniforms.rest1 * g;
          let v = uniforms.beta2 * second[i] + uniforms.rest2 * g * g;
          let root = sqrt(v) * uniforms.rootScale + uniforms.epsilon;
          let kept = select(1.0, uniforms.kept, i < uniforms.decaying);
          first[i] = m;
          second[i] = v;
          parameters[i] = kept * parameters[i] - uniforms.stepSize * (m / root);
        }
      }`,
  };
};

/** Whether the backend in use steps all parameters at once. */
export const canFlattenAdamw = (): boolean => webGpuBackend() !== null;
