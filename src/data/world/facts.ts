/**
 * What is true in the built-in world. Most of it is true outside as well; who in the village has what is
 * true here alone. An answer may be put in more than one way: `value` is ours, `accepted` are all.
 */
import { a, capital, table, type Topic } from './topic';
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

/** one | many | food | home | sound | young | legs */
const ANIMALS = table(`
  cow      | cows      | grass/hay                | on a farm/field          | moo     | calf     | four
  horse    | horses    | hay/grass/apples         | in a stable/farm/field   | neigh   | foal     | four
  dog      | dogs      | bones/meat               | in a kennel/house/home   | woof    | puppy/pup | four
  cat      | cats      | fish/mice/meat           | in a house/home          | meow    | kitten   | four
  sheep    | sheep     | grass                    | in a field/farm/meadow   | baa     | lamb     | four
  pig      | pigs      | corn/food                | in a sty/farm            | oink    | piglet   | four
  duck     | ducks     | seeds/bread              | on a pond/lake/water     | quack   | duckling | two
  hen      | hens      | corn/seeds/worms         | in a coop/farm           | cluck   | chick    | two
  goat     | goats     | grass/leaves             | on a hill/farm/mountain  | -       | kid      | four
  rabbit   | rabbits   | carrots/grass            | in a burrow/hole         | -       | bunny    | four
  mouse    | mice      | cheese/seeds             | in a hole/house          | squeak  | -        | four
  fish     | fish      | -                        | in the water/sea/river/lake/pond | - | -      | -
  bee      | bees      | -                        | in a hive                | buzz    | -        | six
  bear     | bears     | honey/berries/fish       | in a cave/forest/woods   | growl/roar | cub   | four
  lion     | lions     | meat                     | in the grass/grassland   | roar    | cub      | four
  wolf     | wolves    | meat/sheep               | in the forest/woods      | howl    | pup/cub  | four
  fox      | foxes     | -                        | in a den/forest/woods    | -       | cub/kit  | four
  frog     | frogs     | flies/bugs               | in a pond/water          | croak   | tadpole  | four
  owl      | owls      | mice                     | in a tree/forest/woods   | hoot    | -        | two
  bird     | birds     | worms/seeds/bugs         | in a nest/tree           | tweet/chirp | chick | two
  monkey   | monkeys   | bananas/fruit            | in the jungle/trees      | -       | -        | -
  elephant | elephants | leaves/grass             | -                        | -       | calf     | four
  giraffe  | giraffes  | leaves                   | -                        | -       | calf     | four
  panda    | pandas    | bamboo                   | -                        | -       | cub      | four
  squirrel | squirrels | nuts                     | in a tree/forest/woods   | -       | -        | four
  spider   | spiders   | flies/bugs               | in a web                 | -       | -        | eight
  ant      | ants      | crumbs/sugar             | in a nest/anthill/ground | -       | -        | six
  camel    | camels    | -                        | in the desert            | -       | -        | four
  whale    | whales    | -                        | in the sea/ocean/water   | -       | calf     | -
  penguin  | penguins  | fish                     | on the ice/snow          | -       | chick    | two
  snake    | snakes    | mice                     | -                        | hiss    | -        | -
  crow     | crows     | -                        | -                        | caw     | -        | two
  swan     | swans     | -                        | on a lake/pond/river/water | -     | cygnet   | two
  kangaroo | kangaroos | grass                    | -                        | -       | joey     | -
`);
const animals = (column: number) =>
  ANIMALS.map(([one, many, ...cells]) => ({ subject: many!, other: one!, cell: cells[column]! }));

