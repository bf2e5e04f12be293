/**
 * What the page and the trainer's worker say to one another. Commands go over comlink and are answered
 * once; news goes the other way as plain `postMessage` events of one closed union, which the compiler
 * checks on both sides. Nothing that holds a tensor crosses.
 */
import type {
  AnswerSet,
  Checkpoint,
  Demonstration,
  Evaluation,
  Id,
  Metrics,
  Project,
  Prompt,
  Rollout,
  RunRecord,
  Stage,
} from '../records';
import type { ExactRequest, ExactStudy, Study, SweepRequest, SweepStudy } from '../studies';
import type {
  EngineStats,
  OpenRequest,
  OpenReply,
  TrainRequest,
  SampleRequest,
  CompleteRequest,
  CompleteReply,
  AlternativesRequest,
  TokenChoice,
  ScoreRequest,
  JudgeRequest,
  JudgeReply,
  LearningCurveRequest,
  LearningCurvePoint,
  TraceRequest,
  TracedText,
  SimulateRequest,
  EvaluateRequest,
  MeasureRequest,
  LikelihoodsRequest,
  ProbeReply,
  RunAllRequest,
  ModelFiles,
} from './requests';

export type * from './requests';

/**
 * What the worker does on demand. One job holds the device at a time; a command that needs it while
 * another works is refused with a sentence (`BusyError`), not queued behind minutes of training.
 * Errors cross as `name` and `message` only.
 */
export interface TrainerApi {
  open(request: OpenRequest): Promise<OpenReply>;
  /** Start a run; answers as soon as it is on record. News follows as events. */
  train(request: TrainRequest): Promise<RunRecord>;
  /** Go on with an unfinished run from its last `resume` checkpoint, exactly. */
  resumeRun(runId: Id): Promise<RunRecord>;
  /** These four are answered within one training step. Stopping keeps what has been learnt. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** One more step of a paused run. */
  step(): Promise<void>;
  stop(): Promise<void>;
  /** Draw answers and store them; resolves with how many samples were stored. */
  sample(request: SampleRequest): Promise<number>;
  simulate(request: SimulateRequest): Promise<number>;
  complete(request: CompleteRequest): Promise<CompleteReply>;
  /** What else the model might have said at each token of an answer. */
  alternatives(request: AlternativesRequest): Promise<TokenChoice[]>;
  /** Scores of the reward model, one per pair. */
  score(request: ScoreRequest): Promise<number[]>;
  judge(request: JudgeRequest): Promise<JudgeReply>;
  learningCurve(request: LearningCurveRequest): Promise<LearningCurvePoint[]>;
  /** What a model makes of given answers, token by token. */
  trace(request: TraceRequest): Promise<TracedText[]>;
  evaluate(request: EvaluateRequest): Promise<Evaluation>;
  /** Let each checkpoint answer the prompts; each one's answers are stored as soon as they are whole. */
  measure(request: MeasureRequest): Promise<AnswerSet[]>;
  /** log π of each whole answer to one prompt, nats. */
  likelihoods(request: LikelihoodsRequest): Promise<number[]>;
  /** Train a few steps, and throw them away. */
  probe(): Promise<ProbeReply>;
  runAll(request: RunAllRequest): Promise<void>;
  /** Methods against the best possible policy. Stopped, it gives what it had measured. */
  exact(request: ExactRequest): Promise<ExactStudy>;
  /** Gold and proxy over KL, for several KL coefficients and for best of n. Stopped, likewise. */
  sweep(request: SweepRequest): Promise<SweepStudy>;
  /** Go on with a sweep that was stopped: the runs that it lacks. */
  resumeSweep(studyId: Id): Promise<SweepStudy>;
  importModel(files: ModelFiles, name: string): Promise<Checkpoint>;
  exportModel(checkpointId: Id): Promise<ModelFiles>;
  /** Everything of the project as one zip; see `lab-file.ts`. */
  exportLab(): Promise<ArrayBuffer>;
  /** Put the lab of such a file beside those that are here. Nothing is changed where it is refused. */
  importLab(file: ArrayBuffer): Promise<Project>;
  stats(): Promise<EngineStats>;
  /** Stop at the next step, save, free the device. */
  close(): Promise<void>;
}

export type TrainerEvent =
  | { kind: 'engine.problem'; sentence: string; fatal: boolean }
  /** Work without steps of its own: drawing samples, ranking, evaluating. */
  | { kind: 'work.progress'; what: string; done: number; total: number; secondsLeft: number | null }
  | { kind: 'work.finished'; what: string }
  | { kind: 'run.started'; run: RunRecord }
  | {
      kind: 'run.step';
      runId: Id;
      step: number;
      steps: number;
      metrics: Metrics;
      tokensPerSecond: number;
      secondsLeft: number | null;
      stats: EngineStats;
    }
  /** The fixed prompts of a run, answered with the same seed at this step. */
  | { kind: 'run.texts'; runId: Id; step: number; texts: { prompt: string; text: string }[] }
  | { kind: 'run.rollouts'; runId: Id; step: number; rollouts: Rollout[] }
  | { kind: 'run.saved'; runId: Id; checkpoint: Checkpoint }
  /** Paused, resumed, stopped, finished or failed; the record says which. */
  | { kind: 'run.changed'; run: RunRecord }
  /** A study measured something, or ended. */
  | { kind: 'study.changed'; study: Study }
  /** A stage of `runAll` began. */
  | { kind: 'pipeline.stage'; stage: Stage }
  /** Something was stored; the page reads it anew. */
  | { kind: 'stored'; what: 'samples' | 'rankings' | 'evaluations' | 'checkpoints' };

/** What a new lab begins with: the answer of the worker that makes it, to a seed. */
export interface World {
  demonstrations: Demonstration[];
  prompts: Prompt[];
}

/** The first message that a worker's page posts: the port on which comlink's commands travel. */
export interface WorkerHello {
  kind: 'hello';
  commands: MessagePort;
  /** Name of a Web Lock that the worker holds while it lives, so that its death is noticed. */
  aliveLock: string;
}
