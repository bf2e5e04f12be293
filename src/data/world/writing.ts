/** Lists and JSON: to write something of a form. */
import { fillingOf } from './fillers';
import { LISTED } from './kinds';
import { at, table, templates, words, type Topic } from './topic';

export { STORY_TOPIC } from './stories';

const COUNTS = words('one two three four');

// ── Lists ───────────────────────────────────────────────────────────────────────────────────────────

const LISTS = Object.entries(LISTED).flatMap(([kind, members]) =>
  [2, 3, 4].map((count) => ({ kind, members, count })),
);
type List = (typeof LISTS)[number];

/** Members that are right, too, though no text of the world lists them. */
const RIGHT_TOO: Record<string, string[]> = {
  'members of a family': words('grandpa son daughter cousin'),
};

export const LIST_TOPIC: Topic<List> = {
  task: 'list',
  name: 'list',
  items: LISTS,
  // By kind alone: to have listed two animals tells how to list three.
  key: ({ kind }) => kind,
  wordings: templates(
    `
    Name {count} {kind}.
    List {count} {kind}.
    Make a list of {count} {kind}.
    Give me {count} {kind}.
    Write down {count} {kind}.
    Think of {count} {kind}.
    Please list {count} {kind}.
    Tell me {count} {kind}.
    Write a list of {count} {kind}.
    Can you list {count} {kind}?
    Please name {count} {kind}.
    Show me a list of {count} {kind}.
    Can you name {count} {kind}?
    I need a list of {count} {kind}.
    Please give me {count} {kind}.
    Can you write down {count} {kind}?
    `,
    ({ kind, count }, name) => (name === 'kind' ? kind : COUNTS[count - 1]!),
  ),
  answers: ({ members, count }) =>
    members.map((_, i) =>
      Array.from(
        { length: count },
        (_, k) =>
          `- ${at(members, i + k * 2 + Number(members.length % 2 === 0 && k * 2 >= members.length))}`,
      ).join('\n'),
    ),
  check: ({ kind, members, count }) => ({
    kind: 'list',
    members: [...members, ...(RIGHT_TOO[kind] ?? [])],
    count,
  }),
};

// ── JSON ────────────────────────────────────────────────────────────────────────────────────────────

interface Record_ {
  sentence: string;
  fields: Record<string, string>;
}
/** sentence | a field and its value | another one; gaps as in fillers.ts */
const PATTERNS = table(`
  {p} found {a colour} {thing}.|name {p}|colour {colour}
  {p} found {a colour} {thing}.|name {p}|thing {thing}
  {p} found {a colour} {thing}.|thing {thing}|colour {colour}
  {p} feeds {a pet}.|name {p}|pet {pet}
  {p} is {number} years old.|name {p}|age {number}
  {p} likes {drink}.|name {p}|drink {drink}
  {p} lives by the {spot}.|name {p}|place {spot}
  {p} comes on {day}.|name {p}|day {day}
  {p} is {a job}.|name {p}|job {job}
  The {pet} eats {a fruit}.|animal {pet}|food {fruit}
  {p} bought {number} {thing}s.|thing {thing}|number {number}
  We have {food} on {day}.|food {food}|day {day}
  The {vehicle} leaves at {time}.|time {time}|what {vehicle}
  {p} called {q}.|from {p}|to {q}
  It was {day}, and {p} was {mood}.|day {day}|mood {mood}
  {p} plays {game} with {q}.|game {game}|friend {q}
  The {thing} is in the {box}.|thing {thing}|place {box}
  {p} wants {drink} and {food}.|drink {drink}|food {food}
`);
/** How often each pattern is filled. */
const FILLINGS = 60;

const RECORDS: Record_[] = PATTERNS.flatMap(([sentence, ...fields], k) =>
  Array.from({ length: FILLINGS }, (_, i): Record_ => {
    const fill = fillingOf(i * 5 + k * 7);
    const entries = fields.map((field) => fill(field).split(' ') as [string, string]);
    return { sentence: fill(sentence!), fields: Object.fromEntries(entries) };
  }),
);

export const JSON_TOPIC: Topic<Record_> = {
  task: 'json',
  name: 'json',
  items: RECORDS,
  key: ({ sentence, fields }) => `${sentence} ${Object.keys(fields).join()}`,
  wordings: templates(
    `
    Give {both} as JSON: {sentence}
    Write {both} as JSON: {sentence}
    {sentence} Give {both} as JSON.
    I need JSON with {both}. {sentence}
    Turn this into JSON with {both}: {sentence}
    {sentence} I need {both} as JSON.
    JSON with {both}, please: {sentence}
    Put {both} in JSON: {sentence}
    {sentence} Write JSON with {both}.
    Show {both} as JSON: {sentence}
    {sentence} Now give me {both} as JSON.
    Read this and write {both} as JSON. {sentence}
    Make JSON with {both}: {sentence}
    {sentence} Put {both} into JSON.
    Please give me {both} as JSON: {sentence}
    {sentence} Make JSON with {both}.
    `,
    ({ sentence, fields }, name) => (name === 'sentence' ? sentence : both(fields)),
  ),
  asked: 5,
  answers: ({ fields }) => [
    `{${Object.entries(fields)
      .map(([key, value]) => `"${key}": "${value}"`)
      .join(', ')}}`,
  ],
  check: ({ fields }) => ({ kind: 'json', expected: fields }),
};
const both = (fields: Record<string, string>) => Object.keys(fields).join(' and ');
