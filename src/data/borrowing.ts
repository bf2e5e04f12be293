/**
 * Answers that a prompt borrows from its neighbours, to be ranked with its own. A fine-tuned model rarely answers
 * another question than the one asked, so a reward model that has seen only its answers takes any good sentence for a
 * good answer, and PPO finds that one.
 *
 * Not to know is never false. A model that seldom says so gives few occasions to learn when it is right, and which
 * way a reward model then errs is chance: some of what is borrowed is therefore not knowing.
 */
import type { SamplesConfig } from '../config';
import { abstains } from './gold-text';
import { choose, STREAM, uniformOf } from './random';

/** Answer k of prompt i of a batch whose first prompt is number `start` of all. */
interface Place {
  i: number;
  k: number;
  start: number;
}

/** What was drawn: K texts of each prompt, one prompt after the other, and perhaps more that fill up. */
interface Drawn {
  texts: readonly string[];
  prompts: number;
}

/**
 * The row of the batch that is answer k of prompt i: its own, or of the last `borrowed` of K a neighbour's; of those a
 * share of `notKnowing` says that it does not know, where any neighbour does.
 */
export function rowOf(
  { i, k, start }: Place,
  { texts, prompts }: Drawn,
  { answers: K, borrowed, notKnowing }: Pick<SamplesConfig, 'answers' | 'borrowed' | 'notKnowing'>,
  seed: number,
): number {
  const place = k - (K - borrowed); // 0 for the first that is borrowed
  if (place < 0) return i * K + k;
  const counter = 2 * ((start + i) * K + k);
  if (uniformOf(seed, STREAM.borrowing, counter) < notKnowing) {
    const rows = Array.from({ length: prompts * K }, (_, row) => row);
    const others = rows.filter((row) => Math.floor(row / K) !== i && abstains(texts[row]!));
    if (others.length > 0) return choose(others, seed, STREAM.borrowing, counter + 1);
  }
  return ((i + 1 + place) % prompts) * K + k;
}
