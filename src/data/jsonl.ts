/**
 * Demonstrations as lines of JSON, in and out. Reading never throws: what cannot be taken is named with its
 * line and the reason, so that a person sees what will be taken before anything is.
 *
 * Taken are the forms that data sets come in:
 *
 *     {"prompt": …, "response": …}             ours; "completion" and "output" for the response as well
 *     {"instruction": …, "input": …, "output": …}      Alpaca; an input is put below its instruction
 *     {"messages": [{"role": …, "content": …}, …]}     chats; the last answer is the response, all before
 *                                                      it the prompt
 *
 * one on each line, or all in one JSON array.
 */
import * as v from 'valibot';
import { TASKS, type Check, type Demonstration, type Task } from '../records';
import { demonstrationId } from './ids';
import { tidyText } from './template';

export type RecordForm = 'prompt' | 'instruction' | 'messages';

export interface ImportResult {
  taken: Demonstration[];
  /** In their order; `line` counts from 1, records in an array likewise. */
  wrong: { line: number; problem: string; text: string }[];
  /** Records left out, as they are the same as one before them or one that is there already. */
  duplicates: number;
  /** How many records of each form were understood. */
  forms: Record<RecordForm, number>;
}

// ── What a record may look like ───────────────────────────────────────────────────────────────────

const Text = v.pipe(v.string(), v.maxLength(20_000));
const Strings = v.array(Text);
const CheckSchema: v.GenericSchema<Check> = v.variant('kind', [
  v.object({ kind: v.literal('story'), subject: Text }),
  v.object({ kind: v.literal('answer'), accepted: Strings }),
  v.object({ kind: v.literal('unknown') }),
  v.object({
    kind: v.literal('list'),
    members: Strings,
    count: v.pipe(v.number(), v.integer(), v.minValue(1)),
  }),
  v.object({ kind: v.literal('json'), expected: v.record(v.string(), Text) }),
  v.object({
    kind: v.literal('rewrite'),
    form: v.picklist(['polite', 'shorter']),
    keep: Strings,
    original: Text,
  }),
  v.object({ kind: v.literal('grounded'), accepted: Strings, passage: Text }),
  v.object({ kind: v.literal('refuse') }),
  v.object({ kind: v.literal('help'), keywords: Strings }),
]);
/** What only our own export has. A value that is none of these is passed over, not refused. */
const Ours = v.object({
  task: v.fallback(v.picklist(TASKS), 'own'),
  split: v.fallback(v.picklist(['train', 'held-out']), 'train'),
  check: v.fallback(v.nullable(CheckSchema), null),
});
const PromptForm = v.looseObject({
  prompt: Text,
  response: v.optional(Text),
  completion: v.optional(Text),
  output: v.optional(Text),
});
const InstructionForm = v.looseObject({
  instruction: Text,
  input: v.optional(v.nullable(Text)),
  output: v.optional(Text),
  response: v.optional(Text),
});
const MessagesForm = v.looseObject({
  messages: v.array(v.looseObject({ role: v.string(), content: Text })),
});

interface Understood {
  form: RecordForm;
  text: string;
  response: string;
}

/** The prompt and response of a record, or why there is none, as a sentence. */
function understand(value: unknown): Understood | string {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return 'It is no record: a line begins with { and ends with }.';
  const shape =
    'prompt' in value
      ? fromPrompt(value)
      : 'instruction' in value
        ? fromInstruction(value)
        : 'messages' in value
          ? fromMessages(value)
          : 'It has neither "prompt" and "response", nor "instruction" and "output", nor "messages".';
  if (typeof shape === 'string') return shape;
  const text = tidyText(shape.text);
  const response = tidyText(shape.response);
  if (text === '') return 'Its prompt is empty.';
  if (response === '') return 'Its response is empty.';
  return { ...shape, text, response };
}

function fromPrompt(value: object): Understood | string {
  const record = v.safeParse(PromptForm, value);
  if (!record.success) return problemOf(record.issues);
  const response = record.output.response ?? record.output.completion ?? record.output.output;
  if (response === undefined) return 'It has a "prompt" and no "response".';
  return { form: 'prompt', text: record.output.prompt, response };
}

