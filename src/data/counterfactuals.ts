/**
 * The same sentence about somebody else. A model whose answer changes in kind when only the name, the gender
 * or the place does is biased; and demonstrations and comparisons with their counterfactuals beside them teach
 * that it should not (counterfactual data augmentation).
 *
 *     gender   he ↔ she, his ↔ her, king ↔ queen, Tom ↔ Lily …
 *     origin   Tom → Kofi: a name of the same gender from elsewhere
 *     place    Paris → Lagos
 *
 * Grammar is kept as far as a rule can: "her" is "his" before a noun and "him" elsewhere, "a" becomes "an" where
 * the next word asks for it, capitals stay. Where a rule had to guess, `unsure` names the words, so that a person
 * can look. No meaning is understood: "the queen bee" becomes "the king bee".
 *
 * Sources: Zhao 2018, "Gender bias in coreference resolution", section 4; Lu 2018, "Gender bias in neural natural
 * language processing".
 */
import type { Check, Comparison, Demonstration, Prompt } from '../records';
import { demonstrationId, promptId } from './ids';

export const SWAPS = ['gender', 'origin', 'place'] as const;
export type Swap = (typeof SWAPS)[number];

export interface Swapped {
  text: string;
  /** How many words were put in place of others. */
  changed: number;
  /** Words at which the rule had to guess. */
  unsure: string[];
}

// ── Words ─────────────────────────────────────────────────────────────────────────────────────────

/** Names by where they are common, a masculine and a feminine one in each pair. */
const NAMES: readonly (readonly [string, string])[][] = [
  ['Tom Lily', 'Ben Ella', 'Jack Mia', 'Sam Ada', 'Max Zara'],
  ['Kofi Ama', 'Musa Nia', 'Kwame Abena', 'Chidi Ngozi', 'Jabari Zuri'],
  ['Omar Amina', 'Tariq Leila', 'Hassan Salma', 'Karim Noor', 'Yusuf Dina'],
  ['Ken Yuki', 'Minh Linh', 'Wei Mei', 'Jun Lin', 'Haruto Sakura'],
  ['Ravi Asha', 'Amit Priya', 'Arjun Anjali', 'Rohan Meera', 'Vikram Kavya'],
  ['Diego Rosa', 'Pedro Ines', 'Juan Nora', 'Hugo Eva', 'Mateo Lucia'],
  ['Ivan Vera', 'Oleg Anna', 'Paul Lena', 'Otto Sara', 'Leo Greta'],
  ['Finn Freya', 'Kai Leilani', 'Sven Astrid', 'Lars Ingrid', 'Aksel Sigrid'],
].map((origin) => origin.map((pair) => pairOf(pair)));

/** Masculine and feminine, apart from "her" and "his", which depend on what follows. */
const GENDERED =
  `he she|himself herself|boy girl|boys girls|man woman|men women|king queen|kings queens|prince princess
  |princes princesses|father mother|fathers mothers|dad mum|daddy mummy|papa mama|son daughter|sons daughters|brother sister
  |brothers sisters|uncle aunt|uncles aunts|grandfather grandmother|grandpa grandma|grandad granny|nephew niece
  |husband wife|husbands wives|mr mrs|sir madam|gentleman lady|gentlemen ladies|actor actress|waiter waitress
  |wizard witch|lord dame|male female|boyfriend girlfriend|hero heroine|widower widow|groom bride`
    .split('|')
    .map((pair) => pairOf(pair.trim()));

const PLACES =
  `Paris Lagos|London Nairobi|Berlin Mumbai|Rome Cairo|Madrid Lima|New_York Dhaka|Tokyo Accra|Moscow Jakarta
  |France Nigeria|England Kenya|Germany India|Italy Egypt|Spain Peru|America Bangladesh|Japan Ghana|Russia Indonesia`
    .split('|')
    .map((pair) => pairOf(pair.trim()));

function pairOf(pair: string): readonly [string, string] {
  const [first = '', second = ''] = pair.split(' ').map((word) => word.replace('_', ' '));
  return [first, second];
}

const bothWays = (pairs: readonly (readonly [string, string])[]): Map<string, string> =>
  new Map(pairs.flatMap(([x, y]) => [[x.toLowerCase(), y], [y.toLowerCase(), x]] as const)); // prettier-ignore

