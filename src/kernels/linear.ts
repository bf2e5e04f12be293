/**
 * The linear layer and its gradients:
 *
 *     y  = x Wᵀ        x (…, I), W (O, I), y (…, O)
 *     dx = dy W        dW = dyᵀ x
 *
 * Training lives on these three products: a layer of a transformer has seven of them, each three times a
 * step. Each is one kernel that reads its operands as they lie. Stock tfjs computes the two gradients as
 * products with transposed operands, which its WASM backend does fifteen times slower than plain ones.
 *
 * The layout (out, in) of W is that of Hugging Face and llama2.c. There are no biases in this model.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { Matrix } from '../shapes';
import { isFused, registerWasm, run, sizeOf } from './kernel';
import { productNN, productNT, productTN } from './matmul-simd';
import { matmulProgram } from './matmul-wgsl';
import { registerWebGpu } from './webgpu-program';

const LINEAR = 'LabLinear';
const INPUT_GRADIENT = 'LabLinearInputGradient';
const WEIGHT_GRADIENT = 'LabLinearWeightGradient';

/** The same in stock operations. */
export function referenceLinear<X extends tf.Tensor2D | tf.Tensor3D>(x: X, weight: Matrix): X {
  const [O, I] = weight.shape;
  const flat: tf.Tensor2D = tf.reshape(x, [-1, I]); // (N, I)
  const y: tf.Tensor = tf.matMul(flat, weight, false, true); // (N, O)
  const shape: number[] = [...x.shape.slice(0, -1), O];
  return y.rank === shape.length ? (y as X) : (tf.reshape(y, shape) as tf.Tensor as X);
}

/** Sizes of a linear layer with N rows, from x or dy and W. */
function sizes(rows: tf.TensorInfo, weight: tf.TensorInfo) {
  const [O, I] = weight.shape as [number, number];
  return { N: sizeOf(rows.shape.slice(0, -1)), O, I, leading: rows.shape.slice(0, -1) };
}

// ── WebGPU ────────────────────────────────────────────────────────────────────────────────────────

registerWebGpu(LINEAR, ({ inputs: { x, weight }, runProgram }) => {
  const { N, O, I, leading } = sizes(x!, weight!);
  return runProgram(matmulProgram('NT', N, O, I, [...leading, O]), [x!, weight!]);
});

registerWebGpu(INPUT_GRADIENT, ({ inputs: { dy, weight }, runProgram }) => {
  const { N, O, I, leading } = sizes(dy!, weight!);
  return runProgram(matmulProgram('NN', N, I, O, [...leading, I]), [dy!, weight!]);
});

registerWebGpu(WEIGHT_GRADIENT, ({ inputs: { dy, x }, runProgram }) => {
  const [O, I] = [dy!.shape.at(-1)!, x!.shape.at(-1)!];
  return runProgram(matmulProgram('TN', O, I, sizeOf(x!.shape) / I, [O, I]), [dy!, x!]);
});

// ── WASM (simd/matmul.ts; matmul-simd.ts spreads it over threads) ─────────────────────────────────

registerWasm(LINEAR, (call) => {
  const { x, weight } = call.inputs;
  const { N, O, I, leading } = sizes(x!, weight!);
  const y = call.output([...leading, O]);
  productNT(call, call.address(x!), call.address(weight!), call.address(y), N, O, I);
  return y;
});

registerWasm(INPUT_GRADIENT, (call) => {
  const { dy, weight } = call.inputs;
  const { N, O, I, leading } = sizes(dy!, weight!);
  const dx = call.output([...leading, I]);
  productNN(call, call.address(dy!), call.address(weight!), call.address(dx), N, I, O);
  return dx;
});

registerWasm(WEIGHT_GRADIENT, (call) => {
  const { dy, x } = call.inputs;
  const [O, I] = [dy!.shape.at(-1)!, x!.shape.at(-1)!];
  const N = sizeOf(x!.shape) / I;
  const dW = call.output([O, I]);
  productTN(call, call.address(dy!), call.address(x!), call.address(dW), O, I, N);
  return dW;
});

// ── The operation ─────────────────────────────────────────────────────────────────────────────────

tf.registerGradient({
  kernelName: LINEAR,
  inputsToSave: ['x', 'weight'],
  gradFunc: (dy, [x, weight]) => ({
    x: () => run(INPUT_GRADIENT, { dy: dy as tf.Tensor, weight: weight! }),
    weight: () => run(WEIGHT_GRADIENT, { dy: dy as tf.Tensor, x: x! }),
  }),
});

/**
 * y = x Wᵀ: x (…, I) and weight (O, I) to (…, O).
 * @throws Error where the inner sizes differ.
 */
export function linear<X extends tf.Tensor2D | tf.Tensor3D>(x: X, weight: Matrix): X {
  if (x.shape.at(-1) !== weight.shape[1])
    throw new Error(
      `A linear layer of weight (${weight.shape.join(', ')}) cannot take rows of ${x.shape.at(-1)} numbers.`,
    );
  if (!isFused(LINEAR)) return tf.tidy(() => referenceLinear(x, weight));
  return run(LINEAR, { x, weight }) as X;
}
