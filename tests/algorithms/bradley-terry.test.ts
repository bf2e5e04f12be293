import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pairsOfRankings, pairwiseLoss, type Pairs } from '../../src/algorithms/bradley-terry';
import { binaryChoiceLoss, logSigmoid } from '../../src/algorithms/log-sigmoid';
import {
  expectClose,
  finiteDifferences,
  gradientAt,
  numbersOf,
  onEachBackend,
  scalarsOf,
} from './backends';

const SCORES = [2, 1, 0.5, -1];

const scoresOf = (values: ArrayLike<number>) => tf.tensor1d(Float32Array.from(values));

/** Loss of scores under rankings, all of one batch. */
const lossOf = (scores: tf.Tensor1D, rankings: number[][], labelSmoothing = 0) => {
  const pairs = pairsOfRankings(rankings);
  const promptCount = rankings.length;
  return pairwiseLoss(scores, pairs, {
    promptCount,
    pairCount: pairs.better.length,
    labelSmoothing,
  });
};

const gradientOf = (scores: number[], rankings: number[][], labelSmoothing = 0) =>
  gradientAt(
    (x: tf.Tensor1D) => lossOf(x, rankings, labelSmoothing).loss,
    () => scoresOf(scores),
  );

describe('pairs of rankings', () => {
  it('takes all pairs, drops ties, and gives each prompt one weight in all', () => {
    const pairs = pairsOfRankings([
      [2, 1],
      [1, 1, 2],
      [3, 3],
    ]);
    expect(Array.from(pairs.better)).toEqual([1, 2, 3]);
    expect(Array.from(pairs.worse)).toEqual([0, 4, 4]);
    expect(Array.from(pairs.weights)).toEqual([1, 0.5, 0.5]);
  });
});

