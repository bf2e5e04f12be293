/** The model in training, with its optimizer: one step, one measurement, and everything off the device. */
import * as tf from '@tensorflow/tfjs-core';
import { crossEntropy } from '../../algorithms/cross-entropy';
import { lossGradients } from '../../algorithms/gradients';
import { Optimizer, type OptimizerOptions, type SavedOptimizer } from '../../algorithms/optimizer';
import { Model, prefixed, unprefixed } from '../../model/model';
import { makeOwned } from '../../model/owned';
import { nextTokenLogProbabilities } from '../../model/pretrain-loss';
import type { ModelConfig, TensorRecords } from '../../records';
import type { Windows } from './text';

/** Mean of −log π(next token) over a batch, nats per token. */
function batchLoss(model: Model, { ids, targets, B, T }: Windows): tf.Scalar {
  const logProbabilities = nextTokenLogProbabilities(
    model,
    tf.tensor2d(ids, [B, T], 'int32'),
    tf.tensor2d(targets, [B, T], 'int32'),
  ); // (B, T)
  return crossEntropy(logProbabilities, tf.ones<tf.Rank.R2>([B, T]), B * T);
}

/** Owner of the model and its moments on the device. */
export class Trainer {
  readonly model: Model;
  readonly #optimizer: Optimizer;

  /** @param saved what `records()` gave, with the number of steps done. */
  constructor(config: ModelConfig, weights: TensorRecords, saved?: SavedOptimizer) {
    const owned = makeOwned((own) => {
      const model = own(new Model('base', config, 'language', weights));
      return { model, optimizer: own(new Optimizer(model.parameters, saved)) };
    });
    this.model = owned.model;
    this.#optimizer = owned.optimizer;
  }

  /** A trainer as it was when `records` were taken off it. */
  static restored(config: ModelConfig, records: TensorRecords, step: number): Trainer {
    const saved = { step, moments: unprefixed('optimizer', records) };
    return new Trainer(config, unprefixed('model', records), saved);
  }

  get step(): number {
    return this.#optimizer.step;
  }

  /**
   * One optimizer step. Nothing is read off the device.
   * @returns loss before the step in nats per token, and gradient norm before clipping: (2); dispose it.
   */
  train(windows: Windows, options: OptimizerOptions): tf.Tensor1D {
    return tf.tidy(() => {
      const { loss, gradients } = lossGradients(this.model.parameters, () => ({
        loss: batchLoss(this.model, windows),
        statistics: {},
      }));
      const norm = this.#optimizer.apply(gradients, options);
      return tf.stack([loss, norm]) as tf.Tensor1D;
    });
  }

  /** Mean loss over batches of one shape, nats per token; null where there are none. */
  async loss(batches: readonly Windows[]): Promise<number | null> {
    let sum = 0;
    for (const batch of batches) {
      const loss = tf.tidy(() => batchLoss(this.model, batch));
      sum += (await loss.data<'float32'>())[0]!;
      loss.dispose();
    }
    return batches.length ? sum / batches.length : null;
  }

  /** Weights and moments off the device: with `step`, all that exact resumption needs. */
  async records(): Promise<TensorRecords> {
    return {
      ...prefixed('model', await this.model.records()),
      ...prefixed('optimizer', await this.#optimizer.readMoments()),
    };
  }

  dispose(): void {
    this.model.dispose();
    this.#optimizer.dispose();
  }
}
