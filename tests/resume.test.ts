/**
 * A run that is saved, closed and begun again from what was saved goes on exactly: every metric of every
 * later step, and every weight at the end, has the same bits as in a run that was never interrupted.
 */
import { expect, test } from 'vitest';
import { sectionConfig } from '../src/config';
import { preferredPairs } from '../src/data/comparisons';
import { integerBelow } from '../src/data/random';
import type { Comparison, SavedRun, TrainingRun } from '../src/records';
import { sft } from '../src/stages/2-sft';
import { rewardModel } from '../src/stages/5-reward-model';
import { ppo } from '../src/stages/6-ppo';
import { EXACT_BACKENDS, onEngines } from './engines';
import { LETTER_DEMONSTRATIONS, LETTER_LENGTHS, LETTER_PROMPTS, LETTERS, letterReward, letterTalker, saved, stepsOf } from './lab'; // prettier-ignore
import { METHOD_RUNS, VARIANT_RUNS } from './methods';

const given = { tokenizer: LETTERS, lengths: LETTER_LENGTHS, seed: 9 };
const demonstrations = LETTER_DEMONSTRATIONS.slice(0, 10);

const comparisons = (count: number): Comparison[] =>
  LETTER_DEMONSTRATIONS.slice(0, count).map((prompt, i) => ({
    id: `comparison:${i}`,
    rankingId: `ranking:${i}`,
    prompt,
    responses: ['yes.', 'a b', 'no'],
    pairs: preferredPairs([1 + (i % 3), 1 + ((i + 1) % 3), 1 + ((i + 2) % 3)]),
    source: 'simulated',
  }));

/** Ten steps after the interruption, over the ends of warm-up and of passes over the data. */
const LATER = 10;

/** Begins each stage, or goes on; with sets so small that a pass ends between two steps. */
const STAGES: Record<string, { before: number; begin: (from?: SavedRun) => TrainingRun }> = {
  SFT: {
    before: 3,
    begin: (from) =>
      sft(
        { ...given, base: letterTalker(), train: demonstrations.slice(0, 7), heldOut: demonstrations.slice(7) }, // prettier-ignore
        sectionConfig('sft', { epochs: 4, batchSize: 2, evaluateEvery: 3 }),
        from,
      ),
  },
  'SFT with noise': {
    before: 3,
    begin: (from) =>
      sft(
        { ...given, base: letterTalker(), train: demonstrations.slice(0, 7), heldOut: demonstrations.slice(7), ptxTexts: ['yes', 'no no'] }, // prettier-ignore
        sectionConfig('sft', { epochs: 4, batchSize: 2, evaluateEvery: 3, noiseMultiplier: 0.7, ptxCoefficient: 0.1, ptxBatchSize: 1 }), // prettier-ignore
        from,
      ),
  },
  'the reward model': {
    before: 3,
    begin: (from) =>
      rewardModel(
        { ...given, policy: letterTalker(), train: comparisons(7), heldOut: comparisons(9).slice(7), demonstrations }, // prettier-ignore
        sectionConfig('rewardModel', { epochs: 4, batchSize: 2, evaluateEvery: 3, keep: 'best', window: 4 }), // prettier-ignore
        from,
      ),
  },
  'a reward model of two members': {
    before: 4,
    begin: (from) =>
      rewardModel(
        { ...given, policy: letterTalker(), train: comparisons(7), heldOut: comparisons(9).slice(7), demonstrations }, // prettier-ignore
        sectionConfig('rewardModel', { epochs: 4, batchSize: 2, evaluateEvery: 3, keep: 'best', members: 2 }), // prettier-ignore
        from,
      ),
  },
  PPO: {
    before: 2,
    begin: (from) =>
      ppo(
        { ...given, reference: letterTalker(), reward: letterReward(), prompts: LETTER_PROMPTS, runId: 'run' }, // prettier-ignore
        sectionConfig('ppo', { steps: 12, batchSize: 4, minibatches: 2, epochs: 2, learningRate: 3e-3, klControl: 'adaptive', klTarget: 0.5, klHorizon: 3 }), // prettier-ignore
        from,
      ),
  },
  'PPO on a shared trunk': {
    before: 2,
    begin: (from) =>
      ppo(
        { ...given, reference: letterTalker(), reward: letterReward(), prompts: LETTER_PROMPTS, ptxTexts: ['yes', 'no no'], runId: 'run' }, // prettier-ignore
        sectionConfig('ppo', { steps: 12, batchSize: 4, epochs: 2, learningRate: 3e-3, valueTrunk: 'shared', criticWarmup: 3, ptxCoefficient: 0.1, ptxBatchSize: 1, averageDecay: 0.9 }), // prettier-ignore
        from,
      ),
  },
  'PPO with all its extras': {
    before: 2,
    begin: (from) =>
      ppo(
        { ...given, reference: letterTalker(), reward: letterReward(), prompts: LETTER_PROMPTS, ptxTexts: ['yes', 'no no', 'a b'], runId: 'run' }, // prettier-ignore
        sectionConfig('ppo', { steps: 12, batchSize: 4, epochs: 2, learningRate: 3e-3, responsesPerPrompt: 2, microBatch: 2, scoreNormalisation: 'running', ptxCoefficient: 0.1, ptxBatchSize: 2, averageDecay: 0.9 }), // prettier-ignore
        from,
      ),
  },
};

