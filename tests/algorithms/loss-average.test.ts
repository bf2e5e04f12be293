import fc from 'fast-check';
import { expect, test } from 'vitest';
import { weighedAdvantages, type LossAverage } from '../../src/algorithms/loss-average';

/** What the clipped loss makes of advantages at ratio 1: minus their sum over their number. */
const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;

const R = 6;
const response = fc.array(fc.integer({ min: -8, max: 8 }), { minLength: 1, maxLength: R });

test('a mean over tokens becomes the mean that is asked for, whatever the lengths', () => {
  fc.assert(
    fc.property(fc.array(response, { minLength: 1, maxLength: 5 }), (responses) => {
      const advantages = Float32Array.from(
        responses.flatMap((tokens) => Array.from({ length: R }, (_, t) => tokens[t] ?? 0)),
      );
      const lengths = responses.map(({ length }) => length);
      const rollout = { advantages, lengths, responseLength: R };
      const meanUnder = (average: LossAverage) => {
        const weighed = weighedAdvantages(average, rollout, [...lengths.keys()]);
        return mean(responses.flatMap(({ length }, row) => [...weighed.slice(row * R, row * R + length)])); // prettier-ignore
      };
      expect(meanUnder('tokens')).toBeCloseTo(mean(responses.flat()), 4);
      expect(meanUnder('responses')).toBeCloseTo(mean(responses.map(mean)), 4);
      const total = responses.flat().reduce((a, b) => a + b, 0);
      expect(meanUnder('longest')).toBeCloseTo(total / (responses.length * R), 4);
    }),
  );
});

test('counts the tokens of the minibatch, and not those of the rollout', () => {
  const rollout = { advantages: Float32Array.of(1, 1, 1, 0), lengths: [2, 1], responseLength: 2 };
  const [, , alone] = weighedAdvantages('responses', rollout, [1]);
  expect(alone).toBe(1); // the only response of its minibatch
  expect([...weighedAdvantages('responses', rollout, [0, 1])]).toEqual([0.75, 0.75, 1.5, 0]);
});
