/** The over-optimisation study, with a tiny model: what it measures, on which scale, and how it ends. */
import { expect, test } from 'vitest';
import { measurable, overOptimisation } from '../src/over-optimisation';
import { gain } from '../src/over-optimisation/measure';
import {
  newSweepStudy,
  partingOf,
  readCoefficients,
  sweepStudyWith,
  type SweepEvent,
  type SweepPoint,
  type SweepSettings,
  type SweepStudy,
} from '../src/studies';
import { onEngines } from './engines';
import { exhausted, LENGTHS, ownPrompt, parityReward, promptsOf, talker, tokenizer } from './lab';

const SETTINGS: SweepSettings = { coefficients: [0, 1], steps: 8, batchSize: 8, learningRate: 5e-3, looks: 2, prompts: 8, answers: 4 }; // prettier-ignore
const inputs = () => ({
  reference: talker(),
  reward: parityReward(),
  train: promptsOf('train', 8),
  heldOut: measurable(promptsOf('held-out', 8), SETTINGS.prompts),
  tokenizer,
  lengths: LENGTHS,
  seed: 1,
  missingEosScore: -1,
});
const blank = (): SweepStudy =>
  newSweepStudy(
    { id: 's', createdAt: 0, backend: 'wasm' },
    { referenceId: 'sft', rewardModelId: 'rm', lengths: LENGTHS, seed: 1, settings: SETTINGS },
  );
const studyOf = (events: readonly SweepEvent[]) => events.reduce(sweepStudyWith, blank());

onEngines(
  'The over-optimisation study',
  () => {
    test('measures best of n and every run on one scale, and fits both laws', async () => {
      const { yields } = await exhausted(overOptimisation(inputs(), SETTINGS));
      const { scale, points, runs, fits } = studyOf(yields);
      const of = (coefficient: number | null) => points.filter((each) => each.coefficient === coefficient); // prettier-ignore

      const drawn = of(null);
      expect(drawn.map(({ n }) => n)).toEqual([1, 2, 4]);
      expect(drawn[0]).toMatchObject({ kl: 0 });
      expect(drawn[0]!.proxy).toBeCloseTo(0, 6); // the reference is 0
      expect(drawn[0]!.gold).toBeCloseTo(0, 6);
      expect(drawn[0]!.raw.proxy).toBeCloseTo(scale!.proxy.mean, 6);
      expect(drawn[2]!.proxy).toBeGreaterThan(drawn[1]!.proxy);
      // The best of four draws lies about one deviation up, and never beyond what four values allow.
      expect(drawn[2]!.proxy).toBeGreaterThan(0.5);
      expect(drawn[2]!.proxy).toBeLessThan(Math.sqrt(3) + 1e-9);

      for (const coefficient of SETTINGS.coefficients) {
        const run = of(coefficient);
        expect(run.map(({ step }) => step)).toEqual([4, 8]);
        for (const { kl, sqrtKl, gold, interval, answers } of run) {
          expect(kl).toBeGreaterThan(0);
          expect(sqrtKl).toBeCloseTo(Math.sqrt(kl), 12);
          expect(gold).toBeGreaterThanOrEqual(interval.low);
          expect(gold).toBeLessThanOrEqual(interval.high);
          expect(answers).toHaveLength(3);
          expect(answers.map(({ prompt }) => prompt)).toEqual(drawn[0]!.answers.map(({ prompt }) => prompt)); // prettier-ignore
        }
      }
      expect(of(0).at(-1)!.kl).toBeGreaterThan(of(1).at(-1)!.kl); // held by nothing, it goes further
      expect(runs.map(({ coefficient, steps }) => [coefficient, steps])).toEqual([[0, 8], [1, 8]]); // prettier-ignore
      expect(fits.ppo).toMatchObject({ kind: 'rl', alpha: expect.any(Number) });
      expect(fits.bestOfN).toBeNull(); // of two distances above 0 nothing could be said

      const progress = yields.flatMap((each) => (each.kind === 'progress' ? each.progress : []));
      const done = progress.map((each) => each.done);
      expect(done).toEqual([...done].sort((a, b) => a - b));
      expect(done.at(-1)).toBeCloseTo(progress[0]!.total, 6);
    });

    test('trains the runs that are lacking only, and those as if all were trained', async () => {
      const whole = studyOf((await exhausted(overOptimisation(inputs(), SETTINGS))).yields);
      const rest = studyOf((await exhausted(overOptimisation(inputs(), SETTINGS, [0]))).yields);
      expect(rest.runs).toEqual(whole.runs.filter(({ coefficient }) => coefficient === 1));
      expect(rest.points).toEqual(whole.points.filter(({ coefficient }) => coefficient !== 0));
    });

    test('refuses where nothing can be measured', async () => {
      const first = (changes: Partial<ReturnType<typeof inputs>>) =>
        overOptimisation({ ...inputs(), ...changes }, SETTINGS).next();
      await expect(first({ heldOut: [] })).rejects.toThrow('No held-out prompt has a rule');
      const same = { ...inputs(), reward: ({ texts }: { texts: readonly string[] }) => texts.map(() => 1), missingEosScore: 1 }; // prettier-ignore
      await expect(exhausted(overOptimisation(same, SETTINGS))).rejects.toThrow('have one reward');
    });
  },
  ['wasm'],
);

