/**
 * What the page may ask of the worker: each command finds the models and the labels it is about, and takes its turn
 * at the device (`turns.ts`).
 */
import * as Comlink from 'comlink';
import { methodConfig, sectionConfig } from '../config';
import type {
  AnswerSet,
  Checkpoint,
  Evaluation,
  Id,
  Project,
  Prompt,
  RunRecord,
  SavedRun,
} from '../records';
import type { SweepInputs } from '../over-optimisation';
import { latestResume, loadCheckpoint } from '../storage/checkpoints';
import { getRecord, listRecords, saveRecords } from '../storage/collections';
import { rewindRun, saveRun, unfinishedRuns } from '../storage/runs';
import type { ExactRequest, ExactStudy, SweepRequest, SweepStudy } from '../studies';
import { alternativesOf } from './alternatives';
import { Gate } from './gate';
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
  TokenChoice,
  TracedText,
  TraceRequest,
  TrainerApi,
  TrainerEvent,
  TrainRequest,
} from './messages';
import { drawToRank, rankBySimulation } from './labeling';
import { likelihoods } from './likelihoods';
import { answerSets } from './measuring';
import { closeLab, openLab, type Opened } from './opened';
import { probe } from './probe';
import { RunRecorder, type RecorderSurroundings } from './recorder';
import { completions, fixedTexts, scores } from './answers';
import { compareCheckpoints } from './comparing';
import { beginRun, runRecordOf } from './runs';
import { judgeLabels, learningCurve } from './reward-reports';
import { runPipeline } from './run-all';
import { exactStudy, sweepInputs, sweepStudy, type StudySurroundings } from './studies';
import { traces } from './traces';
import { TrainingJob } from './training-job';
import { Turns } from './turns';

export class TrainerService implements TrainerApi {
  #opened: Opened | null = null;
  readonly #turns: Turns;

  constructor(readonly post: (event: TrainerEvent) => void) {
    this.#turns = new Turns(post);
  }

  async open(request: OpenRequest): Promise<OpenReply> {
    await this.close();
    const lab = await openLab(request, this.post);
    this.#opened = lab;
    return {
      engine: lab.engine.report,
      base: lab.models.summary(),
      unfinished: await unfinishedRuns(lab.db, lab.projectId),
    };
  }

  // ── Training ────────────────────────────────────────────────────────────────────────────────────

  async train(request: TrainRequest): Promise<RunRecord> {
    const lab = this.#lab();
    this.#turns.refuseIfBusy();
    if (request.stage === 'ppo') methodConfig(request.method, { ...request.config });
    else sectionConfig(SECTION[request.stage], { ...request.config });
    return this.#launch(runRecordOf(request, lab, Date.now()), null);
  }

  async resumeRun(runId: Id): Promise<RunRecord> {
    const { db } = this.#lab();
    this.#turns.refuseIfBusy();
    const state = await latestResume(db, runId);
    const record = await rewindRun(db, runId, state?.step ?? 0);
    if (!state) return this.#launch({ ...record, seconds: 0 }, null);
    const { checkpoint, tensors } = await loadCheckpoint(db, state.id);
    if (!checkpoint.progress)
      throw new Error(`Checkpoint “${checkpoint.name}” does not say where its run stood.`);
    return this.#launch(record, { tensors, progress: checkpoint.progress });
  }

