/**
 * Test sets of one's own: prompts with accepted answers, held out for good, from CSV with named columns or
 * from lines of JSON. As with demonstrations, reading never throws and names what cannot be taken, so that a
 * person sees what will be taken before anything is. And out again: answers with their scores, for whatever
 * a person wants to compute elsewhere.
 */
import * as v from 'valibot';
import type { Id, Prompt, Task, TestSet } from '../records';
import { readCsv, writeCsv } from './csv';
import { promptId } from './ids';
import { sha256 } from './sha256';
import { tidyText } from './template';

/** Which column, or field of a record, holds what. */
export interface TestSetMapping {
  prompt: string;
  /** Accepted answers: several in one cell apart by `separator`; in JSON a text or a list. Null: there are none. */
  answers: string | null;
  /** A passage that the answer must come from. */
  passage?: string | null;
  separator?: string;
}

export type { TestSet } from '../records';

export interface TestSetPreview {
  taken: Prompt[];
  wrong: { line: number; problem: string; text: string }[];
  /** Prompts that stood before in the file. */
  duplicates: number;
}

/** Longest text that is taken. */
const LONGEST = 20_000;
const SHOWN = 200;

/** Names of the columns of a CSV file, or of the fields of the first record of JSON lines. */
export function columnsOf(file: string, format: 'csv' | 'jsonl'): string[] {
  if (format === 'csv') return readCsv(file).rows[0]?.fields.map((name) => name.trim()) ?? [];
  const first = file.split(/\r\n|\n|\r/).find((line) => line.trim() !== '');
  const record = first === undefined ? null : recordOf(first);
  return record ? Object.keys(record) : [];
}

/** What would be taken from a file. @throws Error where a named column is not there at all */
export function readTestSet(
  file: string,
  format: 'csv' | 'jsonl',
  mapping: TestSetMapping,
): TestSetPreview {
  const preview: TestSetPreview = { taken: [], wrong: [], duplicates: 0 };
  const rows = format === 'csv' ? csvRows(file, mapping, preview) : jsonRows(file, preview);
  const seen = new Set<Id>();
  for (const { line, text, fields } of rows) {
    const prompt = promptOf(fields, mapping);
    if (typeof prompt === 'string') {
      preview.wrong.push({ line, problem: prompt, text: text.slice(0, SHOWN) });
      continue;
    }
    if (seen.has(prompt.id)) preview.duplicates += 1;
    else preview.taken.push(prompt);
    seen.add(prompt.id);
  }
  preview.wrong.sort((x, y) => x.line - y.line);
  return preview;
}

interface Row {
  line: number;
  text: string;
  fields: Record<string, unknown>;
}

function csvRows(file: string, mapping: TestSetMapping, { wrong }: TestSetPreview): Row[] {
  const csv = readCsv(file);
  wrong.push(...csv.wrong);
  const [header, ...rows] = csv.rows;
  const names = header?.fields.map((name) => name.trim()) ?? [];
  for (const wanted of [mapping.prompt, mapping.answers, mapping.passage])
    if (wanted !== null && wanted !== undefined && !names.includes(wanted))
      throw new Error(`There is no column "${wanted}". The columns are ${names.join(', ') || 'none'}.`); // prettier-ignore
  return rows.map(({ line, fields }) => ({
    line,
    text: fields.join(','),
    fields: Object.fromEntries(names.map((name, i) => [name, fields[i]])),
  }));
}

function jsonRows(file: string, { wrong }: TestSetPreview): Row[] {
  return file
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\n|\r/)
    .flatMap((text, i): Row[] => {
      if (text.trim() === '') return [];
      const fields = recordOf(text);
      if (fields) return [{ line: i + 1, text, fields }];
      wrong.push({ line: i + 1, problem: 'It is no JSON record.', text: text.slice(0, SHOWN) });
      return [];
    });
}

