/** Which prompts are answered next, and with which seed. Pure, so that it can be tested. */
import { permutation, STREAM } from '../../data/random';
import type { Id, Prompt, Sample } from '../../records';

/**
 * `count` prompts, those with the fewest samples first and otherwise in an order of the seed's choosing,
 * so that drawing again spreads over all prompts and over both splits.
 */
export function promptsToAnswer(
  prompts: readonly Prompt[],
  samples: readonly Sample[],
  count: number,
  seed: number,
): Prompt[] {
  const drawn = new Map<Id, number>();
  for (const { prompt } of samples) drawn.set(prompt.id, (drawn.get(prompt.id) ?? 0) + 1);
  const drawnOf = ({ id }: Prompt) => drawn.get(id) ?? 0;
  return permutation(prompts.length, seed, STREAM.samples)
    .flatMap((i) => prompts[i] ?? [])
    .sort((a, b) => drawnOf(a) - drawnOf(b))
    .slice(0, count);
}

/**
 * A seed that this checkpoint has drawn nothing with yet: the same seed would give the same answers again.
 */
export function freshSeed(samples: readonly Sample[], checkpointId: Id, first: number): number {
  const used = samples.filter((each) => each.checkpointId === checkpointId).map(({ seed }) => seed);
  return used.length ? Math.max(first, ...used) + 1 : first;
}