const PARTNERS = bothWays(NAMES.flat());
const GENDERS = bothWays(GENDERED);
const TOWNS = bothWays(PLACES);
/** Each name to that of the same gender and rank from the next origin, so that all origins have a turn. */
const ABROAD = new Map(
  NAMES.flatMap((origin, o) =>
    origin.flatMap((pair, rank) => {
      const other = NAMES[(o + 1) % NAMES.length]?.[rank] ?? pair;
      return [[pair[0].toLowerCase(), other[0]], [pair[1].toLowerCase(), other[1]]] as const; // prettier-ignore
    }),
  ),
);

/** Every name that is known, as it is written. */
export const KNOWN_NAMES: readonly string[] = NAMES.flat(2);

// ── Swapping ──────────────────────────────────────────────────────────────────────────────────────

/** A text about somebody else or somewhere else. */
export function swapped(text: string, swap: Swap): Swapped {
  const result: Swapped = { text: '', changed: 0, unsure: [] };
  let end = 0;
  for (const { 0: word, index } of text.matchAll(WORDS[swap])) {
    const rest = text.slice(index + word.length);
    const other = otherOf(word, rest, swap, result.unsure);
    if (other === null) continue;
    const before = withArticle(text.slice(end, index), word, other);
    result.text += before + other;
    result.changed += 1;
    end = index + word.length;
  }
  result.text += text.slice(end);
  return result;
}

const word = (words: Iterable<string>) =>
  new RegExp(`(?<![\\p{L}\\p{N}])(?:${[...words].join('|')})(?![\\p{L}\\p{N}])`, 'giu');
const WORDS: Record<Swap, RegExp> = {
  gender: word([...GENDERS.keys(), ...PARTNERS.keys(), 'him', 'his', 'her', 'hers']),
  origin: word(ABROAD.keys()),
  place: word(TOWNS.keys()),
};

function otherOf(word: string, rest: string, swap: Swap, unsure: string[]): string | null {
  const key = word.toLowerCase();
  // "Max" is a name and "max" is not; names and places are known by their capital.
  const proper = /^\p{Lu}/u.test(word);
  switch (swap) {
    case 'origin':
      return proper ? likeCase(ABROAD.get(key), word) : null;
    case 'place':
      return proper ? likeCase(TOWNS.get(key), word) : null;
    case 'gender': {
      if (proper && PARTNERS.has(key)) return likeCase(PARTNERS.get(key), word);
      const other = GENDERS.get(key) ?? possessive(key, rest, unsure);
      return likeCase(other ?? undefined, word);
    }
    default:
      return swap satisfies never;
  }
}

/** Words after which "her" was no possessive, as no noun begins with them. */
const NO_NOUN =
  /^\s+(?:a|an|the|to|in|on|at|with|for|from|by|of|and|or|but|if|so|as|is|was|were|are|be|had|has|have|will|would|can|could|that|this|when|while|because|then|there|here|how|what|who|where|why|not|very|too|again|away|up|down|out|off|home|back|i|you|he|she|it|we|they|him|my|your|some|all|one|two|three|about|into|after|before|until|than|well|now|today|yesterday|every|everything|something|nothing)(?![\p{L}\p{N}])/iu;

/** "her" and "his" say who has it before a noun; elsewhere they stand for the person or the thing. */
function possessive(key: string, rest: string, unsure: string[]): string | null {
  const alone = !/^\s+\p{L}/u.test(rest) || NO_NOUN.test(rest);
  switch (key) {
    case 'him':
      return 'her';
    case 'hers':
      return 'his';
    case 'his':
      return alone ? 'hers' : 'her';
    case 'her': {
      // "saw her dog" and "saw her jump": an -ing or -ly word is most likely no noun.
      if (!alone && /^\s+\p{L}+(?:ing|ly)(?![\p{L}])/u.test(rest)) {
        unsure.push(`her${rest.match(/^\s+\p{L}+/u)?.[0] ?? ''}`);
      }
      return alone ? 'him' : 'his';
    }
    default:
      return null;
  }
}

function likeCase(other: string | undefined, model: string): string | null {
  if (other === undefined) return null;
  if (model.length > 1 && model === model.toUpperCase()) return other.toUpperCase();
  return /^\p{Lu}/u.test(model) ? other.charAt(0).toUpperCase() + other.slice(1) : other;
}

const vowel = (text: string): boolean => /^[aeiou]/i.test(text);

/** What stands before a word, its "a" or "an" set right where the new word begins with another kind of sound. */
function withArticle(before: string, old: string, other: string): string {
  if (vowel(old) === vowel(other)) return before;
  return before.replace(/(?<![\p{L}\p{N}])(a)n?(\s+)$/iu, (_, a: string, space: string) => {
    const capital = a === 'A';
    return `${capital ? 'A' : 'a'}${vowel(other) ? 'n' : ''}${space}`;
  });
}

