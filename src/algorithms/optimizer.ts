/**
 * Owner of one model's AdamW moments: the step of `adamw.ts` applied to variables in place, with the
 * gradients clipped first. Where the backend has kernels for it they do it, for all parameters together on
 * WebGPU (kernels/adamw-flat.ts) and for one after the other on WASM (kernels/adamw.ts); elsewhere the pure
 * functions. Whoever makes it disposes it; the parameters stay their model's.
 */
import * as tf from '@tensorflow/tfjs-core';
import { assertShape, type NamedTensors, type NamedVariables } from '../shapes';
import { canFuseAdamw, fusedAdamw, globalNorm, type AdamwNumbers } from '../kernels/adamw';
import { canFlattenAdamw, FlatAdamw } from '../kernels/adamw-flat';
import { adamwStep, assertClippable, biasCorrections, clipByGlobalNorm, keptOf, type AdamwOptions } from './adamw'; // prettier-ignore
import { assertSameNames } from './gradients';
import { learningRateAt, type ScheduleOptions } from './schedule';

export interface OptimizerOptions extends AdamwOptions {
  /** Gradients together longer than this (L2) are shortened to it. */
  gradientClip: number;
}

/** The optimizer's part of a stage's config. */
export interface OptimizerConfig extends Omit<OptimizerOptions, 'learningRate'> {
  schedule: ScheduleOptions['kind'];
  warmupSteps: number;
  /** Where the schedule ends, as a fraction of the peak. */
  finalLearningRate: number;
}

/** The options of step `step` of `totalSteps`, with the scheduled learning rate. */
export function scheduledOptions(
  config: OptimizerConfig,
  peak: number,
  step: number,
  totalSteps: number,
): OptimizerOptions {
  const learningRate = learningRateAt(step, {
    kind: config.schedule,
    peak,
    warmupSteps: config.warmupSteps,
    totalSteps,
    finalFraction: config.finalLearningRate,
  });
  const { beta1, beta2, epsilon, weightDecay, gradientClip } = config;
  return { learningRate, beta1, beta2, epsilon, weightDecay, gradientClip };
}

/** Both moments by `first/name` and `second/name`, off the device. */
export type SavedMoments = Record<string, { shape: number[]; data: Float32Array }>;

/** Where a resumed run left off: steps done, and what `readMoments()` gave. */
export interface SavedOptimizer {
  step: number;
  moments: SavedMoments;
}

const KINDS = ['first', 'second'] as const;

export class Optimizer {
  #step: number;
  /** Of WebGPU; elsewhere null, and the moments are variables by name. */
  readonly #flat: FlatAdamw | null;
  readonly #first: NamedVariables;
  readonly #second: NamedVariables;

  /**
   * @param parameters trained in place; the same names every time.
   * @throws Error naming a moment that `saved` lacks, or that has another shape.
   */
  constructor(
    readonly parameters: NamedVariables,
    saved?: SavedOptimizer,
  ) {
    // All are looked for before any is made.
    for (const [name, { shape }] of Object.entries(parameters))
      for (const kind of KINDS) {
        const moment = saved?.moments[`${kind}/${name}`];
        if (saved && !moment) throw new Error(`The saved optimizer lacks ${kind}/${name}.`);
        if (moment && !tf.util.arraysEqual(moment.shape, shape))
          throw new Error(
            `The saved ${kind}/${name} has shape (${moment.shape.join(', ')}) where (${shape.join(', ')}) was wanted.`,
          );
      }
    this.#step = saved?.step ?? 0;
    const names = Object.keys(parameters);
    const isFlat = canFlattenAdamw();
    const arrays = (kind: (typeof KINDS)[number]) =>
      names.map((name) => saved!.moments[`${kind}/${name}`]!.data);
    this.#flat = isFlat
      ? new FlatAdamw(
          Object.values(parameters),
          saved && { first: arrays('first'), second: arrays('second') },
        )
      : null;
    const restore = (kind: (typeof KINDS)[number]): NamedVariables =>
      Object.fromEntries(
        Object.entries(isFlat ? {} : parameters).map(([name, parameter]) => {
          const moment = saved?.moments[`${kind}/${name}`];
          const initial = () => (moment ? tf.tensor(moment.data, moment.shape) : tf.zerosLike(parameter)); // prettier-ignore
          return [name, tf.tidy(() => tf.variable(initial(), false))];
        }),
      );
    this.#first = restore('first');
    this.#second = restore('second');
  }

