import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import {
  adamwStep,
  clipByGlobalNorm,
  disposeAdamw,
  initAdamw,
  type AdamwState,
} from '../../src/algorithms/adamw';
import { addGradients, lossGradients } from '../../src/algorithms/gradients';
import { decayStart, learningRateAt } from '../../src/algorithms/schedule';
import type { NamedTensors } from '../../src/shapes';
import { expectClose, onEachBackend } from './backends';

const GOLDEN = { learningRate: 0.1, beta1: 0.9, beta2: 0.999, epsilon: 1e-5, weightDecay: 0 };

const numbers = (tensor: tf.Tensor | undefined) => Array.from(tensor?.dataSync() ?? []);

onEachBackend('AdamW', () => {
  /** Where one parameter goes from 1 by three gradients, with the epsilon of each step. */
  const pathWith = (epsilonAt: (step: number) => number): number[] => {
    const before = tf.memory().numTensors;
    let parameters: NamedTensors = { theta: tf.tensor1d([1]) };
    let state = initAdamw(parameters);
    const path = [1e-5, -2e-5, 3e-5].map((gradient, i) => {
      const options = { ...GOLDEN, epsilon: epsilonAt(i + 1) };
      const next = tf.tidy(() => adamwStep(parameters, { theta: tf.tensor1d([gradient]) }, state, options)); // prettier-ignore
      tf.dispose(parameters);
      disposeAdamw(state);
      ({ parameters, state } = next);
      expect(tf.memory().numTensors).toBe(before + 3);
      return numbers(parameters.theta)[0] ?? NaN;
    });
    expect(state.step).toBe(3);
    tf.dispose(parameters);
    disposeAdamw(state);
    expect(tf.memory().numTensors).toBe(before);
    return path;
  };

  it("gives PyTorch's values with a large epsilon, and leaks nothing", () => {
    expectClose(
      pathWith(() => GOLDEN.epsilon),
      [0.95, 0.97242786, 0.94896284],
    );
  });

  it("gives TensorFlow's values with its epsilon, which is larger by the bias correction of the second moment", () => {
    const path = pathWith((step) => GOLDEN.epsilon / Math.sqrt(1 - GOLDEN.beta2 ** step));
    expectClose(path, [0.99693466, 0.99935221, 0.99572132]);
  });

  it('decays matrices and nothing else, apart from the gradient', () => {
    tf.tidy(() => {
      const parameters = { matrix: tf.tensor2d([[2, -4]]), gain: tf.tensor1d([2, -4]) };
      const gradients = { matrix: tf.zeros([1, 2]), gain: tf.zeros([2]) };
      const options = { ...GOLDEN, weightDecay: 0.5 };
      const next = adamwStep(parameters, gradients, initAdamw(parameters), options);
      expectClose(numbers(next.parameters.matrix), [1.9, -3.8]);
      expectClose(numbers(next.parameters.gain), [2, -4]);
      expectClose(numbers(next.state.first.matrix), [0, 0]);
    });
  });

  it('changes neither parameters nor state that it was given', () => {
    tf.tidy(() => {
      const parameters = { w: tf.tensor2d([[1, 2]]) };
      const state = initAdamw(parameters);
      adamwStep(parameters, { w: tf.ones([1, 2]) }, state, GOLDEN);
      expectClose(numbers(parameters.w), [1, 2]);
      expectClose(numbers(state.first.w), [0, 0]);
      expect(state.step).toBe(0);
    });
  });

  it('goes on exactly from a state that was written out and read back', () => {
    tf.tidy(() => {
      const gradient = (i: number) => ({ w: tf.tensor1d([Math.sin(i), Math.cos(i), 1e-4 * i]) });
      let parameters: NamedTensors = { w: tf.tensor1d([0.1, 0.2, 0.3]) };
      let state = initAdamw(parameters);
      const run = (from: number, to: number) => {
        for (let i = from; i < to; i++) ({ parameters, state } = adamwStep(parameters, gradient(i), state, GOLDEN)); // prettier-ignore
      };
      run(0, 3);
      const copy = (t: tf.Tensor | undefined) => tf.tensor1d(Float32Array.from(numbers(t)));
      const saved: { parameters: NamedTensors; state: AdamwState } = {
        parameters: { w: copy(parameters.w) },
        state: { step: state.step, first: { w: copy(state.first.w) }, second: { w: copy(state.second.w) } }, // prettier-ignore
      };
      run(3, 6);
      const uninterrupted = numbers(parameters.w);
      ({ parameters, state } = saved);
      run(3, 6);
      expect(numbers(parameters.w)).toEqual(uninterrupted);
    });
  });

  it('refuses a changed set of parameters before anything is computed', () => {
    tf.tidy(() => {
      const parameters = { a: tf.zeros([2]), b: tf.zeros([2]) };
      const state = initAdamw({ a: parameters.a });
      const before = tf.memory().numTensors;
      expect(() => adamwStep(parameters, { a: tf.zeros([2]) }, state, GOLDEN)).toThrow(/Only in the model: "b"/); // prettier-ignore
      expect(() => adamwStep(parameters, parameters, state, GOLDEN)).toThrow(/optimizer's state.*"b"/); // prettier-ignore
      expect(tf.memory().numTensors).toBe(before + 1);
    });
  });
});

onEachBackend('clipping by global norm', () => {
  const gradients = () => ({ a: tf.tensor1d([3, 0]), b: tf.tensor2d([[0], [4]]) });

  it('scales all gradients together and reports the norm of before', () => {
    tf.tidy(() => {
      const { gradients: clipped, norm } = clipByGlobalNorm(gradients(), 1);
      expectClose(numbers(norm), [5]);
      expectClose(numbers(clipped.a), [0.6, 0]);
      expectClose(numbers(clipped.b), [0, 0.8]);
    });
  });

  it('leaves short gradients as they are, to the bit', () => {
    tf.tidy(() => {
      for (const maxNorm of [5.5, Infinity]) {
        const { gradients: clipped, norm } = clipByGlobalNorm(gradients(), maxNorm);
        expectClose(numbers(norm), [5]);
        expect(numbers(clipped.a)).toEqual([3, 0]);
      }
      const zero = clipByGlobalNorm({ a: tf.zeros([2]) }, 1);
      expect(numbers(zero.gradients.a)).toEqual([0, 0]);
    });
  });

  it('refuses a norm that is not positive, and nothing to clip', () => {
    expect(() => clipByGlobalNorm({}, 1)).toThrow(/no gradients/);
    tf.tidy(() => {
      expect(() => clipByGlobalNorm(gradients(), 0)).toThrow(/norm of 0/);
    });
  });
});

onEachBackend('loss gradients', () => {
  const model = (prefix: string) => ({
    w: tf.variable(tf.tensor1d([1, 2]), true, `${prefix}/w`),
    b: tf.variable(tf.scalar(3), true, `${prefix}/b`),
  });
  const disposeModel = (variables: Record<string, tf.Variable>) =>
    Object.values(variables).forEach((variable) => variable.dispose());

  it('returns loss, statistics and gradients by plain name, and leaks nothing', () => {
    const policy = tf.tidy(() => model('policy'));
    const reference = tf.tidy(() => model('reference'));
    const before = tf.memory().numTensors;
    const result = tf.tidy(() =>
      lossGradients(policy, () => {
        const output = tf.add<tf.Scalar>(tf.sum(tf.mul(policy.w, reference.w)), policy.b);
        return {
          loss: tf.square(output),
          statistics: { output: tf.mul<tf.Scalar>(output, 1) },
        };
      }),
    );
    expect(numbers(result.loss)).toEqual([64]);
    expect(numbers(result.statistics.output)).toEqual([8]);
    expect(Object.keys(result.gradients).sort()).toEqual(['b', 'w']);
    expect(numbers(result.gradients.w)).toEqual([16, 32]);
    expect(numbers(result.gradients.b)).toEqual([16]);
    expect(tf.memory().numTensors).toBe(before + 4);
    tf.dispose(result);
    expect(tf.memory().numTensors).toBe(before);
    disposeModel(policy);
    disposeModel(reference);
  });

  it('names a parameter that the loss does not reach, and leaks no statistic', () => {
    const policy = tf.tidy(() => model('policy'));
    const before = tf.memory().numTensors;
    const run = () =>
      tf.tidy(() =>
        lossGradients(policy, () => {
          const loss = tf.sum<tf.Scalar>(policy.w);
          return { loss, statistics: { loss } };
        }),
      );
    expect(run).toThrow(/does not depend on "b"/);
    expect(tf.memory().numTensors).toBe(before);
    disposeModel(policy);
  });

  it('adds micro-batches by name', () => {
    tf.tidy(() => {
      const sum = addGradients({ a: tf.tensor1d([1, 2]) }, { a: tf.tensor1d([3, 4]) });
      expect(numbers(sum.a)).toEqual([4, 6]);
      expect(() => addGradients({ a: tf.zeros([1]) }, { b: tf.zeros([1]) })).toThrow(/"a".*"b"/);
    });
  });
});

describe('learning rate schedule', () => {
  const rate = (step: number, kind: 'cosine' | 'linear' | 'constant') =>
    learningRateAt(step, { kind, peak: 2, warmupSteps: 4, totalSteps: 15, finalFraction: 0.1 });

  it('climbs from a part of the peak to the peak', () => {
    expectClose([0, 1, 2, 3, 4].map((step) => rate(step, 'cosine')), [0.5, 1, 1.5, 2, 2]); // prettier-ignore
  });

  it('falls to the floor by half a cosine, a line, or not at all', () => {
    expectClose([9, 14, 99].map((step) => rate(step, 'cosine')), [1.1, 0.2, 0.2]); // prettier-ignore
    expectClose([9, 14, 99].map((step) => rate(step, 'linear')), [1.1, 0.2, 0.2]); // prettier-ignore
    expectClose([9, 14, 99].map((step) => rate(step, 'constant')), [2, 2, 2]); // prettier-ignore
    expect(rate(6, 'cosine')).toBeGreaterThan(rate(6, 'linear'));
  });

  it('stays at the peak and falls in the last fifth, whatever the length until then', () => {
    const wsd = (step: number, totalSteps = 15) =>
      learningRateAt(step, {
        kind: 'wsd',
        peak: 2,
        warmupSteps: 4,
        totalSteps,
        finalFraction: 0.1,
      });
    expectClose([0, 4, 11, 12, 13, 14, 99].map((step) => wsd(step)), [0.5, 2, 2, 1.4, 0.8, 0.2, 0.2]); // prettier-ignore
    const stable = [...Array(12).keys()];
    expect(stable.map((step) => wsd(step, 30))).toEqual(stable.map((step) => wsd(step)));
    expect([decayStart(15), decayStart(30), decayStart(1)]).toEqual([12, 24, 0]);
  });

  it('has a rate for runs shorter than their warm-up, or of one step', () => {
    const options = { kind: 'cosine', peak: 1, finalFraction: 0 } as const;
    expect(learningRateAt(1, { ...options, warmupSteps: 10, totalSteps: 2 })).toBe(0.2);
    expect(learningRateAt(0, { ...options, warmupSteps: 0, totalSteps: 1 })).toBe(1);
    expect(() => learningRateAt(-1, { ...options, warmupSteps: 0, totalSteps: 1 })).toThrow(
      /step -1/,
    );
  });
});