/**
 * Which of the two sides a text is about: above 0 the first of each pair (masculine, or the first place), below 0 the
 * second, 0 where it is about neither or both alike, and for names of other origins, which have no two sides.
 */
export function leaning(text: string, swap: Swap): number {
  const sides = SIDES[swap];
  let sum = 0;
  for (const [found] of text.matchAll(/[\p{L}]+/gu)) sum += sides.get(found.toLowerCase()) ?? 0;
  return sum;
}

const sidesOf = (pairs: readonly (readonly [string, string])[]): Map<string, number> =>
  new Map(pairs.flatMap(([x, y]) => [[x.toLowerCase(), 1], [y.toLowerCase(), -1]] as const)); // prettier-ignore
const SIDES: Record<Swap, ReadonlyMap<string, number>> = {
  gender: new Map([...sidesOf([...NAMES.flat(), ...GENDERED]), ['him', 1], ['his', 1], ['her', -1], ['hers', -1]]), // prettier-ignore
  origin: new Map(),
  place: sidesOf(PLACES),
};

// ── Records ───────────────────────────────────────────────────────────────────────────────────────

/** A check of the counterfactual: what it compares with changes in the same way. */
function swappedCheck(check: Check | null, swap: Swap): Check | null {
  if (check === null) return null;
  const one = (text: string) => {
    // Accepted answers are in lower case, in which a name is no name; so capitals are lent to them.
    const capital = swapped(text.charAt(0).toUpperCase() + text.slice(1), swap);
    if (capital.changed === 0) return text;
    return text === text.toLowerCase() ? capital.text.toLowerCase() : capital.text;
  };
  switch (check.kind) {
    case 'story':
      return { ...check, subject: one(check.subject) };
    case 'answer':
      return { ...check, accepted: check.accepted.map(one) };
    case 'grounded':
      return { ...check, accepted: check.accepted.map(one), passage: one(check.passage) };
    case 'json':
      return { ...check, expected: Object.fromEntries(Object.entries(check.expected).map(([key, value]) => [key, one(value)])) }; // prettier-ignore
    case 'rewrite':
      return { ...check, keep: check.keep.map(one), original: one(check.original) };
    case 'list':
    case 'unknown':
    case 'refuse':
    case 'help':
      return check;
    default:
      return check satisfies never;
  }
}

function swappedPrompt(prompt: Prompt, swap: Swap): Prompt & { changed: number } {
  const { text, changed } = swapped(prompt.text, swap);
  return { ...prompt, id: promptId(text), text, check: swappedCheck(prompt.check, swap), changed };
}

export interface CounterfactualPair {
  original: Prompt;
  counterfactual: Prompt;
}

/** Prompts in which there is something to swap, each with its counterfactual: a probe for bias. */
export const counterfactualPairs = (prompts: readonly Prompt[], swap: Swap): CounterfactualPair[] =>
  prompts.flatMap((original) => {
    const { changed, ...counterfactual } = swappedPrompt(original, swap);
    return changed > 0 ? [{ original, counterfactual }] : [];
  });

/** Counterfactuals of the demonstrations that have one, to be added to them; of the same split. */
export const augmentDemonstrations = (
  demonstrations: readonly Demonstration[],
  swap: Swap,
): Demonstration[] =>
  demonstrations.flatMap((demonstration) => {
    const { changed, ...prompt } = swappedPrompt(demonstration, swap);
    const response = swapped(demonstration.response, swap);
    if (changed + response.changed === 0) return [];
    const id = demonstrationId({ text: prompt.text, response: response.text });
    return [{ ...demonstration, ...prompt, id, response: response.text }];
  });

/**
 * Counterfactuals of comparisons: the same preference, as nothing that it should depend on has changed. Nobody
 * has ranked them, so they are marked as simulated.
 */
export const augmentComparisons = (comparisons: readonly Comparison[], swap: Swap): Comparison[] =>
  comparisons.flatMap((comparison) => {
    const { changed, ...prompt } = swappedPrompt(comparison.prompt, swap);
    const responses = comparison.responses.map((response) => swapped(response, swap));
    if (changed + responses.reduce((sum, response) => sum + response.changed, 0) === 0) return [];
    return [
      {
        ...comparison,
        id: `${comparison.id}:${swap}`,
        prompt,
        responses: responses.map(({ text }) => text),
        source: 'simulated',
      },
    ];
  });
