/** The rows of the methods that optimise a policy, alternatives of chapter 6. */
import { choice, flag, integer, logarithmic, number, type Fields, type ValuesOf } from './fields';
import { optimizer, schedule } from './optimizer';

/** What every method has that learns from responses of its own. */
// prettier-ignore
const rollout = {
  steps: integer(40, [1, 2000], 'steps', 'Rollout batches, each followed by its updates.', 'judgement'),
  batchSize: integer(32, [2, 512], 'episodes', 'Episodes in one rollout.', 'InstructGPT, appendix C.4: 512'),
  temperature: number(1, [0.1, 2], '', 'Sampling temperature of rollouts, in log-probabilities too.', 'InstructGPT: 1'),
  missingEosScore: number(-1, [-10, 0], 'reward', 'Score of a response that never ends, in place of its own.', 'Ziegler 2019: -1'),
  scoreNormalisation: choice('none', ['none', 'batch', 'running', 'prompt'], "Shift and scale scores by the rollout's or the running mean and deviation, or take off the mean of the same prompt's responses.", 'OpenRLHF: running; Ahmadian 2024: prompt'),
  scoreDecay: number(0.9, [0, 0.999], 'per rollout', 'What one more rollout leaves of the running mean and deviation.', 'judgement'),
  spreadPenalty: number(0, [0, 20], 'deviations', 'How many deviations of the members of the reward model are taken off their mean; 0 takes the mean, and one member has none.', 'Coste 2024, uncertainty weighting, by variance: 0.1'),
  scoreClip: number(0, [0, 100], 'reward', 'Scores beyond this, up or down, are cut to it; 0 cuts none.', 'OpenRLHF: 10'),
} as const satisfies Fields;

/** How a rollout is learned from, with a critic or without. */
// prettier-ignore
const policyUpdate = {
  minibatches: integer(1, [1, 16], 'minibatches', 'Parts that a rollout is cut into, each with a step of its own.', 'InstructGPT, appendix C.4: 8 of 64'),
  epochs: integer(2, [1, 8], 'passes', 'Passes over each rollout.', 'Ziegler 2019: 4; InstructGPT: 1'),
  microBatch: integer(0, [0, 512], 'episodes', 'Episodes that are on the device at once; their gradients are added up. 0 takes a whole minibatch. It changes no result.', 'judgement'),
  learningRate: logarithmic(1e-4, [1e-6, 1e-2], '', 'Peak learning rate of the policy.', 'judgement'),
  schedule: schedule('linear', 'Ziegler 2019'),
  clipRange: number(0.2, [0.01, 1], '', 'How far the ratio may leave 1 and still be rewarded for it.', 'Schulman 2017: 0.2'),
  clipRangeHigh: number(0, [0, 1], '', 'How far the ratio may rise above 1, where that differs; 0 takes the clip range.', 'Yu 2025 (DAPO): 0.28'),
  dualClip: number(0, [0, 20], 'times the advantage', 'Bounds the loss of bad tokens that became far likelier; 0 is off, otherwise above 1.', 'Ye 2020, equation 5: 3'),
  entropyCoefficient: number(0, [0, 0.1], 'reward per nat', 'Bonus for each nat of entropy in the loss.', 'InstructGPT: 0'),
  klStop: number(0, [0, 10], 'nats per token', 'No further pass over a rollout once the policy is this far from the one that sampled; 0 never stops.', 'TRL 0.9: 1.5 times its target'),
  ptxCoefficient: number(0, [0, 100], '', 'Weight of the loss on plain text, whose gradient is added in every step, so that the policy forgets less.', 'InstructGPT, equation 2: 27.8'),
  ptxBatchSize: integer(16, [1, 256], 'texts', 'Plain texts beside each minibatch.', 'InstructGPT: 8 times the episodes'),
  averageDecay: number(0, [0, 0.9999], 'per step', 'What one step leaves of the moving average of the weights, which is then the result; 0 keeps none.', 'InstructGPT, appendix C.4: 0.992'),
} as const satisfies Fields;

// prettier-ignore
const lossAverage = choice('tokens', ['tokens', 'responses', 'longest'], 'Average over all tokens, over responses first, or over the longest length that there could be.', 'Yu 2025 (DAPO): tokens; Shao 2024: responses; Liu 2025 (Dr. GRPO): longest');

