/** How models came to be: stages, runs, their steps, and checkpoints. */
import type { Id, Rollout } from './texts';

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
