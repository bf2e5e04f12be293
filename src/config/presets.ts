import type { ConfigChanges } from './sections';

/** Four responses to each prompt of a rollout, compared with one another, by passes that stop before they go far. */
const amongSiblings = {
  batchSize: 64,
  responsesPerPrompt: 4,
  scoreNormalisation: 'prompt',
  learningRate: 2e-4,
  klStop: 0.03,
} as const;

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
    sft: { epochs: 4, evaluateEvery: 50 },
    samples: { prompts: 1200, borrowed: 1 },
    rewardModel: { epochs: 1, learningRate: 5e-4, evaluateEvery: 20 },
    ppo: { ...amongSiblings, steps: 24, criticWarmup: 3, gaeLambda: 1, valueLearningRate: 5e-4 },
    evaluation: { prompts: 300 },
  },
  /** A quarter of an hour: enough of everything to see how far it goes. */
  full: {
    sft: { epochs: 5, ptxCoefficient: 0.5, evaluateEvery: 100 },
    samples: { prompts: 2400, borrowed: 1 },
    rewardModel: { epochs: 2, learningRate: 5e-4, evaluateEvery: 20 },
    ppo: { ...amongSiblings, steps: 48, criticWarmup: 3, gaeLambda: 1, valueLearningRate: 5e-4 },
    rloo: { ...amongSiblings, steps: 48 },
    grpo: { ...amongSiblings, steps: 48 },
    reinforce: { batchSize: 64, steps: 48, learningRate: 2e-4, klStop: 0.03 },
    rejection: { batchSize: 128, steps: 24, responsesPerPrompt: 8, learningRate: 2e-4 },
    dpo: { epochs: 2 },
    kto: { epochs: 2 },
    orpo: { epochs: 2 },
    evaluation: { prompts: 200 },
  },
} as const satisfies Record<string, ConfigChanges>;
export type Preset = keyof typeof PRESETS;
