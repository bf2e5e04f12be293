/** Walks that the reference draws: what DPO learns from, and what best of n is estimated from. */
import { bestOfNEstimate } from '../algorithms/best-of-n';
import { queryBatch } from '../data/batches';
import { seedOf, STREAM } from '../data/random';
import { responseTexts } from '../data/rollouts';
import { WALK_QUERY, WALK_STEPS, walkRewards } from '../data/walks';
import type { DrawnWalk } from '../data/walks/comparisons';
import { generate } from '../model/generate';
import { Model } from '../model/model';
import type { Progress, Weights } from '../records';
import type { Task } from './task';

/** Responses that are drawn together. */
const DRAWN_TOGETHER = 512;

/** `draws` responses of the reference to every prompt, with what they earn: as many lists as prompts. */
export async function* draw(
  { graph, tokenizer, prompts }: Task,
  reference: Weights,
  { draws, seed }: { draws: number; seed: number },
): AsyncGenerator<Progress, DrawnWalk[][]> {
  const walks = prompts.map((): DrawnWalk[] => []);
  const total = draws * prompts.length;
  const model = new Model('drawn', reference.config, 'language', reference.tensors, false);
  try {
    for (let first = 0; first < total; first += DRAWN_TOGETHER) {
      const streams = Array.from({ length: DRAWN_TOGETHER }, (_, i) => first + i);
      const asked = streams.map((stream) => prompts[stream % prompts.length]!);
      const queries = queryBatch(asked, tokenizer, WALK_QUERY);
      const decoding = { responseTokens: WALK_STEPS, temperature: 1, topK: 0, topP: 1, streams };
      const drawn = await generate(model, queries.ids, queries.mask, {
        ...decoding,
        seed: seedOf(seed, STREAM.samples),
      });
      const rewards = walkRewards(graph, { ...drawn, prompts: asked });
      const texts = responseTexts(drawn, tokenizer);
      streams.forEach((stream, row) => {
        if (stream < total)
          walks[stream % prompts.length]!.push({ text: texts[row]!, reward: rewards[row]! });
      });
      const done = Math.min(total, first + DRAWN_TOGETHER);
      yield { done, total, what: 'Drawing from the reference' };
    }
    return walks;
  } finally {
    model.dispose();
  }
}

/** Best of n of one prompt's walks. The rule is proxy and gold at once. */
export function drawnBestOfN(walks: readonly DrawnWalk[], n: number): number {
  const rewards = walks.map(({ reward }) => reward);
  return bestOfNEstimate(rewards, rewards, n);
}
