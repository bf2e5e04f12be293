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
import { fillFact, type Fact, type Relation } from './relation';
import { SENSE_RELATIONS } from './senses';
import { THING_RELATIONS } from './things';
import { framed, splitTemplates, wordings, type Topic } from './topic';
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

/** In how many frames each fact is asked, beside its plain wordings. */
const FRAMED = 4;
/** What may stand in a frame: one question. */
const isQuestion = (ask: string) =>
  /^(\{?[Aa]sks|What|Which|Where|How|Who|When)[^.:]*\?$/.test(ask);

/** A relation asked from one side: in its own wordings, and in frames. */
function topics(
  name: string,
  facts: Fact[],
  asks: readonly string[],
  acceptedOf: (fact: Fact) => string[],
): Topic<Fact>[] {
  const topic: Omit<Topic<Fact>, 'name' | 'wordings'> = {
    task: 'answer',
    items: facts,
    key: heldOutKey,
    answers: ({ statement }) => [statement],
    check: (fact) => ({ kind: 'answer', accepted: acceptedOf(fact) }),
  };
  const ways = splitTemplates(asks);
  const plain = wordings<Fact>(ways, fillFact);
  const inFrames = framed(
    wordings<Fact>(
      { train: ways.train.filter(isQuestion), 'held-out': ways['held-out'].filter(isQuestion) },
      fillFact,
    ),
  );
  return [
    { ...topic, name, wordings: plain },
    { ...topic, name: `${name}-framed`, wordings: inFrames, asked: FRAMED },
  ];
}

/** Topics of each relation, and of the other side where it is asked from there, too. */
export const ANSWER_TOPICS: Topic<Fact>[] = RELATIONS.flatMap(
  ({ name, facts, asks, asksBack, named }) => [
    ...topics(name, facts, asks, ({ accepted }) => accepted),
    ...(asksBack.length === 0
      ? []
      : topics(`${name}-back`, facts, asksBack, (fact) => [fact[named].toLowerCase()])),
  ],
);

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
