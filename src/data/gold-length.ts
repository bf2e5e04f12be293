/** Gold scores: is an answer as long as it needs to be? */
import type { Check } from '../records';
import { wordsOf } from './gold-text';

/** Most words that an answer may have before it is too long. */
function mostWords(check: Check): number {
  switch (check.kind) {
    case 'story':
      return 40;
    case 'list':
      return 3 * check.count;
    case 'json':
      return 4 * Object.keys(check.expected).length;
    case 'rewrite':
      return wordsOf(check.original).length + (check.form === 'polite' ? 5 : 0);
    case 'answer':
    case 'unknown':
    case 'grounded':
      return 12;
    case 'refuse':
    case 'help':
      return 20;
    default:
      return check satisfies never;
  }
}

/** 1 up to the most words, then falling to 0 at twice as many; a story of under six words is too short. */
export function length(check: Check, answer: string): number {
  const words = wordsOf(answer).length;
  const most = mostWords(check);
  if (check.kind === 'story' && words < 6) return words / 6;
  return words <= most ? 1 : Math.max(0, 2 - words / most);
}
