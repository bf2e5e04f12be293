/**
 * The first five minutes as a row of steps: each has a screen, a control that it points at, and a fact of the lab
 * that ends it. Nothing here waits for time to pass; pure, so that it can be tested.
 */
import type { Checkpoint, Evaluation, Ranking, Sample } from '../../records';
import { labConfig, type ConfigChanges } from '../../config';
import { defaultExperiment, type Experiment } from './experiment';

/** Rankings by hand, and votes in the arena, that the tour asks for. */
export const BY_HAND = 10;
export const VOTES = 5;

/** Amounts with which every step of the tour takes a minute or less, with the tiny model and without a GPU. */
const SHORT: ConfigChanges = {
  samples: { prompts: 210 },
  rewardModel: { epochs: 2, learningRate: 5e-4 },
  ppo: {
    steps: 20,
    batchSize: 32,
    responsesPerPrompt: 4,
    scoreNormalisation: 'prompt',
    criticWarmup: 2,
    gaeLambda: 1,
    learningRate: 2e-4,
    valueLearningRate: 5e-4,
  },
};
export const tourExperiment = (): Experiment => ({
  ...defaultExperiment(),
  config: labConfig(SHORT),
});

export const TOUR_STEPS = [
  'hear',
  'examples',
  'fine-tune',
  'changed',
  'draw',
  'rank',
  'simulate',
  'reward',
  'optimise',
  'arena',
  'break',
  'end',
] as const;
export type TourStepId = (typeof TOUR_STEPS)[number];

/** What the steps are judged by; each list oldest first, and of the time since the tour began only. */
export interface TourFacts {
  /** Whether a model has answered on the first screen. */
  heard: boolean;
  models: readonly Pick<Checkpoint, 'stage' | 'config'>[];
  samples: readonly Pick<Sample, 'id'>[];
  rankings: readonly Pick<Ranking, 'labeler'>[];
  /** Samples that nobody has ranked. */
  unranked: number;
  evaluations: readonly Pick<Evaluation, 'judge' | 'contests'>[];
  /** What a nat of KL costs by the settings of the page. */
  klCoefficient: number;
}

interface TourStep {
  screen: string;
  /** CSS selectors of what to point at, best first; none where there is only something to read. */
  targets: (facts: TourFacts) => readonly string[];
  /** Whether that what the step is for has happened. Steps to read are done at once. */
  isDone: (facts: TourFacts) => boolean;
  /** How far it is, where it is counted. */
  count?: (facts: TourFacts) => { done: number; of: number };
}

const MAIN_ACTION = ['main .btn.go'];
const trained = (stage: Checkpoint['stage']) => (facts: TourFacts) =>
  facts.models.some((model) => model.stage === stage);
const byHand = ({ rankings }: TourFacts): number =>
  rankings.filter(({ labeler }) => labeler.source === 'human').length;
/** Over all pairs of models: an arena of three keeps an evaluation for each two of them. */
const votes = ({ evaluations }: TourFacts): number =>
  evaluations
    .filter(({ judge }) => judge.source === 'human')
    .reduce((sum, { contests }) => sum + contests.length, 0);
const counted = (done: (facts: TourFacts) => number, of: number) => ({
  isDone: (facts: TourFacts) => done(facts) >= of,
  count: (facts: TourFacts) => ({ done: Math.min(done(facts), of), of }),
});

export const TOUR: Record<TourStepId, TourStep> = {
  hear: {
    screen: 'home',
    targets: () => ['#ask-answers', '[aria-labelledby="ask-models"] button'],
    isDone: ({ heard }) => heard,
  },
  examples: { screen: 'demonstrations', targets: () => ['main table'], isDone: () => true },
  'fine-tune': { screen: 'sft', targets: () => MAIN_ACTION, isDone: trained('sft') },
  changed: { screen: 'sft', targets: () => ['#live-texts'], isDone: () => true },
  draw: {
    screen: 'samples',
    targets: () => MAIN_ACTION,
    isDone: ({ samples }) => samples.length > 0,
  },
  rank: { screen: 'rankings', targets: () => MAIN_ACTION, ...counted(byHand, BY_HAND) },
  simulate: {
    screen: 'rankings',
    targets: () => ['[aria-labelledby="simulate"] .btn'],
    isDone: ({ rankings, unranked }) =>
      unranked === 0 || rankings.some(({ labeler }) => labeler.source === 'simulated'),
  },
  reward: { screen: 'reward-model', targets: () => MAIN_ACTION, isDone: trained('reward-model') },
  optimise: { screen: 'ppo', targets: () => MAIN_ACTION, isDone: trained('ppo') },
  arena: {
    screen: 'evaluation',
    targets: () => ['[aria-labelledby="arena"] .match', '[aria-labelledby="arena"]'],
    ...counted(votes, VOTES),
  },
  break: {
    screen: 'ppo',
    targets: ({ klCoefficient }) => (klCoefficient > 0 ? ['#break-it'] : MAIN_ACTION),
    isDone: ({ models }) =>
      models.some(({ stage, config }) => stage === 'ppo' && config['klCoefficient'] === 0),
  },
  end: { screen: 'home', targets: () => [], isDone: () => true },
};

export const nextStep = (step: TourStepId): TourStepId | null =>
  TOUR_STEPS[TOUR_STEPS.indexOf(step) + 1] ?? null;
export const stepBefore = (step: TourStepId): TourStepId | null =>
  TOUR_STEPS[TOUR_STEPS.indexOf(step) - 1] ?? null;
