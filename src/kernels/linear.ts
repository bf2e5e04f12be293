/**
 * Linear layers and their gradients: one to three of the same input, and a residual stream to add to.
 *
 *     y_l = x W_lᵀ [+ residual]       x (…, I), W_l (O_l, I), y_l and residual (…, O_l)
 *     dx  = Σ_l dy_l W_l              dW_l = dy_lᵀ x              dresidual = dy
 *
 * Training lives on these three products: a block of a transformer has seven layers, each three times a
 * step. Stock tfjs computes the two gradients as products with transposed operands, which its WASM backend
 * does fifteen times slower than plain ones; here every operand is read as it lies. Queries, keys and values
 * are three layers of one input, gate and up are two: together they are one program forward and two backward
 * on WebGPU, where starting a program costs as much as a small product, and dx needs no further sums. The
 * weights stay separate tensors, as they are named and saved.
 *
 * The layout (out, in) of W is that of Hugging Face and llama2.c. There are no biases in this model.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { Matrix } from '../shapes';
import { isFused, registerWasm, run, runMany, sizeOf, type WasmCall } from './kernel';
import { addInto } from './add-into';
import { productNN, productNT, productTN } from './matmul-simd';
import { productsProgram } from './matmul-wgsl';
import { registerWebGpu } from './webgpu-program';

/** Layers of one input that a program takes: with input and outputs seven buffers, where eight are sure. */
const MOST_LAYERS = 3;
const linears = (layers: number) => `LabLinear${layers}`;
const WITH_RESIDUAL = 'LabLinearWithResidual';
const inputGradient = (layers: number) => `LabLinear${layers}InputGradient`;
const weightGradients = (layers: number) => `LabLinear${layers}WeightGradients`;

/** The same in stock operations. */
export function referenceLinear<X extends tf.Tensor2D | tf.Tensor3D>(
  x: X,
  weight: Matrix,
  residual?: X,
): X {
  const [O, I] = weight.shape;
  const flat: tf.Tensor2D = tf.reshape(x, [-1, I]); // (N, I)
  const y: tf.Tensor = tf.matMul(flat, weight, false, true); // (N, O)
  const shape: number[] = [...x.shape.slice(0, -1), O];
  const shaped = y.rank === shape.length ? (y as X) : (tf.reshape(y, shape) as tf.Tensor as X);
  return residual ? tf.add(shaped, residual) : shaped;
}

/** Names of the tensors of each layer: `weight0`, `weight1`, … */
const named = (name: string, layers: number) =>
  Array.from({ length: layers }, (_, l) => `${name}${l}`);
const pick = (tensors: Record<string, tf.TensorInfo>, name: string, layers: number) =>
  named(name, layers).map((each) => tensors[each]!);
const keyed = (name: string, tensors: readonly tf.Tensor[]): tf.NamedTensorMap =>
  Object.fromEntries(tensors.map((tensor, l) => [`${name}${l}`, tensor]));

/** Rows of x or dy, however many axes they lie on. */
const rowsOf = (tensor: tf.TensorInfo) => sizeOf(tensor.shape.slice(0, -1));

/** Sizes of each product: rows, and (O, I) of each weight. */
const sizesOf = (rows: tf.TensorInfo, weights: readonly tf.TensorInfo[]) =>
  weights.map(({ shape }) => ({ N: rowsOf(rows), O: shape[0]!, I: shape[1]! }));

// ── WebGPU ────────────────────────────────────────────────────────────────────────────────────────

function forwardProgram(x: tf.TensorInfo, weights: readonly tf.TensorInfo[], adds = false) {
  const sizes = sizesOf(x, weights);
  return productsProgram({
    layout: 'NT',
    joined: 'N',
    sizes: sizes.map(({ N, O, I }) => ({ M: N, N: O, K: I })),
    shapes: sizes.map(({ O }) => [...x.shape.slice(0, -1), O]),
    adds,
  });
}

registerWebGpu(WITH_RESIDUAL, ({ inputs: { x, weight0, residual }, runProgram }) =>
  runProgram(forwardProgram(x!, [weight0!], true), [x!, weight0!, residual!]),
);

for (let layers = 1; layers <= MOST_LAYERS; layers++) {
  registerWebGpu(linears(layers), ({ inputs, runForMany }) => {
    const weights = pick(inputs, 'weight', layers);
    return runForMany(forwardProgram(inputs['x']!, weights), [inputs['x']!, ...weights]);
  });

  registerWebGpu(inputGradient(layers), ({ inputs, runProgram }) => {
    const [dys, weights] = [pick(inputs, 'dy', layers), pick(inputs, 'weight', layers)];
    const sizes = sizesOf(dys[0]!, weights);
    const program = productsProgram({
      layout: 'NN',
      joined: 'K',
      sizes: sizes.map(({ N, O, I }) => ({ M: N, N: I, K: O })),
      shapes: [[...dys[0]!.shape.slice(0, -1), sizes[0]!.I]],
    });
    return runProgram(program, [...dys, ...weights]);
  });

  registerWebGpu(weightGradients(layers), ({ inputs, runForMany }) => {
    const [dys, x] = [pick(inputs, 'dy', layers), inputs['x']!];
    const I = x.shape.at(-1)!;
    const shapes = dys.map((dy) => [dy.shape.at(-1)!, I]);
    const sizes = shapes.map(([O]) => ({ M: O!, N: I, K: rowsOf(x) }));
    return runForMany(productsProgram({ layout: 'TN', joined: 'M', sizes, shapes }), [...dys, x]);
  });
}

