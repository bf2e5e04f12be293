/**
 * A topic of the built-in world: items that can be asked about, and wordings to ask in. Every item is asked
 * in some wordings, or in all; a fifth of the items and a quarter of the wordings are held out.
 *
 *                      wordings for training     held-out wordings
 *     training items   training                  not used
 *     held-out items   not used                  held-out
 *
 * So a held-out question shares neither its fact nor its wording with anything that was trained on.
 */
import type { Check, Split, Task } from '../../records';
import { sha256 } from '../sha256';

/** One thing to ask, with the answers that a good labeler might write. */
export interface Question {
  task: Task;
  topic: string;
  /** What it is about; the same for all wordings. */
  item: string;
  /** Number of its wording within the topic. */
  wording: number;
  split: Split;
  text: string;
  check: Check;
  answers: string[];
  /** What somebody in haste makes up instead (see hands.ts), where that would sound like an answer. */
  inventions: string[];
}

/** Ways to ask, those that may be trained on and those held out; each list must be distinct. */
export type Wordings<Item> = Record<Split, readonly ((item: Item) => string)[]>;

export interface Topic<Item> {
  task: Task;
  name: string;
  items: readonly Item[];
  key(item: Item): string;
  wordings: Wordings<Item>;
  /** In how many wordings each item is asked; others in others. All, unless given. */
  asked?: number;
  answers(item: Item): string[];
  inventions?(item: Item): string[];
  check(item: Item): Check;
}

const HELD_OUT_ITEMS = 0.2;
const HELD_OUT_WORDINGS = 0.25;

/** All questions of a topic. */
export function questionsOf<Item>(topic: Topic<Item>): Question[] {
  const heldOut = heldOutKeys(topic.items.map((item) => topic.key(item)));
  return topic.items.flatMap((item, number) => {
    const key = topic.key(item);
    const split = heldOut.has(key) ? 'held-out' : 'train';
    // What all wordings of an item have in common is made once: the world is made as the page starts.
    const check = topic.check(item);
    const answers = topic.answers(item);
    const inventions = topic.inventions?.(item) ?? [];
    const wordings = topic.wordings[split];
    const first = split === 'train' ? 0 : topic.wordings.train.length;
    const asked = Math.min(topic.asked ?? wordings.length, wordings.length);
    return Array.from({ length: asked }, (_, k): Question => {
      // Each item goes on where the one before it stopped, so that all wordings come equally often.
      const own = (number * asked + k) % wordings.length;
      const text = wordings[own]!(item);
      const wording = first + own;
      return { task: topic.task, topic: topic.name, item: key, wording, split, text, check, answers, inventions }; // prettier-ignore
    });
  });
}

/** A share of the keys, one at least, the same on every machine and for every seed: those whose digests are smallest. */
export function heldOutKeys(keys: readonly string[], share = HELD_OUT_ITEMS): Set<string> {
  const sorted = [...new Set(keys)]
    .map((key) => [sha256(key), key] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return new Set(
    sorted.slice(0, Math.max(1, Math.round(sorted.length * share))).map(([, key]) => key),
  );
}

// ── Wordings ──────────────────────────────────────────────────────────────────────────────────────

/**
 * Templates of ways to ask, a quarter of them, one at least, held out: those whose digests are smallest, so that what
 * is held out is as plain or as odd as what is not.
 */
export function splitTemplates(templates: readonly string[]): Record<Split, string[]> {
  const heldOut = heldOutKeys(templates, HELD_OUT_WORDINGS);
  return {
    train: templates.filter((template) => !heldOut.has(template)),
    'held-out': templates.filter((template) => heldOut.has(template)),
  };
}

/** Ways to ask from their templates. */
export const wordings = <Item>(
  templates: Record<Split, readonly string[]>,
  write: (template: string, item: Item) => string,
): Wordings<Item> => {
  const written = (of: readonly string[]) =>
    of.map((template) => (item: Item) => write(template, item));
  return { train: written(templates.train), 'held-out': written(templates['held-out']) };
};

/**
 * The same from a text, a template a line: `{name}` is a word of the item, `{^name}` begins a sentence, and `{_name}`
 * stands within one.
 */
export const templates = <Item>(lines: string, wordOf: (item: Item, name: string) => string) =>
  wordings<Item>(
    splitTemplates(
      lines
        .trim()
        .split('\n')
        .map((line) => line.trim()),
    ),
    (line, item) =>
      line.replace(/\{([_^]?)(\w+)\}/g, (_, how: string, name: string) => {
        const word = wordOf(item, name);
        return how === '^' ? capital(word) : how === '_' ? lowered(word) : word;
      }),
  );

/** Ways to put any question, beside asking it plainly. */
export const FRAMES: Wordings<string> = templates(
  `
  Tell me: {_question}
  {question} Tell me.
  I want to know this. {question}
  Please answer: {_question}
  Can you tell me? {question}
  My question is this. {question}
  {question} Please answer.
  I have a question. {question}
  Listen: {_question}
  {question} I want to know.
  Here is a question: {_question}
  Do you know? {question}
  One more question. {question}
  Please tell me: {_question}
  {question} Do you know?
  `,
  (question) => question,
);

/** Each way to ask within each way to put a question; what is held out stays apart. */
export const framed = <Item>(asks: Wordings<Item>): Wordings<Item> => {
  const cross = (split: Split) =>
    FRAMES[split].flatMap((frame) => asks[split].map((ask) => (item: Item) => frame(ask(item))));
  return { train: cross('train'), 'held-out': cross('held-out') };
};

// ── Words ─────────────────────────────────────────────────────────────────────────────────────────

export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
/** The word with "a" or "an" before it. */
export const a = (word: string): string => `${/^[aeiou]/i.test(word) ? 'an' : 'a'} ${word}`;
/** Rows of `text`, one a line, cells between bars; `-` is an empty cell. */
export const table = (text: string): string[][] =>
  text
    .trim()
    .split('\n')
    .map((line) => line.split('|').map((cell) => cell.trim().replace(/^-$/, '')));
export const words = (text: string): string[] => text.trim().split(/\s+/);
export const lowered = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);
/** Item number i of a list that is gone through again and again. */
export const at = <T>(items: readonly T[], i: number): T => items[i % items.length]!;
