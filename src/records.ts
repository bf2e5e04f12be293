/**
 * What flows between the stages. Every record is plain data: it can be stored in IndexedDB, posted to
 * a worker and written as a line of JSON, so none holds a tensor, a class or a function.
 *
 * Text is what is stored; token ids are derived from it with the tokenizer of the model at hand, so a
 * person's demonstrations and rankings survive a change of base model.
 */

export type Id = string;

/** Who or what made a label or a text. Simulated labels are never mixed in silently. */
export type Source = 'human' | 'simulated' | 'built-in' | 'imported';

/** Whether a record may be trained on. The split is by prompt, so all answers to one prompt share it. */
export type Split = 'train' | 'held-out';

/** The tasks of the built-in world. A person's own prompts are `own` and carry no check. */
export const TASKS = [
  'story',
  'answer',
  'unknown',
  'list',
  'json',
  'rewrite',
  'grounded',
  'unsafe',
  'borderline',
  'own',
] as const;
export type Task = (typeof TASKS)[number];

/** How an answer to a prompt of the built-in world is checked by rule; see `data/gold.ts`. */
export type Check =
  | { kind: 'story'; subject: string }
  | { kind: 'answer'; accepted: string[] }
  | { kind: 'unknown' }
  | { kind: 'list'; members: string[]; count: number }
  | { kind: 'json'; expected: Record<string, string> }
  | { kind: 'rewrite'; form: 'polite' | 'shorter'; keep: string[]; original: string }
  | { kind: 'grounded'; accepted: string[]; passage: string }
  | { kind: 'refuse' }
  | { kind: 'help'; keywords: string[] };

export interface Prompt {
  id: Id;
  text: string;
  task: Task;
  split: Split;
  source: Source;
  /** Null where no rule can tell a good answer, as for a person's own prompts. */
  check: Check | null;
}

/** A prompt with the response that a labeler would want: what supervised fine-tuning learns from. */
export interface Demonstration extends Prompt {
  response: string;
  /** Version of the guidelines that its writer was shown; absent where there were none. */
  guidelinesVersion?: number;
  /** Milliseconds since 1970. */
  createdAt: number;
}

/** K responses of one policy to one prompt, as they were drawn. */
export interface Sample {
  id: Id;
  prompt: Prompt;
  checkpointId: Id;
  temperature: number;
  seed: number;
  responses: SampledResponse[];
  createdAt: number;
}

export interface SampledResponse {
  text: string;
  /** Response tokens, with the end-of-sequence token where there is one. */
  tokens: number;
  /** Whether the end-of-sequence token was reached before the length limit. */
  finished: boolean;
  /** The prompt that it was drawn for, where it was borrowed from another one. */
  borrowedFrom?: Id;
}

export interface LabelerInfo {
  id: Id;
  name: string;
  source: 'human' | 'simulated';
  /** Name of the rule of a simulated labeler. */
  rule?: string;
}

/**
 * One labeler's verdict on one sample. `ranks[k]` is the rank of `responses[k]`, 1 is best, equal ranks
 * are ties. `skipped` carries no preference; in `all-bad` the order still counts but none is good.
 */
export interface Ranking {
  id: Id;
  sampleId: Id;
  prompt: Prompt;
  responses: string[];
  ranks: number[];
  verdict: 'ranked' | 'all-bad' | 'skipped';
  flagged: boolean;
  /** The order in which the responses were shown: positions on screen to indices of `responses`. */
  shown: number[];
  labeler: LabelerInfo;
  /** Time that the labeler looked at it, in seconds; 0 where simulated. */
  seconds: number;
  createdAt: number;
  /** Version of the guidelines that the labeler was shown; absent where there were none, as for a rule. */
  guidelinesVersion?: number;
  /** Shown again to see how far the labeler agrees with themselves; never learned from. */
  repeat?: boolean;
  /** What the labeler said of each response beside its rank, where they were asked. */
  forms?: ResponseForm[];
}

