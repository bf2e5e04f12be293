/** Settings that suit walks: a thousandth of a small language model, and responses of nine tokens. */
import { sectionConfig, type ConfigChanges } from '../config';
import { WALK_STEPS } from '../data/walks';

export const EXACT_CONFIG = {
  lengths: { promptTokens: 4, responseTokens: WALK_STEPS },
  sft: {
    epochs: 1,
    batchSize: 128,
    learningRate: 0.01,
    schedule: 'linear',
    finalLearningRate: 0,
    beta2: 0.99,
    epsilon: 1e-8, // or the last of the probability of what is no edge would stay
  },
  ppo: {
    steps: 50,
    batchSize: 256,
    epochs: 4,
    learningRate: 1e-3,
    finalLearningRate: 0,
    valueLearningRate: 3e-3,
    missingEosScore: 0, // as the task has it
  },
  rloo: {
    steps: 80,
    batchSize: 160,
    responsesPerPrompt: 8,
    epochs: 2,
    learningRate: 2e-3,
    finalLearningRate: 0,
    missingEosScore: 0,
  },
  grpo: {
    steps: 80,
    batchSize: 160,
    responsesPerPrompt: 8,
    epochs: 2,
    learningRate: 2e-3,
    finalLearningRate: 0,
    missingEosScore: 0,
    // Reward and KL in one currency. k3 in the loss would have the gradient of KL(reference ‖ policy), which
    // is not that of J and grows much faster where a policy gives walks up.
    klPlace: 'reward',
    groupScale: 'unscaled',
    lossAverage: 'tokens',
  },
  dpo: { epochs: 4, batchSize: 128, learningRate: 1e-3, beta: 1 },
} as const satisfies ConfigChanges;

/** Walks that the reference learns from. */
export const DEFAULT_WALKS = 80_000;
/** Responses of the reference to each start: what DPO learns from and best of n is estimated from. */
export const DEFAULT_DRAWS = 4096;
/** Pairs of each start that DPO learns from, at most. */
export const LABELLED_PAIRS = 1024;
export const BEST_OF = [1, 2, 4, 8, 16] as const;
/** Standard deviation of the first weights; ten times that of wide models. */
export const INITIAL_DEVIATION = 0.2;

/** The config of a section: the task's own, with the caller's changes over it. @throws ConfigError */
export const settings = <S extends keyof typeof EXACT_CONFIG>(
  section: S,
  config: ConfigChanges | undefined,
) => sectionConfig(section, { ...EXACT_CONFIG[section], ...config?.[section] });
