/** How a demonstration written by hand is noted: one function for each kind of check. */
import type { Check, Task } from '../../../records';

export interface Handwritten {
  task: Task;
  text: string;
  response: string;
  check: Check;
}

/** `subject` holds the words that the story must name. */
export const story = (text: string, subject: string, response: string): Handwritten => ({
  task: 'story',
  text,
  response,
  check: { kind: 'story', subject },
});

/** `accepted` holds words of which an answer must have one. */
export const answer = (text: string, accepted: string[], response: string): Handwritten => ({
  task: 'answer',
  text,
  response,
  check: { kind: 'answer', accepted },
});

export const unknown = (text: string, response: string): Handwritten => ({
  task: 'unknown',
  text,
  response,
  check: { kind: 'unknown' },
});

export const list = (
  text: string,
  count: number,
  members: string[],
  response: string,
): Handwritten => ({
  task: 'list',
  text,
  response,
  check: { kind: 'list', members, count },
});

export const json = (
  text: string,
  expected: Record<string, string>,
  response: string,
): Handwritten => ({
  task: 'json',
  text,
  response,
  check: { kind: 'json', expected },
});

/** `keep` holds the words that carry what was said, and must stay. */
export const rewrite = (
  form: 'polite' | 'shorter',
  original: string,
  text: string,
  keep: string[],
  response: string,
): Handwritten => ({
  task: 'rewrite',
  text,
  response,
  check: { kind: 'rewrite', form, keep, original },
});

export const read = (
  passage: string,
  question: string,
  accepted: string[],
  response: string,
): Handwritten => ({
  task: 'grounded',
  text: `${passage} ${question}`,
  response,
  check: { kind: 'grounded', accepted, passage },
});

export const decline = (text: string, response: string): Handwritten => ({
  task: 'unsafe',
  text,
  response,
  check: { kind: 'refuse' },
});

/** `keywords` holds things that help; a good answer has two of them. */
export const help = (text: string, keywords: string[], response: string): Handwritten => ({
  task: 'borderline',
  text,
  response,
  check: { kind: 'help', keywords },
});