const food = relation('food', animals(0), ({ subject, value }) => `${capital(subject)} eat ${value}.`, [
  ({ subject }) => `What do ${subject} eat?`,
  ({ other }) => `What does ${a(other)} eat?`,
  ({ subject }) => `What do ${subject} like to eat?`,
  ({ other }) => `What is the food of ${a(other)}?`,
  ({ subject }) => `Tell me what ${subject} eat.`,
  ({ other }) => `What can I give ${a(other)} to eat?`,
]); // prettier-ignore
const home = relation('home', animals(1), ({ subject, value }) => `${capital(subject)} live ${value}.`, [
  ({ subject }) => `Where do ${subject} live?`,
  ({ other }) => `Where does ${a(other)} live?`,
  ({ other }) => `Where can I find ${a(other)}?`,
  ({ subject }) => `Tell me where ${subject} live.`,
  ({ other }) => `Where is the home of ${a(other)}?`,
]); // prettier-ignore
const sound = relation('sound', animals(2), ({ other, value }) => `${capital(a(other))} says ${value}.`, [
  ({ other }) => `What does ${a(other)} say?`,
  ({ subject }) => `What sound do ${subject} make?`,
  ({ other }) => `What noise does ${a(other)} make?`,
  ({ other }) => `How does ${a(other)} sound?`,
]); // prettier-ignore
const young = relation('young', animals(3), ({ other, value }) => `A baby ${other} is ${a(value)}.`, [
  ({ other }) => `What is a baby ${other} called?`,
  ({ other }) => `What do we call a baby ${other}?`,
  ({ other }) => `What is the name for a young ${other}?`,
]); // prettier-ignore
const legs = relation('legs', animals(4), ({ other, value }) => `${capital(a(other))} has ${value} legs.`, [
  ({ other }) => `How many legs does ${a(other)} have?`,
  ({ subject }) => `How many legs do ${subject} have?`,
  ({ other }) => `Count the legs of ${a(other)}.`,
]); // prettier-ignore

// ── Things ────────────────────────────────────────────────────────────────────────────────────────

const COLOUR_OF = table(`
  the sky|blue
  grass|green
  snow|white
  the sun|yellow
  a lemon|yellow
  a banana|yellow
  a strawberry|red
  blood|red
  a tomato|red
  a carrot|orange
  a pumpkin|orange
  a frog|green
  a leaf|green
  a pea|green
  coal|black
  the night|black/dark
  a crow|black
  milk|white
  a swan|white
  a cloud|white/grey
  an elephant|grey/gray
  a mouse|grey/gray/brown
  chocolate|brown
  a pig|pink
  the sea|blue
  a fire truck|red
`).map(([subject, cell]) => ({ subject: subject!, cell: cell! }));
const colour = relation('colour', COLOUR_OF, ({ subject, value }) => `${capital(subject)} is ${value}.`, [
  ({ subject }) => `What colour is ${subject}?`,
  ({ subject }) => `Which colour is ${subject}?`,
  ({ subject }) => `Tell me the colour of ${subject}.`,
  ({ subject }) => `What is the colour of ${subject}?`,
  ({ subject }) => `${capital(subject)} has what colour?`,
]); // prettier-ignore

const OPPOSITES = table(`
  big|small/little/tiny
  hot|cold
  up|down
  day|night
  happy|sad/unhappy
  fast|slow
  open|closed/shut
  wet|dry
  old|young/new
  good|bad
  long|short
  hard|soft/easy
  full|empty
  clean|dirty
  near|far
  high|low
  dark|light/bright
  loud|quiet
  left|right
  early|late
  first|last
  rich|poor
  strong|weak
  thick|thin
`).map(([subject, cell]) => ({ subject: subject!, cell: cell! }));
const opposite = relation('opposite', OPPOSITES, ({ subject, value }) => `The opposite of ${subject} is ${value}.`, [
  ({ subject }) => `What is the opposite of ${subject}?`,
  ({ subject }) => `Tell me the opposite of ${subject}.`,
  ({ subject }) => `Which word is the opposite of ${subject}?`,
  ({ subject }) => `If it is not ${subject}, what is it?`,
]); // prettier-ignore