// prettier-ignore
export const PPO = {
  ...optimizer,
  ...rollout,
  ...policyUpdate,
  responsesPerPrompt: integer(1, [1, 64], 'responses', 'Responses to each prompt of a rollout.', 'Ziegler 2019: 1'),
  valueLearningRate: logarithmic(3e-4, [1e-6, 1e-2], '', 'Peak learning rate of the value model.', 'judgement'),
  klCoefficient: number(0.05, [0, 1], 'reward per nat', 'What one nat of k1 KL from the reference costs.', 'Stiennon 2020: 0.05'),
  klControl: choice('fixed', ['fixed', 'adaptive', 'distinct'], 'Keep the coefficient, or steer by it the KL to a target, or the share of distinct pairs of tokens.', 'Ziegler 2019, section 2.2: fixed or adaptive'),
  klTarget: number(6, [0.1, 50], 'nats per response', 'Where adaptive control steers the KL.', 'Ziegler 2019: 6'),
  distinctTarget: number(0.85, [0.1, 1], 'share of the first', 'Share of the distinct pairs of tokens in the first responses that control by distinct pairs is to keep: below it KL becomes dearer, above it cheaper again, down to the coefficient that was set.', 'judgement'),
  klHorizon: number(20, [1, 1000], 'rollouts', 'Rollouts in which control may change the coefficient by a fifth.', 'Ziegler 2019: 10,000 episodes of 512'),
  discount: number(1, [0.9, 1], '', 'Gamma: what a reward one token later is worth.', 'Stiennon 2020: 1'),
  gaeLambda: number(0.95, [0, 1], '', 'Lambda of generalized advantage estimation.', 'Ziegler 2019: 0.95'),
  valueClipRange: number(0.2, [0.01, 10], 'reward', 'How far one update may move a value.', 'Ziegler 2019: 0.2'),
  whitenRewards: flag(false, 'Scale the rewards of a rollout to variance 1, keeping their mean.', 'Ziegler 2019: on; N+: off'),
  whitenAdvantages: flag(true, 'Shift and scale the advantages of a rollout to mean 0, variance 1.', 'Ziegler 2019'),
  lossAverage,
  valueTrunk: choice('separate', ['separate', 'shared'], "Give the critic a network of its own, which starts from the reward model, or only a head on the policy's, which spares memory and moves the policy by what the critic learns.", 'Stiennon 2020, G.1: separate; Schulman 2017, equation 9, and Ziegler 2019: shared'),
  valueCoefficient: number(0.1, [0, 10], 'per reward squared', 'Weight of the value loss beside that of the policy, in one update; on a shared trunk only.', 'Ziegler 2019: 0.1; Schulman 2017: 1'),
  criticWarmup: integer(0, [0, 200], 'steps', 'First steps in which only the value model learns, so that the policy is not led by its first guesses.', 'OpenRLHF: freezing steps'),
} as const satisfies Fields;

/** Critic-free methods: several responses to each prompt are one another's baseline. */
// prettier-ignore
const policyGradient = {
  ...optimizer,
  ...rollout,
  ...policyUpdate,
  epochs: { ...policyUpdate.epochs, value: 1, source: 'TRL, RLOO and GRPO: 1' },
  klCoefficient: number(0.05, [0, 1], 'reward per nat', 'What one nat of k1 KL from the reference costs.', 'TRL, RLOO: 0.05'),
  responsesPerPrompt: integer(4, [1, 64], 'responses', 'Responses to each prompt of a rollout.', 'Ahmadian 2024: 2 to 4; TRL, GRPO: 8'),
} as const satisfies Fields;

// prettier-ignore
export const REINFORCE = {
  ...policyGradient,
  baseline: choice('running', ['none', 'batch', 'running'], 'What a reward is compared with: nothing, the rest of the rollout, or the rollouts so far.', 'Ahmadian 2024, section 3: running'),
  responsesPerPrompt: { ...policyGradient.responsesPerPrompt, value: 1, source: 'Williams 1992: 1' },
} as const satisfies Fields;

export const RLOO = policyGradient;

// prettier-ignore
export const GRPO = {
  ...policyGradient,
  klCoefficient: number(0.04, [0, 1], 'per nat', 'Weight of KL from the reference, per token in the loss or per response in the reward.', 'Shao 2024: 0.04; TRL: 0'),
  responsesPerPrompt: { ...policyGradient.responsesPerPrompt, value: 8, source: 'TRL, GRPO: 8' },
  klPlace: choice('loss', ['loss', 'reward'], 'Price k3 KL in the loss, or k1 KL in the reward of the whole response, whose gradient is that of the objective.', 'Shao 2024: loss; Tang and Munos 2025: reward'),
  groupScale: choice('deviation', ['deviation', 'unscaled'], "Divide advantages by the group's deviation, or not.", 'Shao 2024: deviation; Liu 2025 (Dr. GRPO): unscaled'),
  lossAverage,
} as const satisfies Fields;

