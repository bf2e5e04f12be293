/** All seven stages in a row with a simulated labeler: the pipeline, with everything stored on the way. */
import { labConfig } from '../config';
import { comparisonsOf } from '../data/comparisons';
import { simulatedLabeler } from '../data/labelers';
import type { RunRecord, Stage, TrainingRun, TrainingStage } from '../records';
import { pipeline, type PipelineEvent } from '../pipeline';
import { listRecords, saveRecords } from '../storage/collections';
import { saveLabels } from '../storage/labels';
import { compileFirst } from './compile-first';
import { Gate, type GateWatch } from './gate';
import type { RunAllRequest, TrainRequest } from './messages';
import { RunRecorder, type RecorderSurroundings } from './recorder';
import { runRecordOf, textsToMixIn, type ProjectLab } from './runs';
import { watching } from './training-job';

/** Run the pipeline to its end, or until the gate is closed to it. */
export async function runPipeline(
  request: RunAllRequest,
  lab: ProjectLab & { engine: { report: { backend: string } } },
  gate: Gate,
  surroundings: RecorderSurroundings,
): Promise<void> {
  const { db, models, projectId } = lab;
  const config = labConfig(request.config);
  const now = Date.now();
  const baseId = models.summary().checkpoint.id;
  const labelled = { ...lab, seed: request.seed };
  const backend = lab.engine.report.backend;
  const records = recordsOf(config, baseId, labelled, now, backend);
  const base = await models.weights(baseId);
  const events = pipeline(
    {
      base,
      tokenizer: models.tokenizer,
      demonstrations: await listRecords(db, 'demonstrations', projectId),
      prompts: await listRecords(db, 'prompts', projectId),
      ptxTexts: await textsToMixIn(request.seed, config.sft, config.ppo),
      config,
      seed: request.seed,
      now,
      ids: {
        fineTuned: modelIdOf(records.sft),
        optimized: modelIdOf(records.ppo),
        ppoRun: records.ppo.id,
      },
    },
    simulatedLabeler({ rule: request.rule, flipRate: request.flipRate, seed: request.seed }),
  );
  const keeper = new Keeper(records, lab, surroundings);
  try {
    // All its models have the shape of the base.
    await compileFirst(base.config, surroundings.post);
    for (;;) {
      const passage = await gate.pass(keeper.watch());
      if (passage === 'stop') await keeper.stop();
      if (passage !== 'go') return;
      const began = performance.now();
      const next = await events.next();
      if (next.done) {
        await saveRecords(db, 'evaluations', projectId, [next.value.evaluation]);
        surroundings.post({ kind: 'stored', what: 'evaluations' });
        return;
      }
      await keeper.keep(next.value, (performance.now() - began) / 1000);
    }
  } catch (error) {
    await keeper.fail(error);
    throw error;
  } finally {
    await events.return(undefined as never);
  }
}

type Records = Record<TrainingStage, RunRecord>;

const modelIdOf = (record: RunRecord): string => `${record.id}:model`;

function recordsOf(
  config: ReturnType<typeof labConfig>,
  baseId: string,
  lab: ProjectLab,
  now: number,
  backend: string,
): Records {
  const { lengths } = config;
  const record = (request: TrainRequest): RunRecord => ({ ...runRecordOf(request, lab, now), backend }); // prettier-ignore
  const sft = record({ stage: 'sft', config: config.sft, lengths, fromId: baseId });
  const fromId = modelIdOf(sft);
  const reward = record({ stage: 'reward-model', config: config.rewardModel, lengths, fromId });
  const rewardModelId = modelIdOf(reward);
  const ppo = record({
    stage: 'ppo',
    method: 'ppo',
    config: config.ppo,
    lengths,
    fromId,
    rewardModelId,
  });
  return { sft, 'reward-model': reward, ppo };
}

/** Stores what the pipeline tells of; at most one training run is open at a time. */
class Keeper {
  #open: { recorder: RunRecorder; run: TrainingRun } | null = null;

  constructor(
    readonly records: Records,
    readonly lab: ProjectLab,
    readonly surroundings: RecorderSurroundings,
  ) {}

  watch(): GateWatch {
    return this.#open
      ? watching(this.#open.recorder, this.#open.run)
      : { paused: async () => {}, resumed: async () => {} };
  }

  async keep(event: PipelineEvent, seconds: number): Promise<void> {
    const { db, projectId } = this.lab;
    const { post } = this.surroundings;
    switch (event.kind) {
      case 'stage':
        return post({ kind: 'pipeline.stage', stage: event.stage });
      case 'progress': {
        const { what, done, total } = event.progress;
        return post({ kind: 'work.progress', what, done, total, secondsLeft: null });
      }
      case 'samples':
        await saveRecords(db, 'samples', projectId, event.samples);
        return post({ kind: 'stored', what: 'samples' });
      case 'ranking': {
        const comparison = comparisonsOf([event.ranking])[0] ?? null;
        await saveLabels(db, projectId, [{ ranking: event.ranking, comparison }]);
        return post({ kind: 'stored', what: 'rankings' });
      }
      case 'step': {
        const open = (this.#open ??= await this.#begin(event.stage, event.run));
        return open.recorder.keep(event.step, seconds, event.run);
      }
      case 'model': {
        await this.#open?.recorder.finish(this.#open.run, 'finished');
        this.#open = null;
        return;
      }
      default:
        return event satisfies never;
    }
  }

  /** What a run in the middle has learnt is kept. */
  async stop(): Promise<void> {
    await this.#open?.recorder.finish(this.#open.run, 'stopped');
  }

  async fail(error: unknown): Promise<void> {
    await this.#open?.recorder.fail(error);
  }

  async #begin(stage: Stage & TrainingStage, run: TrainingRun) {
    const record = this.records[stage];
    const recorder = new RunRecorder(record, modelIdOf(record), this.surroundings);
    await recorder.change({ status: 'running', steps: run.progress.steps });
    this.surroundings.post({ kind: 'run.started', run: recorder.record });
    return { recorder, run };
  }
}
