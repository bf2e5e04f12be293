/**
 * Causal grouped-query attention with padding:
 *
 *     s_tj = q_t · k_j / √E                      for keys j that query t may see, where
 *     P    = softmax over j of s                 j is no later than t and is no padding
 *     o_t  = Σ_j P_tj v_j
 *
 *     dV = Pᵀ dO,   dP = dO Vᵀ,   dS = P ⊙ (dP - δ) / √E,   δ_t = Σ_j P_tj dP_tj,   dQ = dS K,   dK = dSᵀ Q
 *
 * query (B, T, H, E) are the last T of the S positions; key and value (B, S, G, E), where H/G query heads
 * share one key head (Ainslie et al. 2023, https://arxiv.org/abs/2305.13245); keyMask (B, S).
 *
 * Fused, nothing of size T × S is kept: the forward pass walks the keys once, rescaling its running sum
 * whenever a higher score turns up (the online softmax of Milakov and Gimelshein 2018,
 * https://arxiv.org/abs/1805.02867), and the backward pass computes the weights again (Dao et al. 2022,
 * https://arxiv.org/abs/2205.14135). Stock operations need eighteen kernels for the forward pass alone.
 */
import * as tf from '@tensorflow/tfjs-core';
import { exactDivide, type ByHead, type Mask } from '../shapes';
import { keyGradientProgram, outputProgram, queryGradientProgram } from './attention-wgsl';
import { cutForThreads, isFused, registerWasm, run, runMany, sizeOf } from './kernel';
import { registerWebGpu } from './webgpu-program';

const ATTENTION = 'LabAttention';
const GRADIENT = 'LabAttentionGradient';

/** Added to the score of a key that may not be seen: finite, so that a row without keys stays finite. */
const MASKED = -1e30;

/** The same in stock operations. */
export function referenceAttention(
  query: ByHead,
  key: ByHead,
  value: ByHead,
  keyMask: Mask,
): ByHead {
  const [B, T, H, E] = query.shape;
  const [, S, G] = key.shape;
  const perGroup = exactDivide(H, G, 'Query heads by key heads');
  const grouped = tf.reshape(
    tf.transpose(tf.reshape(query, [B, T, G, perGroup, E]), [0, 2, 3, 1, 4]),
    [B, G, perGroup * T, E],
  );
  const keys = tf.transpose(key, [0, 2, 1, 3]); // (B, G, S, E)
  const values = tf.transpose(value, [0, 2, 1, 3]); // (B, G, S, E)
  const seen = tf.reshape(visible(T, S, keyMask), [B, 1, 1, T, S]); // (B, 1, 1, T, S)
  const raw = tf.mul(tf.matMul(grouped, keys, false, true), 1 / Math.sqrt(E)); // (B, G, H/G·T, S)
  const scores = tf.reshape(raw, [B, G, perGroup, T, S]);
  const shut = tf.mul(tf.sub(1, seen), MASKED);
  const weights = tf.mul(tf.softmax(tf.add(scores, shut)), seen); // (B, G, H/G, T, S)
  const mixed = tf.matMul(tf.reshape(weights, [B, G, perGroup * T, S]), values);
  const perHead = tf.reshape(mixed, [B, G, perGroup, T, E]);
  return tf.reshape(tf.transpose(perHead, [0, 3, 1, 2, 4]), [B, T, H, E]);
}

/** 1 where query t may see key s (B, T, S): the key is real and no later than the query. */
function visible(T: number, S: number, keyMask: Mask): tf.Tensor3D {
  const queries = tf.reshape(tf.range(S - T, S), [1, T, 1]);
  const keys = tf.reshape(tf.range(0, S), [1, 1, S]);
  const causal = tf.cast(tf.lessEqual(keys, queries), 'float32'); // (1, T, S)
  return tf.mul(causal, tf.reshape(keyMask, [-1, 1, S]));
}

/** B, T, S, H, G, E of a call. */
function sizes(query: tf.TensorInfo, key: tf.TensorInfo) {
  const [B, T, H, E] = query.shape as ByHead['shape'];
  const [, S, G] = key.shape as ByHead['shape'];
  return { B, T, S, H, G, E };
}

