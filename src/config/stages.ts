/**
 * The rows of all stages but the sixth, whose methods are in `methods.ts`, and of pretraining. Defaults are for
 * models of 0.3 to 5 million parameters, which bear learning rates a hundred times those of the papers.
 */
import { choice, integer, logarithmic, number, type Fields, type ValuesOf } from './fields';
import { optimizer, schedule } from './optimizer';

// prettier-ignore
export const LENGTHS = {
  promptTokens: integer(48, [4, 192], 'tokens', 'Longest prompt; shorter ones are padded on the left.', 'judgement'),
  responseTokens: integer(32, [4, 192], 'tokens', 'Longest response, with its end-of-sequence token.', 'judgement'),
} as const satisfies Fields;

// prettier-ignore
export const SFT = {
  ...optimizer,
  epochs: integer(6, [1, 50], 'passes', 'Passes over the demonstrations.', 'InstructGPT, appendix C.1: 16, chosen by reward'),
  batchSize: integer(16, [1, 128], 'demonstrations', 'Demonstrations in one optimizer step.', 'InstructGPT, appendix C.1: 32'),
  learningRate: logarithmic(2e-3, [1e-6, 1e-2], '', 'Peak learning rate.', 'judgement'),
  schedule: schedule('cosine', 'InstructGPT, appendix C.1'),
  evaluateEvery: integer(10, [1, 1000], 'steps', 'Steps between two measurements of the held-out loss.', 'judgement'),
  window: integer(8, [1, 64], 'batches', 'Batches that are drawn at once and sorted by length among themselves, so that short answers are not padded to the longest; 1 does not sort.', 'judgement'),
  ptxCoefficient: number(0, [0, 100], '', 'Weight of the loss on plain text, whose gradient is added in every step, so that the model forgets less of what it has read.', 'Allen-Zhu and Li 2023: mixed training'),
  ptxBatchSize: integer(8, [1, 256], 'texts', 'Plain texts beside each batch of demonstrations.', 'judgement'),
  noiseMultiplier: number(0, [0, 20], 'times the longest gradient', 'Noise that hides each demonstration (differential privacy); every one then goes through the model by itself, and the batch size is what is expected. 0 trains without.', 'Abadi 2016: 1 to 8'),
  exampleClip: number(1, [0.001, 100], 'global L2 norm', 'What the gradient of each demonstration is shortened to where there is noise.', 'Abadi 2016: the median norm'),
  privacyDelta: logarithmic(1e-5, [1e-12, 1e-2], 'probability', 'Delta: how likely the promise of privacy may fail; well below one in the number of demonstrations.', 'Abadi 2016: 1e-5'),
} as const satisfies Fields;

// prettier-ignore
export const SAMPLES = {
  prompts: integer(64, [1, 5000], 'prompts', 'Prompts to draw answers for.', 'judgement'),
  answers: integer(4, [2, 9], 'answers', 'Answers per prompt, K.', 'InstructGPT, section 3.5: K = 4 to 9'),
  borrowed: integer(0, [0, 4], 'answers', 'How many of the K were drawn for another prompt, so that the reward model learns that an answer must fit.', 'judgement'),
  notKnowing: number(0, [0, 1], 'share', 'How many of the borrowed answers say that they do not know, where there are such among those to other prompts: it is never false, and a model that seldom says so gives few occasions to learn when it is right.', 'judgement'),
  temperature: number(1, [0.1, 2], '', 'Logits are divided by this before sampling.', 'InstructGPT: 1'),
  topK: integer(0, [0, 1000], 'tokens', 'Sample among this many likeliest tokens; 0 is all.', 'judgement'),
  topP: number(1, [0.05, 1], 'probability', 'Sample within this much probability; 1 is all.', 'Holtzman 2020'),
} as const satisfies Fields;

