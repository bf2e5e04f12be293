/**
 * The peer within tfjs: the same Llama, written as its documentation would have it, with the operations,
 * gradients and optimizer that tfjs comes with. It reads the parameters that `model/` makes.
 *
 * Where there is a choice, the faster one is taken, so that nothing is won by a weak peer: everything that
 * does not depend on parameters (one-hot ids, rotation, mask) is made once and not per step; keys and values
 * that query heads share are not copied but met by a taller matrix of queries. The rows of the embedding are
 * taken by a product with one-hot ids, since `tf.gather` has no gradient on tfjs's WASM backend
 * (UnsortedSegmentSum is missing there).
 */
import * as tf from '@tensorflow/tfjs-core';
import type { ModelConfig } from '../../records';
import {
  exactDivide,
  type ByHead,
  type Hidden,
  type NamedVariables,
  type TokenIds,
} from '../../shapes';

/** What a step needs beside the parameters; owned by whoever made it. */
export type StockBatch = {
  /** One-hot ids (B·T, V). */
  tokens: tf.Tensor2D;
  /** One-hot ids that should come (B·(T−1), V). */
  targets: tf.Tensor2D;
  /** (T, E/2) */
  cos: tf.Tensor2D;
  sin: tf.Tensor2D;
  /** 0 where a query may look and −1e9 elsewhere (H/G·T, T). */
  mask: tf.Tensor2D;
  B: number;
  T: number;
};

/** Prepare a batch of ids (B, T). */
export function stockBatch(ids: TokenIds, config: ModelConfig): StockBatch {
  const [B, T] = ids.shape;
  const { vocabSize: V, heads: H, kvHeads: G } = config;
  const half = exactDivide(config.width, 2 * H, 'Width by half heads'); // E/2
  return tf.tidy(() => {
    const oneHot = (x: tf.Tensor) =>
      tf.cast(tf.oneHot(tf.reshape<tf.Rank.R1>(x, [-1]), V), 'float32') as tf.Tensor2D;
    const frequencies = Array.from({ length: half }, (_, i) => config.ropeTheta ** (-i / half));
    const positions = tf.reshape(tf.range(0, T), [T, 1]);
    const angles = tf.matMul<tf.Tensor2D>(positions, tf.tensor2d(frequencies, [1, half])); // (T, E/2)
    const ahead = tf.sub(1, tf.linalg.bandPart(tf.ones([T, T]), -1, 0));
    return {
      tokens: oneHot(ids),
      targets: oneHot(tf.slice(ids, [0, 1], [B, T - 1])),
      cos: tf.cos(angles),
      sin: tf.sin(angles),
      mask: tf.tile(tf.mul<tf.Tensor2D>(ahead, -1e9), [H / G, 1]),
      B,
      T,
    };
  });
}

/** Mean loss of the next token, nats per token. Call it inside a `tidy`. */
export function stockLoss(
  parameters: NamedVariables,
  config: ModelConfig,
  batch: StockBatch,
): tf.Scalar {
  const { B, T } = batch;
  const { width: D, heads: H, kvHeads: G } = config;
  const weight = (name: string) => parameters[`${name}.weight`] as tf.Variable<tf.Rank.R2>;
  const gain = (name: string) => parameters[`${name}.weight`] as tf.Variable<tf.Rank.R1>;
  const norm = (x: tf.Tensor2D, name: string): tf.Tensor2D => {
    const power = tf.mean(tf.square(x), 1, true); // (N, 1)
    return tf.mul(tf.mul(x, tf.rsqrt(tf.add(power, config.rmsEpsilon))), gain(name));
  };
  const linear = (x: tf.Tensor2D, name: string): tf.Tensor2D =>
    tf.matMul(x, weight(name), false, true);

  let x: tf.Tensor2D = tf.matMul(batch.tokens, weight('model.embed_tokens')); // (N, D)
  for (let layer = 0; layer < config.layers; layer++) {
    const block = `model.layers.${layer}`;
    const normed = norm(x, `${block}.input_layernorm`); // (N, D)
    const byHead = (name: string, heads: number): ByHead =>
      tf.transpose(
        tf.reshape(linear(normed, `${block}.self_attn.${name}`), [B, T, heads, D / H]),
        [0, 2, 1, 3],
      ); // (B, heads, T, E)
    const query = rotated(byHead('q_proj', H), batch);
    const key = rotated(byHead('k_proj', G), batch);
    const mixed = attend(query, key, byHead('v_proj', G), batch.mask); // (B, H, T, E)
    const joined: tf.Tensor2D = tf.reshape(tf.transpose(mixed, [0, 2, 1, 3]), [B * T, D]);
    x = tf.add(x, linear(joined, `${block}.self_attn.o_proj`));

    const again = norm(x, `${block}.post_attention_layernorm`); // (N, D)
    const gate = linear(again, `${block}.mlp.gate_proj`); // (N, F)
    const gated = tf.mul<tf.Tensor2D>(
      tf.mul(gate, tf.sigmoid(gate)),
      linear(again, `${block}.mlp.up_proj`),
    );
    x = tf.add(x, linear(gated, `${block}.mlp.down_proj`));
  }
  const hidden: Hidden = tf.reshape(norm(x, 'model.norm'), [B, T, D]);
  const choosing: tf.Tensor2D = tf.reshape(tf.slice(hidden, 0, [B, T - 1, D]), [-1, D]);
  const logits = linear(choosing, 'model.embed_tokens'); // (B·(T−1), V)
  return tf.losses.softmaxCrossEntropy(batch.targets, logits) as tf.Scalar;
}

/** Each half of a head turned by its position ("rotate half"): (B, heads, T, E). */
function rotated(x: ByHead, { cos, sin }: StockBatch): ByHead {
  const [first, second] = tf.split(x, 2, 3) as [ByHead, ByHead];
  return tf.concat(
    [
      tf.sub<ByHead>(tf.mul(first, cos), tf.mul(second, sin)),
      tf.add<ByHead>(tf.mul(second, cos), tf.mul(first, sin)),
    ],
    3,
  );
}

/** Causal attention of queries (B, H, T, E) to keys and values (B, G, T, E): (B, H, T, E). */
function attend(query: ByHead, key: ByHead, value: ByHead, mask: tf.Tensor2D): ByHead {
  const [B, H, T, E] = query.shape;
  const G = key.shape[1];
  const grouped = tf.reshape(query, [B, G, (H / G) * T, E]);
  const scores = tf.div(tf.matMul(grouped, key, false, true), Math.sqrt(E)); // (B, G, H/G·T, T)
  const weights = tf.softmax(tf.add(scores, mask));
  return tf.reshape(tf.matMul(weights, value), [B, H, T, E]);
}
