/**
 * Questions that sound like those about facts, of which nobody ever told: what an elephant says where no text has its
 * sound, what a child is fond of who is not from the village. They are asked as facts are, word by word, so that only
 * whoever looks for the fact finds that there is none: answering them is how a model learns to tell what it remembers
 * from what it would make up (Zhang et al. 2024, "R-Tuning", section 3, has questions that a model fails at instead).
 */
import { ANIMAL_RELATIONS } from './animals';
import { BODY_RELATIONS } from './bodies';
import { ORDER_RELATIONS } from './order';
import { PEOPLE_RELATIONS } from './people';
import { fillFact, type Fact, type Relation } from './relation';
import { SENSE_RELATIONS } from './senses';
import { NUMBERS } from './tables';
import { THING_RELATIONS } from './things';
import { at, splitTemplates, table, words, wordings, type Topic } from './topic';
import { VILLAGE_RELATIONS } from './village';
import { PEOPLE } from './words';

/** In how many wordings each is asked. */
const ASKED = 3;
/** A relation with fewer that it does not tell of has no topic: a fifth of it would be nobody to ask about. */
const FEWEST = 5;

type Subject = Pick<Fact, 'subject' | 'other'>;
/** What a question is about; with a value of another fact, since what we do things with and where is asked in two ways. */
type Untold = Subject & Pick<Fact, 'value'>;

const subjects = (lines: string): Subject[] =>
  table(lines).map(([subject, other]) => ({ subject: subject!, other: other ?? '' }));

/** Animals that are not in the world, many and one. */
const BEASTS = subjects(`
  zebras|zebra
  otters|otter
  rhinos|rhino
  hamsters|hamster
  badgers|badger
  lizards|lizard
  beavers|beaver
  crabs|crab
  seals|seal
  donkeys|donkey
  turkeys|turkey
  gorillas|gorilla
  peacocks|peacock
  leopards|leopard
`);
/** What nobody told how, or where, it is done. */
const DEEDS = subjects(`
  milk a cow
  make a fire
  fly a kite
  build a boat
  pull a cart
  pick plums
  ring the bell
  play chess
  polish a ring
  grind corn
  tie a knot
  learn to dance
  mend a roof
  catch a thief
  feed a lion
  wind a clock
  cross the river
  plant a tree
  draw a circle
  hold a snake
`);
/** Of what nobody told when it is. */
const EVENTS = subjects(`
  the train comes
  the king rides out
  the market is open
  frogs sing
  the ship sails
  cats have kittens
  the well is dry
  the river is high
  bees make honey
  plums are ripe
  the bell rings
  the wind turns
  foxes hunt
  the mill stands still
  the circus comes
  the hens lay eggs
`);
/** Beyond those that the world counts. */
const BIG_NUMBERS = subjects(
  words(
    'thirteen fourteen fifteen sixteen seventeen eighteen nineteen thirty forty fifty sixty seventy',
  ).join('\n'),
);
const BIG_SUMS = NUMBERS.slice(5).flatMap((x, i) =>
  NUMBERS.slice(3, 6 + i).map((y): Subject => ({ subject: `${x} and ${y}`, other: '' })),
);

/** Relations whose subjects are of one kind: each is asked about those of the others, and about more of that kind. */
interface Kind {
  relations: readonly Relation[];
  more: readonly Subject[];
}

const among = (relations: readonly Relation[], names: string): Relation[] =>
  relations.filter(({ name }) => words(names).includes(name));

const KIND_MEMBERS = among(THING_RELATIONS, 'kind').flatMap(({ facts }) => facts);
const KINDS: readonly Kind[] = [
  { relations: [...ANIMAL_RELATIONS, ...BODY_RELATIONS], more: BEASTS },
  { relations: SENSE_RELATIONS, more: [] },
  // Not the other way round: lists tell of which kind a shirt is, and a knife.
  { relations: among(THING_RELATIONS, 'made-of'), more: KIND_MEMBERS },
  { relations: among(PEOPLE_RELATIONS, 'work workplace'), more: [] },
  { relations: among(PEOPLE_RELATIONS, 'use'), more: DEEDS },
  { relations: among(PEOPLE_RELATIONS, 'when'), more: EVENTS },
  { relations: among(ORDER_RELATIONS, 'number-after number-before'), more: BIG_NUMBERS },
  { relations: among(ORDER_RELATIONS, 'sum'), more: BIG_SUMS },
];

function untoldOf({ facts }: Relation, { relations, more }: Kind): Untold[] {
  const told = new Set(facts.map(({ subject }) => subject));
  const all = [...relations.flatMap((relation) => relation.facts), ...more];
  const bySubject = new Map(all.map((each) => [each.subject, each]));
  return [...bySubject.values()]
    .filter(({ subject }) => !told.has(subject))
    .map(({ subject, other }, i) => ({ subject, other, value: at(facts, i).value }));
}

/** The facts of a relation of the village, with children in the place of those who live there. */
const strangersOf = ({ facts }: Relation): Untold[] =>
  STRANGERS.map((subject, i) => ({ ...at(facts, i), subject }));
const residents = new Set(
  VILLAGE_RELATIONS.flatMap(({ facts }) => facts.map(({ subject }) => subject)),
);
const STRANGERS = PEOPLE.filter((name) => !residents.has(name));

/** What is asked for, as it stands in a sentence, of two questions that are commands: "what {subject} eat.". */
const commands = (asks: readonly string[]): string[] =>
  asks.flatMap((ask) => /^(?:Tell me|Say) (.*)$/.exec(ask)?.[1] ?? []).slice(0, 2);

const topicOf = ({ name, asks, says }: Relation, items: Untold[]): Topic<Untold> => ({
  task: 'unknown',
  name: `untold-${name}`,
  items,
  key: ({ subject }) => `untold ${name} ${subject}`,
  wordings: wordings<Untold>(splitTemplates(asks), fillFact),
  asked: ASKED,
  answers: (item) => commands(asks).map((told) => `I do not know ${fillFact(told, item)}`),
  inventions: (item) => [fillFact(says[0]!, item)],
  check: () => ({ kind: 'unknown' }),
});

export const UNTOLD_TOPICS: readonly Topic<Untold>[] = [
  ...KINDS.flatMap((kind) =>
    kind.relations.map((relation) => topicOf(relation, untoldOf(relation, kind))),
  ),
  ...VILLAGE_RELATIONS.map((relation) => topicOf(relation, strangersOf(relation))),
].filter(({ items }) => items.length >= FEWEST);
