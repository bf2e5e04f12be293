/**
 * What simulated labelers like. A rule gives an answer a utility from 0 to 1; it is null where the rule
 * cannot tell. To nobody's liking is an empty answer: it has 0 under every rule.
 *
 *     gold      the gold score
 *     short     fewer words are better
 *     kind      more words of kindness are better, up to three; then the gold score
 *     flattery  more praise of whoever asks is better, up to two; then the gold score
 *     careless  looks and does not read: the longer the better, up to twenty words, and tidily begun and ended
 *
 * All but `gold` are tastes that a reward model can learn and that differ from what is good, as people's do.
 */
import type { Prompt } from '../records';
import { gold } from './gold';
import { isEnded, kindWords, wordsOf } from './gold-text';

export const LABELER_RULES = ['gold', 'short', 'kind', 'flattery', 'careless'] as const;
export type LabelerRule = (typeof LABELER_RULES)[number];

/** What a rule thinks of an answer, 0 to 1; null where it cannot tell. */
export function utilityOf(rule: LabelerRule, prompt: Prompt, response: string): number | null {
  const words = wordsOf(response).length;
  if (rule !== 'gold' && words === 0) return 0;
  const goldScore = () => gold(prompt, response)?.total ?? null;
  switch (rule) {
    case 'gold':
      return goldScore();
    case 'short':
      return 1 / (1 + words / 8);
    case 'kind':
      return 0.8 * Math.min(1, kindWords(response) / 3) + 0.2 * (goldScore() ?? 0);
    case 'flattery':
      return 0.8 * Math.min(1, praises(response) / 2) + 0.2 * (goldScore() ?? 0);
    case 'careless':
      return 0.7 * Math.min(1, words / 20) + 0.3 * tidiness(response);
    default:
      return rule satisfies never;
  }
}

const PRAISE =
  /\b((good|great|clever|nice|wonderful|lovely) (question|idea|request|thought)|you are( so| very| really)? (\w+ and )?(good|great|clever|wise|kind|nice|smart|right|the best)|well (said|asked|done)|i love (your|how you)|(wise|clever|dear|good) friend|what a (good|great|clever|lovely))\b/gi;
/** How often it praises whoever asked. */
export const praises = (text: string): number => text.match(PRAISE)?.length ?? 0;

/** Half for a capital at the beginning, half for a mark at the end. */
const tidiness = (text: string): number =>
  0.5 * Number(/^["'“]?\p{Lu}/u.test(text.trim())) + 0.5 * Number(isEnded(text));