/** InstructGPT's form for one response; the questions are those of `data/instruct-form.ts`. */
export interface ResponseForm {
  /** 1 to 7; null while it is open. */
  overall: number | null;
  /** Answers by the name of the question. */
  answers: { [question: string]: boolean };
}

/**
 * All pairs of one ranking: one element of a reward-model batch (InstructGPT, section 3.5), so that a
 * response is read once and not K - 1 times. Pairs index `responses`; ties give no pair.
 */
export interface Comparison {
  id: Id;
  rankingId: Id;
  prompt: Prompt;
  responses: string[];
  pairs: { better: number; worse: number }[];
  /** Of the labels: a person's or a simulated labeler's. */
  source: Source;
}

/** One response token of a rollout. All log-probabilities in nats. */
export interface RolloutToken {
  text: string;
  logProbability: number;
  referenceLogProbability: number;
  reward: number;
  value: number;
  advantage: number;
  return: number;
  /** New over old probability after the last pass over this rollout. */
  ratio: number;
  clipped: boolean;
}

/** One episode of PPO, kept for people to look at. */
export interface Rollout {
  id: Id;
  runId: Id;
  step: number;
  query: string;
  response: string;
  /** Score of the reward model for the whole response, before the KL penalty. */
  score: number;
  /** Gold score by rule, where the prompt has a check. */
  gold: number | null;
  /** Sum of k1 over the response, nats. */
  kl: number;
  finished: boolean;
  tokens: RolloutToken[];
}

