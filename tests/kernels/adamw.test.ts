import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { adamwStep, clipByGlobalNorm, initAdamw } from '../../src/algorithms/adamw';
import { Optimizer, type OptimizerOptions } from '../../src/algorithms/optimizer';
import { canFuseAdamw, globalNorm } from '../../src/kernels/adamw';
import { canFlattenAdamw } from '../../src/kernels/adamw-flat';
import type { NamedTensors, NamedVariables } from '../../src/shapes';
import { onEngines } from '../engines';
import { normal, relativeError } from './parity';

const OPTIONS: OptimizerOptions = {
  learningRate: 0.01,
  beta1: 0.9,
  beta2: 0.99,
  epsilon: 1e-5,
  weightDecay: 0.1,
  gradientClip: 1,
};

/** What reference and kernel may differ by after a few steps: some twenty roundings of 2^-24 each. */
const TOLERANCE = 2e-6;

const tensorsOf = (shapes: number[][], stream: number): NamedTensors =>
  Object.fromEntries(
    shapes.map((shape, i) => [
      `p${i}`,
      tf.tensor(normal(stream + i, shape).values.slice(), shape, 'float32'),
    ]),
  );

const variablesOf = (shapes: number[][]): NamedVariables =>
  tf.tidy(() =>
    Object.fromEntries(
      Object.entries(tensorsOf(shapes, 100)).map(([name, tensor]) => [name, tf.variable(tensor)]),
    ),
  );

/** Copies of all numbers, read as a checkpoint reads them. */
async function read(tensors: NamedTensors): Promise<Record<string, number[]>> {
  const numbers: Record<string, number[]> = {};
  for (const [name, tensor] of Object.entries(tensors))
    numbers[name] = Array.from(await tensor.data());
  return numbers;
}

/** Moments as lists, to compare them. */
const readMoments = async (optimizer: Optimizer): Promise<Record<string, number[]>> =>
  Object.fromEntries(
    Object.entries(await optimizer.readMoments()).map(([name, { data }]) => [
      name,
      Array.from(data),
    ]),
  );

/** Parameters, moments and last norm after three steps of the Optimizer. */
async function trained(shapes: number[][], options: OptimizerOptions) {
  const parameters = variablesOf(shapes);
  const optimizer = new Optimizer(parameters);
  let norm: tf.Scalar = tf.scalar(0);
  for (let step = 0; step < 3; step++) {
    norm.dispose();
    norm = tf.tidy(() => optimizer.apply(tensorsOf(shapes, 1000 * (step + 1)), options));
  }
  const numbers = {
    ...(await read({ ...parameters, norm })),
    ...(await readMoments(optimizer)),
  };
  optimizer.dispose();
  tf.dispose([Object.values(parameters), norm]);
  return numbers;
}

/** The same by the pure functions. */
async function referenceTrained(shapes: number[][], options: OptimizerOptions) {
  const results = tf.tidy(() => {
    let parameters = tensorsOf(shapes, 100);
    let state = initAdamw(parameters);
    let norm: tf.Scalar = tf.scalar(0);
    for (let step = 0; step < 3; step++) {
      const clipped = clipByGlobalNorm(tensorsOf(shapes, 1000 * (step + 1)), options.gradientClip);
      norm = clipped.norm;
      ({ parameters, state } = adamwStep(parameters, clipped.gradients, state, options));
    }
    const named = (kind: string, tensors: NamedTensors) =>
      Object.entries(tensors).map(([name, tensor]) => [`${kind}/${name}`, tensor] as const);
    const moments = [...named('first', state.first), ...named('second', state.second)];
    return { ...parameters, ...Object.fromEntries(moments), norm };
  });
  const numbers = await read(results);
  tf.dispose(results);
  return numbers;
}

