/**
 * A network that learns: its model, the moments of its optimizer and, where one is kept, the moving average of
 * its weights. The three are made, saved, resumed and disposed together, so that a run cannot save one of them
 * and forget another.
 *
 * In a saved run the parameters lie under the learner's name, with `-optimizer` and `-average` after it for the
 * other two: `policy/model.norm.weight`, `policy-optimizer/first/model.norm.weight`.
 */
import type * as tf from '@tensorflow/tfjs-core';
import { Optimizer, type OptimizerOptions } from '../algorithms/optimizer';
import { WeightAverage } from '../algorithms/weight-average';
import { Model, prefixed, readTensors, unprefixed, type Head } from '../model/model';
import { makeOwned } from '../model/owned';
import type { SavedRun, TensorRecords, Weights } from '../records';
import type { NamedTensors } from '../shapes';

export interface LearnerOptions {
  /** Where the run goes on from, if it does not begin. */
  saved: SavedRun | undefined;
  /** What one step leaves of the moving average of the weights; 0 keeps no average. */
  averageDecay?: number;
}

/** Owner of one network in training. Whoever makes it disposes it. */
export class Learner {
  readonly model: Model;
  readonly optimizer: Optimizer;
  /** Null where no moving average is kept. */
  readonly average: WeightAverage | null;
  readonly #averageDecay: number;

  /**
   * @param name of the model; no other living one may have it
   * @param start what a run that begins starts from; one that goes on takes the shape of it alone
   * @throws Error naming what the saved run lacks; nothing is left on the device then
   */
  constructor(
    readonly name: string,
    head: Head,
    start: Weights,
    { saved, averageDecay = 0 }: LearnerOptions,
  ) {
    const part = (suffix: string) => saved && unprefixed(`${name}${suffix}`, saved.tensors);
    const moments = part('-optimizer');
    const step = saved?.progress.optimizerSteps[name] ?? 0;
    const { model, optimizer, average } = makeOwned((own) => {
      const model = own(new Model(name, start.config, head, part('') ?? start.tensors));
      const optimizer = own(new Optimizer(model.parameters, moments && { step, moments }));
      const average = averageDecay > 0 ? own(new WeightAverage(model.parameters, part('-average'))) : null; // prettier-ignore
      return { model, optimizer, average };
    });
    this.model = model;
    this.optimizer = optimizer;
    this.average = average;
    this.#averageDecay = averageDecay;
  }

  /**
   * One optimizer step, which the average follows; call it inside the step's `tidy`.
   * @returns the L2 norm of all gradients before clipping
   */
  apply(gradients: NamedTensors, options: OptimizerOptions): tf.Scalar {
    const norm = this.optimizer.apply(gradients, options);
    this.average?.follow(this.#averageDecay);
    return norm;
  }

  /** Everything that going on needs, off the device. */
  async save(): Promise<TensorRecords> {
    return {
      ...prefixed(this.name, await this.model.records()),
      ...prefixed(`${this.name}-optimizer`, await this.optimizer.readMoments()),
      ...prefixed(`${this.name}-average`, await readTensors(this.average?.averages ?? {})),
    };
  }

  /** What was learned, off the device: the average where one is kept, the weights where none is. */
  async result(): Promise<Weights> {
    const { config, parameters } = this.model;
    return { config, tensors: await readTensors(this.average?.averages ?? parameters) };
  }

  dispose(): void {
    for (const owner of [this.model, this.optimizer, this.average]) owner?.dispose();
  }
}
