/** Test sets of one's own on their way in: which format a file has, and which columns hold what. Pure. */
import type { TestSetMapping } from '../../data/test-sets';

export {
  columnsOf as columnsOfFile,
  inBoth,
  readTestSet,
  testSetOf,
  type TestSetMapping,
  type TestSetPreview,
} from '../../data/test-sets';

export type Format = 'csv' | 'jsonl';

/** By the name of the file, where it has one that tells; else by how its text begins. */
export function formatOf(text: string, fileName: string): Format {
  if (/\.(jsonl|ndjson|json)$/i.test(fileName)) return 'jsonl';
  if (/\.csv$/i.test(fileName)) return 'csv';
  return text.trimStart().startsWith('{') ? 'jsonl' : 'csv';
}

const NAMED = {
  prompt: /^(prompt|question|instruction|input|text)s?$/i,
  answers: /^(answer|reference|response|output|target|completion)s?$/i,
  passage: /^(passage|context|document)s?$/i,
};

/** What the columns most likely hold; a person sees it and can say otherwise. */
export function guessMapping(columns: readonly string[]): TestSetMapping {
  const named = (pattern: RegExp) => columns.find((column) => pattern.test(column)) ?? null;
  const prompt = named(NAMED.prompt) ?? columns[0] ?? '';
  const other = (column: string | null) => (column === prompt ? null : column);
  return { prompt, answers: other(named(NAMED.answers)), passage: other(named(NAMED.passage)), separator: '|' }; // prettier-ignore
}