// ── WebGPU (attention-wgsl.ts) ────────────────────────────────────────────────────────────────────

registerWebGpu(ATTENTION, ({ inputs: { query, key, value, keyMask }, runProgram }) =>
  runProgram(outputProgram(sizes(query!, key!)), [query!, key!, value!, keyMask!]),
);

registerWebGpu(GRADIENT, ({ inputs, runForMany, dispose }) => {
  const { query, key, value, keyMask, dOut } = inputs;
  const all = sizes(query!, key!);
  const tensors = [query!, key!, value!, keyMask!, dOut!];
  const ofQuery = runForMany(queryGradientProgram(all), tensors);
  const [dQuery, statistics] = ofQuery as [tf.TensorInfo, tf.TensorInfo];
  const [dKey, dValue] = runForMany(keyGradientProgram(all), [...tensors, statistics]);
  dispose(statistics);
  return [dQuery, dKey!, dValue!];
});

// ── WASM (simd/attention.ts) ──────────────────────────────────────────────────────────────────────

/** Bytes between the batch's rows of a tensor. */
const stride = ({ shape }: tf.TensorInfo) => 4 * sizeOf(shape.slice(1));

/** Attention is cut by rows of the batch, which have nothing to do with one another. */
registerWasm(ATTENTION, ({ inputs, simd, address, output, scratch, runParts }) => {
  const { query, key, value, keyMask } = inputs;
  const { B, T, S, H, G, E } = sizes(query!, key!);
  const out = output(query!.shape);
  const tensors = [query!, key!, value!, keyMask!, out];
  const parts = cutForThreads(B, 1).map(({ from, count }) => {
    const room = scratch(simd.attentionScratch(S, E, 1));
    const at = tensors.map((tensor) => address(tensor) + from * stride(tensor));
    return [...at, room, count, T, S, H, G, E, 1 / Math.sqrt(E)];
  });
  runParts('attend', parts);
  return out;
});

registerWasm(GRADIENT, ({ inputs, simd, address, output, scratch, runParts }) => {
  const { query, key, value, keyMask, dOut } = inputs;
  const { B, T, S, H, G, E } = sizes(query!, key!);
  const gradients = [query!, key!, value!].map(({ shape }) => output(shape));
  const tensors = [query!, key!, value!, keyMask!, dOut!, ...gradients];
  const parts = cutForThreads(B, 1).map(({ from, count }) => {
    const room = scratch(simd.attentionScratch(S, E, 2));
    const at = tensors.map((tensor) => address(tensor) + from * stride(tensor));
    return [...at, room, count, T, S, H, G, E, 1 / Math.sqrt(E)];
  });
  runParts('attendBackward', parts);
  return gradients;
});

// ── The operation ─────────────────────────────────────────────────────────────────────────────────

tf.registerGradient({
  kernelName: ATTENTION,
  inputsToSave: ['query', 'key', 'value', 'keyMask'],
  gradFunc: (dy, [query, key, value, keyMask]) => {
    const inputs = { query: query!, key: key!, value: value!, keyMask: keyMask!, dOut: dy as tf.Tensor }; // prettier-ignore
    const [dQuery, dKey, dValue] = runMany(GRADIENT, inputs);
    return { query: () => dQuery!, key: () => dKey!, value: () => dValue! };
  },
});

/**
 * softmax(q · k / √E) v over the keys at or before each query.
 * query (B, T, H, E): the last T of the S positions. key, value (B, S, G, E). keyMask (B, S), 0 for
 * padding. A query that may see no key at all gets zeros.
 */
export function attention(query: ByHead, key: ByHead, value: ByHead, keyMask: Mask): ByHead {
  exactDivide(query.shape[2], key.shape[2], 'Query heads by key heads');
  if (!isFused(ATTENTION)) return tf.tidy(() => referenceAttention(query, key, value, keyMask));
  return run(ATTENTION, { query, key, value, keyMask }) as ByHead;
}
