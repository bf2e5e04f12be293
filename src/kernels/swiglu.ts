/**
 * SwiGLU, the gate of the feed-forward layer (Shazeer 2020, https://arxiv.org/abs/2002.05202):
 *
 *     y = silu(g) ⊙ u,   silu(g) = g · s,   s = 1 / (1 + e^-g)
 *
 *     dg = dy ⊙ u ⊙ s ⊙ (1 + g ⊙ (1 - s))        du = dy ⊙ silu(g)
 *
 * All (…, F). s is computed again in the backward pass; stock operations keep three tensors of this size,
 * the widest of the model.
 */
import * as tf from '@tensorflow/tfjs-core';
import { cutForThreads, isFused, registerWasm, run, runMany, sizeOf } from './kernel';
import { registerWebGpu, type Program } from './webgpu-program';

const SWIGLU = 'LabSwiglu';
const GRADIENT = 'LabSwigluGradient';

/** The same in stock operations. */
export function referenceSwiglu<X extends tf.Tensor>(gate: X, up: X): X {
  return tf.mul(tf.mul(gate, tf.sigmoid(gate)), up);
}

// ── WebGPU: one invocation for each number ────────────────────────────────────────────────────────

const elementProgram = (
  shape: number[],
  key: string,
  inputs: string[],
  value: string,
): Program => ({
  // prettier-ignore
  key: `swiglu ${key}`,
  inputs,
  output: { shape },
  invocations: sizeOf(shape),
  integers: { total: sizeOf(shape) },
  code: /* wgsl */ `
    fn main(index : i32) {
      if (index >= uniforms.total) { return; }
      let g = gate[index];
      let s = 1.0 / (1.0 + exp(min(-g, 80.0)));
      result[index] = ${value};
    }`,
});

registerWebGpu(SWIGLU, ({ inputs: { gate, up }, runProgram }) =>
  runProgram(elementProgram(gate!.shape, 'y', ['gate', 'up'], 'g * s * up[index]'), [gate!, up!]),
);

registerWebGpu(GRADIENT, ({ inputs: { gate, up, dy }, runProgram }) => {
  const { shape } = gate!;
  const slope = 'dy[index] * up[index] * s * (1.0 + g * (1.0 - s))';
  return [
    runProgram(elementProgram(shape, 'dgate', ['gate', 'up', 'dy'], slope), [gate!, up!, dy!]),
    runProgram(elementProgram(shape, 'dup', ['gate', 'dy'], 'dy[index] * g * s'), [gate!, dy!]),
  ];
});

// ── WASM (simd/rows.ts) ───────────────────────────────────────────────────────────────────────────

/** Numbers that are worth a part of their own. */
const GRAIN = 8192;

registerWasm(SWIGLU, ({ inputs: { gate, up }, address, output, runParts }) => {
  const y = output(gate!.shape);
  const at = [gate!, up!, y].map(address);
  const parts = cutForThreads(sizeOf(gate!.shape), GRAIN).map(({ from, count }) => [
    ...at.map((start) => start + 4 * from),
    count,
  ]);
  runParts('gatedSilu', parts);
  return y;
});

registerWasm(GRADIENT, ({ inputs: { gate, up, dy }, address, output, runParts }) => {
  const [dGate, dUp] = [output(gate!.shape), output(gate!.shape)];
  const at = [gate!, up!, dy!, dGate, dUp].map(address);
  const parts = cutForThreads(sizeOf(gate!.shape), GRAIN).map(({ from, count }) => [
    ...at.map((start) => start + 4 * from),
    count,
  ]);
  runParts('gatedSiluBackward', parts);
  return [dGate, dUp];
});

// ── The operation ─────────────────────────────────────────────────────────────────────────────────

tf.registerGradient({
  kernelName: SWIGLU,
  inputsToSave: ['gate', 'up'],
  gradFunc: (dy, [gate, up]) => {
    const [dGate, dUp] = runMany(GRADIENT, { gate: gate!, up: up!, dy: dy as tf.Tensor });
    return { gate: () => dGate!, up: () => dUp! };
  },
});

/**
 * silu(gate) ⊙ up, where silu(g) = g · sigmoid(g); both (…, F).
 * @throws Error where the two differ in shape.
 */
export function swiglu<X extends tf.Tensor>(gate: X, up: X): X {
  if (!tf.util.arraysEqual(gate.shape, up.shape))
    throw new Error(
      `A gate of shape (${gate.shape.join(', ')}) cannot be laid on numbers of shape (${up.shape.join(', ')}).`,
    );
  if (!isFused(SWIGLU)) return tf.tidy(() => referenceSwiglu(gate, up));
  return run(SWIGLU, { gate, up }) as X;
}
