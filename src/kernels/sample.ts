/**
 * Drawing the next token of each row from its logits.
 *
 *     p      = softmax(logits / temperature)
 *     top-k  keeps the k likeliest tokens (Fan et al. 2018, https://arxiv.org/abs/1805.04833)
 *     top-p  keeps the likeliest tokens that together reach the mass p (Holtzman et al. 2020,
 *            https://arxiv.org/abs/1904.09751), of what top-k has kept
 *     draw   the first token, in vocabulary order, where the running sum of kept p exceeds u · (their sum)
 *
 * Both filters are one threshold on the logit, so tokens of equal logit are kept or dropped together.
 * u is number `counter` of the row's own random stream: what a row draws does not depend on its batch.
 */
import * as tf from '@tensorflow/tfjs-core';
import { THREEFRY_PARITY, THREEFRY_ROTATIONS, uniform } from '../random';
import { hostFloats } from './host-memory';
import { isFused, registerWasm, run } from './kernel';
import { runProgram, webGpuBackend } from './webgpu-program';
import type { Program } from './wgsl';

const SAMPLE = 'LabSampleTokens';

export interface Sampling {
  seed: number;
  /** One random stream per row (B). */
  streams: number[];
  /** Which number of the streams to use: the position in the response. */
  counter: number;
  temperature: number;
  /** 0 keeps all tokens. */
  topK: number;
  /** 1 keeps all the probability. */
  topP: number;
  /** Take the first of the likeliest tokens instead of drawing. */
  greedy: boolean;
}

/** Ids drawn for rows of logits (B, V): (B), int32. */
export function sampleTokens(logits: tf.Tensor2D, sampling: Sampling): tf.Tensor1D {
  const [B, V] = logits.shape;
  if (sampling.streams.length !== B)
    throw new Error(`${sampling.streams.length} random streams were given for ${B} rows.`);
  const gpu = webGpuBackend();
  if (gpu)
    return tf.tidy(() => {
      const streams = tf.tensor1d(sampling.streams, 'int32'); // (B)
      const info = runProgram(gpu, samplingProgram(B, V, sampling), [logits, streams]);
      return tf.engine().makeTensorFromTensorInfo(info, gpu) as tf.Tensor1D;
    });
  if (isFused(SAMPLE)) return sampleWasm(logits, sampling);
  const values = hostFloats(logits);
  if (!values) throw new Error('The logits lie on a backend that cannot sample.');
  return tf.tensor1d(sampleRows(values, B, V, sampling), 'int32');
}

/** The plain implementation, in float64: rows of logits (B, V) to ids (B). */
export function sampleRows(
  logits: Float32Array,
  B: number,
  V: number,
  sampling: Sampling,
): Int32Array {
  const ids = new Int32Array(B);
  for (let row = 0; row < B; row++) {
    const own = logits.subarray(row * V, (row + 1) * V);
    const u = uniform(sampling.seed, sampling.streams[row]!, sampling.counter);
    ids[row] = sampling.greedy ? firstArgmax(own) : draw(own, sampling, u);
  }
  return ids;
}

function firstArgmax(logits: Float32Array): number {
  let best = 0;
  for (let id = 1; id < logits.length; id++) if (logits[id]! > logits[best]!) best = id;
  return best;
}

function draw(logits: Float32Array, { temperature, topK, topP }: Sampling, u: number): number {
  const highest = logits[firstArgmax(logits)]!;
  const weights = Float64Array.from(logits, (logit) => Math.exp((logit - highest) / temperature));
  const threshold = keepFrom(logits, weights, topK, topP);
  let total = 0;
  for (let id = 0; id < logits.length; id++) if (logits[id]! >= threshold) total += weights[id]!;
  let sum = 0;
  let last = 0;
  for (let id = 0; id < logits.length; id++) {
    if (!(logits[id]! >= threshold)) continue;
    sum += weights[id]!;
    last = id;
    if (sum > u * total) return id;
  }
  return last; // rounding may leave the last sum just short
}

/** The lowest logit that top-k and top-p keep. */
function keepFrom(logits: Float32Array, weights: Float64Array, topK: number, topP: number): number {
  const limitsCount = topK > 0 && topK < logits.length;
  if (!limitsCount && topP >= 1) return -Infinity;
  const order = Array.from(logits.keys()).sort((a, b) => logits[b]! - logits[a]!);
  const kth = limitsCount ? logits[order[topK - 1]!]! : -Infinity;
  if (topP >= 1) return kth;
  const kept = order.filter((id) => logits[id]! >= kth);
  const wanted = topP * kept.reduce((sum, id) => sum + weights[id]!, 0);
  let sum = 0;
  for (const id of kept) {
    sum += weights[id]!;
    if (sum >= wanted) return logits[id]!;
  }
  return kth;
}

// ── WASM (simd/sample.ts) ─────────────────────────────────────────────────────────────────────────

function sampleWasm(logits: tf.Tensor2D, sampling: Sampling): tf.Tensor1D {
  const { seed, streams, counter, temperature, topK, topP, greedy } = sampling;
  return tf.tidy(() => {
    const draws = tf.tensor1d(streams.map((stream) => uniform(seed, stream, counter))); // (B)
    const attributes = { temperature, topK, topP, greedy: greedy ? 1 : 0 };
    return run(SAMPLE, { logits, draws }, attributes) as tf.Tensor1D;
  });
}

registerWasm(
  SAMPLE,
  ({ inputs: { logits, draws }, attributes, simd, address, output, scratch }) => {
    const [B, V] = logits!.shape as [number, number];
    const { temperature, topK, topP, greedy } = attributes;
    const ids = output([B], 'int32');
    const tensors = [logits!, draws!, ids].map(address);
    simd.sampleIds(...tensors, scratch(V), B, V, temperature!, topK!, topP!, greedy!);
    return ids;
  },
);

