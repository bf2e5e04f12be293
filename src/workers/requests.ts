/** What goes with each command to the trainer's worker, and what comes back: data, as a structured clone copies them. */
import type {
  ConfigChanges,
  EvaluationConfig,
  LabConfig,
  LengthsConfig,
  Method,
  RewardModelConfig,
  SamplesConfig,
  SftConfig,
} from '../config';
import type {
  Checkpoint,
  Comparison,
  Id,
  ModelConfig,
  RunRecord,
  SampledResponse,
} from '../records';

export type BackendName = 'webgpu' | 'wasm' | 'cpu';

/** Which rung of the ladder holds, and why the ones above it do not. */
export interface EngineReport {
  backend: BackendName;
  /** A sentence for the person. */
  reason: string;
  rungs: { backend: BackendName; ok: boolean; reason: string }[];
  /** Name of the graphics adapter, where there is one. */
  adapter?: string;
}

/** Costs that hold on every device, counted since the engine started, and what is held now. */
export interface EngineStats {
  dispatches: number;
  readbacks: number;
  bytesRead: number;
  tensors: number;
  bytesOnDevice: number;
}

/** The model that a checkpoint holds, as the page needs to know it. */
export interface ModelSummary {
  checkpoint: Checkpoint;
  parameters: number;
  config: ModelConfig;
}

export interface OpenRequest {
  projectId: Id;
  /** Force a rung of the ladder, as `?backend=` does. */
  backend?: BackendName;
  /** Absolute URL of the page, against which `base/` is resolved. */
  pageUrl: string;
}
export interface OpenReply {
  engine: EngineReport;
  base: ModelSummary;
  /** Runs that were under way when the lab was last closed, and can be resumed. */
  unfinished: RunRecord[];
}

/** A training stage with its settings. */
export type TrainRequest =
  | { stage: 'sft'; config: SftConfig; lengths: LengthsConfig; fromId: Id }
  | { stage: 'reward-model'; config: RewardModelConfig; lengths: LengthsConfig; fromId: Id }
  | {
      stage: 'ppo';
      method: Method;
      /** Of the method's section; the worker checks that it is. */
      config: LabConfig[Method];
      lengths: LengthsConfig;
      /** The policy and reference start from this one. */
      fromId: Id;
      /** Null where the method asks none. */
      rewardModelId: Id | null;
    };

export interface SampleRequest {
  config: SamplesConfig;
  lengths: LengthsConfig;
  checkpointId: Id;
  seed: number;
  /** These prompts, or as many of the project's as `config.prompts` says. */
  promptIds?: Id[];
}

export interface CompleteRequest {
  /** Answered by each of these with the same seed. */
  checkpointIds: Id[];
  prompts: string[];
  lengths: LengthsConfig;
  temperature: number;
  topK: number;
  topP: number;
  seed: number;
}
export interface CompleteReply {
  /** answers[checkpoint][prompt]. */
  answers: SampledResponse[][];
}

export interface AlternativesRequest {
  checkpointId: Id;
  prompt: string;
  response: string;
  lengths: LengthsConfig;
}
/** One token of an answer, how likely it was, and what else was, best first; probabilities at temperature 1. */
export interface TokenChoice {
  text: string;
  probability: number;
  others: { text: string; probability: number }[];
}

export interface ScoreRequest {
  rewardModelId: Id;
  pairs: { prompt: string; response: string }[];
  lengths: LengthsConfig;
}

/** Score every label that is not learned from; several models are an ensemble, whose mean counts. */
export interface JudgeRequest {
  rewardModelIds: Id[];
  lengths: LengthsConfig;
}
/** A labelled comparison with what reward models make of its responses; arrays by response. */
export interface JudgedComparison {
  comparison: Comparison;
  /** In reward. */
  scores: number[];
  /** In tokens, the end counted. */
  lengths: number[];
  /** How far the models of an ensemble are apart, in reward; 0 of one model. */
  spreads: number[];
}
export interface JudgeReply {
  /** Of held-out prompts, by labelers whose other labels are learned from. */
  heldOut: JudgedComparison[];
  /** By held-out labelers, of any prompt. */
  others: JudgedComparison[];
}

/** Train on growing shares of the labels; nothing of it is kept but how good each was. */
export interface LearningCurveRequest {
  config: RewardModelConfig;
  lengths: LengthsConfig;
  fromId: Id;
  /** Of the labels, each from 0 to 1, rising. */
  shares: number[];
}
export interface LearningCurvePoint {
  rankings: number;
  pairs: number;
  /** On held-out prompts, with its 95% interval over prompts. */
  accuracy: number;
  low: number;
  high: number;
  /** In the last step. */
  trainAccuracy: number;
}

export interface TraceRequest {
  checkpointId: Id;
  pairs: { prompt: string; response: string }[];
  lengths: LengthsConfig;
}
/** A response by its tokens, the end among them, with a number for each. */
export interface TracedText {
  tokens: string[];
  /** Log-probabilities in nats; of a reward model the score if the response ended there. */
  values: number[];
}

export type LabelerRule = 'gold' | 'short' | 'kind' | 'flattery' | 'careless';
export interface SimulateRequest {
  rule: LabelerRule;
  /** Rank at most this many samples that nobody has ranked. */
  count: number;
  /** Share of pairs that the labeler gets wrong on purpose. */
  flipRate: number;
  seed: number;
  /** The other ways in which labelers fail; see `SimulatedLabelerOptions` of data/labelers.ts. */
  noise?: number;
  positionBias?: number;
  inattention?: number;
  /** Rank what others have ranked, too, so that they can be compared. */
  everything?: boolean;
}

export interface EvaluateRequest {
  config: EvaluationConfig;
  lengths: LengthsConfig;
  checkpointId: Id;
  baselineId: Id;
  seed: number;
  judge: { kind: 'simulated'; rule: LabelerRule } | { kind: 'reward-model'; rewardModelId: Id };
}

export interface MeasureRequest {
  checkpointIds: Id[];
  /** A stored test set, all of it; null for the project's held-out prompts. */
  testSetId: Id | null;
  /** At most so many of the held-out prompts. */
  prompts: number;
  temperature: number;
  lengths: LengthsConfig;
  seed: number;
}

export interface LikelihoodsRequest {
  checkpointId: Id;
  prompt: string;
  answers: string[];
  lengths: LengthsConfig;
}

/** What a few steps of fine-tuning took. */
export interface ProbeReply {
  /** Tokens that went through the model in training, padding not counted. */
  tokensPerSecond: number;
  stepSeconds: number;
  /** Demonstrations in such a step. */
  batchSize: number;
}

/** All seven stages in a row with a simulated labeler. */
export interface RunAllRequest {
  config: ConfigChanges;
  rule: LabelerRule;
  /** Share of pairs that the labeler gets wrong on purpose. */
  flipRate: number;
  seed: number;
}

export interface ModelFiles {
  weights: ArrayBuffer;
  config: string;
  tokenizer: string;
}
