/**
 * A relation of the built-in world: its facts, and the sentences that tell them and ask for them.
 *
 * Sentences are templates with the words of a fact in braces: `{subject}`, `{other}`, `{value}`, and
 * `{noun}`, the value without the preposition before it. `{a other}` puts an article in front; a capital
 * (`{Subject}`, `{A other}`) begins a sentence. The wordings of a relation are one text, a sentence a line,
 * with a mark that says what it is:
 *
 *     .  tells the fact; the first of these and the next is its statement, the last is held out of pretraining
 *     =  tells it, too, and ends with the value, where no other relation could go on
 *     !  denies a wrong value, {rival}
 *     ~  a little story that ends or turns on the fact, with two children {p} and {q}; the last is held out
 *     ?  asks for the value; a quarter of them is held out
 *     <  gives the value and asks for the subject, where only one subject has it; likewise
 *        ({asks} and {tail} are the words of a question for "with scissors", "in a bed")
 *     x  wrong values, between bars, where not every other value of the relation is wrong
 */
import { a, capital, lowered } from './topic';

export interface Fact {
  relation: string;
  /** What it is about, as in a question: "cows", "the sky". */
  subject: string;
  /** A singular or other second form, where a relation needs one. */
  other: string;
  value: string;
  /** Words of which an answer must have one; lower case. The first ends the value. */
  accepted: string[];
  /** The fact as a sentence. */
  statement: string;
}

export interface Relation {
  name: string;
  facts: Fact[];
  says: string[];
  /** One of `says`. */
  completes: string;
  denies: string[];
  rivals: string[];
  scenes: string[];
  asks: string[];
  asksBack: string[];
  /** What the answer to `asksBack` names. */
  named: 'subject' | 'other';
}

/** A subject, a second form of it, and a cell "in the water/sea" (see `valueOf`). */
export interface Row {
  subject: string;
  other?: string;
  cell: string;
}

/** A cell "in the water/sea/lake": the value, and the words that an answer may have instead of its last. */
function valueOf(cell: string): { value: string; accepted: string[] } {
  const [value, ...others] = cell.split('/');
  const last = value!.split(' ').at(-1)!;
  return { value: value!, accepted: [last, ...others].map((word) => word.toLowerCase()) };
}

/** The facts of those rows that have a value, with the wordings of the text. */
export function relation(
  name: string,
  rows: readonly Row[],
  text: string,
  named: 'subject' | 'other' = 'subject',
): Relation {
  const lines = text
    .trim()
    .split('\n')
    .map((line) => line.trim());
  const marked = (marks: string) =>
    lines.filter((line) => marks.includes(line.charAt(0))).map((line) => line.slice(2));
  const says = marked('.=');
  const facts = rows
    .filter(({ cell }) => cell !== '')
    .map(({ subject, other = '', cell }) => {
      const fact = { relation: name, subject, other, ...valueOf(cell) };
      return { ...fact, statement: fillFact(says[0]!, fact) };
    });
  return {
    name,
    facts,
    says,
    completes: marked('=')[0]!,
    denies: marked('!'),
    rivals: marked('x').flatMap((line) => line.split('|')),
    scenes: marked('~'),
    asks: marked('?'),
    asksBack: marked('<'),
    named,
  };
}

/** Rows of two cells: what it is about, and the value. */
export const pairs = (rows: readonly string[][]): Row[] =>
  rows.map(([subject, cell]) => ({ subject: subject!, cell: cell! }));

/** A template with words in the place of its braces. @throws Error where a word is missing. */
export function fill(template: string, words: Readonly<Record<string, string>>): string {
  return template.replace(/\{([aA] )?(\w+)\}/g, (_, article: string | undefined, name: string) => {
    const key = lowered(name);
    const word = words[key];
    if (word === undefined) throw new Error(`"${template}" has {${name}}, and no word for it.`);
    const text = article ? a(word) : word;
    return article === 'A ' || name !== key ? capital(text) : text;
  });
}

/** The same with the words of a fact, and more. */
export const fillFact = (
  template: string,
  { subject, other, value }: Pick<Fact, 'subject' | 'other' | 'value'>,
  more: Readonly<Record<string, string>> = {},
): string => {
  const tool = /^(with|from) /.exec(value)?.[1];
  return fill(template, {
    subject,
    other,
    value,
    noun: value.replace(/^(in|on|with|from|by|at|under|near) /, ''),
    asks: tool ? 'what' : 'where',
    tail: tool ? ` ${tool}` : '',
    ...more,
  });
};
