/**
 * The language head fused with log-softmax: what a model thinks of given tokens.
 *
 *     l = hidden · headᵀ / temperature        logits (V) of one position
 *     p = softmax(l)
 *     logProbability = log p_target = l_target - log Σ e^l
 *     entropy = -Σ p log p
 *
 *     dl_j = dLogProbability (1[j = target] - p_j) - dEntropy p_j (log p_j + entropy)
 *     dhidden = dl · head / temperature        dhead = dlᵀ · hidden / temperature
 *
 * hidden (B, T, D), head (V, D), targets (B, T). With a vocabulary of thousands the logits are by far the
 * largest tensor of a training step, and stock operations keep four of that size for the backward pass.
 * Here none is kept: the backward pass computes them again, on WASM 32 positions at a time.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { Hidden, Matrix, PerToken, TokenIds } from '../shapes';
import { cut, cutForThreads, isFused, registerWasm, runMany, sizeOf } from './kernel';
import { linear } from './linear';
import { matmulProgram } from './matmul-wgsl';
import { registerWebGpu } from './webgpu-program';
import { SUM_ALL_WGSL, type Program } from './wgsl';

const TOKEN_LOGS = 'LabTokenLogProbabilities';
const GRADIENT = 'LabTokenLogProbabilitiesGradient';

/** A type and not an interface, so that `tf.tidy` can return it. */
export type TokenLogProbabilities = {
  /** log π(target) (B, T), nats. */
  logProbabilities: PerToken;
  /** -Σ π log π of the whole choice (B, T), nats. */
  entropy: PerToken;
};

/** The same in stock operations. */
export function referenceTokenLogProbabilities(
  hidden: Hidden,
  head: Matrix,
  targets: TokenIds,
  temperature: number,
): TokenLogProbabilities {
  const [V] = head.shape;
  const logits = tf.div(linear(hidden, head), temperature); // (B, T, V)
  const log = tf.logSoftmax(logits); // (B, T, V)
  const chosen = tf.oneHot(targets, V); // (B, T, V)
  return {
    logProbabilities: tf.sum<PerToken>(tf.mul(log, chosen), -1),
    entropy: tf.neg(tf.sum<PerToken>(tf.mul(tf.exp(log), log), -1)),
  };
}

/** Positions, vocabulary and width. */
const sizes = (hidden: tf.TensorInfo, head: tf.TensorInfo) => {
  const [V, D] = head.shape as [number, number];
  return { N: sizeOf(hidden.shape) / D, V, D };
};

// ── WebGPU: the logits as a matrix product, then one workgroup for each position ───────────────────

/** Σ e^(l - most), Σ e^(l - most) (l - most) and `most` of a row of logits in the array `name`. */
const rowSums = (name: string) => /* wgsl */ `
  ${SUM_ALL_WGSL}
  var<workgroup> partialHighest : array<f32, 64>;
  struct Sums { most : f32, total : f32, times : f32 };

  fn rowSums(own : i32, start : i32) -> Sums {
    var most = -3.4e38;
    for (var j = own; j < uniforms.V; j += 64) { most = max(most, ${name}[start + j]); }
    partialHighest[own] = most;
    workgroupBarrier();
    for (var i = 0; i < 64; i++) { most = max(most, partialHighest[i]); }
    var total = 0.0;
    var times = 0.0;
    for (var j = own; j < uniforms.V; j += 64) {
      let apart = (${name}[start + j] - most) / uniforms.temperature;
      let e = exp(apart);
      total += e;
      times += e * apart;
    }
    total = sumAll(own, total);
    times = sumAll(own, times);
    return Sums(most, total, times);
  }`;

const logsProgram = (N: number, V: number, shape: number[], temperature: number): Program => ({
  key: 'token logs',
  inputs: ['logits', 'targets'],
  outputs: { logProbabilities: { shape }, entropy: { shape } },
  workgroups: N,
  integers: { N, V },
  floats: { temperature },
  code: /* wgsl */ `
    ${rowSums('logits')}
    fn main(group : i32, own : i32) {
      let row = min(group, uniforms.N - 1);
      let start = row * uniforms.V;
      let sums = rowSums(own, start);
      if (own != 0) { return; }
      let chosen = logits[start + clamp(targets[row], 0, uniforms.V - 1)];
      logProbabilities[row] = (chosen - sums.most) / uniforms.temperature - log(sums.total);
      entropy[row] = log(sums.total) - sums.times / sums.total;
    }`,
});

registerWebGpu(
  TOKEN_LOGS,
  ({ inputs: { hidden, head, targets }, attributes, runProgram, runForMany, dispose }) => {
    const { N, V, D } = sizes(hidden!, head!);
    const logits = runProgram(matmulProgram('NT', N, V, D, [N, V]), [hidden!, head!]);
    const program = logsProgram(N, V, targets!.shape, attributes['temperature']!);
    const outputs = runForMany(program, [logits, targets!]);
    dispose(logits);
    return outputs;
  },
);

/** Logits to their gradients, in place. */
const logitGradientProgram = (N: number, V: number, temperature: number): Program => ({
  key: 'token dlogits',
  inputs: ['targets', 'dChosen', 'dEntropy'],
  outputs: { result: { shape: [N, V] } },
  workgroups: N,
  integers: { N, V },
  floats: { temperature },
  code: /* wgsl */ `
    ${rowSums('result')}
    fn main(row : i32, own : i32) {
      let isRow = row < uniforms.N;
      let start = min(row, uniforms.N - 1) * uniforms.V;
      let sums = rowSums(own, start);
      if (!isRow) { return; }
      let mean = sums.times / sums.total;
      let slope = dChosen[row] / uniforms.temperature;
      let slopeEntropy = dEntropy[row] / uniforms.temperature;
      for (var j = own; j < uniforms.V; j += 64) {
        let apart = (result[start + j] - sums.most) / uniforms.temperature;
        let p = exp(apart) / sums.total;
        let hit = select(0.0, slope, j == targets[row]);
        result[start + j] = hit - p * (slope + slopeEntropy * (apart - mean));
      }
    }`,
});

