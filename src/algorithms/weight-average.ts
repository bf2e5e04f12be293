/**
 * An exponential moving average of a model's weights, which is steadier than the weights themselves:
 *
 *   average <- decay * average + (1 - decay) * weights        after every optimizer step
 *
 * It begins at the weights that training begins at, so a run of fewer than 1 / (1 - decay) steps leaves the
 * average near where it began. Source: Ouyang 2022, appendix C.4 (decay 0.992).
 */
import * as tf from '@tensorflow/tfjs-core';
import type { NamedVariables } from '../shapes';

/** Owner of the averages; whoever makes it disposes it. The weights stay their model's. */
export class WeightAverage {
  readonly averages: NamedVariables;

  /**
   * @param weights followed by name
   * @param saved averages to go on from, read off the device
   * @throws Error naming an average that `saved` lacks
   */
  constructor(
    readonly weights: NamedVariables,
    saved?: Record<string, { shape: number[]; data: Float32Array }>,
  ) {
    for (const name of Object.keys(weights))
      if (saved && !saved[name]) throw new Error(`The saved average of the weights lacks ${name}.`);
    this.averages = Object.fromEntries(
      Object.entries(weights).map(([name, weight]) => {
        const record = saved?.[name];
        // Not a clone, which shares its memory with the weights that the optimizer changes in place.
        const initial = () => (record ? tf.tensor(record.data, record.shape) : tf.add(weight, 0));
        return [name, tf.tidy(() => tf.variable(initial(), false))];
      }),
    );
  }

  /** Follow the weights after an optimizer step; call it inside the step's `tidy`. */
  follow(decay: number): void {
    for (const [name, average] of Object.entries(this.averages)) {
      const kept = tf.mul(average, decay);
      average.assign(tf.add(kept, tf.mul(this.weights[name]!, 1 - decay)));
    }
  }

  dispose(): void {
    tf.dispose(this.averages);
  }
}
