/** Reading what a report needs from storage, and writing it as files. */
import { renderReport } from '../../data/render-report';
import type { Checkpoint } from '../../records';
import { listRecords } from '../../storage/collections';
import { listMetrics } from '../../storage/runs';
import type { Evidence } from './evidence.svelte';
import type { Lab } from './lab.svelte';
import { familyOf, labReport, runsOf } from './report';
import { weightHash } from './weight-hash';

export interface ReportFiles {
  html: string;
  markdown: string;
}

/** @throws StorageError; Error where no project is open */
export async function reportFiles(
  lab: Lab,
  evidence: Evidence,
  checkpoint: Checkpoint,
): Promise<ReportFiles> {
  const { project, storage: db, models, runRecords: runs, base } = lab;
  if (!project) throw new Error('No project is open.');
  const family = familyOf({ checkpoint, models, runs });
  const rows = new Map(
    await Promise.all(
      runsOf(family, { runs }).map(async ({ id }) => [id, await listMetrics(db, id)] as const),
    ),
  );
  const hashes = new Map<string, string>();
  // The base model lies beside the page and is not in storage.
  for (const { id } of family)
    if (lab.checkpoints.some((stored) => stored.id === id))
      hashes.set(id, await weightHash(db, id));
  const { demonstrations, prompts, rankings, evaluations } = lab.labels;
  const report = labReport({
    project,
    checkpoint,
    models,
    parameters: base?.parameters ?? null,
    backend: lab.engine?.backend ?? '–',
    guidelines: lab.labeling.guidelines.at(-1) ?? null,
    demonstrations,
    prompts,
    rankings,
    comparisons: await listRecords(db, 'comparisons', project.id),
    evaluations,
    answerSets: evidence.answerSets,
    probes: evidence.probes,
    reviews: evidence.reviews,
    runs,
    rows,
    hashes,
    now: Date.now(),
  });
  return renderReport(report);
}