/** A run interrupted after `before` steps goes on as one that was not, for `later` more. */
async function goesOn(
  begin: (from?: SavedRun) => TrainingRun,
  before: number,
  later: number,
): Promise<void> {
  const whole = begin();
  await stepsOf(whole, before);
  const expected = await stepsOf(whole, later);
  const end = { tensors: await whole.save(), progress: structuredClone(whole.progress) };
  whole.dispose();

  const interrupted = begin();
  await stepsOf(interrupted, before);
  const kept = await saved(interrupted);
  // What happens after the save is lost with the tab.
  await stepsOf(interrupted, 1);
  await interrupted.steps.return();
  interrupted.dispose();

  const resumed = begin(kept);
  expect(resumed.progress).toEqual(kept.progress);
  const went = await stepsOf(resumed, later);
  expect(went).toEqual(expected); // toEqual compares numbers by Object.is
  expect(went.length).toBe(later);
  expect(await resumed.save()).toEqual(end.tensors);
  expect(resumed.progress).toEqual(end.progress);
  resumed.dispose();
  // The save itself was not changed by the run that went on from it.
  expect(kept.progress.step).toBe(before);
}

onEngines(
  'resuming',
  () => {
    test.each(Object.entries(STAGES))('%s goes on to the bit', async (_name, { before, begin }) => {
      await goesOn(begin, before, LATER);
    });

    test.each(Object.entries(STAGES))(
      '%s refuses a save that lacks a moment',
      async (_name, { begin }) => {
        const run = begin();
        await stepsOf(run, 1);
        const kept = await saved(run);
        run.dispose();
        const names = Object.keys(kept.tensors).filter((name) => name.includes('-optimizer/'));
        delete kept.tensors[names.at(-1)!];
        expect(() => begin(kept)).toThrow(/^The saved optimizer lacks second\/.*\.$/);
      },
    );
  },
  EXACT_BACKENDS,
);

/** Where runs of the methods, twelve steps long, are interrupted: another seed, other steps. */
const INTERRUPTIONS = 1;
const MOST_BEFORE = 5;

onEngines(
  'resuming the methods of chapter 6',
  () => {
    test.each(METHOD_RUNS)('%s goes on to the bit', (_, begin) => goesOn(begin, 3, 6));

    const anywhere = [...METHOD_RUNS, ...VARIANT_RUNS].map(
      ([name, begin], i) =>
        [name, 1 + integerBelow(MOST_BEFORE, INTERRUPTIONS, 0, i), begin] as const,
    );
    test.each(anywhere)(
      '%s goes on to the bit, stopped after step %i and run to its end',
      async (_name, before, begin) => {
        const run = begin();
        const { steps } = run.progress;
        run.dispose();
        await goesOn(begin, before, steps - before);
      },
    );
  },
  ['wasm'],
);