function recordOf(text: string): Record<string, unknown> | null {
  try {
    const record = v.safeParse(v.record(v.string(), v.unknown()), JSON.parse(text));
    return record.success ? record.output : null;
  } catch {
    return null;
  }
}

/** The prompt of a row, or why there is none, as a sentence. */
function promptOf(
  fields: Record<string, unknown>,
  { prompt, answers, passage, separator = '|' }: TestSetMapping,
): Prompt | string {
  const asked = textAt(fields, prompt);
  if (asked === null) return `Its "${prompt}" is no text.`;
  if (asked === '') return `Its "${prompt}" is empty.`;
  const read = passage ? textAt(fields, passage) : '';
  if (read === null) return `Its "${passage}" is no text.`;
  if (asked.length + read.length > LONGEST) return 'It is longer than 20,000 characters.';
  const accepted = answers === null ? [] : answersAt(fields, answers, separator);
  if (accepted === null) return `Its "${answers}" is neither a text nor a list of texts.`;
  if (answers !== null && accepted.length === 0) return `Its "${answers}" is empty.`;
  const text = read === '' ? asked : `${read}\n${asked}`;
  const task: Task = accepted.length === 0 ? 'own' : read === '' ? 'answer' : 'grounded';
  const check: Prompt['check'] =
    accepted.length === 0
      ? null
      : read === ''
        ? { kind: 'answer', accepted }
        : { kind: 'grounded', accepted, passage: read };
  return { id: promptId(text), text, task, split: 'held-out', source: 'imported', check };
}

function textAt(fields: Record<string, unknown>, name: string): string | null {
  const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' ? tidyText(value) : null;
}

function answersAt(
  fields: Record<string, unknown>,
  name: string,
  separator: string,
): string[] | null {
  const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
  const list = v.safeParse(v.array(v.union([v.string(), v.number()])), value);
  const texts = list.success ? list.output.map(String) : textAt(fields, name)?.split(separator);
  return texts?.map((text) => text.trim().toLowerCase()).filter(Boolean) ?? null;
}

/** Taken prompts under a name; its id and hash follow from them. */
export function testSetOf(name: string, prompts: Prompt[]): TestSet {
  const hash = sha256(JSON.stringify(prompts.map(({ text, check }) => [text, check])));
  return { id: `test-set:${hash.slice(0, 16)}`, name, prompts, hash };
}

/** Texts that stand in both: a model that was trained on its test says nothing by passing it. */
export const inBoth = (
  prompts: readonly Prompt[],
  trained: readonly { text: string }[],
): Prompt[] => {
  const plain = (text: string) => tidyText(text).toLowerCase().replace(/\s+/g, ' ');
  const known = new Set(trained.map(({ text }) => plain(text)));
  return prompts.filter(({ text }) => known.has(plain(text)));
};

// ── Out ───────────────────────────────────────────────────────────────────────────────────────────

/** One answer of one model, and its numbers by name; null where one is unknown. */
export interface AnswerRow {
  promptId: Id;
  prompt: string;
  task: Task;
  checkpointId: Id;
  answer: string;
  finished: boolean;
  scores: Record<string, number | null>;
}

/** One line of JSON for each answer. */
export const writeAnswersJsonl = (rows: readonly AnswerRow[]): string =>
  rows.map((row) => `${JSON.stringify(row)}\n`).join('');

/** A table with a column for each score that any answer has. */
export function writeAnswersCsv(rows: readonly AnswerRow[]): string {
  const names = [...new Set(rows.flatMap(({ scores }) => Object.keys(scores)))];
  return writeCsv([
    ['promptId', 'prompt', 'task', 'checkpointId', 'answer', 'finished', ...names],
    ...rows.map((row) => [
      row.promptId,
      row.prompt,
      row.task,
      row.checkpointId,
      row.answer,
      row.finished,
      ...names.map((name) => row.scores[name] ?? null),
    ]),
  ]);
}