  async #launch(record: RunRecord, saved: SavedRun | null): Promise<RunRecord> {
    const lab = this.#lab();
    return this.#turns.exclusive(`run ${record.stage}`, new Gate(), async (release) => {
      const { run, dataHash } = await beginRun(record, lab, saved);
      // Runs of the pipeline carry no digest: nothing can be said about theirs.
      if (saved && record.dataHash !== '' && record.dataHash !== dataHash)
        this.post({ kind: 'engine.problem', sentence: DATA_CHANGED, fatal: false });
      const { backend } = lab.engine.report;
      const { steps } = run.progress;
      const running: RunRecord = { ...record, status: 'running', backend, steps, dataHash };
      const job = new TrainingJob(this.#recorder(running), run);
      this.#turns.goesThrough(`training (${record.stage})`, job.gate);
      await saveRun(lab.db, running);
      this.post({ kind: 'run.started', run: running });
      this.#turns.lastsUntil(job.drive().finally(release));
      return running;
    });
  }

  #recorder(record: RunRecord): RunRecorder {
    return new RunRecorder(record, `${record.id}:model`, this.#surroundings());
  }

  #surroundings(): RecorderSurroundings {
    const { db, models, engine, seed } = this.#lab();
    return {
      db,
      tokenizerHash: models.tokenizer.hash,
      post: this.post,
      stats: () => engine.counters(),
      texts: async (model) => fixedTexts(model, await this.#prompts(), models.tokenizer, seed),
    };
  }

  pause = async (): Promise<void> => this.#turns.gate?.pause();
  resume = async (): Promise<void> => this.#turns.gate?.resume();
  step = async (): Promise<void> => this.#turns.gate?.step();
  stop = async (): Promise<void> => this.#turns.gate?.stop();

  // ── Work without steps of its own ───────────────────────────────────────────────────────────────

  async sample(request: SampleRequest): Promise<number> {
    const lab = this.#lab();
    return this.#turns.passing('Drawing answers', async (pass) => {
      const stored = await drawToRank(lab, request, await this.#prompts(), pass);
      this.post({ kind: 'stored', what: 'samples' });
      return stored;
    });
  }

  async simulate(request: SimulateRequest): Promise<number> {
    const lab = this.#lab();
    return this.#turns.passing('Ranking answers', async (pass) => {
      const stored = await rankBySimulation(lab, request, pass);
      this.post({ kind: 'stored', what: 'rankings' });
      return stored;
    });
  }

  async complete(request: CompleteRequest): Promise<CompleteReply> {
    const { models } = this.#lab();
    return this.#turns.passing('Answering', () => completions(models, request));
  }

  async alternatives(request: AlternativesRequest): Promise<TokenChoice[]> {
    const { models } = this.#lab();
    return this.#turns.passing('Looking at each token', async () =>
      alternativesOf(await models.weights(request.checkpointId), models.tokenizer, request),
    );
  }

  async score({ rewardModelId, pairs, lengths }: ScoreRequest): Promise<number[]> {
    const { models } = this.#lab();
    return this.#turns.passing('Scoring', async () =>
      scores(await models.weights(rewardModelId), pairs, models.tokenizer, lengths),
    );
  }

  async judge({ rewardModelIds, lengths }: JudgeRequest): Promise<JudgeReply> {
    const lab = this.#lab();
    return this.#turns.passing('Scoring labelled answers', async (pass) => {
      const rewards = await Promise.all(rewardModelIds.map((id) => lab.models.weights(id)));
      return judgeLabels(rewards, lab, lengths, pass);
    });
  }

  async learningCurve(request: LearningCurveRequest): Promise<LearningCurvePoint[]> {
    const lab = this.#lab();
    sectionConfig('rewardModel', { ...request.config });
    return this.#turns.passing('Training on parts of the labels', (pass) =>
      learningCurve(request, lab, pass),
    );
  }

  async trace({ checkpointId, pairs, lengths }: TraceRequest): Promise<TracedText[]> {
    const { models } = this.#lab();
    return this.#turns.passing('Reading', async () =>
      traces(await models.weights(checkpointId), pairs, models.tokenizer, lengths),
    );
  }

  async evaluate(request: EvaluateRequest): Promise<Evaluation> {
    const { db, models, projectId } = this.#lab();
    return this.#turns.passing('Comparing answers', async (pass) => {
      const heldOut = (await this.#prompts()).filter(({ split }) => split === 'held-out');
      const evaluation = await compareCheckpoints(models, request, heldOut, pass);
      await saveRecords(db, 'evaluations', projectId, [evaluation]);
      this.post({ kind: 'stored', what: 'evaluations' });
      return evaluation;
    });
  }

  async measure(request: MeasureRequest): Promise<AnswerSet[]> {
    const lab = this.#lab();
    const backend = lab.engine.report.backend;
    return this.#turns.passing('Answering', (pass) =>
      answerSets({ ...lab, backend }, request, pass),
    );
  }

  async likelihoods(request: LikelihoodsRequest): Promise<number[]> {
    const { models } = this.#lab();
    return this.#turns.passing(
      'Reading answers',
      async (pass) =>
      likelihoods(await models.weights(request.checkpointId), request, models.tokenizer, request.lengths, pass), // prettier-ignore
    );
  }

  async probe(): Promise<ProbeReply> {
    const { db, models, projectId, seed } = this.#lab();
    return this.#turns.passing('Measuring the speed', async (pass) => {
      const demonstrations = await listRecords(db, 'demonstrations', projectId);
      const base = await models.weights(models.summary().checkpoint.id);
      const { tokenizer } = models;
      const lengths = sectionConfig('lengths');
      return probe({ base, demonstrations, tokenizer, lengths, seed }, pass);
    });
  }

  async runAll(request: RunAllRequest): Promise<void> {
    const lab = this.#lab();
    const gate = new Gate();
    await this.#turns.exclusive('running all stages', gate, async (release) => {
      const running = runPipeline(request, lab, gate, this.#surroundings()).finally(release);
      this.#turns.lastsUntil(running);
      await running;
    });
  }

  exact = (request: ExactRequest): Promise<ExactStudy> =>
    this.#studying('Exact lab', (surroundings) => exactStudy(request, surroundings));

  sweep = (request: SweepRequest): Promise<SweepStudy> =>
    this.#studying('Over-optimisation', async (surroundings) =>
      sweepStudy(request, await this.#sweepInputs(request), surroundings),
    );

  resumeSweep = (studyId: Id): Promise<SweepStudy> =>
    this.#studying('Over-optimisation', async (surroundings) => {
      const study = await getRecord(surroundings.db, 'studies', surroundings.projectId, studyId);
      if (study.kind !== 'over-optimisation')
        throw new Error('These results are not of a sweep, so there is nothing to go on with.');
      return sweepStudy(study, await this.#sweepInputs(study), surroundings, study);
    });

  async #sweepInputs(request: SweepRequest): Promise<SweepInputs> {
    return sweepInputs(request, this.#lab().models, await this.#prompts());
  }

  #studying<S>(what: string, study: (surroundings: StudySurroundings) => Promise<S>): Promise<S> {
    const { db, projectId, engine } = this.#lab();
    const { backend } = engine.report;
    return this.#turns.passing(what, (pass) =>
      study({ db, projectId, backend, post: this.post, pass }),
    );
  }

  // ── Files, and the end ──────────────────────────────────────────────────────────────────────────

  async importModel(files: ModelFiles, name: string): Promise<Checkpoint> {
    const checkpoint = await this.#lab().models.import(files, name, Date.now());
    this.post({ kind: 'stored', what: 'checkpoints' });
    return checkpoint;
  }

  exportModel = (checkpointId: Id): Promise<ModelFiles> => this.#lab().models.export(checkpointId);

  async exportLab(): Promise<ArrayBuffer> {
    const { db, projectId } = this.#lab();
    this.#turns.refuseIfBusy();
    const { exportProject } = await import('./lab-exchange');
    const { buffer } = (await exportProject(db, projectId)).slice();
    return Comlink.transfer(buffer, [buffer]);
  }

  async importLab(file: ArrayBuffer): Promise<Project> {
    const { db } = this.#lab();
    this.#turns.refuseIfBusy();
    const { importProject } = await import('./lab-exchange');
    return importProject(db, new Uint8Array(file), Date.now());
  }

  stats = async (): Promise<EngineStats> => this.#lab().engine.counters();

  async close(): Promise<void> {
    if (!this.#opened) return;
    const lab = this.#opened;
    await this.#turns.gate?.leave(); // saves the state: the run goes on from there another time
    await this.#turns.ended;
    this.#opened = null;
    closeLab(lab);
  }

  // ── Helpers ─────────────────────────────────────────────────────────────────────────────────────

  #lab(): Opened {
    if (!this.#opened) throw new Error('The lab is not open yet. Wait for it, or reload the page.');
    return this.#opened;
  }

  async #prompts(): Promise<Prompt[]> {
    const { db, projectId } = this.#lab();
    return listRecords(db, 'prompts', projectId);
  }
}

const DATA_CHANGED =
  'What this run learns from has changed since it was interrupted. It goes on with the data as they are now, so it is no longer exactly the run that it would have been.';

const SECTION = { sft: 'sft', 'reward-model': 'rewardModel' } as const;
