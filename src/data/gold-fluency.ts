/** Gold scores: is an answer finished, and free of repetition? */
import type { Check } from '../records';
import { isEnded, shareNew } from './gold-text';

/**
 * Share of pairs of neighbouring words that have not occurred before, squared so that repeating hurts soon,
 * and nothing for the same word twice running; half where the last sentence is unfinished.
 */
export function fluency(check: Check, answer: string): number {
  const doubled =
    answer.match(/(?<![\p{L}\p{N}'])([\p{L}\p{N}]+)(?= \1(?![\p{L}\p{N}']))/giu)?.length ?? 0;
  const open = check.kind !== 'list' && check.kind !== 'json' && !isEnded(answer);
  return shareNew(answer) ** 2 * 0.5 ** doubled * (open ? 0.5 : 1);
}
