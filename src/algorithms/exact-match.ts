/**
 * Exact match and F1 of an answer against accepted ones, with the normalisation of SQuAD: lower case, no
 * punctuation, no articles, single spaces. Of several accepted answers the best counts.
 *
 * Source: Rajpurkar 2016, section 6.1, and 2018 for empty answers, which match only each other.
 */

/** What Python calls punctuation: the printable signs of ASCII. */
const PUNCTUATION = /[!-/:-@[-`{-~]/g;

/** An answer as SQuAD compares it. */
export const normaliseAnswer = (text: string): string =>
  text
    .toLowerCase()
    .replace(PUNCTUATION, '')
    .replace(/(?<![\p{L}\p{N}_])(a|an|the)(?![\p{L}\p{N}_])/gu, ' ')
    .split(/\s+/u)
    .filter(Boolean)
    .join(' ');

/** 1 where the answer is one of the accepted ones, else 0. @throws Error where nothing is accepted */
export const exactMatch = (answer: string, accepted: readonly string[]): number =>
  best(accepted, (each) => Number(normaliseAnswer(answer) === normaliseAnswer(each)));

/** Harmonic mean of precision and recall over words, each as often as it stands; 0 to 1. */
export const f1 = (answer: string, accepted: readonly string[]): number =>
  best(accepted, (each) => wordF1(wordsOf(answer), wordsOf(each)));

const wordsOf = (text: string): string[] => normaliseAnswer(text).split(' ').filter(Boolean);

function wordF1(given: readonly string[], wanted: readonly string[]): number {
  if (given.length === 0 || wanted.length === 0) return Number(given.length === wanted.length);
  const left = new Map<string, number>();
  for (const word of wanted) left.set(word, (left.get(word) ?? 0) + 1);
  let common = 0;
  for (const word of given) {
    const count = left.get(word) ?? 0;
    if (count === 0) continue;
    left.set(word, count - 1);
    common += 1;
  }
  if (common === 0) return 0;
  const [precision, recall] = [common / given.length, common / wanted.length];
  return (2 * precision * recall) / (precision + recall);
}

function best(accepted: readonly string[], score: (each: string) => number): number {
  if (accepted.length === 0)
    throw new Error('There is nothing to match: no accepted answer was given.');
  return Math.max(...accepted.map(score));
}

/**
 * Share of the n-grams of one text that stood in it before, 0 to 1; 0 of a text too short to repeat.
 * Source: Welleck 2020, "Neural text generation with unlikelihood training", seq-rep-n.
 */
export function repetition(words: readonly string[], n: number): number {
  if (!Number.isInteger(n) || n < 1) throw new Error(`There are no ${n}-grams.`);
  const total = words.length - n + 1;
  if (total < 1) return 0;
  const grams = Array.from({ length: total }, (_, i) => JSON.stringify(words.slice(i, i + n)));
  return 1 - new Set(grams).size / total;
}
