/** A whole lab out of storage into a file, and back. */
import type { Id, Project, TensorRecords } from '../records';
import { loadCheckpoint } from '../storage/checkpoints';
import { readProject } from '../storage/projects';
import type { LabDatabase } from '../storage/schema';
import { readSetting, writeSetting } from '../storage/settings';
import { writeWholeProject } from '../storage/whole-project';
import { readLabFile, writeLabFile } from './lab-file';
import { TOKENIZER } from './models';

/** Everything of a project as one zip. @throws StorageError; WeightValueError where weights are not finite */
export async function exportProject(db: LabDatabase, projectId: Id): Promise<Uint8Array> {
  const whole = await readProject(db, projectId);
  const tensors = new Map<Id, TensorRecords>();
  const tokenizers: Record<string, string> = {};
  for (const { id, stage, tokenizerHash } of whole.checkpoints) {
    tensors.set(id, (await loadCheckpoint(db, id)).tensors);
    if (stage !== 'base') continue;
    const json = await readSetting(db, '', `${TOKENIZER}${tokenizerHash}`);
    if (typeof json === 'string') tokenizers[tokenizerHash] = json;
  }
  return writeLabFile({ whole, tensors, tokenizers });
}

/**
 * Put the lab of a file beside those that are here, as the one that is opened next.
 * @throws LabFileError, RefusedError, StorageFullError, each with nothing changed
 */
export async function importProject(
  db: LabDatabase,
  bytes: Uint8Array,
  now: number,
): Promise<Project> {
  const { whole, tensors, tokenizers } = readLabFile(bytes);
  const project = { ...whole.project, openedAt: now };
  // Runs of another browser are not under way here, though they can go on from their saved states.
  const runs = whole.runs.map((run) =>
    run.status === 'running' ? { ...run, status: 'paused' as const } : run,
  );
  const studies = whole.studies.map((study) =>
    study.status === 'running' ? { ...study, status: 'stopped' as const } : study,
  );
  // Known by their hash, so that one too many does no harm; the lab without one would.
  for (const [hash, json] of Object.entries(tokenizers))
    await writeSetting(db, '', `${TOKENIZER}${hash}`, json);
  await writeWholeProject(db, { ...whole, project, runs, studies }, tensors);
  return project;
}
