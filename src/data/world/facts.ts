/**
 * What is true in the built-in world. Most of it is true outside as well; who in the village has what is
 * true here alone. An answer may be put in more than one way: `value` is ours, `accepted` are all.
 */
import { ANIMAL_RELATIONS } from './animals';
import { BODY_RELATIONS } from './bodies';
import { COMPARISON_RELATIONS } from './comparisons';
import { WORD_RELATIONS } from './grammar';
import { ORDER_RELATIONS } from './order';
import { PEOPLE_RELATIONS } from './people';
import type { Fact, Relation } from './relation';
import { SENSE_RELATIONS } from './senses';
import { THING_RELATIONS } from './things';
import { VILLAGE_RELATIONS } from './village';

export type { Fact } from './relation';

export const RELATIONS: readonly Relation[] = [
  ...ANIMAL_RELATIONS,
  ...BODY_RELATIONS,
  ...COMPARISON_RELATIONS,
  ...SENSE_RELATIONS,
  ...THING_RELATIONS,
  ...PEOPLE_RELATIONS,
  ...WORD_RELATIONS,
  ...ORDER_RELATIONS,
  ...VILLAGE_RELATIONS,
];

/** Every fact of the world. */
export const FACTS: Fact[] = RELATIONS.flatMap(({ facts }) => facts);

/** Relations that tell one fact from both sides: what comes after it and before it, two friends. */
const MUTUAL = /^(number|day)-|-friend$/;

/**
 * What facts are held out by: a fact that is told in two ways is held out in both, as what a person has and
 * its colour (one statement), and as "After Monday comes Tuesday" and "Before Tuesday comes Monday".
 */
export const heldOutKey = ({ relation, subject, value, statement }: Fact): string =>
  MUTUAL.test(relation) ? [subject, value].sort().join(' and ') : statement;

const rivalsOnce = new Map<string, ReadonlySet<string>>();
/**
 * Words that would be another answer of the same kind: the values of all relations that have one of the
 * accepted words, without the accepted ones. "Red" has the other colours for rivals.
 */
export function rivalsOf(accepted: readonly string[]): ReadonlySet<string> {
  const key = accepted.join();
  const known = rivalsOnce.get(key);
  if (known) return known;
  const rivals = new Set<string>();
  for (const { facts } of RELATIONS)
    if (facts.some((fact) => accepted.includes(fact.accepted[0]!)))
      for (const fact of facts) rivals.add(fact.accepted[0]!);
  for (const word of accepted) rivals.delete(word);
  rivalsOnce.set(key, rivals);
  return rivals;
}