// prettier-ignore
export const REWARD_MODEL = {
  ...optimizer,
  epochs: integer(1, [1, 20], 'passes', 'Passes over the comparisons; more than one soon overfits.', 'InstructGPT, appendix C.2: 1'),
  batchSize: integer(8, [1, 64], 'prompts', 'Prompts in one step, each with all pairs of its answers.', 'InstructGPT, appendix C.2: 64'),
  learningRate: logarithmic(3e-4, [1e-6, 1e-2], '', 'Peak learning rate.', 'judgement'),
  schedule: schedule('cosine', 'InstructGPT, appendix C.2'),
  evaluateEvery: integer(5, [1, 1000], 'steps', 'Steps between two measurements on held-out prompts.', 'judgement'),
  loss: choice('pairs', ['pairs', 'ranking', 'best'], 'Learn from all pairs of a ranking, from the ranking as a row of choices, or from its best answer only.', 'InstructGPT, equation 1: pairs; Plackett 1975: ranking; Ziegler 2019: best'),
  labelSmoothing: number(0, [0, 0.49], 'probability', 'How likely a label is wrong; pairs only.', 'Mitchell 2023 (cDPO)'),
  keep: choice('last', ['last', 'best'], 'Keep the model of the last step, or that of the lowest held-out loss.', 'Stiennon 2020, B.1: the best of several'),
  likelihood: number(2, [0, 20], 'reward per nat', 'First weight of how likely the fine-tuned model finds an answer, per token, in the score: what it knows before the first label. The better it was fine-tuned, the more it may count; 0 leaves the score to the labels alone.', 'SimPO (Meng 2024), equation 4: beta 2 to 2.5'),
  members: integer(1, [1, 5], 'models', 'Networks that are taught apart and score together: time and memory of training and scoring grow with them, and where they disagree none of them knows.', 'Coste 2024: 5'),
  patience: integer(0, [0, 100], 'measurements', 'Stop after so many measurements without a lower held-out loss; 0 never stops.', 'judgement'),
  window: integer(8, [1, 64], 'batches', 'Batches that are drawn at once and sorted by length among themselves, so that short answers are not padded to the longest; 1 does not sort.', 'judgement'),
} as const satisfies Fields;

// prettier-ignore
export const EVALUATION = {
  prompts: integer(64, [1, 5000], 'prompts', 'Held-out prompts that both models answer.', 'judgement'),
  temperature: number(0.7, [0, 2], '', 'Sampling temperature; 0 takes the likeliest token.', 'N+: 0.01 to 0.7'),
} as const satisfies Fields;

/** Of `npm run pretrain`. Not a section of the lab's config: no page and no preset sets it. */
// prettier-ignore
export const PRETRAINING = {
  ...optimizer,
  epsilon: { ...optimizer.epsilon, value: 1e-8, source: 'Kingma and Ba 2015' },
  weightDecay: { ...optimizer.weightDecay, value: 0.1, source: 'Touvron 2023 (Llama), section 2.3' },
  warmupSteps: { ...optimizer.warmupSteps, value: 100 },
  batchSize: integer(16, [1, 512], 'windows', 'Windows of text in one optimizer step.', 'judgement'),
  contextTokens: integer(128, [8, 1024], 'tokens', 'Tokens in a window, each of which is predicted.', 'judgement'),
  learningRate: logarithmic(2e-3, [1e-6, 1e-1], '', 'Peak learning rate.', 'judgement'),
  schedule: choice('cosine', ['cosine', 'linear', 'constant', 'wsd'], 'How the learning rate falls after warm-up.', 'Touvron 2023 (Llama), section 2.3'),
  worldShare: number(0.35, [0, 1], 'of the tokens', "How much of the training text is the built-in world's facts.", 'judgement'),
} as const satisfies Fields;

export type LengthsConfig = ValuesOf<typeof LENGTHS>;
export type SftConfig = ValuesOf<typeof SFT>;
export type SamplesConfig = ValuesOf<typeof SAMPLES>;
export type RewardModelConfig = ValuesOf<typeof REWARD_MODEL>;
export type EvaluationConfig = ValuesOf<typeof EVALUATION>;
export type PretrainingConfig = ValuesOf<typeof PRETRAINING>;
