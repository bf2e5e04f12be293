/**
 * Demonstrations as a table: CSV, what a spreadsheet puts on the clipboard (tabs between cells), or two columns
 * without a heading. Which columns hold prompt and response is read from the heading, by the names that data sets
 * use. As with lines of JSON, reading never throws and names every row that cannot be taken.
 */
import type { Demonstration, Split, Task } from '../records';
import { TASKS } from '../records';
import { readCsv, type CsvRow } from './csv';
import { demonstrationId } from './ids';
import { readDemonstrations, type ImportResult } from './jsonl';
import { tidyText } from './template';

const PROMPT_NAMES = ['prompt', 'instruction', 'question', 'input', 'text', 'query'];
const RESPONSE_NAMES = ['response', 'completion', 'output', 'answer', 'reply'];
const LONGEST = 20_000;
const SHOWN = 200;

export type DemonstrationForm = 'jsonl' | 'csv' | 'tabs';

/** What a text most likely is, by its first line. */
export function formOf(file: string): DemonstrationForm {
  const text = file.replace(/^\uFEFF/, '').trimStart();
  if (/^[[{]/.test(text)) return 'jsonl';
  const first = /^[^\r\n]*/.exec(text)?.[0] ?? '';
  return first.includes('\t') ? 'tabs' : first.includes(',') ? 'csv' : 'jsonl';
}

/** Demonstrations of a text of any of the forms. See `readDemonstrations` for the options. */
export function readAnyDemonstrations(
  file: string,
  options: { now: number; known?: readonly Demonstration[] },
): ImportResult & { form: DemonstrationForm } {
  const form = formOf(file);
  const result = form === 'jsonl' ? readDemonstrations(file, options) : readTable(file, form === 'tabs' ? '\t' : ',', options); // prettier-ignore
  return { ...result, form };
}

interface Columns {
  prompt: number;
  response: number;
  task: number;
  split: number;
}

function readTable(
  file: string,
  separator: string,
  { now, known = [] }: { now: number; known?: readonly Demonstration[] },
): ImportResult {
  const csv = readCsv(file, separator);
  const result: ImportResult = {
    taken: [],
    wrong: [...csv.wrong],
    duplicates: 0,
    forms: { prompt: 0, instruction: 0, messages: 0 },
  };
  const [first, ...others] = csv.rows;
  if (!first) return result;
  const heading = columnsIn(first.fields);
  if (typeof heading === 'string') {
    result.wrong.unshift({ line: first.line, problem: heading, text: shownOf(first, separator) });
    return result;
  }
  const seen = new Set(known.map(demonstrationId));
  for (const row of heading ? others : csv.rows) {
    const read = demonstrationOf(row, heading ?? { prompt: 0, response: 1, task: -1, split: -1 });
    if (typeof read === 'string') {
      result.wrong.push({ line: row.line, problem: read, text: shownOf(row, separator) });
      continue;
    }
    result.forms.prompt += 1;
    const id = demonstrationId(read);
    if (seen.has(id)) result.duplicates += 1;
    else result.taken.push({ ...read, id, check: null, source: 'imported', createdAt: now });
    seen.add(id);
  }
  result.wrong.sort((a, b) => a.line - b.line);
  return result;
}

const shownOf = ({ fields }: CsvRow, separator: string): string =>
  fields.join(separator).slice(0, SHOWN);

/** Where prompt and response stand; null where the first row is no heading; a sentence where it is no use. */
function columnsIn(fields: readonly string[]): Columns | null | string {
  const names = fields.map((name) => name.trim().toLowerCase());
  const find = (known: readonly string[]) => names.findIndex((name) => known.includes(name));
  const [prompt, response] = [find(PROMPT_NAMES), find(RESPONSE_NAMES)];
  if (prompt >= 0 && response >= 0)
    return { prompt, response, task: names.indexOf('task'), split: find(['split', 'use']) };
  if (prompt < 0 && response < 0 && fields.length === 2) return null;
  if (prompt >= 0) return 'There is a column for the prompt and none that is called “response”.';
  if (response >= 0) return 'There is a column for the response and none that is called “prompt”.';
  return `The first row names no column “prompt” and “response”, and there are ${fields.length} columns to choose from.`;
}

type Read = Pick<Demonstration, 'text' | 'response' | 'task' | 'split'>;

function demonstrationOf({ fields }: CsvRow, columns: Columns): Read | string {
  const text = tidyText(fields[columns.prompt] ?? '');
  const response = tidyText(fields[columns.response] ?? '');
  if (text === '') return 'Its prompt is empty.';
  if (response === '') return 'Its response is empty.';
  if (text.length > LONGEST || response.length > LONGEST) return 'It is longer than 20,000 characters.'; // prettier-ignore
  const task: Task = TASKS.find((each) => each === fields[columns.task]?.trim()) ?? 'own';
  const said = fields[columns.split]?.trim().toLowerCase() ?? '';
  const split: Split = /^(held-out|held out|test|validation|eval)$/.test(said)
    ? 'held-out'
    : 'train';
  return { text, response, task, split };
}
