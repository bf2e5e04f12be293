/** Answers drawn for somebody to rank, and simulated labelers who rank them; both are stored as they come. */
import { comparisonsOf } from '../data/comparisons';
import { simulatedLabeler } from '../data/labelers';
import type { Id, Prompt } from '../records';
import { drawSamples } from '../stages/3-samples';
import { rankSamples } from '../stages/4-rankings';
import { saveRecords } from '../storage/collections';
import type { LabDatabase } from '../storage/schema';
import { saveLabels, unrankedSamples } from '../storage/labels';
import type { SampleRequest, SimulateRequest } from './messages';
import type { Models } from './models';
import type { Pass } from './turns';

/** Draw answers to the prompts that were chosen, or to the first that there are. @returns how many were stored */
export async function drawToRank(
  { db, models, projectId }: { db: LabDatabase; models: Models; projectId: Id },
  { config, lengths, checkpointId, seed, promptIds }: SampleRequest,
  all: readonly Prompt[],
  pass: Pass,
): Promise<number> {
  const prompts = all.filter(({ id }) => promptIds === undefined || promptIds.includes(id));
  const steps = drawSamples(
    {
      policy: await models.weights(checkpointId),
      checkpointId,
      prompts: prompts.slice(0, config.prompts),
      tokenizer: models.tokenizer,
      lengths,
      seed,
      now: Date.now(),
    },
    config,
  );
  let stored = 0;
  for await (const step of steps) {
    await saveRecords(db, 'samples', projectId, step.samples);
    stored += step.samples.length;
    if (!(await pass(step))) break;
  }
  return stored;
}

/** Let a simulated labeler rank what nobody has ranked, or what it has not. @returns how many were stored */
export async function rankBySimulation(
  { db, projectId }: { db: LabDatabase; projectId: Id },
  { count, everything = false, ...options }: SimulateRequest,
  pass: Pass,
): Promise<number> {
  const labeler = simulatedLabeler(options);
  const whose = everything ? labeler.info.id : undefined;
  const samples = (await unrankedSamples(db, projectId, whose)).slice(0, count);
  let stored = 0;
  for await (const step of rankSamples(samples, labeler)) {
    const { ranking } = step;
    const comparison = comparisonsOf([ranking])[0] ?? null;
    await saveLabels(db, projectId, [{ ranking, comparison }]);
    stored += 1;
    if (!(await pass(step))) break;
  }
  return stored;
}
