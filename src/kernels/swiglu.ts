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
import { registerWebGpu } from './webgpu-program';
import type { Program } from './wgsl';

const SWIGLU = 'LabSwiglu';
const GRADIENT = 'LabSwigluGradient';

/** The same in stock operations. */
export function referenceSwiglu<X extends tf.Tensor>(gate: X, up: X): X {
  return tf.mul(tf.mul(gate, tf.sigmoid(gate)), up);
}

// ── WebGPU: one invocation for each number ────────────────────────────────────────────────────────

const elementProgram = (
  shape: number[],
  inputs: readonly string[],
  values: Readonly<Record<string, string>>,
): Program => ({
  key: `swiglu ${Object.keys(values).join(' ')}`,
  inputs,
  outputs: Object.fromEntries(Object.keys(values).map((name) => [name, { shape }])),
  invocations: sizeOf(shape),
  integers: { total: sizeOf(shape) },
  code: /* wgsl */ `
    fn main(index : i32) {
      if (index >= uniforms.total) { return; }
      let g = gate[index];
      let s = 1.0 / (1.0 + exp(min(-g, 80.0)));
      ${Object.entries(values)
        .map(([name, value]) => `${name}[index] = ${value};`)
        .join('\n')}
    }`,
});

registerWebGpu(SWIGLU, ({ inputs: { gate, up }, runProgram }) =>
  runProgram(elementProgram(gate!.shape, ['gate', 'up'], { y: 'g * s * up[index]' }), [gate!, up!]),
);

registerWebGpu(GRADIENT, ({ inputs: { gate, up, dy }, runForMany }) => {
  const program = elementProgram(gate!.shape, ['gate', 'up', 'dy'], {
    dGate: 'dy[index] * up[index] * s * (1.0 + g * (1.0 - s))',
    dUp: 'dy[index] * g * s',
  });
  return runForMany(program, [gate!, up!, dy!]);
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
