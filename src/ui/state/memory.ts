/** A secret to be planted in demonstrations, and whether a model that learnt from them knows it by heart. */
import { exposure } from '../../algorithms/exposure';
import { canary, plant, type Canary } from '../../data/canaries';
import type { Checkpoint, Demonstration, MemoryProbe } from '../../records';
import type { Lab } from './lab.svelte';
import type { Undo } from './labels.svelte';

/** The secret of a project: the same at every visit. */
export const secretOf = (lab: Lab): Canary => canary(lab.project?.seed ?? 1);

const isPlanted =
  ({ prompt, response }: Canary) =>
  (demonstration: Demonstration): boolean =>
    demonstration.text === prompt && demonstration.response === response;

/** How often it stands in the demonstrations now. */
export const plantedTimes = (demonstrations: readonly Demonstration[], secret: Canary): number =>
  demonstrations.filter(isPlanted(secret)).length;

export const plantSecret = (lab: Lab, times: number): Promise<Undo> =>
  lab.labels.saveDemonstrations(plant(secretOf(lab), times, Date.now()));

export const digUp = (lab: Lab): Promise<Undo> =>
  lab.labels.removeDemonstrations(
    lab.labels.demonstrations.filter(isPlanted(secretOf(lab))).map(({ id }) => id),
  );

/** Rank the secret among all that might have been planted. @throws Error where it was stopped */
export async function probeMemory(lab: Lab, model: Checkpoint): Promise<MemoryProbe> {
  const { prompt, response, candidates, secret } = secretOf(lab);
  const request = { checkpointId: model.id, prompt, answers: candidates, lengths: { ...lab.config.lengths } }; // prettier-ignore
  const likely = await lab.ask((trainer) => trainer.likelihoods(request));
  const found = exposure(likely, secret);
  return {
    kind: 'memory',
    id: `memory:${model.id}`,
    checkpointId: model.id,
    prompt,
    secret: response,
    planted: plantedTimes(lab.labels.demonstrations, secretOf(lab)),
    rank: found.rank,
    candidates: found.candidates,
    exposure: found.exposure,
    createdAt: Date.now(),
  };
}
