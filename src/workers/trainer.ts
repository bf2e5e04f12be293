/**
 * The page's end of the trainer: spawns the worker, sends commands, hands on its news.
 *
 * Invariants:
 * - While `#remote` is set there is a live worker, a port and a pending `closed` promise; all three are
 *   made in `#spawn` and undone together in `#discard`.
 * - No call hangs: each is raced against `closed`, which rejects when the worker fails, dies or is let go.
 *   (A comlink call to a terminated worker would never settle.)
 * - `onGone` is called at most once a worker, and never after `dispose()` or `restart()` let it go.
 */
import * as Comlink from 'comlink';
import type {
  AlternativesRequest,
  CompleteReply,
  CompleteRequest,
  EngineStats,
  EvaluateRequest,
  JudgeReply,
  JudgeRequest,
  LearningCurvePoint,
  LearningCurveRequest,
  LikelihoodsRequest,
  MeasureRequest,
  ModelFiles,
  OpenReply,
  OpenRequest,
  ProbeReply,
  RunAllRequest,
  SampleRequest,
  ScoreRequest,
  SimulateRequest,
  TracedText,
  TraceRequest,
  TrainerApi,
  TrainerEvent,
  TokenChoice,
  TrainRequest,
  WorkerHello,
} from './messages';
import type { AnswerSet, Checkpoint, Evaluation, Id, Project, RunRecord } from '../records';
import type { ExactRequest, ExactStudy, SweepRequest, SweepStudy } from '../studies';

/** How long a worker may take to finish its step, save and free the device, in milliseconds. */
const CLOSING_TIME = 2000;
/** How often a new worker is looked at until it holds its lock, in milliseconds. */
const LOCK_POLL = 100;

/** The worker that should have answered is no longer there. */
export class TrainerGone extends Error {
  override name = 'TrainerGone';
}

export interface TrainerClientOptions {
  onEvent(event: TrainerEvent): void;
  /** The worker failed or was killed; `reason` is what is known, as a sentence. Only `restart()` helps. */
  onGone(reason: string): void;
}

/** What belongs to one worker and ends with it. */
interface Life {
  worker: Worker;
  port: MessagePort;
  remote: Comlink.Remote<TrainerApi>;
  /** Never resolves; rejects when this worker can no longer answer. */
  closed: Promise<never>;
  reject(error: TrainerGone): void;
  /** Stops the watch over the worker's lock. */
  watch: AbortController;
}

export class TrainerClient implements TrainerApi {
  #options: TrainerClientOptions;
  #life: Life | null = null;

  constructor(options: TrainerClientOptions) {
    this.#options = options;
    this.#life = this.#spawn();
  }

  /** Whether there is a worker to ask. */
  get alive(): boolean {
    return this.#life !== null;
  }

  /** Let the present worker go, without waiting for it, and begin with a new one. */
  restart(): void {
    this.#discard('The trainer was started again.');
    this.#life = this.#spawn();
  }

