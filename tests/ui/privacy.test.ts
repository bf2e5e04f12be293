/** What is promised before a run is what the run will report. */
import { expect, test } from 'vitest';
import { privacyLoss } from '../../src/algorithms/dp-accountant';
import { noiseProblem, privacyPlan } from '../../src/ui/state/privacy';

const config = { noiseMultiplier: 1.2, privacyDelta: 1e-5, batchSize: 16, epochs: 6 };

test('the plan is that of the accountant for the steps of the run', () => {
  const plan = privacyPlan(240, config)!;
  const settings = { noiseMultiplier: 1.2, sampleRate: 16 / 240, steps: 90 };
  expect(plan).toEqual({ epsilon: privacyLoss(settings, 1e-5).epsilon, delta: 1e-5, steps: 90, share: 16 / 240 }); // prettier-ignore
});

test('more noise, fewer passes and more demonstrations promise more', () => {
  const { epsilon } = privacyPlan(240, config)!;
  expect(privacyPlan(240, { ...config, noiseMultiplier: 2 })!.epsilon).toBeLessThan(epsilon);
  expect(privacyPlan(240, { ...config, epochs: 3 })!.epsilon).toBeLessThan(epsilon);
  expect(privacyPlan(2400, config)!.epsilon).toBeLessThan(epsilon);
});

test('without noise, demonstrations or enough of the first there is none', () => {
  expect(privacyPlan(240, { ...config, noiseMultiplier: 0 })).toBeNull();
  expect(privacyPlan(0, config)).toBeNull();
  const little = { ...config, noiseMultiplier: 0.05 };
  expect(privacyPlan(240, little)).toBeNull();
  expect(noiseProblem(little)).toMatch(/0.05, which hides nobody/);
  expect(noiseProblem(config)).toBeNull();
});

test('fewer demonstrations than a batch all take part', () => {
  expect(privacyPlan(5, { ...config, epochs: 1 })).toMatchObject({ steps: 1, share: 1 });
});
