/**
 * A topic of the built-in world: items that can be asked about, and wordings to ask in. Every item in every
 * wording is a question; a fifth of the items and a quarter of the wordings are held out.
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
}

export interface Topic<Item> {
  task: Task;
  name: string;
  items: readonly Item[];
  /** Must be distinct. */
  key(item: Item): string;
  /** The last quarter, one at least, is held out. */
  wordings: readonly ((item: Item) => string)[];
  answers(item: Item): string[];
  check(item: Item): Check;
}

const HELD_OUT_ITEMS = 0.2;
const HELD_OUT_WORDINGS = 0.25;

/** All questions of a topic. */
export function questionsOf<Item>(topic: Topic<Item>): Question[] {
  const heldOut = heldOutKeys(topic.items.map((item) => topic.key(item)));
  const firstHeldOut =
    topic.wordings.length - Math.max(1, Math.round(topic.wordings.length * HELD_OUT_WORDINGS));
  return topic.items.flatMap((item) => {
    const key = topic.key(item);
    const split = heldOut.has(key) ? 'held-out' : 'train';
    // What all wordings of an item have in common is made once: the world is made as the page starts.
    const check = topic.check(item);
    const answers = topic.answers(item);
    return topic.wordings.flatMap((wording, i): Question[] => {
      if (i >= firstHeldOut !== (split === 'held-out')) return [];
      const text = wording(item);
      return [
        { task: topic.task, topic: topic.name, item: key, wording: i, split, text, check, answers },
      ];
    });
  });
}

/** A fifth of the keys, the same on every machine and for every seed: those whose digests are smallest. */
export function heldOutKeys(keys: readonly string[]): Set<string> {
  const sorted = [...new Set(keys)]
    .map((key) => [sha256(key), key] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return new Set(
    sorted.slice(0, Math.max(1, Math.round(sorted.length * HELD_OUT_ITEMS))).map(([, key]) => key),
  );
}

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