// ── WebGPU ────────────────────────────────────────────────────────────────────────────────────────

/**
 * One workgroup for each row. The thresholds are found without sorting: logits are mapped to integers of the
 * same order, and the highest integer that still keeps enough (k tokens, or the mass p) is found bit by bit.
 */
function samplingProgram(B: number, V: number, sampling: Sampling): Program {
  const { seed, counter, temperature, topK, topP, greedy } = sampling;
  return {
    key: 'sample',
    inputs: ['logits', 'streams'],
    outputs: { result: { shape: [B], dtype: 'int32' } },
    workgroups: B,
    integers: {
      B,
      V,
      seed: seed | 0,
      counter: counter | 0,
      topK: topK < V ? topK : 0,
      greedy: greedy ? 1 : 0,
    },
    floats: { temperature, topP },
    code: SAMPLING_WGSL,
  };
}

const SAMPLING_WGSL = /* wgsl */ `
  var<workgroup> partial : array<f32, 64>;
  var<workgroup> places : array<i32, 64>;

  /** Threefry-2x32 with 20 rounds, first word: src/random.ts. */
  fn random(seed : u32, stream : u32, counter : u32) -> u32 {
    var keys = array<u32, 3>(seed, stream, ${THREEFRY_PARITY}u ^ seed ^ stream);
    var turns = array<u32, 8>(${THREEFRY_ROTATIONS.map((turn) => `${turn}u`).join(', ')});
    var a = counter + keys[0];
    var b = keys[1];
    for (var round = 0u; round < 20u; round++) {
      let turn = turns[round & 7u];
      a += b;
      b = ((b << turn) | (b >> (32u - turn))) ^ a;
      if ((round & 3u) == 3u) {
        let injection = (round + 1u) >> 2u;
        a += keys[injection % 3u];
        b += keys[(injection + 1u) % 3u] + injection;
      }
    }
    return a;
  }

  /** An integer of the same order as the logit. */
  fn ordered(logit : f32) -> u32 {
    let bits = bitcast<u32>(logit);
    return select(bits | 0x80000000u, ~bits, (bits >> 31u) == 1u);
  }

  fn weight(logit : f32, highest : f32) -> f32 {
    return exp((logit - highest) / uniforms.temperature);
  }

  /** Sum of one number per invocation, the same for all. */
  fn sumAll(own : i32, value : f32) -> f32 {
    workgroupBarrier();
    partial[own] = value;
    workgroupBarrier();
    var sum = 0.0;
    for (var i = 0; i < 64; i++) { sum += partial[i]; }
    return sum;
  }

  /** Tokens whose logit is at least the threshold: their number, or their mass. */
  fn kept(start : i32, own : i32, threshold : u32, highest : f32, counts : bool) -> f32 {
    var sum = 0.0;
    for (var id = own; id < uniforms.V; id += 64) {
      let logit = logits[start + id];
      if (ordered(logit) >= threshold) { sum += select(weight(logit, highest), 1.0, counts); }
    }
    return sumAll(own, sum);
  }

  /** The highest threshold, no lower than the given one, that keeps as much as is wanted. */
  fn raise(start : i32, own : i32, lowest : u32, wanted : f32, highest : f32, counts : bool) -> u32 {
    var threshold = 0u;
    for (var bit = 31; bit >= 0; bit--) {
      let higher = threshold | (1u << u32(bit));
      if (kept(start, own, higher, highest, counts) >= wanted) { threshold = higher; }
    }
    return max(threshold, lowest);
  }

  fn main(group : i32, own : i32) {
    let V = uniforms.V;
    let row = min(group, uniforms.B - 1);
    let start = row * V;

    // The first of the highest logits.
    var highest = -3.4e38;
    var place = V;
    for (var id = own; id < V; id += 64) {
      if (logits[start + id] > highest || place == V) { highest = logits[start + id]; place = id; }
    }
    partial[own] = highest;
    places[own] = place;
    workgroupBarrier();
    for (var i = 0; i < 64; i++) {
      let better = partial[i] > highest || (partial[i] == highest && places[i] < place);
      if (places[i] < V && better) { highest = partial[i]; place = places[i]; }
    }
    if (uniforms.greedy == 1) {
      if (own == 0) { result[row] = place; }
      return;
    }

    var threshold = 0u;
    if (uniforms.topK > 0) {
      threshold = raise(start, own, 0u, f32(uniforms.topK), highest, true);
    }
    if (uniforms.topP < 1.0) {
      let wanted = uniforms.topP * kept(start, own, threshold, highest, false);
      threshold = raise(start, own, threshold, wanted, highest, false);
    }

    // Each invocation sums a stretch of the vocabulary, then the first walks the stretches in order.
    let stretch = (V + 63) / 64;
    let end = min(V, (own + 1) * stretch);
    var sum = 0.0;
    for (var id = own * stretch; id < end; id++) {
      let logit = logits[start + id];
      if (ordered(logit) >= threshold) { sum += weight(logit, highest); }
    }
    let total = sumAll(own, sum);
    if (own != 0) { return; }
    let u = f32(random(u32(uniforms.seed), u32(streams[row]), u32(uniforms.counter)) >> 8u)
            * 5.9604644775390625e-8;
    let wanted = u * total;
    var before = 0.0;
    var part = 0;
    while (part < 63 && before + partial[part] <= wanted) {
      before += partial[part];
      part++;
    }
    var chosen = place;
    var found = false;
    for (var id = part * stretch; id < V && !found; id++) {
      let logit = logits[start + id];
      if (ordered(logit) >= threshold) {
        before += weight(logit, highest);
        chosen = id;
        found = before > wanted;
      }
    }
    result[row] = chosen;
  }`;
