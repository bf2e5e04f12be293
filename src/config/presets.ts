import type { ConfigChanges } from './sections';

/** Named settings of the whole pipeline. `smoke` shows in minutes that everything learns. */
export const PRESETS = {
  /** As small as it gets: for tests. */
  test: {
    lengths: { promptTokens: 48, responseTokens: 16 },
    sft: { epochs: 1, batchSize: 8, evaluateEvery: 4 },
    samples: { prompts: 8, answers: 3 },
    rewardModel: { batchSize: 4, evaluateEvery: 2 },
    ppo: { steps: 3, batchSize: 8 },
    evaluation: { prompts: 8 },
  },
  /** A few minutes on two cores; shows that every stage learns. */
  smoke: {
    sft: { epochs: 4 },
    samples: { prompts: 2000, borrowed: 1 },
    rewardModel: { epochs: 1, learningRate: 5e-4 },
    ppo: {
      steps: 24,
      batchSize: 64,
      responsesPerPrompt: 4,
      scoreNormalisation: 'prompt',
      criticWarmup: 3,
      gaeLambda: 1,
      learningRate: 2e-4,
      valueLearningRate: 5e-4,
      klStop: 0.03,
    },
    evaluation: { prompts: 300 },
  },
  full: {
    sft: { epochs: 8 },
    samples: { prompts: 400 },
    ppo: { steps: 100, batchSize: 64 },
    evaluation: { prompts: 200 },
  },
} as const satisfies Record<string, ConfigChanges>;
export type Preset = keyof typeof PRESETS;
