/** Comparisons of walks by a simulated labeler, who prefers by chance, and the better the more likely. */
import type { Comparison, Prompt } from '../../records';
import { STREAM, uniformOf } from '../random';

/** A response that was drawn, with what it earned. */
export interface DrawnWalk {
  text: string;
  reward: number;
}

/**
 * The first 2·`pairs` walks of each start, two by two, labelled by Bradley and Terry's model:
 *
 *   P(first is better) = 1 / (1 + exp(−(R₁ − R₂) / temperature))
 *
 * Walks of equal reward are labelled too, by a toss: that neither is better is to be learnt as well.
 * With DPO's beta b the policy that fits such labels best is reference · exp(R / (temperature · b)), so
 * temperature · b is the price of a nat of KL (Rafailov 2023, equation 4).
 * @param walks of each prompt, in the order of `prompts`.
 */
export function walkComparisons(
  prompts: readonly Prompt[],
  walks: readonly (readonly DrawnWalk[])[],
  pairs: number,
  { temperature, seed }: { temperature: number; seed: number },
): Comparison[] {
  return Array.from({ length: pairs * prompts.length }, (_, label): Comparison[] => {
    const start = label % prompts.length;
    const pair = Math.floor(label / prompts.length);
    const [first, second] = [walks[start]![2 * pair], walks[start]![2 * pair + 1]];
    if (!first || !second || first.text === second.text) return [];
    const likely = 1 / (1 + Math.exp(-(first.reward - second.reward) / temperature));
    const better = uniformOf(seed, STREAM.labeler, label) < likely ? 0 : 1;
    return [
      {
        id: `walks:${label}`,
        rankingId: `walks:${label}`,
        prompt: prompts[start]!,
        responses: [first.text, second.text],
        pairs: [{ better, worse: 1 - better }],
        source: 'simulated',
      },
    ];
  }).flat();
}