// prettier-ignore
export const REJECTION = {
  ...policyGradient,
  epochs: { ...policyUpdate.epochs, value: 2, source: 'AlpacaFarm, expert iteration: 3' },
  klCoefficient: { ...policyGradient.klCoefficient, value: 0, source: 'Dong 2023: 0' },
  responsesPerPrompt: { ...policyGradient.responsesPerPrompt, value: 8, source: 'AlpacaFarm: best of 16' },
} as const satisfies Fields;

/** What learning from labelled responses has in common. */
// prettier-ignore
const offline = {
  ...optimizer,
  epochs: integer(1, [1, 20], 'passes', 'Passes over the labels.', 'TRL: 1 to 3'),
  batchSize: integer(16, [2, 128], 'labels', 'Pairs, or thumbs, in one step.', 'Rafailov 2023: 64'),
  learningRate: logarithmic(1e-4, [1e-6, 1e-2], '', 'Peak learning rate.', 'judgement'),
  schedule: schedule('linear', 'Rafailov 2023'),
  evaluateEvery: integer(5, [1, 1000], 'steps', 'Steps between two measurements on held-out prompts.', 'judgement'),
  beta: logarithmic(0.1, [1e-3, 10], 'reward per nat', 'How much a nat of log-probability over the reference is worth as a reward; a high beta stays near.', 'Rafailov 2023: 0.1'),
} as const satisfies Fields;

// prettier-ignore
const direct = {
  loss: choice('dpo', ['dpo', 'robust', 'ipo', 'hinge'], 'What is asked of the difference between chosen and rejected.', 'Rafailov 2023; Chowdhury 2024; Azar 2023; Zhao 2023'),
  labelSmoothing: number(0, [0, 0.49], 'probability', 'How likely a label is wrong (cDPO); dpo and robust only.', 'Mitchell 2023: 0'),
  lengthAveraged: flag(false, 'Average log-probabilities over tokens, as TRL does for IPO.', 'Azar 2023: off'),
  nllCoefficient: number(0, [0, 10], '', 'Weight of the loss of fine-tuning on the chosen response, so that it does not become less likely.', 'Dubey 2024 (Llama 3), section 4.1.4: 0.2'),
} as const satisfies Fields;

export const DPO = { ...offline, ...direct } as const satisfies Fields;

// prettier-ignore
export const KTO = {
  ...offline,
  desirableWeight: number(1, [0, 10], '', 'Weight of thumbs up.', 'Ethayarajh 2024: 1'),
  undesirableWeight: number(1, [0, 10], '', 'Weight of thumbs down.', 'Ethayarajh 2024: 1'),
} as const satisfies Fields;

// prettier-ignore
export const ORPO = {
  ...offline,
  loss: choice('orpo', ['orpo', 'simpo'], 'Odds with fine-tuning, or the mean log-probability with a margin.', 'Hong 2024; Meng 2024'),
  beta: logarithmic(0.1, [1e-3, 10], '', 'Weight of the odds (lambda), or scale of the difference.', 'Hong 2024: 0.1; Meng 2024: 2'),
  margin: number(0.5, [0, 10], '', 'Gamma: by how much the chosen response should win; simpo only.', 'TRL: 0.5'),
} as const satisfies Fields;

// prettier-ignore
export const ONLINE_DPO = {
  ...optimizer,
  ...direct,
  steps: rollout.steps,
  batchSize: integer(16, [2, 256], 'pairs', 'Prompts in one step, each answered twice and judged.', 'judgement'),
  temperature: rollout.temperature,
  learningRate: offline.learningRate,
  schedule: offline.schedule,
  beta: offline.beta,
  missingEosScore: rollout.missingEosScore,
} as const satisfies Fields;

export type PpoConfig = ValuesOf<typeof PPO>;
export type ReinforceConfig = ValuesOf<typeof REINFORCE>;
export type RlooConfig = ValuesOf<typeof RLOO>;
export type GrpoConfig = ValuesOf<typeof GRPO>;
export type RejectionConfig = ValuesOf<typeof REJECTION>;
export type DpoConfig = ValuesOf<typeof DPO>;
export type KtoConfig = ValuesOf<typeof KTO>;
export type OrpoConfig = ValuesOf<typeof ORPO>;
export type OnlineDpoConfig = ValuesOf<typeof ONLINE_DPO>;
