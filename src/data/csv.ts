/**
 * Tables as text, comma-separated, in and out (RFC 4180): fields in double quotes may hold commas, line ends
 * and doubled quotes. Lines may end in CRLF, LF or CR. Reading never throws: a wrong row is named.
 */

export interface CsvRow {
  /** Of the line where it begins, from 1; fields may reach over several. */
  line: number;
  fields: string[];
}

export interface Csv {
  rows: CsvRow[];
  wrong: { line: number; problem: string; text: string }[];
}

/** Characters of a wrong row that are shown. */
const SHOWN = 200;

/**
 * All rows, empty lines left out. The first row says how many fields each has; rows with another number are
 * wrong, and so is one whose quotes do not close.
 */
export function readCsv(file: string, separator = ','): Csv {
  const text = file.replace(/^\uFEFF/, '');
  const result: Csv = { rows: [], wrong: [] };
  let width: number | undefined;
  let line = 1;
  for (let start = 0; start < text.length;) {
    const row = readRow(text, start, separator);
    const raw = text.slice(start, row.end);
    const wanted: number = width ?? row.fields.length;
    const problem =
      row.problem ??
      (row.fields.length === wanted
        ? null
        : `It has ${row.fields.length} ${row.fields.length === 1 ? 'field' : 'fields'}, and the first row has ${wanted}.`);
    const empty = row.fields.length === 1 && raw.trim() === '';
    if (!empty && problem !== null)
      result.wrong.push({ line, problem, text: raw.trim().slice(0, SHOWN) });
    else if (!empty) {
      width = wanted;
      result.rows.push({ line, fields: row.fields });
    }
    line += raw.match(/\r\n|\n|\r/g)?.length ?? 0;
    start = row.end;
  }
  return result;
}

interface ReadRow {
  fields: string[];
  /** Where the next row begins. */
  end: number;
  problem: string | null;
}

const isEnd = (character: string | undefined): boolean => character === '\n' || character === '\r';

function readRow(text: string, start: number, separator: string): ReadRow {
  const fields: string[] = [];
  let problem: string | null = null;
  let i = start;
  for (;;) {
    const field = text[i] === '"' ? readQuoted(text, i) : readPlain(text, i, separator);
    fields.push(field.value);
    problem ??= field.problem;
    i = field.end;
    if (text[i] === separator) {
      i += 1;
      continue;
    }
    if (i < text.length && !isEnd(text[i])) {
      problem ??= 'Something stands between a closing quote and the next field.';
      while (i < text.length && !isEnd(text[i])) i += 1;
    }
    if (i < text.length) i += text[i] === '\r' && text[i + 1] === '\n' ? 2 : 1;
    return { fields, end: i, problem };
  }
}

interface ReadField {
  value: string;
  end: number;
  problem: string | null;
}

function readPlain(text: string, start: number, separator: string): ReadField {
  let end = start;
  while (end < text.length && text[end] !== separator && !isEnd(text[end])) end += 1;
  const value = text.slice(start, end);
  const problem = value.includes('"')
    ? 'A quote stands within a field that does not begin with one.'
    : null;
  return { value, end, problem };
}

function readQuoted(text: string, start: number): ReadField {
  let value = '';
  for (let i = start + 1; ;) {
    const quote = text.indexOf('"', i);
    if (quote < 0) {
      // Only its own line is lost, and what follows is read again.
      const end = /\r|\n/.exec(text.slice(start))?.index ?? text.length - start;
      return { value, end: start + end, problem: 'A quote is opened and never closed.' };
    }
    value += text.slice(i, quote);
    if (text[quote + 1] !== '"') return { value, end: quote + 1, problem: null };
    value += '"';
    i = quote + 2;
  }
}

/** Rows as the text of a file, each line ended by CRLF; fields are quoted where they have to be. */
export const writeCsv = (
  rows: readonly (readonly (string | number | boolean | null)[])[],
): string => rows.map((row) => `${row.map(fieldOf).join(',')}\r\n`).join('');

function fieldOf(value: string | number | boolean | null): string {
  const text = value === null ? '' : String(value);
  // A row of one empty field would read as no row at all.
  return text === '' || /[",\r\n]|^\s|\s$|^\uFEFF/.test(text)
    ? `"${text.replaceAll('"', '""')}"`
    : text;
}