test('measures on held-out prompts with a check, every task in turn', () => {
  const prompts = [...promptsOf('train', 4), ownPrompt('why?', 'held-out'), ...promptsOf('held-out', 40)]; // prettier-ignore
  const chosen = measurable(prompts, 6);
  expect(chosen).toHaveLength(6);
  for (const { split, check } of chosen)
    expect([split, check === null]).toEqual(['held-out', false]);
  const tasks = new Set(promptsOf('held-out', 40).map(({ task }) => task));
  expect(new Set(chosen.map(({ task }) => task)).size).toBe(Math.min(6, tasks.size));
});

test('the interval of a gain is that of paired differences', () => {
  expect(gain([1, 2, 3], [0, 1, 2])).toEqual({ value: 1, low: 1, high: 1 });
  const { value, low, high } = gain([2, 0, 2, 0], [0, 0, 0, 0]);
  expect(value).toBe(1);
  expect(high - value).toBeCloseTo((1.96 * Math.sqrt(4 / 3)) / 2, 12);
  expect(value - low).toBeCloseTo(high - value, 12);
});

test('reads coefficients, and says what is wrong with them', () => {
  expect(readCoefficients('0.2, 0 .05;0.2')).toEqual({ values: [0, 0.05, 0.2] });
  expect(readCoefficients('0, much')).toEqual({ problem: expect.stringContaining('“much”') });
  expect(readCoefficients('2')).toEqual({ problem: expect.stringContaining('from 0 to 1') });
  expect(readCoefficients(' ')).toEqual({ problem: expect.stringContaining('at least one') });
  const many = Array.from({ length: 9 }, (_, i) => i / 10).join(' ');
  expect(readCoefficients(many)).toEqual({ problem: expect.stringContaining('8 at most') });
});

test('gold that fell below its peak while proxy rose is told', () => {
  const at = (gold: number, proxy: number): SweepPoint => ({
    method: 'ppo',
    coefficient: 0,
    n: null,
    step: 1,
    kl: 1,
    sqrtKl: 1,
    proxy,
    gold,
    interval: { low: gold, high: gold },
    raw: { proxy, gold },
    answers: [],
  });
  expect(partingOf([])).toBeNull();
  expect(partingOf([at(0.5, 0), at(0.8, 1), at(0.4, 2)])).toMatchObject({ lost: 0.5, proxyRose: true }); // prettier-ignore
  expect(partingOf([at(0.5, 0), at(0.8, 1)])).toMatchObject({ lost: 0, proxyRose: false });
});
