/**
 * Owner of one model's AdamW moments: the step of `adamw.ts` applied to variables in place, with the
 * gradients clipped first. Where the backend has kernels for it (kernels/adamw.ts) they do it; elsewhere the
 * pure functions. Whoever makes it disposes it; the parameters stay their model's.
 */
import * as tf from '@tensorflow/tfjs-core';
import { assertShape, type NamedTensors, type NamedVariables } from '../shapes';
import { canFuseAdamw, fusedAdamw, globalNorm } from '../kernels/adamw';
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

/** Where a resumed run left off: steps done, and what `moments()` gave, read off the device. */
export interface SavedOptimizer {
  step: number;
  moments: Record<string, { shape: number[]; data: Float32Array }>;
}

export class Optimizer {
  #step: number;
  readonly #first: NamedVariables;
  readonly #second: NamedVariables;

  /**
   * @param parameters trained in place; the same names every time.
   * @throws Error naming a moment that `saved` lacks.
   */
  constructor(
    readonly parameters: NamedVariables,
    saved?: SavedOptimizer,
  ) {
    const savedMoment = (key: string) => {
      const moment = saved?.moments[key];
      if (saved && !moment) throw new Error(`The saved optimizer lacks ${key}.`);
      return moment;
    };
    // All are looked for before any is made.
    for (const name of Object.keys(parameters))
      for (const kind of ['first', 'second']) savedMoment(`${kind}/${name}`);
    const initial = (kind: 'first' | 'second', name: string, parameter: tf.Tensor): tf.Tensor => {
      const moment = savedMoment(`${kind}/${name}`);
      return moment ? tf.tensor(moment.data, moment.shape) : tf.zerosLike(parameter);
    };
    const restore = (kind: 'first' | 'second'): NamedVariables =>
      Object.fromEntries(
        Object.entries(parameters).map(([name, parameter]) => [
          name,
          tf.tidy(() => tf.variable(initial(kind, name, parameter), false)),
        ]),
      );
    this.#step = saved?.step ?? 0;
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
    return canFuseAdamw() ? this.#fused(gradients, options) : this.#plain(gradients, options);
  }

  /** The same step by the kernels of ours, on the variables themselves. */
  #fused(gradients: NamedTensors, options: OptimizerOptions): tf.Scalar {
    assertClippable(options.gradientClip);
    assertSameNames('the model', this.parameters, 'the gradients', gradients);
    const names = Object.keys(this.parameters);
    for (const name of names)
      assertShape(`The gradient of ${name}`, gradients[name]!, this.parameters[name]!.shape);
    const norm = globalNorm(names.map((name) => gradients[name]!));
    const { beta1, beta2, epsilon } = options;
    const corrections = biasCorrections(this.#step + 1, options);
    for (const name of names) {
      const parameter = this.parameters[name]!;
      const variables = { parameter, first: this.#first[name]!, second: this.#second[name]! };
      fusedAdamw(variables, gradients[name]!, norm, {
        maxNorm: options.gradientClip,
        beta1,
        beta2,
        epsilon,
        ...corrections,
        kept: keptOf(parameter, options),
      });
    }
    this.#step += 1;
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

  /** Both moments by `first/name` and `second/name`: with `step`, all that resuming needs. */
  moments(): NamedTensors {
    const named = (kind: string, variables: NamedVariables) =>
      Object.entries(variables).map(([name, variable]) => [`${kind}/${name}`, variable] as const);
    return Object.fromEntries([...named('first', this.#first), ...named('second', this.#second)]);
  }

  dispose(): void {
    tf.dispose([...Object.values(this.#first), ...Object.values(this.#second)]);
  }
}
