/** The tasks beside answering and declining: stories, not knowing, lists, JSON, rewriting, reading. */
import { NUMBERS } from './facts';
import { a, capital, table, words, type Topic } from './topic';
import { COLOURS, KINDS, PEOPLE } from './words';

/** Item number i of a list that is gone through again and again. */
const at = <T>(items: readonly T[], i: number): T => items[i % items.length]!;

// ── Stories ───────────────────────────────────────────────────────────────────────────────────────

const TRAITS = words('brave little sad happy lazy kind lost hungry shy old clever sleepy');
const HEROES = words(
  'cat dog bird bear fox rabbit mouse frog duck horse girl boy king cow hen owl',
);

const SUBJECTS = TRAITS.flatMap((trait) => HEROES.map((hero) => ({ trait, hero })));
type Subject = (typeof SUBJECTS)[number];

/** What happened; {h} is the hero. */
const PLOTS = [
  'The {h} found a red ball and played all day.',
  'The {h} met a bird, and they were friends.',
  'The {h} went to the park and saw a big tree.',
  'It was cold, so the {h} ran home.',
  'The {h} helped a friend and was happy.',
  'One day the {h} saw the sea and smiled.',
  'The {h} found a cake and gave half away.',
  'The {h} heard a song and began to play.',
];
const OPENINGS = ['Once there was', 'There was once', 'Long ago there lived'];

export const STORY_TOPIC: Topic<Subject> = {
  task: 'story',
  name: 'story',
  items: SUBJECTS,
  key: ({ trait, hero }) => `${trait} ${hero}`,
  wordings: [
    ({ trait, hero }) => `Tell a story about ${a(trait)} ${hero}.`,
    ({ trait, hero }) => `Tell me a story about ${a(trait)} ${hero}.`,
    ({ trait, hero }) => `Write a short story about ${a(trait)} ${hero}.`,
    ({ trait, hero }) => `Can you tell a story about ${a(trait)} ${hero}?`,
    ({ trait, hero }) => `I want to hear about ${a(trait)} ${hero}.`,
    ({ trait, hero }) => `Please make up a tale of ${a(trait)} ${hero}.`,
  ],
  answers: ({ trait, hero }) =>
    OPENINGS.flatMap((opening) =>
      PLOTS.map((plot) => `${opening} ${a(trait)} ${hero}. ${plot.replaceAll('{h}', hero)}`),
    ),
  check: ({ trait, hero }) => ({ kind: 'story', subject: `${trait} ${hero}` }),
};

// ── What nobody can know ──────────────────────────────────────────────────────────────────────────

/** question, then what is not known about it; {p} is the person */
const UNTOLD = table(`
  What did {p} eat for lunch in May?|what {p} ate
  What did {p} dream last night?|what {p} dreamed
  What is {p} thinking now?|what {p} is thinking
  How many stars did {p} count?|how many stars {p} counted
  Where did {p} go last week?|where {p} went
  What will {p} do next year?|what {p} will do
  What is in the pocket of {p}?|what {p} has there
  Who did {p} meet on the way?|who {p} met
  What song did {p} sing at home?|what song {p} sang
  When did {p} go to bed?|when {p} went to bed
  What did {p} say to the moon?|what {p} said
  How old is the aunt of {p}?|how old she is
  What did {p} buy in the shop?|what {p} bought
  Why did {p} laugh in the morning?|why {p} laughed
`).map(([question, unknown]) => ({ question: question!, unknown: unknown! }));

const UNKNOWNS = PEOPLE.flatMap((person, i) =>
  [0, 1, 2, 3, 4].map((k) => {
    const { question, unknown } = at(UNTOLD, i * 5 + k);
    const named = (text: string) => text.replaceAll('{p}', person);
    return { question: named(question), unknown: named(unknown) };
  }),
);
type Unknown = (typeof UNKNOWNS)[number];

const lowered = (text: string) => text.charAt(0).toLowerCase() + text.slice(1);

export const UNKNOWN_TOPIC: Topic<Unknown> = {
  task: 'unknown',
  name: 'unknown',
  items: UNKNOWNS,
  key: ({ question }) => question,
  wordings: [
    ({ question }) => question,
    ({ question }) => `Tell me: ${lowered(question)}`,
    ({ question }) => `${question} Tell me.`,
    ({ question }) => `Do you know? ${question}`,
  ],
  answers: ({ unknown }) => [
    `I do not know ${unknown}.`,
    `I do not know ${unknown}. Nobody told me.`,
    'I do not know that.',
    'Sorry, I do not know.',
  ],
  check: () => ({ kind: 'unknown' }),
};

// ── Lists ─────────────────────────────────────────────────────────────────────────────────────────

