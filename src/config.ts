/**
 * Every hyperparameter once: default, range, unit, meaning, source. The types of the stages' configs, the
 * sliders of the page, the flags of the command line and the checks of imported settings are all derived
 * from these rows. Defaults are for models of 0.3 to 5 million parameters, which bear learning rates a
 * hundred times those of the papers.
 */

interface Described {
  /** One sentence, for the person at the slider. */
  meaning: string;
  /** Paper, or "judgement" where we chose it. */
  source: string;
}
export interface NumberField extends Described {
  kind: 'number' | 'integer';
  value: number;
  min: number;
  max: number;
  unit: string;
  /** How a slider is spaced. */
  scale?: 'log';
}
export interface FlagField extends Described {
  kind: 'flag';
  value: boolean;
}
export interface ChoiceField extends Described {
  kind: 'choice';
  value: string;
  options: readonly string[];
}
export type Field = NumberField | FlagField | ChoiceField;
export type Fields = Record<string, Field>;

/** The plain values of a table of fields: what a stage is given. */
export type ValuesOf<F extends Fields> = {
  -readonly [K in keyof F]: F[K] extends { kind: 'choice'; options: readonly (infer O)[] }
    ? O
    : F[K] extends { kind: 'flag' }
      ? boolean
      : number;
};

const number = (
  value: number,
  [min, max]: [number, number],
  unit: string,
  meaning: string,
  source: string,
): NumberField => ({ kind: 'number', value, min, max, unit, meaning, source });
const logarithmic = (...row: Parameters<typeof number>): NumberField => ({
  ...number(...row),
  scale: 'log',
});
const integer = (...row: Parameters<typeof number>): NumberField => ({
  ...number(...row),
  kind: 'integer',
});
const flag = (value: boolean, meaning: string, source: string): FlagField => ({
  kind: 'flag',
  value,
  meaning,
  source,
});
const choice = <const O extends string>(
  value: NoInfer<O>,
  options: readonly O[],
  meaning: string,
  source: string,
): ChoiceField & { options: readonly O[] } => ({ kind: 'choice', value, options, meaning, source });

// ── Shared rows ───────────────────────────────────────────────────────────────────────────────────

const ADAM = 'InstructGPT, appendix C.1: (0.9, 0.95)';

// prettier-ignore
const optimizer = {
  beta1: number(0.9, [0, 0.999], '', 'Decay of the mean of gradients.', ADAM),
  beta2: number(0.95, [0, 0.9999], '', 'Decay of the mean of squared gradients.', ADAM),
  epsilon: logarithmic(1e-5, [1e-8, 1e-3], '', 'Added to the root of the second moment, after bias correction.', 'N+ implementation details: 1e-5'),
  weightDecay: number(0, [0, 0.5], '', 'Decoupled decay of matrices towards zero, times the learning rate.', 'Loshchilov and Hutter 2019'),
  gradientClip: number(1, [0.01, 100], 'global L2 norm', 'Gradients longer than this are shortened to it.', 'OpenRLHF, verl: 1.0'),
  warmupSteps: integer(5, [0, 1000], 'steps', 'Steps over which the learning rate climbs from zero.', 'judgement'),
  finalLearningRate: number(0.1, [0, 1], 'of the peak', 'Where the schedule ends.', 'InstructGPT, appendix C.1: cosine to 10%'),
} as const satisfies Fields;

const schedule = (value: 'cosine' | 'linear' | 'constant', source: string) =>
  choice(
    value,
    ['cosine', 'linear', 'constant'],
    'How the learning rate falls after warm-up.',
    source,
  );

// ── The stages ────────────────────────────────────────────────────────────────────────────────────

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
  learningRate: logarithmic(1e-3, [1e-6, 1e-2], '', 'Peak learning rate.', 'judgement'),
  schedule: schedule('cosine', 'InstructGPT, appendix C.1'),
  evaluateEvery: integer(10, [1, 1000], 'steps', 'Steps between two measurements of the held-out loss.', 'judgement'),
} as const satisfies Fields;

// prettier-ignore
export const SAMPLES = {
  prompts: integer(64, [1, 5000], 'prompts', 'Prompts to draw answers for.', 'judgement'),
  answers: integer(4, [2, 9], 'answers', 'Answers per prompt, K.', 'InstructGPT, section 3.5: K = 4 to 9'),
  borrowed: integer(0, [0, 4], 'answers', 'How many of the K were drawn for another prompt, so that the reward model learns that an answer must fit.', 'judgement'),
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
  patience: integer(0, [0, 100], 'measurements', 'Stop after so many measurements without a lower held-out loss; 0 never stops.', 'judgement'),
  window: integer(8, [1, 64], 'batches', 'Batches that are drawn at once and sorted by length among themselves, so that short answers are not padded to the longest; 1 does not sort.', 'judgement'),
} as const satisfies Fields;

// ── Chapter 6: the methods that optimise a policy ─────────────────────────────────────────────────

