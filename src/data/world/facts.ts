/**
 * What is true in the built-in world. Most of it is true outside as well; who in the village has what is
 * true here alone. An answer may be put in more than one way: `value` is ours, `accepted` are all.
 */
import { ANIMALS, COLOUR_OF, DAYS, NUMBERS, OPPOSITES, USES, WORK } from './tables';
import { a, capital, type Topic } from './topic';
import { COLOURS, PEOPLE } from './words';

export interface Fact {
  relation: string;
  /** What it is about, as in a question: "cows", "the sky". */
  subject: string;
  /** A singular or other second form, where a relation needs one. */
  other: string;
  value: string;
  /** Words of which an answer must have one; lower case. */
  accepted: string[];
  /** The fact as a sentence. */
  statement: string;
}

interface Relation {
  name: string;
  facts: Fact[];
  wordings: ((fact: Fact) => string)[];
}

/** A cell "in the water/sea/lake": the value, and the words that an answer may have instead of its last. */
function valueOf(cell: string): { value: string; accepted: string[] } {
  const [value, ...others] = cell.split('/');
  const last = value!.split(' ').at(-1)!;
  return { value: value!, accepted: [last, ...others].map((word) => word.toLowerCase()) };
}

/** Rows of two cells: what it is about, and the value. */
const pairs = (rows: string[][]) =>
  rows.map(([subject, cell]) => ({ subject: subject!, cell: cell! }));

function relation(
  name: string,
  rows: { subject: string; other?: string; cell: string }[],
  statement: (fact: Omit<Fact, 'statement'>) => string,
  wordings: ((fact: Fact) => string)[],
): Relation {
  const facts = rows
    .filter(({ cell }) => cell !== '')
    .map(({ subject, other = '', cell }) => {
      const fact = { relation: name, subject, other, ...valueOf(cell) };
      return { ...fact, statement: statement(fact) };
    });
  return { name, facts, wordings };
}

// ── Animals ───────────────────────────────────────────────────────────────────────────────────────

const animals = (column: number) =>
  ANIMALS.map(([one, many, ...cells]) => ({ subject: many!, other: one!, cell: cells[column]! }));

const food = relation(
  'food',
  animals(0),
  ({ subject, value }) => `${capital(subject)} eat ${value}.`,
  [
    ({ subject }) => `What do ${subject} eat?`,
    ({ other }) => `What does ${a(other)} eat?`,
    ({ subject }) => `What do ${subject} like to eat?`,
    ({ other }) => `What is the food of ${a(other)}?`,
    ({ subject }) => `Tell me what ${subject} eat.`,
    ({ other }) => `What can I give ${a(other)} to eat?`,
  ],
);
const home = relation(
  'home',
  animals(1),
  ({ subject, value }) => `${capital(subject)} live ${value}.`,
  [
    ({ subject }) => `Where do ${subject} live?`,
    ({ other }) => `Where does ${a(other)} live?`,
    ({ other }) => `Where can I find ${a(other)}?`,
    ({ subject }) => `Tell me where ${subject} live.`,
    ({ other }) => `Where is the home of ${a(other)}?`,
  ],
);
const sound = relation(
  'sound',
  animals(2),
  ({ other, value }) => `${capital(a(other))} says ${value}.`,
  [
    ({ other }) => `What does ${a(other)} say?`,
    ({ subject }) => `What sound do ${subject} make?`,
    ({ other }) => `What noise does ${a(other)} make?`,
    ({ other }) => `How does ${a(other)} sound?`,
  ],
);
const young = relation(
  'young',
  animals(3),
  ({ other, value }) => `A baby ${other} is ${a(value)}.`,
  [
    ({ other }) => `What is a baby ${other} called?`,
    ({ other }) => `What do we call a baby ${other}?`,
    ({ other }) => `What is the name for a young ${other}?`,
  ],
);
const legs = relation(
  'legs',
  animals(4),
  ({ other, value }) => `${capital(a(other))} has ${value} legs.`,
  [
    ({ other }) => `How many legs does ${a(other)} have?`,
    ({ subject }) => `How many legs do ${subject} have?`,
    ({ other }) => `Count the legs of ${a(other)}.`,
  ],
);

// ── Things ────────────────────────────────────────────────────────────────────────────────────────

const colour = relation(
  'colour',
  pairs(COLOUR_OF),
  ({ subject, value }) => `${capital(subject)} is ${value}.`,
  [
    ({ subject }) => `What colour is ${subject}?`,
    ({ subject }) => `Which colour is ${subject}?`,
    ({ subject }) => `Tell me the colour of ${subject}.`,
    ({ subject }) => `What is the colour of ${subject}?`,
    ({ subject }) => `${capital(subject)} has what colour?`,
  ],
);

const opposite = relation(
  'opposite',
  pairs(OPPOSITES),
  ({ subject, value }) => `The opposite of ${subject} is ${value}.`,
  [
    ({ subject }) => `What is the opposite of ${subject}?`,
    ({ subject }) => `Tell me the opposite of ${subject}.`,
    ({ subject }) => `Which word is the opposite of ${subject}?`,
    ({ subject }) => `If it is not ${subject}, what is it?`,
  ],
);