// ── WASM (simd/matmul.ts; matmul-simd.ts spreads it over threads) ─────────────────────────────────

/** y = x Wᵀ into a new tensor. */
function forward(call: WasmCall, x: tf.TensorInfo, weight: tf.TensorInfo): tf.TensorInfo {
  const { N, O, I } = sizesOf(x, [weight])[0]!;
  const y = call.output([...x.shape.slice(0, -1), O]);
  productNT(call, call.address(x), call.address(weight), call.address(y), N, O, I);
  return y;
}

registerWasm(WITH_RESIDUAL, (call) => {
  const { x, weight0, residual } = call.inputs;
  const y = forward(call, x!, weight0!);
  addInto(call, y, residual!);
  return y;
});

for (let layers = 1; layers <= MOST_LAYERS; layers++) {
  registerWasm(linears(layers), (call) =>
    pick(call.inputs, 'weight', layers).map((weight) => forward(call, call.inputs['x']!, weight)),
  );

  registerWasm(inputGradient(layers), (call) => {
    const dys = pick(call.inputs, 'dy', layers);
    const weights = pick(call.inputs, 'weight', layers);
    const sizes = sizesOf(dys[0]!, weights);
    const dx = call.output([...dys[0]!.shape.slice(0, -1), sizes[0]!.I]);
    sizes.forEach(({ N, O, I }, l) => {
      const at = [dys[l]!, weights[l]!, dx].map(call.address) as [number, number, number];
      productNN(call, ...at, N, I, O, l > 0);
    });
    return dx;
  });

  registerWasm(weightGradients(layers), (call) => {
    const x = call.inputs['x']!;
    const I = x.shape.at(-1)!;
    return pick(call.inputs, 'dy', layers).map((dy) => {
      const O = dy.shape.at(-1)!;
      const dW = call.output([O, I]);
      productTN(call, call.address(dy), call.address(x), call.address(dW), O, I, rowsOf(x));
      return dW;
    });
  });
}

// ── The operations ────────────────────────────────────────────────────────────────────────────────

/** Those of the weights come at once: what the tape asks for one by one it also disposes one by one. */
function gradients(dys: tf.Tensor[], x: tf.Tensor, weights: tf.Tensor[]) {
  const layers = dys.length;
  const dWeights = runMany(weightGradients(layers), { ...keyed('dy', dys), x });
  return {
    x: () => run(inputGradient(layers), { ...keyed('dy', dys), ...keyed('weight', weights) }),
    ...Object.fromEntries(named('weight', layers).map((name, l) => [name, () => dWeights[l]!])),
  };
}

for (let layers = 1; layers <= MOST_LAYERS; layers++)
  tf.registerGradient({
    kernelName: linears(layers),
    inputsToSave: ['x', ...named('weight', layers)],
    gradFunc: (dys, [x, ...weights]) => gradients(Array.isArray(dys) ? dys : [dys], x!, weights),
  });

tf.registerGradient({
  kernelName: WITH_RESIDUAL,
  inputsToSave: ['x', 'weight0'],
  gradFunc: (dy, [x, weight]) => ({
    ...gradients([dy as tf.Tensor], x!, [weight!]),
    residual: () => tf.clone(dy as tf.Tensor),
  }),
});

/**
 * y = x Wᵀ, and the residual added where there is one: x (…, I), weight (O, I), residual (…, O) to (…, O).
 * @throws Error where the sizes do not fit.
 */
export function linear<X extends tf.Tensor2D | tf.Tensor3D>(x: X, weight: Matrix, residual?: X): X {
  assertFits(x, weight);
  if (residual) {
    const shape = [...x.shape.slice(0, -1), weight.shape[0]];
    if (!tf.util.arraysEqual(residual.shape, shape))
      throw new Error(
        `A linear layer gives (${shape.join(', ')}), which cannot be added to a residual stream of (${residual.shape.join(', ')}).`,
      );
  }
  if (!isFused(WITH_RESIDUAL)) return tf.tidy(() => referenceLinear(x, weight, residual));
  if (residual) return run(WITH_RESIDUAL, { x, weight0: weight, residual }) as X;
  return runMany(linears(1), { x, weight0: weight })[0] as X;
}

/**
 * y_l = x W_lᵀ of two or three layers: x (…, I), weights (O_l, I) to (…, O_l) each.
 * @throws Error where the sizes do not fit, or there are more layers.
 */
export function linearsOf<X extends tf.Tensor2D | tf.Tensor3D, W extends readonly Matrix[]>(
  x: X,
  weights: readonly [...W],
): { [L in keyof W]: X } {
  if (weights.length < 1 || weights.length > MOST_LAYERS)
    throw new Error(`Up to ${MOST_LAYERS} linear layers go together, and not ${weights.length}.`);
  for (const weight of weights) assertFits(x, weight);
  const outputs = isFused(WITH_RESIDUAL)
    ? runMany(linears(weights.length), { x, ...keyed('weight', weights) })
    : weights.map((weight) => tf.tidy(() => referenceLinear(x, weight)));
  return outputs as { [L in keyof W]: X }; // as many as weights, each of x's rank
}

function assertFits(x: tf.Tensor, weight: Matrix): void {
  if (x.shape.at(-1) !== weight.shape[1])
    throw new Error(
      `A linear layer of weight (${weight.shape.join(', ')}) cannot take rows of ${x.shape.at(-1)} numbers.`,
    );
}
