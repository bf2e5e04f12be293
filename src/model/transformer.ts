/**
 * The trunk: a decoder of the Llama family (Touvron 2023): pre-RMSNorm, rotary positions, grouped-query
 * attention, SwiGLU, no biases.
 *
 *     x ← x + o · attention(rotary(q·n), rotary(k·n), v·n)      n = rmsNorm(x)
 *     x ← x + down · (silu(gate·n) ⊙ up·n)                      n = rmsNorm(x)
 *
 * Layers of one input are computed together, and what is added to x is added by the layer that makes it.
 *
 * The same code serves training, scoring and cached generation; only `attend` differs.
 */
import * as tf from '@tensorflow/tfjs-core';
import { attention } from '../kernels/attention';
import { embedding } from '../kernels/embedding';
import { linear, linearsOf } from '../kernels/linear';
import { tokenPositions } from '../kernels/positions';
import { normBranch, rmsNorm } from '../kernels/rms-norm';
import { rotary } from '../kernels/rotary';
import { swiglu } from '../kernels/swiglu';
import type { ModelConfig } from '../records';
import { exactDivide, type ByHead, type Hidden, type Mask, type TokenIds } from '../shapes';
import type { Model } from './model';

/** Mixes values (B, T, H, E) by head, given the layer's queries, keys and values after rotation. */
export type Attend = (layer: number, query: ByHead, key: ByHead, value: ByHead) => ByHead;

/**
 * Position of each token (B, T), int32: the number of real tokens before it, so that the first real token
 * of a left-padded row has position 0 and padding gets a harmless repeat (Ziegler 2019, `model.py`).
 */
export const positionsOf = (mask: Mask): TokenIds => tokenPositions(mask);

/**
 * Hidden states after the last norm (B, T, D), from ids and mask (B, T): row t has seen tokens 0..t.
 */
export function hiddenStates(model: Model, ids: TokenIds, mask: Mask): Hidden {
  return transformer(model, ids, positionsOf(mask), (_layer, query, key, value) =>
    attention(query, key, value, mask),
  );
}

/** The trunk with its attention left open: `hiddenStates` closes it with a full causal pass. */
export function transformer(
  { parameters, config }: Model,
  ids: TokenIds,
  positions: TokenIds,
  attend: Attend,
): Hidden {
  const weight = (name: string): tf.Tensor2D => parameters[`${name}.weight`] as tf.Variable<tf.Rank.R2>; // prettier-ignore
  const gain = (name: string): tf.Tensor1D => parameters[`${name}.weight`] as tf.Variable<tf.Rank.R1>; // prettier-ignore

  const { rmsEpsilon, heads, kvHeads, ropeTheta } = config;
  let x = embedding(weight('model.embed_tokens'), ids); // (B, T, D)
  for (let layer = 0; layer < config.layers; layer++) {
    const block = `model.layers.${layer}`;
    const attending = normBranch(x, gain(`${block}.input_layernorm`), rmsEpsilon); // (B, T, D)
    const projections = ['q', 'k', 'v'].map((name) => weight(`${block}.self_attn.${name}_proj`));
    const [q, k, v] = linearsOf(attending.normed, projections) as [Hidden, Hidden, Hidden]; // (B, T, H·E), (B, T, G·E) twice
    const [query, key] = rotary(byHead(q, heads), byHead(k, kvHeads), positions, ropeTheta);
    const mixed = attend(layer, query, key, byHead(v, kvHeads)); // (B, T, H, E)
    x = linear(joined(mixed, config), weight(`${block}.self_attn.o_proj`), attending.passed);

    const thinking = normBranch(x, gain(`${block}.post_attention_layernorm`), rmsEpsilon); // (B, T, D)
    const wide = ['gate', 'up'].map((name) => weight(`${block}.mlp.${name}_proj`));
    const [gate, up] = linearsOf(thinking.normed, wide) as [Hidden, Hidden]; // (B, T, F)
    x = linear(swiglu(gate, up), weight(`${block}.mlp.down_proj`), thinking.passed);
  }
  return rmsNorm(x, gain('model.norm'), rmsEpsilon); // (B, T, D)
}

/** (B, T, heads·E) seen as (B, T, heads, E). */
function byHead(x: Hidden, heads: number): ByHead {
  const [B, T, width] = x.shape;
  return tf.reshape(x, [B, T, heads, exactDivide(width, heads, 'Width by heads')]);
}

/** (B, T, H, E) seen as (B, T, D). */
function joined(x: ByHead, config: ModelConfig): Hidden {
  const [B, T] = x.shape;
  return tf.reshape(x, [B, T, config.width]);
}
