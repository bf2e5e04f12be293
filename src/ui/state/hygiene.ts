/**
 * What is amiss with demonstrations: repeated ones, personal data, and prompts that are both learned from and
 * measured on. Pure, so that it can be tested.
 */
import { findPersonalData, redact, type PersonalKind } from '../../data/personal-data';
import type { Demonstration, Id } from '../../records';

export type { PersonalKind } from '../../data/personal-data';

export interface Hygiene {
  /** Those that say the same as one above them, case, marks and spaces aside. */
  repeated: ReadonlySet<Id>;
  /** Held-out ones whose prompt is learned from, too: they measure nothing. */
  leaked: ReadonlySet<Id>;
  personal: ReadonlyMap<Id, readonly PersonalKind[]>;
}

const wordsOf = (text: string): string => (text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []).join(' '); // prettier-ignore

export function hygieneOf(demonstrations: readonly Demonstration[]): Hygiene {
  const seen = new Set<string>();
  const repeated = new Set<Id>();
  const leaked = new Set<Id>();
  const personal = new Map<Id, PersonalKind[]>();
  const learned = new Set(
    demonstrations.filter(({ split }) => split === 'train').map(({ text }) => wordsOf(text)),
  );
  for (const { id, text, response, split } of demonstrations) {
    const words = wordsOf(text);
    const key = `${words}\n${wordsOf(response)}`;
    if (seen.has(key)) repeated.add(id);
    seen.add(key);
    if (split === 'held-out' && words !== '' && learned.has(words)) leaked.add(id);
    const kinds = personalKinds(text, response);
    if (kinds.length) personal.set(id, kinds);
  }
  return { repeated, leaked, personal };
}

/** Which kinds of personal data some texts hold, each once. */
export const personalKinds = (...texts: string[]): PersonalKind[] => [
  ...new Set(texts.flatMap((text) => findPersonalData(text).map(({ kind }) => kind))),
];

export const redactText = (text: string): string => redact(text).text;

/** A demonstration without its personal data. A changed prompt is another one: its old check does not fit it. */
export function redacted(demonstration: Demonstration): Demonstration {
  const text = redactText(demonstration.text);
  const response = redactText(demonstration.response);
  const isSame = text === demonstration.text;
  return {
    ...demonstration,
    text,
    response,
    task: isSame ? demonstration.task : 'own',
    check: isSame ? demonstration.check : null,
  };
}

export interface TaskCount {
  task: Demonstration['task'];
  learn: number;
  heldOut: number;
}

/** How many demonstrations there are of each task, the most first. */
export function taskMix(demonstrations: readonly Demonstration[]): TaskCount[] {
  const counts = new Map<Demonstration['task'], TaskCount>();
  for (const { task, split } of demonstrations) {
    const count = counts.get(task) ?? { task, learn: 0, heldOut: 0 };
    if (split === 'train') count.learn += 1;
    else count.heldOut += 1;
    counts.set(task, count);
  }
  return [...counts.values()].sort((a, b) => b.learn + b.heldOut - a.learn - a.heldOut);
}
