/** Questions on a passage, which holds the answer, and questions that nobody can answer. */
import { NUMBERS } from './tables';
import { a, at, lowered, table, words, type Topic } from './topic';
import { COLOURS, PEOPLE, PETS } from './words';

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

// ── What nobody can know ─────────────────────────────────────────────────────────────────────────

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