const LISTS = Object.entries(KINDS).flatMap(([kind, members]) =>
  [2, 3, 4].map((count) => ({ kind, members, count })),
);
type List = (typeof LISTS)[number];

export const LIST_TOPIC: Topic<List> = {
  task: 'list',
  name: 'list',
  items: LISTS,
  // By kind alone: to have listed two animals tells how to list three.
  key: ({ kind }) => kind,
  wordings: [
    ({ kind, count }) => `Name ${NUMBERS[count - 1]!} ${kind}.`,
    ({ kind, count }) => `List ${NUMBERS[count - 1]!} ${kind}.`,
    ({ kind, count }) => `Make a list of ${NUMBERS[count - 1]!} ${kind}.`,
    ({ kind, count }) => `Give me ${NUMBERS[count - 1]!} ${kind}.`,
    ({ kind, count }) => `Write down ${NUMBERS[count - 1]!} ${kind}.`,
    ({ kind, count }) => `Can you name ${NUMBERS[count - 1]!} ${kind}?`,
    ({ kind, count }) => `I need a list of ${NUMBERS[count - 1]!} ${kind}.`,
  ],
  answers: ({ members, count }) =>
    members.map((_, i) =>
      Array.from({ length: count }, (_, k) => `- ${at(members, i + k * 2 + Number(k * 2 >= members.length))}`).join('\n'),
    ), // prettier-ignore
  check: ({ members, count }) => ({ kind: 'list', members, count }),
};

// ── JSON ──────────────────────────────────────────────────────────────────────────────────────────

const THINGS = words('ball hat kite boat bike drum coat cup bag book box chair');
const PETS = words('dog cat bird fish rabbit duck horse mouse');

interface Record_ {
  sentence: string;
  fields: Record<string, string>;
}
const RECORDS: Record_[] = PEOPLE.flatMap((name, i): Record_[] => {
  const colour = at(COLOURS, i * 3);
  const thing = at(THINGS, i * 5);
  const pet = at(PETS, i * 3);
  const age = at(NUMBERS.slice(2), i * 3);
  return [
    { sentence: `${name} found ${a(colour)} ${thing}.`, fields: { name, colour } },
    { sentence: `${name} found ${a(colour)} ${thing}.`, fields: { name, thing } },
    { sentence: `${name} feeds ${a(pet)}.`, fields: { name, pet } },
    { sentence: `${name} is ${age} years old.`, fields: { name, age } },
  ];
});

export const JSON_TOPIC: Topic<Record_> = {
  task: 'json',
  name: 'json',
  items: RECORDS,
  key: ({ sentence, fields }) => `${sentence} ${Object.keys(fields).join()}`,
  wordings: [
    ({ sentence, fields }) => `Give ${both(fields)} as JSON: ${sentence}`,
    ({ sentence, fields }) => `Write ${both(fields)} as JSON: ${sentence}`,
    ({ sentence, fields }) => `${sentence} Give ${both(fields)} as JSON.`,
    ({ sentence, fields }) => `Make JSON with ${both(fields)}: ${sentence}`,
    ({ sentence, fields }) => `${sentence} Put ${both(fields)} into JSON.`,
  ],
  answers: ({ fields }) => [
    `{${Object.entries(fields).map(([key, value]) => `"${key}": "${value}"`).join(', ')}}`,
  ], // prettier-ignore
  check: ({ fields }) => ({ kind: 'json', expected: fields }),
};
const both = (fields: Record<string, string>) => Object.keys(fields).join(' and ');

// ── Rewriting ─────────────────────────────────────────────────────────────────────────────────────

const ORDERS = words('give bring show send lend').flatMap((verb, i) =>
  THINGS.map((thing, k) => ({
    order: `${capital(verb)} me the ${at(['', 'big ', 'old '], i + k)}${thing}.`,
    keep: [verb, ...words(`${at(['', 'big ', 'old '], i + k)}${thing}`)],
  })),
).concat(
  table(`
    Open the door.|open, door
    Close the window.|close, window
    Sit down here.|sit, down
    Wait for me.|wait
    Wash the cups.|wash, cups
    Come here now.|come, here
    Stop the noise.|stop, noise
    Feed the cat.|feed, cat
    Help me carry this.|help, carry
    Read me a book.|read, book
  `).map(([order, keep]) => ({ order: order!, keep: keep!.split(', ') })),
); // prettier-ignore
type Order = (typeof ORDERS)[number];

