/**
 * Runs and models of a project as the page shows them: what is stored, and for each training stage the
 * run that is under way or was the last.
 */
import type { Checkpoint, Id, RunRecord, TrainingStage } from '../../records';
import { listCheckpoints } from '../../storage/checkpoints';
import { listMetrics, listRollouts, listRuns } from '../../storage/runs';
import { listTexts } from '../../storage/texts';
import type { LabDatabase } from '../../storage/schema';
import { Run } from './run.svelte';

const TRAINING: readonly TrainingStage[] = ['sft', 'reward-model', 'ppo'];

export class Shelf {
  /** Saved models and states to go on from, oldest first. */
  checkpoints = $state.raw<readonly Checkpoint[]>([]);
  /** Records of all runs, oldest first. */
  records = $state.raw<readonly RunRecord[]>([]);
  readonly runs: Readonly<Record<TrainingStage, Run>> = {
    sft: new Run(),
    'reward-model': new Run(),
    ppo: new Run(),
  };

  /** The stage of the run that is under way or paused. */
  liveStage = $derived.by(
    (): TrainingStage | null => TRAINING.find((stage) => this.runs[stage].isLive) ?? null,
  );
  /** Runs that were under way when the lab was last closed or lost its worker, and can be resumed. */
  unfinished = $derived.by((): readonly RunRecord[] => {
    const live = this.liveStage === null ? undefined : this.runs[this.liveStage].record?.id;
    return this.records.filter(
      ({ id, status }) => id !== live && (status === 'running' || status === 'paused'),
    );
  });

  /** The run that is shown and has this id. */
  run(id: Id): Run | undefined {
    return TRAINING.map((stage) => this.runs[stage]).find(({ record }) => record?.id === id);
  }

  /** Read all anew. Where no run of a stage is shown, its newest is. @throws StorageError */
  async read(db: LabDatabase, projectId: Id): Promise<void> {
    const [checkpoints, records] = await Promise.all([
      listCheckpoints(db, projectId),
      listRuns(db, projectId),
    ]);
    this.checkpoints = checkpoints;
    this.records = records;
    for (const stage of TRAINING) {
      const run = this.runs[stage];
      const newest = records.findLast((record) => record.stage === stage);
      // A run that was deleted is no longer shown.
      if (run.record && !run.isLive && !records.some(({ id }) => id === run.record?.id))
        run.clear();
      if (run.record || !newest) continue;
      const rows = await listMetrics(db, newest.id);
      const rollouts = stage === 'ppo' ? await listRollouts(db, newest.id) : [];
      const texts = await listTexts(db, projectId, newest.id);
      // It may have begun in the meantime.
      if (run.record) continue;
      run.show(asStill(newest), rows);
      run.rollouts = rollouts;
      run.texts = texts;
    }
  }

  /** Take note of a record that the worker sent. */
  keep(record: RunRecord): void {
    const others = this.records.filter(({ id }) => id !== record.id);
    this.records = [...others, record].sort((a, b) => a.startedAt - b.startedAt);
  }

  /** A run goes on: show it, with its history where it was not shown before. @throws StorageError */
  async resumed(record: RunRecord, db: LabDatabase): Promise<void> {
    this.keep(record);
    const run = this.runs[record.stage];
    if (run.record?.id === record.id) {
      if (!run.isLive) run.started(record);
      return;
    }
    run.show(record, await listMetrics(db, record.id));
    run.texts = await listTexts(db, record.projectId, record.id);
  }

  /** The worker is gone: what was live stands still. */
  interrupt(): void {
    for (const { run, record } of TRAINING.map((stage) => ({
      run: this.runs[stage],
      record: this.runs[stage].record,
    })))
      if (record && run.isLive) run.changed({ ...record, status: 'stopped' });
  }

  dispose(): void {
    for (const stage of TRAINING) this.runs[stage].dispose();
  }
}

/** A record from an earlier visit: nobody is working on it now, whatever it says. */
const asStill = (record: RunRecord): RunRecord =>
  record.status === 'running' || record.status === 'paused'
    ? { ...record, status: 'stopped' }
    : record;
