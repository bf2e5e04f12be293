/** The same said politely, and the same said shorter. */
import { at, a, capital, lowered, table, words, type Topic } from './topic';
import { COLOURS, HEROES, PEOPLE, THINGS } from './words';

const ORDERS = words('give bring show send lend')
  .flatMap((verb, i) =>
    THINGS.map((thing, k) => ({
      order: `${capital(verb)} me the ${at(['', 'big ', 'old '], i + k)}${thing}.`,
      keep: [verb, ...words(`${at(['', 'big ', 'old '], i + k)}${thing}`)],
    })),
  )
  .concat(
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
  );
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

/** Heroes are people, too, so they are given moods and not colours. */
const MOODS = words('happy sleepy kind hungry brave');

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
    const [way, first] = at(
      [
        ['to the old', 'big'],
        ['under the tall', 'little'],
        ['over the wide', 'young'],
        ['into the green', 'old'],
      ] as const,
      i,
    );
    const preposition = way.split(' ')[0]!;
    return [
      {
        long: `The ${first} ${at(MOODS, i)} ${hero} ${deed} ${adverb} ${way} ${place}.`,
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
