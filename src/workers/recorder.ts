/**
 * Keeps what a training run yields: its rows, its rollouts, states to resume from and the finished model,
 * in storage and as news for the page.
 *
 * Invariant: a step's row is on the disk before the next step begins. Between two saved states nothing is
 * lost but training time: the run goes on from the last one exactly, and rows that are written again
 * replace the old ones.
 */
import { methodOf, type Method } from '../config';
import type { Checkpoint, ConfigValues, Id, Metrics, RunRecord, TensorRecords, TrainingRun, TrainingStep, Weights } from '../records'; // prettier-ignore
import { dropResumes, saveCheckpoint } from '../storage/checkpoints';
import { saveRun, saveSteps } from '../storage/runs';
import { saveTexts } from '../storage/texts';
import type { LabDatabase } from '../storage/schema';
import type { EngineStats, TrainerEvent } from './messages';

/** Seconds of training between two saved states. */
const SAVE_EVERY = 15;
/** Seconds of training between two looks at the fixed prompts. */
const TEXTS_EVERY = 5;

export interface RecorderSurroundings {
  db: LabDatabase;
  tokenizerHash: string;
  post(event: TrainerEvent): void;
  stats(): EngineStats;
  /** Answers to the fixed prompts; asked of stages whose model can speak. */
  texts(model: Weights): Promise<{ prompt: string; text: string }[]>;
}

export class RunRecorder {
  #lastSave: number;
  #lastTexts = -TEXTS_EVERY;
  #metrics: Metrics = {};

  constructor(
    public record: RunRecord,
    /** What the finished model is called. */
    readonly modelId: Id,
    readonly surroundings: RecorderSurroundings,
  ) {
    this.#lastSave = record.seconds;
  }

  /** A change of status, durable before the page hears of it. */
  async change(change: Partial<RunRecord>): Promise<void> {
    this.record = { ...this.record, ...change };
    await saveRun(this.surroundings.db, this.record);
    this.surroundings.post({ kind: 'run.changed', run: this.record });
  }

  /** Keep one step that took `seconds`; every now and then the state and the fixed prompts, too. */
  async keep(step: TrainingStep, seconds: number, run: TrainingRun): Promise<void> {
    const { db, post, stats, texts } = this.surroundings;
    this.#metrics = step.metrics;
    this.record = { ...this.record, step: step.step, seconds: this.record.seconds + seconds };
    const runId = this.record.id;
    const row = { runId, step: step.step, metrics: step.metrics };
    await saveSteps(db, this.record, [row], step.rollouts);
    post({
      kind: 'run.step',
      ...row,
      steps: step.steps,
      tokensPerSecond: step.tokens / seconds,
      secondsLeft: (this.record.seconds / step.step) * (step.steps - step.step),
      stats: stats(),
    });
    if (step.rollouts)
      post({ kind: 'run.rollouts', runId, step: step.step, rollouts: step.rollouts });
    const speaks = this.record.stage !== 'reward-model';
    const due = this.record.seconds - this.#lastTexts >= TEXTS_EVERY;
    if (speaks && (due || step.step === step.steps)) {
      this.#lastTexts = this.record.seconds;
      const said = { step: step.step, texts: await texts(await run.result()) };
      await saveTexts(db, this.record.projectId, runId, said);
      post({ kind: 'run.texts', runId, ...said });
    }
    if (this.record.seconds - this.#lastSave >= SAVE_EVERY) await this.saveState(run);
  }

  /** Everything that resuming needs, as the run stands between two steps. */
  async saveState(run: TrainingRun): Promise<void> {
    this.#lastSave = this.record.seconds;
    const progress = structuredClone(run.progress);
    const id = `${this.record.id}:resume:${progress.step}`;
    await this.#checkpoint({ id, kind: 'resume', progress }, run.modelConfig, await run.save());
  }

  /** Keep the model as it stands, and close the record. Stopping keeps what has been learnt. */
  async finish(run: TrainingRun, status: 'finished' | 'stopped'): Promise<void> {
    const { config, tensors } = await run.result();
    const id = this.modelId;
    await this.#checkpoint({ id, kind: 'model', progress: null }, config, tensors);
    await this.change({ status });
    await dropResumes(this.surroundings.db, this.record.id);
  }

  /** Say and write down why the run cannot go on. */
  async fail(error: unknown): Promise<void> {
    const failure = error instanceof Error ? error.message : String(error);
    try {
      await this.change({ status: 'failed', failure });
    } catch (second) {
      // The page must learn both: why training ended, and that not even this could be written down.
      this.record = { ...this.record, status: 'failed', failure };
      this.surroundings.post({ kind: 'run.changed', run: this.record });
      const sentence = second instanceof Error ? second.message : String(second);
      this.surroundings.post({ kind: 'engine.problem', sentence, fatal: false });
    }
  }

  async #checkpoint(
    what: Pick<Checkpoint, 'id' | 'kind' | 'progress'>,
    modelConfig: Weights['config'],
    tensors: TensorRecords,
  ): Promise<void> {
    const { record, surroundings } = this;
    const config: ConfigValues = record.config;
    const checkpoint = await saveCheckpoint(
      surroundings.db,
      {
        ...what,
        projectId: record.projectId,
        name: `${nameOf(record)}, step ${record.step}`,
        stage: record.stage,
        runId: record.id,
        parentId: record.parentId,
        step: record.step,
        modelConfig,
        tokenizerHash: surroundings.tokenizerHash,
        config,
        metrics: this.#metrics,
        bytes: 0,
        createdAt: Date.now(),
      },
      tensors,
    );
    surroundings.post({ kind: 'run.saved', runId: record.id, checkpoint });
  }
}

const nameOf = ({ stage, config }: RunRecord): string =>
  stage === 'ppo' ? METHOD_NAMES[methodOf(config)] : NAMES[stage];

const NAMES = { sft: 'Fine-tuned', 'reward-model': 'Reward model' } as const;
const METHOD_NAMES: Record<Method, string> = {
  ppo: 'PPO',
  reinforce: 'REINFORCE',
  rloo: 'RLOO',
  grpo: 'GRPO',
  rejection: 'Expert iteration',
  dpo: 'DPO',
  kto: 'KTO',
  orpo: 'ORPO',
  onlineDpo: 'Online DPO',
};
