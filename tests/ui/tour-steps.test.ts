import { describe, expect, test } from 'vitest';
import {
  BY_HAND,
  nextStep,
  stepBefore,
  TOUR,
  TOUR_STEPS,
  tourExperiment,
  VOTES,
  type TourFacts,
} from '../../src/ui/state/tour-steps';
import { STAGES } from '../../src/records';
import { differencesOf } from '../../src/ui/state/experiment';
import { tour } from '../../src/ui/strings/tour';

const SCREENS: readonly string[] = ['home', ...STAGES];
const NOTHING: TourFacts = {
  heard: false,
  models: [],
  samples: [],
  rankings: [],
  unranked: 210,
  evaluations: [],
  klCoefficient: 0.05,
};
const human = { id: 'person', name: 'You', source: 'human' as const };
const ruled = { id: 'rule', name: 'Rule', source: 'simulated' as const };
const done = (facts: Partial<TourFacts>) =>
  TOUR_STEPS.filter((step) => TOUR[step].isDone({ ...NOTHING, ...facts }));

describe('the steps of the tour', () => {
  test('stand in a row without gaps, each with its words and a screen that exists', () => {
    for (const [i, step] of TOUR_STEPS.entries()) {
      expect(nextStep(step)).toBe(TOUR_STEPS[i + 1] ?? null);
      expect(stepBefore(step)).toBe(TOUR_STEPS[i - 1] ?? null);
      expect(tour.steps[step].text.length).toBeGreaterThan(20);
      expect(SCREENS).toContain(TOUR[step].screen);
    }
  });

  test('to read are done at once, and all others wait', () => {
    expect(done({})).toEqual(['examples', 'changed', 'end']);
  });

  test('end with what a person made, and not with what somebody simulated', () => {
    const rankings = Array.from({ length: BY_HAND - 1 }, () => ({ labeler: human }));
    const rank = TOUR.rank;
    expect(rank.isDone({ ...NOTHING, rankings })).toBe(false);
    expect(rank.isDone({ ...NOTHING, rankings: [...rankings, { labeler: ruled }] })).toBe(false);
    expect(rank.isDone({ ...NOTHING, rankings: [...rankings, { labeler: human }] })).toBe(true);
    expect(rank.count?.({ ...NOTHING, rankings })).toEqual({ done: BY_HAND - 1, of: BY_HAND });
  });

  test('count the votes of a person, whichever models met', () => {
    const arena = (judge: typeof human | typeof ruled, votes: number) => ({
      judge,
      contests: Array.from({ length: votes }, (_, i) => ({
        id: `${i}`,
        prompt: { id: 'p', text: 'Hello', task: 'own', split: 'held-out', source: 'human', check: null } as const, // prettier-ignore
        answers: [],
        seed: 1,
        temperature: 1,
      })),
    });
    const with_ = (...evaluations: ReturnType<typeof arena>[]) => ({ ...NOTHING, evaluations });
    expect(TOUR.arena.isDone(with_(arena(ruled, VOTES)))).toBe(false);
    expect(TOUR.arena.isDone(with_(arena(human, 3), arena(ruled, 2)))).toBe(false);
    expect(TOUR.arena.isDone(with_(arena(human, 3), arena(human, 2)))).toBe(true);
    expect(TOUR.arena.isDone(with_(arena(human, VOTES)))).toBe(true);
  });

  test('break it only without a price on KL, and point at what sets it to 0 first', () => {
    const held = { stage: 'ppo' as const, config: { klCoefficient: 0.05 } };
    const free = { stage: 'ppo' as const, config: { klCoefficient: 0 } };
    expect(TOUR.break.isDone({ ...NOTHING, models: [held] })).toBe(false);
    expect(TOUR.break.isDone({ ...NOTHING, models: [held, free] })).toBe(true);
    expect(TOUR.break.targets(NOTHING)).toEqual(['#break-it']);
    expect(TOUR.break.targets({ ...NOTHING, klCoefficient: 0 })).toEqual(['main .btn.go']);
  });
});

test('the experiment of the tour draws enough to rank ten by hand and 200 by rule', () => {
  const { config } = tourExperiment();
  expect(config.samples.prompts).toBeGreaterThanOrEqual(BY_HAND + 200);
  expect(config.ppo.klCoefficient).toBeGreaterThan(0);
  expect(differencesOf(tourExperiment()).length).toBeGreaterThan(0);
});