onEachBackend('pairwise loss', () => {
  const cases = [
    { ranks: [1, 2, 3, 4], loss: 0.22761343, pairs: 6, accuracy: 1, gradient: [-0.08313214, -0.03796703, 0.06292344, 0.05817572] }, // prettier-ignore
    { ranks: [2, 1, 3, 4], loss: 0.3942801, pairs: 6, accuracy: 5 / 6, gradient: [0.08353453, -0.20463369, 0.06292344, 0.05817572] }, // prettier-ignore
    { ranks: [1, 2, 2, 3], loss: 0.17832072, pairs: 5, accuracy: 1, gradient: [-0.09975856, 0.0299477, 0, 0.06981086] }, // prettier-ignore
  ];
  for (const { ranks, loss, pairs, accuracy, gradient } of cases)
    it(`gives the golden loss, accuracy and gradient for ranks ${ranks.join('')}`, () => {
      expect(pairsOfRankings([ranks]).better.length).toBe(pairs);
      expectClose(numbersOf(() => lossOf(scoresOf(SCORES), [ranks]).loss), [loss]); // prettier-ignore
      const statistics = scalarsOf(() => lossOf(scoresOf(SCORES), [ranks]).statistics);
      expectClose([statistics.accuracy], [accuracy]);
      expectClose(gradientOf(SCORES, [ranks]), gradient);
    });

  it('is ln 2 with accuracy 1/2 and a gradient where a new head scores all alike', () => {
    const same = [0, 0];
    expectClose(numbersOf(() => lossOf(scoresOf(same), [[1, 2]]).loss), [Math.LN2]); // prettier-ignore
    expect(scalarsOf(() => lossOf(scoresOf(same), [[1, 2]]).statistics).accuracy).toBe(0.5);
    expectClose(gradientOf(same, [[1, 2]]), [-0.5, 0.5]);
  });

  it('stays finite for margins of hundreds', () => {
    expectClose(numbersOf(() => lossOf(scoresOf([-300, 300]), [[1, 2]]).loss), [600]); // prettier-ignore
    expectClose(gradientOf([-300, 300], [[1, 2]]), [-1, 1]);
    expectClose(gradientOf([300, -300], [[1, 2]]), [0, 0]);
  });

  it('agrees with finite differences, with and without label smoothing', () => {
    const rankings = [
      [2, 1, 3],
      [1, 1, 2, 3],
    ];
    const scores = [0.3, -0.4, 1.1, 0.9, -0.2, 0.4, 0.5];
    for (const smoothing of [0, 0.1]) {
      const f = (x: Float32Array) => numbersOf(() => lossOf(scoresOf(x), rankings, smoothing).loss)[0] ?? NaN; // prettier-ignore
      expectClose(gradientOf(scores, rankings, smoothing), finiteDifferences(f, scores), 1e-3);
    }
  });

  it('weighs prompts alike, and adds up when a batch is cut between them', () => {
    const rankings = fc.array(
      fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 2, maxLength: 5 }).filter((r) => new Set(r).size > 1), // prettier-ignore
      { minLength: 2, maxLength: 4 },
    );
    fc.assert(
      fc.property(
        rankings,
        fc.infiniteStream(fc.double({ min: -3, max: 3, noNaN: true })),
        (batch, stream) => {
          // prettier-ignore
          const scores = batch.map((ranks) => ranks.map(() => Number(stream.next().value)));
          const pairCount = pairsOfRankings(batch).better.length;
          const part = (from: number, to: number) => {
            const counts = { promptCount: batch.length, pairCount };
            const result = pairwiseLoss(
              scoresOf(scores.slice(from, to).flat()),
              pairsOfRankings(batch.slice(from, to)),
              counts,
            );
            return { loss: result.loss, ...result.statistics };
          };
          const whole = scalarsOf(() => part(0, batch.length));
          const first = scalarsOf(() => part(0, 1));
          const rest = scalarsOf(() => part(1, batch.length));
          expectClose([first.loss + rest.loss], [whole.loss]);
          expectClose([first.accuracy + rest.accuracy], [whole.accuracy]);
          expectClose([first.margin + rest.margin], [whole.margin]);
          const apart = batch.map((ranks, i) => numbersOf(() => lossOf(scoresOf(scores[i] ?? []), [ranks]).loss)[0] ?? NaN); // prettier-ignore
          expectClose([apart.reduce((a, b) => a + b, 0) / batch.length], [whole.loss]);
          // Only differences are learned.
          const gradient = gradientOf(scores.flat(), batch);
          expectClose([gradient.reduce((a, b) => a + b, 0)], [0], 1e-6);
        },
      ),
      { numRuns: 20 },
    );
  });

  it('counts nothing for pairs that fill up a fixed size', () => {
    const pairs = pairsOfRankings([[1, 2, 3]]);
    const filled: Pairs = {
      better: Int32Array.of(...pairs.better, 0, 0),
      worse: Int32Array.of(...pairs.worse, 0, 0),
      weights: Float32Array.of(...pairs.weights, 0, 0),
    };
    const counts = { promptCount: 1, pairCount: 3 };
    const of = (which: Pairs) =>
      scalarsOf(() => {
        const { loss, statistics } = pairwiseLoss(scoresOf([1, 3, 2]), which, counts);
        return { loss, ...statistics };
      });
    expect(of(filled)).toEqual(of(pairs));
  });

  it('refuses pairs that are none or name no score', () => {
    expect(() => lossOf(scoresOf([1, 2]), [[1, 1]])).toThrow(/No pairs/);
    expect(() => lossOf(scoresOf([1, 2]), [[1, 2, 3]])).toThrow(/names response 2.*2 scores/);
  });
});

onEachBackend('log sigmoid', () => {
  it('is exact in value and gradient, far out and at 0', () => {
    const x = [-200, -2, 0, 3, 200];
    const wanted = x.map((v) => (v < -50 ? v : -Math.log1p(Math.exp(-v))));
    expectClose(numbersOf(() => logSigmoid(scoresOf(x))), wanted); // prettier-ignore
    const gradient = gradientAt(
      (t: tf.Tensor1D) => tf.sum<tf.Scalar>(logSigmoid(tf.mul<tf.Tensor1D>(t, 1))),
      () => scoresOf(x),
    );
    expectClose(gradient, x.map((v) => 1 / (1 + Math.exp(v)))); // prettier-ignore
  });
  it('refuses a label that is wrong half the time', () => {
    expect(() => binaryChoiceLoss(scoresOf([1]), 0.5)).toThrow(/Label smoothing is 0.5/);
  });
});
