/** What is open while a lab is: its database, the device, its models. */
import type { Engine } from '../kernels/engine';
import { startBrowserEngine } from '../kernels/engine-browser';
import type { Id } from '../records';
import { openDatabase } from '../storage/database';
import { getProject } from '../storage/projects';
import type { LabDatabase } from '../storage/schema';
import type { OpenRequest, TrainerEvent } from './messages';
import { Models } from './models';

export interface Opened {
  db: LabDatabase;
  engine: Engine;
  models: Models;
  projectId: Id;
  seed: number;
}

/** Nothing of it stays open where a part cannot be opened. @throws StorageError, BackendUnavailable, ModelFileError */
export async function openLab(
  { projectId, backend, pageUrl }: OpenRequest,
  post: (event: TrainerEvent) => void,
): Promise<Opened> {
  const report = (sentence: string, fatal: boolean) =>
    post({ kind: 'engine.problem', sentence, fatal });
  const db = await openDatabase({ onClosed: (error) => report(error.message, true) });
  let engine: Engine | null = null;
  try {
    const project = await getProject(db, projectId);
    engine = await startBrowserEngine({ force: backend, onProblem: report });
    const models = await Models.open(db, project, pageUrl);
    return { db, engine, models, projectId, seed: project.seed };
  } catch (error) {
    engine?.dispose(); // so that the lab can be opened again
    db.close();
    throw error;
  }
}

export function closeLab({ engine, db }: Opened): void {
  engine.dispose();
  db.close();
}