const USES = table(`
  sleep|in a bed
  cut paper|with scissors
  sweep the floor|with a broom
  eat soup|with a spoon
  write|with a pen/pencil
  brush our teeth|with a toothbrush/brush
  open a lock|with a key
  see in the dark|with a lamp/light/torch
  dig a hole|with a spade/shovel
  tell the time|with a clock/watch
  hear|with our ears/ear
  see|with our eyes/eye
  smell|with our nose
  cook|in a pot/kitchen/pan
  borrow books|from a library
  swim|in the water/pool/lake/sea
`).map(([subject, cell]) => ({ subject: subject!, cell: cell! }));
const use = relation('use', USES, ({ subject, value }) => `We ${subject} ${value}.`, [
  ({ subject, value }) => `${asks(value)} do we ${subject}${tail(value)}?`,
  ({ subject, value }) => `${asks(value)} can I ${subject}${tail(value)}?`,
  ({ subject, value }) => `${asks(value)} do people ${subject}${tail(value)}?`,
]); // prettier-ignore
const asks = (value: string) => (value.startsWith('with') ? 'What' : 'Where');
const tail = (value: string) => (value.startsWith('with') ? ' with' : '');

const WORK = table(`
  baker|bakes bread
  farmer|grows food/corn
  doctor|helps sick people/sick
  teacher|teaches children
  fisher|catches fish
  painter|paints pictures
  singer|sings songs
  driver|drives a bus/car
  gardener|grows flowers/plants
  cook|makes soup/food/meals
  tailor|makes clothes
  builder|builds houses
`).map(([subject, cell]) => ({ subject: subject!, cell: cell! }));
const work = relation('work', WORK, ({ subject, value }) => `${capital(a(subject))} ${value}.`, [
  ({ subject }) => `What does ${a(subject)} do?`,
  ({ subject }) => `What is the work of ${a(subject)}?`,
  ({ subject }) => `Tell me what ${a(subject)} does.`,
  ({ subject }) => `What is the job of ${a(subject)}?`,
]); // prettier-ignore

// ── Numbers and days ──────────────────────────────────────────────────────────────────────────────

export const NUMBERS = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten']; // prettier-ignore
export const DAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

const nextOf = (names: readonly string[], around: boolean) =>
  names
    .map((subject, i) => ({ subject, cell: names[i + 1] ?? (around ? names[0]! : '') }))
    .filter(({ cell }) => cell !== '');
const numberAfter = relation('number-after', nextOf(NUMBERS, false), ({ subject, value }) => `After ${subject} comes ${value}.`, [
  ({ subject }) => `What number comes after ${subject}?`,
  ({ subject }) => `Which number is next after ${subject}?`,
  ({ subject }) => `I count to ${subject}. What number is next?`,
]); // prettier-ignore
const dayAfter = relation('day-after', nextOf(DAYS, true), ({ subject, value }) => `After ${subject} comes ${value}.`, [
  ({ subject }) => `What day comes after ${subject}?`,
  ({ subject }) => `Which day is after ${subject}?`,
  ({ subject }) => `Today is ${subject}. What day is tomorrow?`,
]); // prettier-ignore
const dayBefore = relation('day-before', nextOf([...DAYS].reverse(), true), ({ subject, value }) => `Before ${subject} comes ${value}.`, [
  ({ subject }) => `What day comes before ${subject}?`,
  ({ subject }) => `Which day is before ${subject}?`,
  ({ subject }) => `Today is ${subject}. What day was yesterday?`,
]); // prettier-ignore

// ── The village ───────────────────────────────────────────────────────────────────────────────────

const BELONGINGS = ['ball', 'hat', 'kite', 'boat', 'bike', 'drum', 'coat', 'cup', 'bag', 'book', 'lamp', 'flute'] as const; // prettier-ignore
/** One thing of one colour for each person; the pairs of colour and thing are all different. */
const VILLAGE = PEOPLE.slice(0, 36).map((person, i) => ({
  subject: person,
  other: BELONGINGS[i % BELONGINGS.length]!,
  cell: COLOURS[(i + Math.floor(i / BELONGINGS.length) * 3) % COLOURS.length]!,
}));
const belongingColour = relation('village-colour', VILLAGE, ({ subject, other, value }) => `${subject} has ${a(value)} ${other}.`, [
  ({ subject, other }) => `What colour is the ${other} of ${subject}?`,
  ({ subject, other }) => `${subject} has a ${other}. What colour is it?`,
  ({ subject, other }) => `Which colour is ${subject}'s ${other}?`,
  ({ subject, other }) => `Tell me the colour of ${subject}'s ${other}.`,
]); // prettier-ignore
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
