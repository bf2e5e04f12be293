/** Stories, lists and JSON: to write something of a form. */
import { NUMBERS } from './tables';
import { a, at, words, type Topic } from './topic';
import { COLOURS, HEROES, KINDS, PEOPLE, PETS, THINGS } from './words';

// ── Stories ─────────────────────────────────────────────────────────────────────────────────────────

const TRAITS = words('brave little sad happy lazy kind lost hungry shy old clever sleepy');

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

// ── Lists ───────────────────────────────────────────────────────────────────────────────────────────

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
      Array.from(
        { length: count },
        (_, k) => `- ${at(members, i + k * 2 + Number(k * 2 >= members.length))}`,
      ).join('\n'),
    ),
  check: ({ members, count }) => ({ kind: 'list', members, count }),
};

// ── JSON ────────────────────────────────────────────────────────────────────────────────────────────

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
    `{${Object.entries(fields)
      .map(([key, value]) => `"${key}": "${value}"`)
      .join(', ')}}`,
  ],
  check: ({ fields }) => ({ kind: 'json', expected: fields }),
};
const both = (fields: Record<string, string>) => Object.keys(fields).join(' and ');