registerWebGpu(GRADIENT, ({ inputs, attributes, runProgram, dispose }) => {
  const { hidden, head, targets, dChosen, dEntropy } = inputs;
  const { N, V, D } = sizes(hidden!, head!);
  const logits = runProgram(matmulProgram('NT', N, V, D, [N, V]), [hidden!, head!]);
  const program = logitGradientProgram(N, V, attributes['temperature']!);
  runProgram(program, [targets!, dChosen!, dEntropy!], logits);
  const dHidden = runProgram(matmulProgram('NN', N, D, V, hidden!.shape), [logits, head!]);
  const dHead = runProgram(matmulProgram('TN', V, D, N, [V, D]), [logits, hidden!]);
  dispose(logits);
  return [dHidden, dHead];
});

// ── WASM (simd/head.ts) ───────────────────────────────────────────────────────────────────────────

/** Rows of logits that the kernel holds at a time: BLOCK of simd/head.ts. */
const BLOCK = 48;
/** Parts in which the head's gradient is summed, whatever the number of threads. */
const HEAD_SUMS = 4;

registerWasm(TOKEN_LOGS, ({ inputs, attributes, simd, address, output, scratch, runParts }) => {
  const { hidden, head, targets } = inputs;
  const { N, V, D } = sizes(hidden!, head!);
  const [chosen, entropy] = [output(targets!.shape), output(targets!.shape)];
  const parts = cutForThreads(N, BLOCK).map(({ from, count }) => {
    const room = scratch(simd.headScratch(V, D));
    const rows = [targets!, chosen, entropy].map((tensor) => address(tensor) + 4 * from);
    const at = [address(hidden!) + 4 * from * D, address(head!), ...rows];
    return [...at, room, count, V, D, attributes['temperature']!];
  });
  runParts('tokenLogs', parts);
  return [chosen, entropy];
});

registerWasm(GRADIENT, ({ inputs, attributes, simd, address, output, scratch, runParts }) => {
  const { hidden, head, targets, dChosen, dEntropy } = inputs;
  const { N, V, D } = sizes(hidden!, head!);
  const [dHidden, dHead] = [output(hidden!.shape), output([V, D])];
  const stretches = cut(N, BLOCK, HEAD_SUMS);
  const sums = scratch(stretches.length * V * D); // (stretches, V, D)
  const parts = stretches.map(({ from, count }, i) => {
    const room = scratch(simd.headScratch(V, D));
    const rows = [targets!, dChosen!, dEntropy!].map((tensor) => address(tensor) + 4 * from);
    const wide = 4 * from * D;
    const outputs = [address(dHidden) + wide, sums + 4 * i * V * D];
    const at = [address(hidden!) + wide, address(head!), ...rows, ...outputs];
    return [...at, room, count, V, D, attributes['temperature']!];
  });
  runParts('tokenLogsBackward', parts);
  simd.sumRows(sums, address(dHead), stretches.length, V * D);
  return [dHidden, dHead];
});

// ── The operations ────────────────────────────────────────────────────────────────────────────────

tf.registerGradient({
  kernelName: TOKEN_LOGS,
  inputsToSave: ['hidden', 'head', 'targets'],
  gradFunc: (dys, [hidden, head, targets], attributes) => {
    const [dChosen, dEntropy] = dys as tf.Tensor[];
    const { temperature } = attributes as { temperature: number };
    const inputs = { hidden: hidden!, head: head!, targets: targets!, dChosen: dChosen!, dEntropy: dEntropy! }; // prettier-ignore
    const [dHidden, dHead] = runMany(GRADIENT, inputs, { temperature });
    return { hidden: () => dHidden!, head: () => dHead! };
  },
});

/**
 * log softmax(hidden · headᵀ / temperature) at the targets, and the entropy, both in nats.
 * hidden (B, T, D), head (V, D), targets (B, T) int32.
 */
export function tokenLogProbabilities(
  hidden: Hidden,
  head: Matrix,
  targets: TokenIds,
  temperature: number,
): TokenLogProbabilities {
  if (!isFused(TOKEN_LOGS))
    return tf.tidy(() => referenceTokenLogProbabilities(hidden, head, targets, temperature));
  const outputs = runMany(TOKEN_LOGS, { hidden, head, targets }, { temperature });
  const [logProbabilities, entropy] = outputs as [PerToken, PerToken];
  return { logProbabilities, entropy };
}

/** KL(P ‖ Q) of the whole choice at each position (B, T), nats. Not for training: it is not fused. */
export function exactKl(
  hiddenP: Hidden,
  headP: Matrix,
  hiddenQ: Hidden,
  headQ: Matrix,
  temperature: number,
): PerToken {
  return tf.tidy(() => {
    const p = tf.logSoftmax(tf.div(linear(hiddenP, headP), temperature)); // (B, T, V)
    const q = tf.logSoftmax(tf.div(linear(hiddenQ, headQ), temperature)); // (B, T, V)
    return tf.sum<PerToken>(tf.mul(tf.exp(p), tf.sub(p, q)), -1);
  });
}
