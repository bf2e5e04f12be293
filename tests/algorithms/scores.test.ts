/** Scores as a policy is paid: worked out by hand, and invariant where they should be. */
import fc from 'fast-check';
import { describe, it } from 'vitest';
import {
  cautiousScores,
  NO_MOMENTS,
  shapeScores,
  type ScoreShaping,
} from '../../src/algorithms/scores';
import { expectClose } from './backends';

const PLAIN: ScoreShaping = {
  scoreNormalisation: 'none',
  scoreDecay: 0.9,
  scoreClip: 0,
  missingEosScore: -1,
  responsesPerPrompt: 2,
};
const ended = (count: number) => Array<boolean>(count).fill(true);
const shaped = (raw: number[], changes: Partial<ScoreShaping>, finished = ended(raw.length)) =>
  shapeScores(raw, finished, { ...PLAIN, ...changes }).scores;

describe('scores of an ensemble', () => {
  it('are what it is sure of: the mean less some of its deviations', () => {
    expectClose(cautiousScores([1, -1], [0.5, 0], 2), [0, -1]);
    expectClose(cautiousScores([1, -1], [0.5, 0], 0), [1, -1]);
    expectClose(cautiousScores([1, -1], null, 2), [1, -1]);
  });
});

describe('shaping of scores', () => {
  it('leaves scores alone unless told otherwise, and those of endless responses never', () => {
    expectClose(shaped([3, -2], {}), [3, -2]);
    expectClose(shaped([3, -2], {}, [true, false]), [3, -1]);
  });

  it('has the golden gain and bias to mean 0 and deviation 1', () => {
    const raw = [2, 1, 0.5, -1];
    const wanted = raw.map((score) => 0.92376043 * score - 0.57735027);
    expectClose(shaped(raw, { scoreNormalisation: 'batch' }), wanted, 1e-5);
  });

  it('takes the moments of finished responses only', () => {
    // Mean 2 and deviation 1 of 1 and 3; the 100 never ended.
    const finished = [true, false, true, false];
    expectClose(shaped([1, 100, 3, 100], { scoreNormalisation: 'batch' }, finished), [-1, -1, 1, -1], 1e-5); // prettier-ignore
    expectClose(shaped([1, 100, 3, 5], { scoreNormalisation: 'prompt' }, [true, false, true, true]), [0, -1, -1, 1]); // prettier-ignore
    expectClose(shaped([4, 5], { scoreNormalisation: 'batch' }, [false, false]), [-1, -1]);
  });

  it('clips scores, but not the fixed one', () => {
    expectClose(shaped([30, -20], { scoreClip: 2 }), [2, -2]);
    expectClose(shaped([30, -20], { scoreClip: 0.5 }, [true, false]), [0.5, -1]);
  });

  it('remembers earlier rollouts by their decay', () => {
    const running = { ...PLAIN, scoreNormalisation: 'running' } as const;
    const first = shapeScores([0, 2], ended(2), running, NO_MOMENTS);
    expectClose(first.scores, [-1, 1], 1e-5); // mean 1, deviation 1: no bias towards 0
    const second = shapeScores([4, 4], ended(2), { ...running, scoreDecay: 0.5 }, first.running);
    // Half of {0, 2} counts: weight 1 + 2, mean (1 + 8) / 3, variance (2 + 32) / 3 - 9.
    const deviation = Math.sqrt(34 / 3 - 9);
    expectClose(second.scores, [1 / deviation, 1 / deviation], 1e-5);
  });

  it('does not see shift and scale of a reward model', () => {
    const raw = fc.array(fc.integer({ min: -8, max: 8 }), { minLength: 4, maxLength: 4 });
    fc.assert(
      fc.property(raw, fc.integer({ min: -5, max: 5 }), (scores, shift) => {
        const moved = scores.map((score) => 2 * score + shift);
        fc.pre(new Set(scores).size > 1);
        for (const scoreNormalisation of ['batch', 'running'] as const)
          expectClose(shaped(moved, { scoreNormalisation }), [...shaped(scores, { scoreNormalisation })], 1e-4); // prettier-ignore
        const centred = shaped(scores, { scoreNormalisation: 'prompt' });
        expectClose(shaped(moved, { scoreNormalisation: 'prompt' }), Array.from(centred, (x) => 2 * x)); // prettier-ignore
      }),
    );
  });
});