  /** Ask the worker to stop and save, wait at most two seconds, and end it. */
  async dispose(): Promise<void> {
    const life = this.#life;
    if (!life) return;
    life.watch.abort();
    const limit = new Promise<void>((resolve) => setTimeout(resolve, CLOSING_TIME));
    await Promise.race([life.remote.close(), life.closed, limit]).catch(() => {});
    if (this.#life === life) this.#discard('The lab was closed.');
  }

  // ── Commands, each raced against the worker's end ───────────────────────────────────────────────

  open = (request: OpenRequest): Promise<OpenReply> => this.#ask((t) => t.open(request));
  train = (request: TrainRequest): Promise<RunRecord> => this.#ask((t) => t.train(request));
  resumeRun = (runId: Id): Promise<RunRecord> => this.#ask((t) => t.resumeRun(runId));
  pause = (): Promise<void> => this.#ask((t) => t.pause());
  resume = (): Promise<void> => this.#ask((t) => t.resume());
  step = (): Promise<void> => this.#ask((t) => t.step());
  stop = (): Promise<void> => this.#ask((t) => t.stop());
  sample = (request: SampleRequest): Promise<number> => this.#ask((t) => t.sample(request));
  simulate = (request: SimulateRequest): Promise<number> => this.#ask((t) => t.simulate(request));
  complete = (request: CompleteRequest): Promise<CompleteReply> =>
    this.#ask((t) => t.complete(request));
  alternatives = (request: AlternativesRequest): Promise<TokenChoice[]> =>
    this.#ask((t) => t.alternatives(request));
  score = (request: ScoreRequest): Promise<number[]> => this.#ask((t) => t.score(request));
  judge = (request: JudgeRequest): Promise<JudgeReply> => this.#ask((t) => t.judge(request));
  learningCurve = (request: LearningCurveRequest): Promise<LearningCurvePoint[]> =>
    this.#ask((t) => t.learningCurve(request));
  trace = (request: TraceRequest): Promise<TracedText[]> => this.#ask((t) => t.trace(request));
  evaluate = (request: EvaluateRequest): Promise<Evaluation> =>
    this.#ask((t) => t.evaluate(request));
  measure = (request: MeasureRequest): Promise<AnswerSet[]> => this.#ask((t) => t.measure(request));
  likelihoods = (request: LikelihoodsRequest): Promise<number[]> =>
    this.#ask((t) => t.likelihoods(request));
  probe = (): Promise<ProbeReply> => this.#ask((t) => t.probe());
  runAll = (request: RunAllRequest): Promise<void> => this.#ask((t) => t.runAll(request));
  exact = (request: ExactRequest): Promise<ExactStudy> => this.#ask((t) => t.exact(request));
  sweep = (request: SweepRequest): Promise<SweepStudy> => this.#ask((t) => t.sweep(request));
  resumeSweep = (studyId: Id): Promise<SweepStudy> => this.#ask((t) => t.resumeSweep(studyId));
  /** The weights are moved to the worker, not copied: `files.weights` is empty afterwards. */
  importModel = (files: ModelFiles, name: string): Promise<Checkpoint> =>
    this.#ask((t) => t.importModel(Comlink.transfer(files, [files.weights]), name));
  exportModel = (checkpointId: Id): Promise<ModelFiles> =>
    this.#ask((t) => t.exportModel(checkpointId));
  exportLab = (): Promise<ArrayBuffer> => this.#ask((t) => t.exportLab());
  importLab = (file: ArrayBuffer): Promise<Project> =>
    this.#ask((t) => t.importLab(Comlink.transfer(file, [file])));
  stats = (): Promise<EngineStats> => this.#ask((t) => t.stats());
  close = (): Promise<void> => this.#ask((t) => t.close());

  async #ask<R>(command: (trainer: Comlink.Remote<TrainerApi>) => Promise<R>): Promise<R> {
    const life = this.#life;
    if (!life) throw new TrainerGone('The trainer is not running. Start it again to go on.');
    return Promise.race([command(life.remote), life.closed]);
  }

  // ── Life and death ──────────────────────────────────────────────────────────────────────────────

  #spawn(): Life {
    const worker = new Worker(new URL('./trainer.worker.ts', import.meta.url), { type: 'module' });
    const { port1: port, port2: commands } = new MessageChannel();
    // `randomUUID` is missing on plain http, where there are no Web Locks either.
    const aliveLock = `rlhf-lab/trainer/${crypto.getRandomValues(new Uint32Array(4)).join('-')}`;
    let reject: (error: TrainerGone) => void = () => {};
    const closed = new Promise<never>((_, no) => (reject = no));
    closed.catch(() => {}); // Those who wait have their own handlers; nobody waiting is no error.
    const remote = Comlink.wrap<TrainerApi>(port);
    const life: Life = { worker, port, remote, closed, reject, watch: new AbortController() };

    worker.onmessage = ({ data }: MessageEvent<TrainerEvent>) => this.#options.onEvent(data);
    worker.onerror = (event) => {
      event.preventDefault();
      this.#gone(life, event.message || 'Its program could not be loaded.');
    };
    worker.onmessageerror = () => this.#gone(life, 'A message from it could not be read.');
    worker.postMessage({ kind: 'hello', commands, aliveLock } satisfies WorkerHello, [commands]);
    void this.#watch(life, aliveLock);
    return life;
  }

  /**
   * Wait until the worker holds its lock, then queue for it: it is granted when the worker is gone, and
   * a killed worker gives no other sign. Where there are no Web Locks (plain http), errors must do.
   */
  async #watch(life: Life, aliveLock: string): Promise<void> {
    const { locks } = navigator as { locks?: LockManager };
    if (!locks) return;
    const { signal } = life.watch;
    const isHeld = async () =>
      (await locks.query()).held?.some(({ name }) => name === aliveLock) ?? false;
    while (!signal.aborted && !(await isHeld()))
      await new Promise((resolve) => setTimeout(resolve, LOCK_POLL));
    if (signal.aborted) return;
    await locks
      .request(aliveLock, { signal }, () => this.#gone(life, 'The browser ended it.'))
      .catch(() => {}); // Aborted: the watch is over.
  }

  #gone(life: Life, reason: string): void {
    if (this.#life !== life || life.watch.signal.aborted) return;
    this.#discard(`The trainer stopped working. ${reason}`);
    this.#options.onGone(reason);
  }

  #discard(sentence: string): void {
    const life = this.#life;
    if (!life) return;
    this.#life = null;
    life.watch.abort();
    life.reject(new TrainerGone(sentence));
    life.worker.onmessage = life.worker.onerror = life.worker.onmessageerror = null;
    life.remote[Comlink.releaseProxy]();
    life.port.close();
    life.worker.terminate();
  }
}