  /** Steps done; bias correction and schedules count these. */
  get step(): number {
    return this.#step;
  }

  /**
   * One step; call it inside the step's `tidy`.
   * @returns the L2 norm of all gradients before clipping.
   */
  apply(gradients: NamedTensors, options: OptimizerOptions): tf.Scalar {
    if (this.#flat || canFuseAdamw()) return this.#fused(gradients, options);
    return this.#plain(gradients, options);
  }

  /** The same step by the kernels of ours, on the variables themselves. */
  #fused(gradients: NamedTensors, options: OptimizerOptions): tf.Scalar {
    assertClippable(options.gradientClip);
    assertSameNames('the model', this.parameters, 'the gradients', gradients);
    const names = Object.keys(this.parameters);
    for (const name of names)
      assertShape(`The gradient of ${name}`, gradients[name]!, this.parameters[name]!.shape);
    const { beta1, beta2, epsilon, gradientClip: maxNorm } = options;
    const corrections = biasCorrections(this.#step + 1, options);
    const numbers = { maxNorm, beta1, beta2, epsilon, ...corrections };
    const norm = this.#flat
      ? this.#flat.step(
          names.map((name) => gradients[name]!),
          { ...numbers, kept: 1 - options.learningRate * options.weightDecay },
        )
      : this.#oneByOne(names, gradients, (parameter) => ({ ...numbers, kept: keptOf(parameter, options) })); // prettier-ignore
    this.#step += 1;
    return norm;
  }

  #oneByOne(
    names: readonly string[],
    gradients: NamedTensors,
    numbersOf: (parameter: tf.Tensor) => AdamwNumbers,
  ): tf.Scalar {
    const norm = globalNorm(names.map((name) => gradients[name]!));
    for (const name of names) {
      const parameter = this.parameters[name]!;
      const variables = { parameter, first: this.#first[name]!, second: this.#second[name]! };
      fusedAdamw(variables, gradients[name]!, norm, numbersOf(parameter));
    }
    return norm;
  }

  /** The step as it is written in `adamw.ts`. */
  #plain(gradients: NamedTensors, options: OptimizerOptions): tf.Scalar {
    const clipped = clipByGlobalNorm(gradients, options.gradientClip);
    const { parameters, state } = adamwStep(
      this.parameters,
      clipped.gradients,
      { step: this.#step, first: this.#first, second: this.#second },
      options,
    );
    for (const name of Object.keys(this.parameters)) {
      this.parameters[name]!.assign(parameters[name]!);
      this.#first[name]!.assign(state.first[name]!);
      this.#second[name]!.assign(state.second[name]!);
    }
    this.#step = state.step;
    return clipped.norm;
  }

  /** Both moments, read off the device: with `step`, all that resuming needs. */
  async readMoments(): Promise<SavedMoments> {
    const moments: SavedMoments = {};
    const flat = await this.#flat?.read();
    for (const kind of KINDS) {
      const variables = kind === 'first' ? this.#first : this.#second;
      for (const [i, [name, { shape }]] of Object.entries(this.parameters).entries()) {
        const data = flat ? flat[kind][i]! : (await variables[name]!.data<'float32'>()).slice();
        moments[`${kind}/${name}`] = { shape: [...shape], data };
      }
    }
    return moments;
  }

  dispose(): void {
    this.#flat?.dispose();
    tf.dispose([...Object.values(this.#first), ...Object.values(this.#second)]);
  }
}
