/** One train step (forward, backward, clipping, AdamW), by our kernels and by stock tfjs, on equal models. */
import * as tf from '@tensorflow/tfjs-core';
import { crossEntropy } from '../../algorithms/cross-entropy';
import { lossGradients } from '../../algorithms/gradients';
import { Optimizer } from '../../algorithms/optimizer';
import { responseLogProbabilities } from '../../model/heads';
import { Model } from '../../model/model';
import { rowTensors } from '../../model/rows';
import type { ModelConfig, TensorRecords } from '../../records';
import { TRAINING, type Batch } from './models';
import { stockBatch, stockLoss } from './stock-model';

/** A model in training on one batch. It owns what it holds on the device. */
export interface Trainer {
  /** Give one step to the device; the loss before it, in nats per token. The caller owns that scalar. */
  submit(): tf.Scalar;
  dispose(): void;
}

let made = 0;

/** Our kernels. Every token but a row's first is learned. */
export function fusedTrainer(config: ModelConfig, weights: TensorRecords, batch: Batch): Trainer {
  const { ids, B, T } = batch;
  const R = T - 1;
  const model = new Model(`bench-${++made}`, config, 'language', weights);
  const optimizer = new Optimizer(model.parameters);
  const rows = rowTensors({ ids, mask: new Float32Array(B * T).fill(1) }, B); // (B, T)
  const mask: tf.Tensor2D = tf.ones([B, R]);
  return {
    submit: () =>
      tf.tidy(() => {
        const { loss, gradients } = lossGradients(model.parameters, () => ({
          loss: crossEntropy(
            responseLogProbabilities(model, rows.ids, rows.mask, R).logProbabilities,
            mask,
            B * R,
          ),
          statistics: {},
        }));
        optimizer.apply(gradients, TRAINING);
        return loss;
      }),
    dispose: () => {
      tf.dispose([rows.ids, rows.mask, mask]);
      model.dispose();
      optimizer.dispose();
    },
  };
}

/** Operations, gradients and optimizer of tfjs alone. */
export function stockTrainer(config: ModelConfig, weights: TensorRecords, batch: Batch): Trainer {
  const model = new Model(`bench-${++made}`, config, 'language', weights);
  const { learningRate, beta1, beta2, epsilon, gradientClip } = TRAINING;
  const optimizer = tf.train.adam(learningRate, beta1, beta2, epsilon);
  const ids = tf.tensor2d(batch.ids, [batch.B, batch.T], 'int32');
  const prepared = stockBatch(ids, config);
  ids.dispose();
  const variables = Object.values(model.parameters);
  return {
    submit: () =>
      tf.tidy(() => {
        const { value, grads } = tf.variableGrads(
          () => stockLoss(model.parameters, config, prepared),
          variables,
        );
        const squares = Object.values(grads).map((gradient) => tf.sum(tf.square(gradient)));
        // Not tf.addN, which on WebGPU binds more buffers than a program may.
        const norm = tf.sqrt(tf.sum(tf.stack(squares)));
        const scale = tf.minimum(1, tf.div(gradientClip, norm));
        const clipped = Object.entries(grads).map(([name, gradient]) => ({
          name,
          tensor: tf.mul(gradient, scale),
        }));
        optimizer.applyGradients(clipped);
        return value;
      }),
    dispose: () => {
      const { tokens, targets, cos, sin, mask } = prepared;
      tf.dispose([tokens, targets, cos, sin, mask]);
      model.dispose();
      optimizer.dispose();
    },
  };
}