export const POLITE_TOPIC: Topic<Order> = {
  task: 'rewrite',
  name: 'polite',
  items: ORDERS,
  key: ({ order }) => order,
  wordings: [
    ({ order }) => `Say it politely: ${order}`,
    ({ order }) => `Say this in a polite way: ${order}`,
    ({ order }) => `Make this polite: ${order}`,
    ({ order }) => `${order} Say that nicely.`,
    ({ order }) => `Write it in a kind way: ${order}`,
  ],
  answers: ({ order }) => {
    const bare = lowered(order.slice(0, -1));
    return [`Please ${bare}.`, `Could you ${bare}, please?`, `Could you please ${bare}?`];
  },
  check: ({ order, keep }) => ({ kind: 'rewrite', form: 'polite', keep, original: order }),
};

/** long | short | words to keep */
const LONG = [
  ...HEROES.flatMap((hero, i) => {
    const [adverb, deed, place] = at(
      [
        ['very fast', 'ran', 'house'],
        ['all day long', 'slept', 'tree'],
        ['with great joy', 'jumped', 'river'],
        ['once again', 'walked', 'park'],
      ] as const,
      i,
    );
    const [way, first] = at([['to the old', 'big'], ['under the tall', 'little'], ['over the wide', 'young'], ['into the green', 'old']] as const, i); // prettier-ignore
    const preposition = way.split(' ')[0]!;
    return [
      {
        long: `The ${first} ${at(COLOURS, i + 4)} ${hero} ${deed} ${adverb} ${way} ${place}.`,
        short: `The ${hero} ${deed} ${preposition} the ${place}.`,
        keep: [hero, deed, place],
      },
    ];
  }),
  ...PEOPLE.slice(0, 30).map((person, i) => {
    const thing = at(THINGS, i * 7);
    const verb = at(['found', 'lost', 'made', 'saw'], i);
    return {
      long: `In the early morning ${person} ${verb} a very nice ${at(COLOURS, i * 3)} ${thing}.`,
      short: `${person} ${verb} ${a(thing)}.`,
      keep: [person.toLowerCase(), verb, thing],
    };
  }),
];
type Long = (typeof LONG)[number];

export const SHORTER_TOPIC: Topic<Long> = {
  task: 'rewrite',
  name: 'shorter',
  items: LONG,
  key: ({ long }) => long,
  wordings: [
    ({ long }) => `Say it shorter: ${long}`,
    ({ long }) => `Make this shorter: ${long}`,
    ({ long }) => `Say this in few words: ${long}`,
    ({ long }) => `Write it in a short way: ${long}`,
  ],
  answers: ({ short }) => [short],
  check: ({ long, keep }) => ({ kind: 'rewrite', form: 'shorter', keep, original: long }),
};

// ── Reading ───────────────────────────────────────────────────────────────────────────────────────

interface Passage {
  passage: string;
  question: string;
  answer: string;
  accepted: string[];
}
const PLACES = words('box garden kitchen tree boat shop barn bag');
const SPOTS = words('park garden yard street');
const PASSAGES: Passage[] = PEOPLE.flatMap((person, i): Passage[] => {
  const friend = at(PEOPLE, i * 7 + 11);
  const thing = at(words('key ball cake ring cup hat book letter'), i * 3);
  const place = at(PLACES, i * 5);
  const animal = at(PETS, i * 5);
  const colour = at(COLOURS, i * 7);
  const number = at(NUMBERS.slice(1), i * 5);
  return [
    {
      passage: `${person} put the ${thing} in the ${place}.`,
      question: `Where is the ${thing}?`,
      answer: `The ${thing} is in the ${place}.`,
      accepted: [place],
    },
    {
      passage: `${person} gave the ${thing} to ${friend}.`,
      question: `Who has the ${thing} now?`,
      answer: `${friend} has the ${thing} now.`,
      accepted: [friend.toLowerCase()],
    },
    {
      passage: `${person} saw ${a(colour)} ${animal} in the ${at(SPOTS, i)}.`,
      question: `What colour was the ${animal}?`,
      answer: `The ${animal} was ${colour}.`,
      accepted: [colour],
    },
    {
      passage: `${person} bought ${number} ${thing}s.`,
      question: `How many ${thing}s did ${person} buy?`,
      answer: `${person} bought ${number} ${thing}s.`,
      accepted: [number],
    },
  ];
});

export const GROUNDED_TOPIC: Topic<Passage> = {
  task: 'grounded',
  name: 'grounded',
  items: PASSAGES,
  key: ({ passage, question }) => `${passage} ${question}`,
  wordings: [
    ({ passage, question }) => `Read: ${passage} Question: ${question}`,
    ({ passage, question }) => `${passage} ${question}`,
    ({ passage, question }) => `Read this: ${passage} Now answer: ${question}`,
    ({ passage, question }) => `Story: ${passage} ${question}`,
  ],
  answers: ({ answer }) => [answer],
  check: ({ passage, accepted }) => ({ kind: 'grounded', accepted, passage }),
};
