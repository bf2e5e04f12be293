/** Gold scores: has an answer the form that was asked for? */
import type { Check } from '../records';
import { isEnded, jsonIn, listLines, wordsOf } from './gold-text';

/** List: lines that begin "- ", as many as asked. JSON: parses, nothing around it. Else: a sentence. */
export function form(check: Check, answer: string): number {
  switch (check.kind) {
    case 'list': {
      const lines = listLines(answer);
      const marked = lines.filter((line) => line.marked).length / lines.length;
      return marked * (lines.length === check.count ? 1 : 0.5);
    }
    case 'json': {
      const found = jsonIn(answer);
      if (found) return found.alone ? 1 : 0.5;
      return /^\{\s*"/.test(answer) ? 0.2 : 0;
    }
    case 'rewrite':
      return 0.3 * sentenceForm(answer) + 0.7 * rewriteForm(check.form, check.original, answer);
    case 'story':
    case 'answer':
    case 'unknown':
    case 'grounded':
    case 'refuse':
    case 'help':
      return sentenceForm(answer);
    default:
      return check satisfies never;
  }
}

/** Begins with a capital, ends with a mark, on one line. */
function sentenceForm(answer: string): number {
  const begins = /^["'“]?[\p{Lu}\p{N}]/u.test(answer);
  return (0.5 * Number(begins) + 0.5 * Number(isEnded(answer))) * (answer.includes('\n') ? 0.5 : 1);
}

function rewriteForm(wanted: 'polite' | 'shorter', original: string, answer: string): number {
  if (wanted === 'polite')
    return Number(/\b(please|could you|would you|may i|can you|thank|kindly)\b/i.test(answer));
  const share = wordsOf(answer).length / wordsOf(original).length;
  return share <= 0.7 ? 1 : Math.max(0, (1 - share) / 0.3);
}
