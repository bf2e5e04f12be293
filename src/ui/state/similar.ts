/**
 * Answers that say nearly the same, so that a labeler sees where there is little to rank. Two are alike
 * where, case and punctuation aside, at most a tenth of the words of the longer differ (edit distance).
 */

/** Share of the longer answer's words that may differ. */
const MOST_DIFFERENT = 0.1;

const wordsOf = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];

/**
 * For each text the index of the first one before it that it nearly repeats; null where it says something
 * of its own.
 */
export function nearCopies(texts: readonly string[]): (number | null)[] {
  const words = texts.map(wordsOf);
  return words.map((mine, i) => {
    const first = words.slice(0, i).findIndex((other) => alike(mine, other));
    return first < 0 ? null : first;
  });
}

function alike(a: readonly string[], b: readonly string[]): boolean {
  const most = Math.floor(MOST_DIFFERENT * Math.max(a.length, b.length));
  return Math.abs(a.length - b.length) <= most && editDistance(a, b) <= most;
}

/** Words to insert, delete or replace to make one of the other (Levenshtein 1966). */
function editDistance(a: readonly string[], b: readonly string[]): number {
  let above = Array.from({ length: b.length + 1 }, (_, j) => j);
  a.forEach((word, i) => {
    const row = [i + 1];
    b.forEach((other, j) => {
      const replaced = (above[j] ?? 0) + (word === other ? 0 : 1);
      row.push(Math.min(replaced, (above[j + 1] ?? 0) + 1, (row[j] ?? 0) + 1));
    });
    above = row;
  });
  return above[b.length] ?? 0;
}
