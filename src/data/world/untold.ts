/**
 * Questions that sound like those about facts, of which nobody ever told: what an elephant says where no text has its
 * sound, what a child is fond of who is not from the village. They are asked as facts are, word by word, so that only
 * whoever looks for the fact finds that there is none: answering them is how a model learns to tell what it remembers
 * from what it would make up (Zhang et al. 2024, "R-Tuning", section 3, has questions that a model fails at instead).
 */
import { ANIMAL_RELATIONS } from './animals';
import { BODY_RELATIONS } from './bodies';
import { PEOPLE_RELATIONS } from './people';
import { fill, fillFact, type Fact, type Relation } from './relation';
import { SENSE_RELATIONS } from './senses';
import { THING_RELATIONS } from './things';
import { at, splitTemplates, wordings, type Topic } from './topic';
import { VILLAGE_RELATIONS } from './village';
import { PEOPLE } from './words';

/** In how many wordings each is asked. */
const ASKED = 3;
/** A relation with fewer that it does not tell of has no topic: a fifth of it would be nobody to ask about. */
const FEWEST = 5;

/** Whom or what a question is about, and what somebody in haste would answer: a value from another fact. */
type Untold = Pick<Fact, 'relation' | 'subject' | 'other' | 'value'>;

/** Relations whose subjects are of one kind, each to be asked about the subjects of the others; how these are named. */
const ALIKE: readonly { relations: readonly Relation[]; named: string }[] = [
  { relations: [...ANIMAL_RELATIONS, ...BODY_RELATIONS], named: '{subject}' },
  { relations: SENSE_RELATIONS, named: '{subject}' },
  { relations: THING_RELATIONS.filter(({ name }) => name !== 'kept'), named: '{subject}' },
  {
    relations: PEOPLE_RELATIONS.filter(({ name }) => name.startsWith('work')),
    named: '{a subject}',
  },
];

/** Children who do not live in the village. */
const residents = new Set(
  VILLAGE_RELATIONS.flatMap(({ facts }) => facts.map(({ subject }) => subject)),
);
const STRANGERS = PEOPLE.filter((name) => !residents.has(name));

/** Subjects of the other relations that this one tells nothing of. */
function untoldOf({ name, facts }: Relation, alike: readonly Relation[]): Untold[] {
  const told = new Set(facts.map(({ subject }) => subject));
  const bySubject = new Map(
    alike.flatMap((relation) => relation.facts.map((fact) => [fact.subject, fact] as const)),
  );
  return [...bySubject.values()]
    .filter(({ subject }) => !told.has(subject))
    .map(({ subject, other }, i) => ({
      relation: name,
      subject,
      other,
      value: at(facts, i).value,
    }));
}

/** The facts of a relation of the village, with strangers in the place of those who live there. */
const strangersOf = ({ facts }: Relation): Untold[] =>
  STRANGERS.map((subject, i) => ({ ...at(facts, i), subject }));

const topicOf = (
  { name, asks, says }: Relation,
  items: Untold[],
  named: string,
): Topic<Untold> => ({
  task: 'unknown',
  name: `untold-${name}`,
  items,
  key: ({ subject }) => `untold ${name} ${subject}`,
  wordings: wordings<Untold>(splitTemplates(asks), fillFact),
  asked: ASKED,
  answers: ({ subject }) => [
    fill(`I do not know that about ${named}.`, { subject }),
    fill(`I do not know. Nobody told me about ${named}.`, { subject }),
    'I do not know that.',
    'Sorry, I do not know.',
  ],
  invented: (item) => fillFact(says[0]!, item),
  check: () => ({ kind: 'unknown' }),
});

export const UNTOLD_TOPICS: readonly Topic<Untold>[] = [
  ...ALIKE.flatMap(({ relations, named }) =>
    relations.map((relation) => topicOf(relation, untoldOf(relation, relations), named)),
  ),
  ...VILLAGE_RELATIONS.map((relation) => topicOf(relation, strangersOf(relation), '{subject}')),
].filter(({ items }) => items.length >= FEWEST);