const use = relation('use', pairs(USES), ({ subject, value }) => `We ${subject} ${value}.`, [
  ({ subject, value }) => `${asks(value)} do we ${subject}${tail(value)}?`,
  ({ subject, value }) => `${asks(value)} can I ${subject}${tail(value)}?`,
  ({ subject, value }) => `${asks(value)} do people ${subject}${tail(value)}?`,
]);
const asks = (value: string) => (value.startsWith('with') ? 'What' : 'Where');
const tail = (value: string) => (value.startsWith('with') ? ' with' : '');

const work = relation(
  'work',
  pairs(WORK),
  ({ subject, value }) => `${capital(a(subject))} ${value}.`,
  [
    ({ subject }) => `What does ${a(subject)} do?`,
    ({ subject }) => `What is the work of ${a(subject)}?`,
    ({ subject }) => `Tell me what ${a(subject)} does.`,
    ({ subject }) => `What is the job of ${a(subject)}?`,
  ],
);

// ── Numbers and days ──────────────────────────────────────────────────────────────────────────────

const nextOf = (names: readonly string[], around: boolean) =>
  names
    .map((subject, i) => ({ subject, cell: names[i + 1] ?? (around ? names[0]! : '') }))
    .filter(({ cell }) => cell !== '');
const numberAfter = relation(
  'number-after',
  nextOf(NUMBERS, false),
  ({ subject, value }) => `After ${subject} comes ${value}.`,
  [
    ({ subject }) => `What number comes after ${subject}?`,
    ({ subject }) => `Which number is next after ${subject}?`,
    ({ subject }) => `I count to ${subject}. What number is next?`,
  ],
);
const dayAfter = relation(
  'day-after',
  nextOf(DAYS, true),
  ({ subject, value }) => `After ${subject} comes ${value}.`,
  [
    ({ subject }) => `What day comes after ${subject}?`,
    ({ subject }) => `Which day is after ${subject}?`,
    ({ subject }) => `Today is ${subject}. What day is tomorrow?`,
  ],
);
const dayBefore = relation(
  'day-before',
  nextOf([...DAYS].reverse(), true),
  ({ subject, value }) => `Before ${subject} comes ${value}.`,
  [
    ({ subject }) => `What day comes before ${subject}?`,
    ({ subject }) => `Which day is before ${subject}?`,
    ({ subject }) => `Today is ${subject}. What day was yesterday?`,
  ],
);

// ── The village ───────────────────────────────────────────────────────────────────────────────────

const BELONGINGS = [
  'ball',
  'hat',
  'kite',
  'boat',
  'bike',
  'drum',
  'coat',
  'cup',
  'bag',
  'book',
  'lamp',
  'flute',
] as const;
/** One thing of one colour for each person; the pairs of colour and thing are all different. */
const VILLAGE = PEOPLE.slice(0, 36).map((person, i) => ({
  subject: person,
  other: BELONGINGS[i % BELONGINGS.length]!,
  cell: COLOURS[(i + Math.floor(i / BELONGINGS.length) * 3) % COLOURS.length]!,
}));
const belongingColour = relation(
  'village-colour',
  VILLAGE,
  ({ subject, other, value }) => `${subject} has ${a(value)} ${other}.`,
  [
    ({ subject, other }) => `What colour is the ${other} of ${subject}?`,
    ({ subject, other }) => `${subject} has a ${other}. What colour is it?`,
    ({ subject, other }) => `Which colour is ${subject}'s ${other}?`,
    ({ subject, other }) => `Tell me the colour of ${subject}'s ${other}.`,
  ],
);
const belonging = relation(
  'village-thing',
  VILLAGE.map(({ subject, other, cell }) => ({ subject, other: cell, cell: other })),
  ({ subject, other, value }) => `${subject} has ${a(other)} ${value}.`,
  [
    ({ subject }) => `What does ${subject} have?`,
    ({ subject }) => `Which thing does ${subject} have?`,
    ({ subject }) => `Tell me what ${subject} has.`,
    ({ subject }) => `What belongs to ${subject}?`,
  ],
);

// ── Together ──────────────────────────────────────────────────────────────────────────────────────

// prettier-ignore
const RELATIONS: Relation[] = [
  food, home, sound, young, legs, colour, opposite, use, work, numberAfter, dayAfter, dayBefore,
  belongingColour, belonging,
];

/** Every fact of the world. */
export const FACTS: Fact[] = RELATIONS.flatMap(({ facts }) => facts);

/**
 * One topic for each relation. What a person has and its colour are one statement, so they are held out
 * together: the key is the statement.
 */
export const ANSWER_TOPICS: Topic<Fact>[] = RELATIONS.map(({ name, facts, wordings }) => ({
  task: 'answer',
  name,
  items: facts,
  key: (fact) => fact.statement,
  wordings,
  answers: (fact) => [fact.statement],
  check: ({ accepted }) => ({ kind: 'answer', accepted }),
}));

/**
 * Words that would be another answer of the same kind: the values of all relations that have one of the
 * accepted words, without the accepted ones. "Red" has the other colours for rivals.
 */
export function rivalsOf(accepted: readonly string[]): Set<string> {
  const rivals = new Set<string>();
  for (const { facts } of RELATIONS)
    if (facts.some((fact) => accepted.includes(fact.accepted[0]!)))
      for (const fact of facts) rivals.add(fact.accepted[0]!);
  for (const word of accepted) rivals.delete(word);
  return rivals;
}