/** What was said of the first answer of a contest; `both-bad` prefers neither and counts as a tie. */
export const OUTCOMES = ['win', 'loss', 'tie', 'both-bad'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** The same prompt answered by two or more checkpoints with the same seed and decoding. */
export interface Contest {
  id: Id;
  prompt: Prompt;
  answers: { checkpointId: Id; text: string; finished: boolean; gold: number | null }[];
  seed: number;
  temperature: number;
  /** What the judge said of the first answer; absent where only the counts were kept. */
  outcome?: Outcome;
  /** A rule was asked twice, with the sides swapped, and contradicted itself: the outcome is a tie. */
  contradicted?: boolean;
}

export interface WinRate {
  wins: number;
  losses: number;
  ties: number;
  /** (wins + ties / 2) / all. */
  value: number;
  /** 95% Wilson interval. */
  low: number;
  high: number;
}

export interface Evaluation {
  id: Id;
  /** The checkpoint under test and the one it is compared with. */
  checkpointId: Id;
  baselineId: Id;
  judge: LabelerInfo;
  winRate: WinRate;
  /** Mean over responses of the summed k1 against the baseline, nats per response; null where a person's votes are all there is. */
  kl: number | null;
  gold: { checkpoint: number; baseline: number } | null;
  contests: Contest[];
  createdAt: number;
}

// ── Automatic measures and probes ─────────────────────────────────────────────────────────────────

/** Prompts of a person's own, held out for good. */
export interface TestSet {
  id: Id;
  name: string;
  prompts: Prompt[];
  /** SHA-256 of prompts and answers, by which a report says what it measured on. */
  hash: string;
}

/** An answer as it was drawn; not finished where the length limit came before its end. */
export interface DrawnAnswer {
  prompt: Prompt;
  answer: string;
  finished: boolean;
  /** Tokens drawn, the end of sequence counted: as many passes through the model, the first of which reads the prompt. */
  tokens: number;
}

/** What answering took on the device that it was done on. */
export interface AnswerCost {
  backend: string;
  /** Tokens drawn in a second, with `rows` prompts answered at once. */
  tokensPerSecond: number;
  rows: number;
  /** Seconds until a prompt that was asked alone was answered, of a few, in increasing order. */
  latencies: number[];
}

/** Answers of one checkpoint to a list of prompts: what automatic measures are taken of. */
export interface AnswerSet {
  id: Id;
  checkpointId: Id;
  /** The test set that was asked; null for the project's held-out prompts. */
  testSetId: Id | null;
  temperature: number;
  seed: number;
  answers: DrawnAnswer[];
  cost: AnswerCost;
  createdAt: number;
}

/** A difference that was measured on pairs, with its 95% interval; NaN-free: unknown ends are null. */
export interface MeasuredDifference {
  name: string;
  value: number;
  low: number | null;
  high: number | null;
  n: number;
}

/** The same question about somebody else: what a model does with the one and with the other. */
export interface BiasProbe {
  kind: 'bias';
  id: Id;
  /** A policy, whose answers are compared, or a reward model, whose scores are. */
  checkpointId: Id;
  asked: 'policy' | 'reward-model';
  swap: string;
  pairs: {
    original: string;
    counterfactual: string;
    /** Of a policy what it answered, of a reward model what it scored. */
    answers: [string, string];
    /** Gold of the answers, or scores; null where there is none. */
    values: [number | null, number | null];
  }[];
  differences: MeasuredDifference[];
  createdAt: number;
}

/** The best of n answers by the reward model: whether they are better, too. */
export interface SearchProbe {
  kind: 'search';
  id: Id;
  checkpointId: Id;
  rewardModelId: Id;
  /** Answers drawn to each prompt. */
  n: number;
  found: { prompt: Prompt; first: ScoredAnswer; best: ScoredAnswer }[];
  createdAt: number;
}
export interface ScoredAnswer {
  text: string;
  score: number;
  gold: number | null;
}

/** Whether a model completes a secret that was planted in its demonstrations. */
export interface MemoryProbe {
  kind: 'memory';
  id: Id;
  checkpointId: Id;
  prompt: string;
  secret: string;
  /** How often it stands in the demonstrations. */
  planted: number;
  rank: number;
  candidates: number;
  /** Bits; see `algorithms/exposure.ts`. */
  exposure: number;
  createdAt: number;
}
export type Probe = BiasProbe | SearchProbe | MemoryProbe;

/** What a person said of an answer that the reward model likes. */
export interface Review {
  id: Id;
  prompt: Prompt;
  checkpointId: Id;
  rewardModelId: Id;
  answer: string;
  score: number;
  gold: number | null;
  verdict: 'good' | 'bad' | 'unsure';
  createdAt: number;
}

// ── Runs and checkpoints ──────────────────────────────────────────────────────────────────────────

/** The stages, in order, by the names that everything uses. */
export const STAGES = [
  'demonstrations',
  'sft',
  'samples',
  'rankings',
  'reward-model',
  'ppo',
  'evaluation',
] as const;
export type Stage = (typeof STAGES)[number];
/** The stages that train a model. */
export type TrainingStage = Extract<Stage, 'sft' | 'reward-model' | 'ppo'>;

/** Metric names follow TRL where it has one, for instance `objective/kl`. */
export type Metrics = Record<string, number>;

/** What a training stage yields after each optimizer step. */
export interface TrainingStep {
  /** Steps done, 1 after the first. */
  step: number;
  steps: number;
  /** Tokens that went through the model in this step, padding not counted. */
  tokens: number;
  metrics: Metrics;
  /** Episodes to look at; PPO only. */
  rollouts?: Rollout[];
}

/** A stretch of work within a step or a stage without one: sampling, scoring, evaluating. */
export interface Progress {
  done: number;
  total: number;
  what: string;
}

/** One section of the config as plain values; see `config.ts`. */
export type ConfigValues = Record<string, number | string | boolean>;

export interface RunRecord {
  id: Id;
  projectId: Id;
  stage: TrainingStage;
  /** The stage's part of the config, as it was when the run began. */
  config: ConfigValues;
  lengths: { promptTokens: number; responseTokens: number };
  seed: number;
  /** Hash of config, lengths and seed. */
  configHash: string;
  /** Digest of what it learns from; empty where it was begun by the pipeline. */
  dataHash: string;
  /** The checkpoint it started from; PPO's reference. */
  parentId: Id;
  /** The reward model that PPO asks; null for the other stages. */
  rewardModelId: Id | null;
  backend: string;
  status: 'running' | 'paused' | 'stopped' | 'finished' | 'failed';
  /** Why it failed, as a sentence. */
  failure?: string;
  steps: number;
  step: number;
  startedAt: number;
  /** Seconds of training, pauses not counted. */
  seconds: number;
}

/** Answers to a run's fixed prompts at one of its steps, always from the same seed. */
export interface RunTexts {
  step: number;
  texts: { prompt: string; text: string }[];
}

/** One row of a run's history; keyed by run and step, so that resuming overwrites and never doubles. */
export interface MetricRow {
  runId: Id;
  step: number;
  metrics: Metrics;
}

/** A tensor off the device. */
export interface TensorRecord {
  shape: number[];
  data: Float32Array;
}
/** Every tensor of a checkpoint by full name, for instance `policy/model.norm.weight`. */
export type TensorRecords = Record<string, TensorRecord>;

/** Where a training run stands: with the tensors, all that exact resumption needs. */
export interface TrainingProgress {
  /** Optimizer steps done (PPO: rollout batches done). */
  step: number;
  /** Steps that the schedule was laid out for. */
  steps: number;
  /** Optimizer steps by optimizer name; Adam's bias correction counts these. */
  optimizerSteps: Record<string, number>;
  /** KL coefficient (PPO); 0 elsewhere. */
  klCoefficient: number;
  /** Next value of each random stream's counter. */
  randomCounters: Record<string, number>;
  /** Index of the next item of the shuffled data. */
  dataCursor: number;
  /** Running statistics by name, where the stage keeps any. */
  running?: Record<string, number>;
}

/** The shape of a Llama-family model; the same facts as Hugging Face's `config.json`. */
export interface ModelConfig {
  vocabSize: number; // V
  width: number; // D
  layers: number; // L
  heads: number; // H
  kvHeads: number; // G
  feedForward: number; // F
  maxPositions: number;
  rmsEpsilon: number;
  ropeTheta: number;
  bosId: number;
  eosId: number;
  padId: number;
}

/** A model off the device: what one stage hands to the next, and what a checkpoint holds. */
export interface Weights {
  config: ModelConfig;
  tensors: TensorRecords;
}

/**
 * A training stage under way. It owns everything that it put on the device.
 *
 * `steps` is the stage's one async generator: step with `next()`, pause by not calling it, stop with
 * `return()`. Between two steps the state is whole: what `save` gives there, with `progress`, goes on
 * exactly when the stage is begun from it.
 */
export interface TrainingRun {
  steps: AsyncGenerator<TrainingStep, void>;
  readonly progress: TrainingProgress;
  readonly modelConfig: ModelConfig;
  /** Everything that resuming needs, off the device. Must not be called while a step is under way. */
  save(): Promise<TensorRecords>;
  /** The model as it stands, by the names of a `model` checkpoint. The same restriction holds. */
  result(): Promise<Weights>;
  dispose(): void;
}

/** What a run is resumed from. */
export interface SavedRun {
  tensors: TensorRecords;
  progress: TrainingProgress;
}

/**
 * A saved state. `kind: 'model'` holds a finished model to sample from and start from; `resume` also
 * holds moments and counters, and the run goes on from it exactly.
 */
export interface Checkpoint {
  id: Id;
  projectId: Id;
  name: string;
  stage: 'base' | TrainingStage;
  kind: 'model' | 'resume';
  runId: Id | null;
  parentId: Id | null;
  step: number;
  modelConfig: ModelConfig;
  /** SHA-256 of the tokenizer.json that its ids mean something in. */
  tokenizerHash: string;
  progress: TrainingProgress | null;
  config: ConfigValues;
  metrics: Metrics;
  bytes: number;
  createdAt: number;
}

export interface Project {
  id: Id;
  name: string;
  seed: number;
  /** Directory under `base/` of the base model, or the id of an imported checkpoint. */
  baseModel: string;
  guidelines: string;
  createdAt: number;
  openedAt: number;
}

/**
 * Whoever ranks: a person in the app, a rule in a test or a headless run. It is asked one sample at a
 * time and may take as long as it likes.
 */
export interface Labeler {
  info: LabelerInfo;
  rank(sample: Sample): Promise<Ranking>;
}