/** What every method has that learns from responses of its own. */
// prettier-ignore
const rollout = {
  steps: integer(40, [1, 2000], 'steps', 'Rollout batches, each followed by its updates.', 'judgement'),
  batchSize: integer(32, [2, 512], 'episodes', 'Episodes in one rollout.', 'InstructGPT, appendix C.4: 512'),
  temperature: number(1, [0.1, 2], '', 'Sampling temperature of rollouts, in log-probabilities too.', 'InstructGPT: 1'),
  missingEosScore: number(-1, [-10, 0], 'reward', 'Score of a response that never ends, in place of its own.', 'Ziegler 2019: -1'),
  scoreNormalisation: choice('none', ['none', 'batch', 'running', 'prompt'], "Shift and scale scores by the rollout's or the running mean and deviation, or take off the mean of the same prompt's responses.", 'OpenRLHF: running; Ahmadian 2024: prompt'),
  scoreDecay: number(0.9, [0, 0.999], 'per rollout', 'What one more rollout leaves of the running mean and deviation.', 'judgement'),
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
export const PPO = {
  ...optimizer,
  ...rollout,
  ...policyUpdate,
  responsesPerPrompt: integer(1, [1, 64], 'responses', 'Responses to each prompt of a rollout.', 'Ziegler 2019: 1'),
  valueLearningRate: logarithmic(3e-4, [1e-6, 1e-2], '', 'Peak learning rate of the value model.', 'judgement'),
  klCoefficient: number(0.05, [0, 1], 'reward per nat', 'What one nat of k1 KL from the reference costs.', 'Stiennon 2020: 0.05'),
  klControl: choice('fixed', ['fixed', 'adaptive'], 'Keep the coefficient, or steer the KL to a target.', 'Ziegler 2019, section 2.2'),
  klTarget: number(6, [0.1, 50], 'nats per response', 'Where adaptive control steers the KL.', 'Ziegler 2019: 6'),
  klHorizon: number(20, [1, 1000], 'rollouts', 'Rollouts in which adaptive control may change the coefficient by a fifth.', 'Ziegler 2019: 10,000 episodes of 512'),
  discount: number(1, [0.9, 1], '', 'Gamma: what a reward one token later is worth.', 'Stiennon 2020: 1'),
  gaeLambda: number(0.95, [0, 1], '', 'Lambda of generalized advantage estimation.', 'Ziegler 2019: 0.95'),
  valueClipRange: number(0.2, [0.01, 10], 'reward', 'How far one update may move a value.', 'Ziegler 2019: 0.2'),
  whitenRewards: flag(false, 'Scale the rewards of a rollout to variance 1, keeping their mean.', 'Ziegler 2019: on; N+: off'),
  whitenAdvantages: flag(true, 'Shift and scale the advantages of a rollout to mean 0, variance 1.', 'Ziegler 2019'),
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
  lossAverage: choice('tokens', ['tokens', 'responses', 'longest'], 'Average over all tokens, over responses first, or over the longest length that there could be.', 'Yu 2025 (DAPO): tokens; Shao 2024: responses; Liu 2025 (Dr. GRPO): longest'),
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
export type PpoConfig = ValuesOf<typeof PPO>;
export type ReinforceConfig = ValuesOf<typeof REINFORCE>;
export type RlooConfig = ValuesOf<typeof RLOO>;
export type GrpoConfig = ValuesOf<typeof GRPO>;
export type RejectionConfig = ValuesOf<typeof REJECTION>;
export type DpoConfig = ValuesOf<typeof DPO>;
export type KtoConfig = ValuesOf<typeof KTO>;
export type OrpoConfig = ValuesOf<typeof ORPO>;
export type OnlineDpoConfig = ValuesOf<typeof ONLINE_DPO>;
export type EvaluationConfig = ValuesOf<typeof EVALUATION>;
export type PretrainingConfig = ValuesOf<typeof PRETRAINING>;

/** All tables under the names that presets, URLs and saved configs use. */
export const CONFIG = {
  lengths: LENGTHS,
  sft: SFT,
  samples: SAMPLES,
  rewardModel: REWARD_MODEL,
  ppo: PPO,
  reinforce: REINFORCE,
  rloo: RLOO,
  grpo: GRPO,
  rejection: REJECTION,
  dpo: DPO,
  kto: KTO,
  orpo: ORPO,
  onlineDpo: ONLINE_DPO,
  evaluation: EVALUATION,
} as const;
export type ConfigSection = keyof typeof CONFIG;
export type LabConfig = { -readonly [S in ConfigSection]: ValuesOf<(typeof CONFIG)[S]> };

/**
 * The methods that optimise a policy, by the names of their sections: alternatives of chapter 6. A run of any of
 * them is of stage `ppo` on record, with its method among its settings.
 */
export const METHODS = [
  'ppo',
  'reinforce',
  'rloo',
  'grpo',
  'rejection',
  'dpo',
  'kto',
  'orpo',
  'onlineDpo',
] as const satisfies readonly ConfigSection[];
export type Method = (typeof METHODS)[number];

/** What a method needs beside the model that it starts from. */
export const METHOD_NEEDS = {
  ppo: { reward: true, comparisons: false, prompts: true },
  reinforce: { reward: true, comparisons: false, prompts: true },
  rloo: { reward: true, comparisons: false, prompts: true },
  grpo: { reward: true, comparisons: false, prompts: true },
  rejection: { reward: true, comparisons: false, prompts: true },
  dpo: { reward: false, comparisons: true, prompts: false },
  kto: { reward: false, comparisons: true, prompts: false },
  orpo: { reward: false, comparisons: true, prompts: false },
  onlineDpo: { reward: true, comparisons: false, prompts: true },
} as const satisfies Record<Method, { reward: boolean; comparisons: boolean; prompts: boolean }>;

/** The method of a run's settings; those of runs from before there were others name none, and are PPO's. */
export function methodOf(settings: Readonly<Record<string, unknown>>): Method {
  const named = settings.method ?? 'ppo';
  const method = METHODS.find((each) => each === named);
  if (!method)
    throw new ConfigError(`method is ${show(named)}; it is one of ${METHODS.join(', ')}.`);
  return method;
}

/** A method's settings out of those of its run, which name the method too. @throws ConfigError */
export function methodConfig<M extends Method>(
  method: M,
  settings: Readonly<Record<string, unknown>> = {},
): LabConfig[M] {
  const { method: _, ...changes } = settings;
  return sectionConfig(method, changes);
}

/** A config value that cannot be; the message names the setting, the value and what is allowed. */
export class ConfigError extends Error {
  override name = 'ConfigError';
}

/** Why `value` cannot be taken for a field, as a sentence; null where it can. */
export function fieldProblem(name: string, field: Field, value: unknown): string | null {
  switch (field.kind) {
    case 'flag':
      return typeof value === 'boolean'
        ? null
        : `${name} is ${show(value)}; it is either true or false.`;
    case 'choice':
      return typeof value === 'string' && field.options.includes(value)
        ? null
        : `${name} is ${show(value)}; it is one of ${field.options.join(', ')}.`;
    case 'number':
    case 'integer': {
      const unit = field.unit ? ` (${field.unit})` : '';
      if (typeof value !== 'number' || !Number.isFinite(value))
        return `${name} is ${show(value)}; it is a number between ${field.min} and ${field.max}${unit}.`;
      if (field.kind === 'integer' && !Number.isInteger(value))
        return `${name} is ${value}; it is a whole number between ${field.min} and ${field.max}${unit}.`;
      return value >= field.min && value <= field.max
        ? null
        : `${name} is ${value}; it lies between ${field.min} and ${field.max}${unit}.`;
    }
    default:
      return field satisfies never;
  }
}

const show = (value: unknown): string => JSON.stringify(value) ?? String(value);

/**
 * The values of one section: its defaults with `changes` laid over them.
 * @throws ConfigError naming every unknown setting and impossible value.
 */
export function sectionConfig<S extends ConfigSection>(
  section: S,
  changes: Readonly<Record<string, unknown>> = {},
): LabConfig[S] {
  const fields: Fields = CONFIG[section];
  const problems: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(fields)) values[name] = field.value;
  for (const [name, value] of Object.entries(changes)) {
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
    const problem = field
      ? fieldProblem(`${section}.${name}`, field, value)
      : `${section} has no setting "${name}"; it has ${Object.keys(fields).join(', ')}.`;
    if (problem) problems.push(problem);
    else values[name] = value;
  }
  if (problems.length) throw new ConfigError(problems.join(' '));
  // The loop above filled every key of the table with a value that its row allows.
  return values as LabConfig[S];
}

export type ConfigChanges = { [S in ConfigSection]?: Readonly<Record<string, unknown>> };

/** The whole config: defaults with `changes` laid over them. @throws ConfigError */
export function labConfig(changes: ConfigChanges = {}): LabConfig {
  const known = Object.keys(CONFIG);
  const unknown = Object.keys(changes).filter((section) => !known.includes(section));
  if (unknown.length)
    throw new ConfigError(
      `There is no section "${unknown.join('", "')}"; there are ${known.join(', ')}.`,
    );
  return {
    lengths: sectionConfig('lengths', changes.lengths),
    sft: sectionConfig('sft', changes.sft),
    samples: sectionConfig('samples', changes.samples),
    rewardModel: sectionConfig('rewardModel', changes.rewardModel),
    ppo: sectionConfig('ppo', changes.ppo),
    reinforce: sectionConfig('reinforce', changes.reinforce),
    rloo: sectionConfig('rloo', changes.rloo),
    grpo: sectionConfig('grpo', changes.grpo),
    rejection: sectionConfig('rejection', changes.rejection),
    dpo: sectionConfig('dpo', changes.dpo),
    kto: sectionConfig('kto', changes.kto),
    orpo: sectionConfig('orpo', changes.orpo),
    onlineDpo: sectionConfig('onlineDpo', changes.onlineDpo),
    evaluation: sectionConfig('evaluation', changes.evaluation),
  };
}

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
