/** The same said politely, and the same said shorter. */
import { fillingOf } from './fillers';
import { at, capital, lowered, table, templates, words, type Topic } from './topic';

/** verb | whether it may be followed by "me" | things; each is an order */
const VERBS = table(`
  give|me|ball hat kite boat bike drum coat cup bag book box chair
  bring|me|cup book box chair lamp spoon bread soup
  show|me|kite boat bike drum map key letter
  send|me|letter book card box
  lend|me|bike book coat bag umbrella
  take|-|chair coat box bag
  open|-|door box window gate bag
  close|-|door book window gate
  clean|-|table cup bike window
  find|-|key hat ball cat
  hold|-|rope bag kite lamp
  bake|-|bread cake pie
  carry|-|box bag chair basket
`);
const ADJECTIVES = ['', 'big ', 'old ', 'little ', 'new '];
const ORDERS = VERBS.flatMap(([verb, me, things], i) =>
  words(things!).flatMap((thing, k) =>
    [0, 1, 2].map((n) => {
      const what = `${at(ADJECTIVES, i + k + 2 * n)}${thing}`;
      return {
        order: `${capital(verb!)} ${me === '' ? '' : 'me '}the ${what}.`,
        keep: [verb!, ...words(what)],
      };
    }),
  ),
).concat(
  table(`
    Sit down here.|sit, down
    Wait for me.|wait
    Wash the cups.|wash, cups
    Come here now.|come, here
    Stop the noise.|stop, noise
    Feed the cat.|feed, cat
    Help me carry this.|help, carry
    Read me a book.|read, book
    Stand up.|stand, up
    Turn off the light.|turn, off, light
    Look at this.|look
    Tell me the time.|tell, time
    Wake me at six.|wake, six
    Walk with me.|walk
    Answer me.|answer
    Go to bed.|go, bed
    Let the dog in.|let, dog, in
    Water the flowers.|water, flowers
    Cut the bread for me.|cut, bread
    Put your shoes on.|put, shoes, on
    Play that song again.|play, song, again
    Make room for Lily.|make, room, lily
    Write to me soon.|write, soon
    Share the cake with us.|share, cake
    Speak slowly.|speak, slowly
    Pick up the toys.|pick, up, toys
    Draw me a sheep.|draw, sheep
    Keep my place.|keep, place
    Pour the tea.|pour, tea
    Leave some for us.|leave, some
  `).map(([order, keep]) => ({ order: order!, keep: keep!.split(', ') })),
);
type Order = (typeof ORDERS)[number];

export const POLITE_TOPIC: Topic<Order> = {
  task: 'rewrite',
  name: 'polite',
  items: ORDERS,
  key: ({ order }) => order,
  wordings: templates(
    `
    Say it politely: {order}
    Say this in a polite way: {order}
    Make this polite: {order}
    {order} Say that nicely.
    Say it nicely: {order}
    How do I say this politely? {order}
    {order} Make that polite.
    Write this politely: {order}
    Turn this into a kind request: {order}
    {order} Say it in a kind way.
    Please make this kinder: {order}
    Use good manners: {order}
    How do I say this with good manners? {order}
    Write it in a kind way: {order}
    {order} Say that politely.
    Please say this nicely: {order}
    `,
    ({ order }) => order,
  ),
  asked: 5,
  answers: ({ order }) => {
    const bare = lowered(order.slice(0, -1));
    return [`Please ${bare}.`, `Could you ${bare}, please?`, `Could you please ${bare}?`];
  },
  check: ({ order, keep }) => ({ kind: 'rewrite', form: 'polite', keep, original: order }),
};

/** long | short | words to keep; gaps as in fillers.ts */
const PATTERNS = table(`
  In the early morning {p} found a very nice {colour} {thing}.|{p} found {a thing}.|{p}, found, {thing}
  Late on {day} evening {p} lost a very old {colour} {thing}.|{p} lost {a thing}.|{p}, lost, {thing}
  The {mood} old {pet} ran very fast to the big {room}.|The {pet} ran to the {room}.|{pet}, ran, {room}
  The {mood} {pet} slept all day long in the warm {room}.|The {pet} slept in the {room}.|{pet}, slept, {room}
  Once again {p} walked with great joy to the wide {spot}.|{p} walked to the {spot}.|{p}, walked, {spot}
  It was {p} who gave the little {colour} {thing} to {q}.|{p} gave the {thing} to {q}.|{p}, gave, {thing}, {q}
  There were {number} very big {thing}s on top of the table.|{^number} {thing}s were on the table.|{number}, {thing}, table
  On {day} {p} and {q} went together to see the {spot}.|{p} and {q} went to the {spot}.|{p}, {q}, {spot}
  My good friend {p} has a very small {pet} that is called Bo.|{p} has a {pet} called Bo.|{p}, {pet}, bo
  After the long and cold {weather} {p} was very, very {mood}.|{p} was {mood} after the {weather}.|{p}, {mood}, {weather}
  {p} likes to eat warm {food} more than anything else.|{p} likes {food}.|{p}, likes, {food}
  At {time} in the morning {p} took the {vehicle} to the {spot}.|{p} took the {vehicle} to the {spot}.|{p}, {vehicle}, {spot}
  The {job} next door works from the morning until late at night.|The {job} works until late.|{job}, works
  For a long time {p} could not find the {colour} {thing}.|{p} could not find the {thing}.|{p}, find, {thing}
`);
/** How often each pattern is filled. */
const FILLINGS = 48;

const LONG = PATTERNS.flatMap(([long, short, keep], k) =>
  Array.from({ length: FILLINGS }, (_, i) => {
    const fill = fillingOf(i * 11 + k * 5);
    return {
      long: fill(long!),
      short: fill(short!),
      keep: fill(keep!).toLowerCase().split(', '),
    };
  }),
);
type Long = (typeof LONG)[number];

export const SHORTER_TOPIC: Topic<Long> = {
  task: 'rewrite',
  name: 'shorter',
  items: LONG,
  key: ({ long }) => long,
  wordings: templates(
    `
    Say it shorter: {long}
    Make this shorter: {long}
    Say this in few words: {long}
    {long} Say that in fewer words.
    Shorten this: {long}
    {long} Make that shorter.
    Write this in fewer words: {long}
    Summarise: {long}
    {long} Say it in short.
    Say only what matters: {long}
    In short, please: {long}
    {long} Now say it shorter.
    Write it in a short way: {long}
    {long} Say it in few words.
    Please make it shorter: {long}
    Summarise this in few words: {long}
    `,
    ({ long }) => long,
  ),
  asked: 5,
  answers: ({ short }) => [short],
  check: ({ long, keep }) => ({ kind: 'rewrite', form: 'shorter', keep, original: long }),
};
