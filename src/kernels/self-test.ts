/**
 * The start-up self-test: one tiny transformer block, forward and backward, against known values.
 *
 * It runs every operation that training needs, so a backend that lacks one, or computes one wrongly (a
 * driver's bug, a wrong binary), is found before it spoils anything.
 *
 * The known values were computed apart from this code, in float64 with NumPy; the gradients by five-point
 * central differences (step 1e-4), each projected on cos(0), cos(1), … so that one number has a part of
 * every entry. Parameters are waves, a·sin(i + 1.3 n) for entry n of the i-th, with 1 added to the gain.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { ByHead, Hidden, Mask, TokenIds } from '../shapes';
import { attention } from './attention';
import { embedding } from './embedding';
import { linear, linearsOf } from './linear';
import { normBranch, rmsNorm } from './rms-norm';
import { rotary } from './rotary';
import { swiglu } from './swiglu';
import { tokenLogProbabilities } from './token-log-probabilities';

const [B, T, H, G, E, D, F, V] = [2, 3, 2, 1, 4, 8, 12, 11];
const KNOWN_LOSS = 3.104329345765872;
/** Shape, amplitude and known projected gradient of each parameter. */
const PARAMETERS = {
  embedding: { shape: [V, D], amplitude: 0.5, gradient: -0.294873519425075 },
  gain: { shape: [D], amplitude: 0.5, gradient: 0.4712113220007477 },
  query: { shape: [H * E, D], amplitude: 0.9, gradient: -0.40530855513028585 },
  key: { shape: [G * E, D], amplitude: 0.9, gradient: 0.12190039366328898 },
  value: { shape: [G * E, D], amplitude: 0.5, gradient: -0.8693482275802944 },
  output: { shape: [D, H * E], amplitude: 0.5, gradient: 0.3196841416784486 },
  gate: { shape: [F, D], amplitude: 0.5, gradient: -0.5359060849999882 },
  up: { shape: [F, D], amplitude: 0.5, gradient: -0.723992843163098 },
  down: { shape: [D, F], amplitude: 0.5, gradient: 0.004554556951757743 },
} as const;
type Name = keyof typeof PARAMETERS;
const NAMES = Object.keys(PARAMETERS) as Name[];

/** Float32 through a dozen operations keeps about five digits; WGSL's exp and sin fewer. */
const TOLERANCE = 2e-4;

/** @throws Error, with a sentence, where the backend in use computes something else than is known. */
export async function selfTest(): Promise<void> {
  const results = tf.tidy(() => {
    const { value, grads } = tf.valueAndGrads((...tensors: tf.Tensor[]) => loss(tensors))(
      NAMES.map(wave),
    );
    const projections = grads.map((gradient) => {
      const along = Float32Array.from({ length: gradient.size }, (_, i) => Math.cos(i));
      return tf.sum(tf.mul(tf.reshape(gradient, [-1]), along));
    });
    return tf.stack([value, ...projections]);
  });
  const got = await results.data();
  results.dispose();
  const known = [KNOWN_LOSS, ...NAMES.map((name) => PARAMETERS[name].gradient)];
  known.forEach((wanted, i) => {
    const what = i === 0 ? 'a loss' : `the gradient of ${NAMES[i - 1]}`;
    if (!(Math.abs(got[i]! - wanted) <= TOLERANCE))
      throw new Error(
        `In the self-test of the ${tf.getBackend()} backend, ${what} came out as ${got[i]} where ${wanted.toFixed(6)} is right.`,
      );
  });
}

function wave(name: Name, index: number): tf.Tensor {
  const { shape, amplitude } = PARAMETERS[name];
  const size = shape.reduce((a: number, b) => a * b, 1);
  const values = Float32Array.from(
    { length: size },
    (_, n) => amplitude * Math.sin(index + 1.3 * n) + (name === 'gain' ? 1 : 0),
  );
  return tf.tensor(values, [...shape]);
}

/** Mean over real tokens of -log π(target) - 0.1 entropy, after one block with tied embeddings. */
function loss(tensors: tf.Tensor[]): tf.Scalar {
  const matrix = (name: Name) => tensors[NAMES.indexOf(name)] as tf.Tensor2D;
  const gain = tensors[NAMES.indexOf('gain')] as tf.Tensor1D;
  const ids: TokenIds = tf.tensor2d([0, 1, 2, 3, 4, 10], [B, T], 'int32');
  const targets: TokenIds = tf.tensor2d([1, 2, 3, 4, 10, 0], [B, T], 'int32');
  const mask: Mask = tf.tensor2d([0, 1, 1, 1, 1, 1], [B, T]); // the first row is left-padded
  const positions: TokenIds = tf.tensor2d([0, 0, 1, 0, 1, 2], [B, T], 'int32');
  const [epsilon, theta, temperature] = [1e-5, 100, 0.8];

  const heads = (projected: tf.Tensor3D, count: number): ByHead =>
    tf.reshape(projected, [B, T, count, E]);

  const x = embedding(matrix('embedding'), ids); // (B, T, D)
  const one = normBranch(x, gain, epsilon);
  const weights = [matrix('query'), matrix('key'), matrix('value')] as const;
  const [q, k, v] = linearsOf(one.normed, weights);
  const turned = rotary(heads(q, H), heads(k, G), positions, theta);
  const mixed = attention(...turned, heads(v, G), mask); // (B, T, H, E)
  const joined: Hidden = tf.reshape(mixed, [B, T, D]);
  const two = normBranch(linear(joined, matrix('output'), one.passed), gain, epsilon);
  const gated = swiglu(...linearsOf(two.normed, [matrix('gate'), matrix('up')] as const)); // (B, T, F)
  const last = linear(gated, matrix('down'), two.passed); // (B, T, D)
  const hidden = rmsNorm(last, gain, epsilon);
  const { logProbabilities, entropy } = tokenLogProbabilities(
    hidden,
    matrix('embedding'),
    targets,
    temperature,
  ); // (B, T) each
  const each = tf.neg(tf.add(logProbabilities, tf.mul(entropy, 0.1)));
  return tf.div(tf.sum(tf.mul(each, mask)), tf.sum(mask));
}