onEngines('AdamW on variables', (backend) => {
  it('runs as kernels of ours except on plain JS', () => {
    expect([canFuseAdamw(), canFlattenAdamw()]).toEqual([backend === 'wasm', backend === 'webgpu']);
  });

  it('agrees with the pure functions for any set of shapes', { timeout: 300_000 }, async () => {
    const sizes = fc.integer({ min: 1, max: 9 });
    const shapes = fc.array(fc.array(sizes, { maxLength: 3 }), { minLength: 1, maxLength: 10 });
    const clips = fc.constantFrom(0.5, 1e3, Infinity);
    const decays = fc.constantFrom(0, 0.1);
    await fc.assert(
      fc.asyncProperty(shapes, clips, decays, async (shapes, gradientClip, weightDecay) => {
        const options = { ...OPTIONS, gradientClip, weightDecay };
        const before = tf.memory().numTensors;
        const wanted = await referenceTrained(shapes, options);
        const got = await trained(shapes, options);
        expect(tf.memory().numTensors).toBe(before);
        expect(Object.keys(got).sort()).toEqual(Object.keys(wanted).sort());
        for (const [name, numbers] of Object.entries(wanted))
          expect(relativeError(got[name]!, numbers), name).toBeLessThan(TOLERANCE);
      }),
      { numRuns: backend === 'webgpu' ? 5 : 30, seed: 1 },
    );
  });

  it("gives PyTorch's values", async () => {
    const theta = tf.tidy(() => tf.variable(tf.tensor1d([1])));
    const optimizer = new Optimizer({ theta });
    const options = { learningRate: 0.1, beta1: 0.9, beta2: 0.999, epsilon: 1e-5, weightDecay: 0, gradientClip: Infinity }; // prettier-ignore
    for (const [gradient, wanted] of [
      [1e-5, 0.95],
      [-2e-5, 0.97242786],
      [3e-5, 0.94896284],
    ] as const) {
      // prettier-ignore
      tf.tidy(() => optimizer.apply({ theta: tf.tensor1d([gradient]) }, options));
      expect((await theta.data())[0]).toBeCloseTo(wanted, 6); // read, step, read: never stale
    }
    optimizer.dispose();
    theta.dispose();
  });

  it('leaves what was read, cloned or made before the step as it was', async () => {
    const made = tf.tensor2d([[1, -2, 3]]);
    const variable = tf.variable(made);
    const clone = tf.clone(variable);
    const optimizer = new Optimizer({ variable });
    const checkpoint = await variable.data();
    for (let step = 0; step < 2; step++)
      tf.tidy(() => optimizer.apply({ variable: tf.tensor2d([[1, 2, -3]]) }, OPTIONS));
    const after = await variable.data();
    expect(Array.from(after).every((value, i) => value !== [1, -2, 3][i])).toBe(true);
    for (const old of [checkpoint, await made.data(), await clone.data()])
      expect(Array.from(old)).toEqual([1, -2, 3]);
    optimizer.dispose();
    tf.dispose([made, variable, clone]);
  });

  it('gives the same bits twice, and goes on exactly from what was saved', async () => {
    const shapes = [[33, 7], [40], []];
    expect(await trained(shapes, OPTIONS)).toEqual(await trained(shapes, OPTIONS));

    const parameters = variablesOf(shapes);
    const first = new Optimizer(parameters);
    const apply = (optimizer: Optimizer, step: number) =>
      tf.tidy(() => void optimizer.apply(tensorsOf(shapes, 1000 * (step + 1)), OPTIONS));
    apply(first, 0);
    const moments = await first.readMoments();
    first.dispose();
    const second = new Optimizer(parameters, { step: 1, moments });
    apply(second, 1);
    apply(second, 2);
    const { norm: _, ...uninterrupted } = await trained(shapes, OPTIONS);
    expect({ ...(await read(parameters)), ...(await readMoments(second)) }).toEqual(uninterrupted);
    second.dispose();
    tf.dispose(Object.values(parameters));
  });

  it('steps from the values that a variable was given in between', async () => {
    const theta = tf.tidy(() => tf.variable(tf.tensor1d([1, 2, 3])));
    const optimizer = new Optimizer({ theta });
    const apply = () => tf.tidy(() => void optimizer.apply({ theta: tf.tensor1d([1, 1, 1]) }, { ...OPTIONS, weightDecay: 0 })); // prettier-ignore
    apply();
    tf.tidy(() => theta.assign(tf.tensor1d([10, 20, 30])));
    apply();
    const stepped = await theta.data();
    [10, 20, 30].forEach((from, i) => {
      expect(stepped[i]).not.toBe(from);
      expect(Math.abs(stepped[i]! - from)).toBeLessThan(2 * OPTIONS.learningRate);
    });
    optimizer.dispose();
    theta.dispose();
  });

  it('refuses saved moments of another shape', () => {
    const parameters = variablesOf([[2]]);
    const data = Float32Array.of(1, 2, 3);
    const moments = { 'first/p0': { shape: [3], data }, 'second/p0': { shape: [3], data } };
    expect(() => new Optimizer(parameters, { step: 1, moments })).toThrow(/first\/p0 has shape \(3\) where \(2\)/); // prettier-ignore
    tf.dispose(Object.values(parameters));
  });

  it('refuses a gradient of another shape or name before anything is changed', async () => {
    const parameters = variablesOf([[2], [3]]);
    const optimizer = new Optimizer(parameters);
    const before = await read(parameters);
    const apply =
      (gradients: NamedTensors, options = OPTIONS) =>
      () =>
        tf.tidy(() => optimizer.apply(gradients, options));
    const right = tensorsOf([[2], [3]], 1);
    if (backend !== 'cpu')
      expect(apply({ p0: right['p0']!, p1: right['p0']! })).toThrow(/gradient of p1/);
    expect(apply({ p0: right['p0']! })).toThrow(/"p1"/);
    expect(apply(right, { ...OPTIONS, gradientClip: 0 })).toThrow(/norm of 0/);
    expect(await read(parameters)).toEqual(before);
    expect(optimizer.step).toBe(0);
    optimizer.dispose();
    tf.dispose([Object.values(parameters), right]);
  });
});

onEngines(
  'the norm of all gradients',
  () => {
    it.each([
      { count: 1, shape: [1] },
      { count: 7, shape: [5] },
      { count: 8, shape: [3, 3] },
      { count: 20, shape: [2, 1] },
      { count: 2, shape: [70, 131] }, // more numbers than one block
    ])('of $count of shape $shape', async ({ count, shape }) => {
      const gradients = Object.values(tensorsOf(Array<number[]>(count).fill(shape), 1));
      const norm = globalNorm(gradients);
      let sum = 0;
      for (let i = 0; i < count; i++)
        for (const value of normal(1 + i, shape).values) sum += value * value;
      // Sums of squares do not cancel: up to 10 roundings in a row in blocks and trees of this size, halved by the root.
      expect(relativeError(await norm.data(), [Math.sqrt(sum)])).toBeLessThan(2e-6);
      expect(norm.rank).toBe(0);
      tf.dispose([gradients, norm]);
    });
  },
  ['wasm'],
);

onEngines(
  'AdamW in place',
  () => {
    it('writes where the variables lie', () => {
      const parameters = variablesOf([[4, 5]]);
      const optimizer = new Optimizer(parameters);
      const variables = Object.values(parameters);
      const before = variables.map(({ dataId }) => dataId);
      tf.tidy(() => void optimizer.apply(tensorsOf([[4, 5]], 1), OPTIONS));
      expect(variables.map(({ dataId }) => dataId)).toEqual(before);
      optimizer.dispose();
      tf.dispose(Object.values(parameters));
    });
  },
  ['wasm', 'webgpu'],
);