function fromInstruction(value: object): Understood | string {
  const record = v.safeParse(InstructionForm, value);
  if (!record.success) return problemOf(record.issues);
  const { instruction, input } = record.output;
  const response = record.output.output ?? record.output.response;
  if (response === undefined) return 'It has an "instruction" and no "output".';
  return {
    form: 'instruction',
    text: input?.trim() ? `${instruction}\n${input}` : instruction,
    response,
  };
}

function fromMessages(value: object): Understood | string {
  const record = v.safeParse(MessagesForm, value);
  if (!record.success) return problemOf(record.issues);
  const { messages } = record.output;
  const last = messages.findLastIndex(({ role }) => role === 'assistant');
  if (last < 1) return 'Its "messages" have no answer by "assistant" after a question.';
  const text = messages
    .slice(0, last)
    .map(({ content }) => content)
    .join('\n');
  return { form: 'messages', text, response: messages[last]!.content };
}

function problemOf(issues: readonly v.BaseIssue<unknown>[]): string {
  const [issue] = issues;
  const where = issue?.path?.map(({ key }) => String(key)).join('.') ?? 'record';
  return issue?.type === 'max_length'
    ? `Its "${where}" is longer than 20,000 characters.`
    : `Its "${where}" is no text.`;
}

// ── In ────────────────────────────────────────────────────────────────────────────────────────────

/** Characters of a wrong line that are shown. */
const SHOWN = 200;

/**
 * Read demonstrations from the text of a file.
 * @param now milliseconds since 1970, as the time of all that is taken.
 * @param known demonstrations that are there already.
 */
export function readDemonstrations(
  file: string,
  { now, known = [] }: { now: number; known?: readonly Demonstration[] },
): ImportResult {
  const seen = new Set(known.map(demonstrationId));
  const result: ImportResult = {
    taken: [],
    wrong: [],
    duplicates: 0,
    forms: { prompt: 0, instruction: 0, messages: 0 },
  };
  for (const { line, text, value, problem } of recordsOf(file.replace(/^\uFEFF/, ''))) {
    const understood = problem ?? understand(value);
    if (typeof understood === 'string') {
      result.wrong.push({ line, problem: understood, text: text.slice(0, SHOWN) });
      continue;
    }
    result.forms[understood.form] += 1;
    const { task, split, check } = v.parse(Ours, value);
    const id = demonstrationId(understood);
    if (seen.has(id)) {
      result.duplicates += 1;
      continue;
    }
    seen.add(id);
    const { text: prompt, response } = understood;
    result.taken.push({
      id,
      text: prompt,
      response,
      task,
      split,
      check,
      source: 'imported',
      createdAt: now,
    });
  }
  return result;
}

interface RawRecord {
  line: number;
  text: string;
  value?: unknown;
  /** Why it is no JSON. */
  problem?: string;
}

function recordsOf(file: string): RawRecord[] {
  const whole = /^\s*\[/.test(file) ? parse(file) : undefined;
  if (Array.isArray(whole?.value))
    return whole.value.map((value: unknown, i) => ({
      line: i + 1,
      text: JSON.stringify(value),
      value,
    }));
  return file.split(/\r\n|\n|\r/).flatMap((text, i): RawRecord[] => {
    if (text.trim() === '') return [];
    const parsed = parse(text);
    const line = i + 1;
    return [parsed ? { line, text, ...parsed } : { line, text, problem: 'It is not valid JSON.' }];
  });
}

/** Wrapped, since null is a value of JSON. */
function parse(text: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}

// ── Out ───────────────────────────────────────────────────────────────────────────────────────────

/** Demonstrations as the text of a file, one a line, each readable by `readDemonstrations`. */
export function writeDemonstrations(demonstrations: readonly Demonstration[]): string {
  return demonstrations
    .map(({ text, response, task, split, check }) => {
      const record: { prompt: string; response: string; task: Task; split: string; check?: Check } =
        { prompt: text, response, task, split };
      if (check) record.check = check;
      return `${JSON.stringify(record)}\n`;
    })
    .join('');
}
