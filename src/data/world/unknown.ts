/** Questions that nobody can answer. */
import { at, FRAMES, table, type Topic } from './topic';
import { PEOPLE } from './words';

/** question | what is not known; {p} is the person */
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
  What is the secret of {p}?|the secret of {p}
  Who will {p} marry one day?|who {p} will marry
  What did {p} wish for?|what {p} wished for
  How many steps did {p} take today?|how many steps {p} took
  What did {p} draw in the sand?|what {p} drew
  Who sent a card to {p}?|who sent it
  What is the cat of {p} called?|what it is called
  What will {p} say tomorrow?|what {p} will say
  Which tooth did {p} lose first?|which one {p} lost
  What does {p} hide under the bed?|what {p} hides there
  Why did {p} cry on the bus?|why {p} cried
  What was in the letter to {p}?|what was in it
  How long did {p} sleep in June?|how long {p} slept
  Where will {p} live when {p} is old?|where {p} will live
  What did the teacher tell {p}?|what the teacher said
  Which book did {p} read last?|which book {p} read
  What is {p} going to cook on Sunday?|what {p} will cook
  Who does {p} miss the most?|who {p} misses
`).map(([question, unknown]) => ({ question: question!, unknown: unknown! }));

/** Of how many people each is asked. */
const PERSONS = 14;

const UNKNOWNS = UNTOLD.flatMap(({ question, unknown }, k) =>
  Array.from({ length: PERSONS }, (_, i) => {
    const person = at(PEOPLE, i * 11 + k * 3);
    const named = (text: string) => text.replaceAll('{p}', person);
    return { question: named(question), unknown: named(unknown) };
  }),
);
type Unknown = (typeof UNKNOWNS)[number];

const asked = ({ question }: Unknown) => question;
const framed = (frame: (question: string) => string) => (item: Unknown) => frame(asked(item));

export const UNKNOWN_TOPIC: Topic<Unknown> = {
  task: 'unknown',
  name: 'unknown',
  items: UNKNOWNS,
  key: ({ question }) => question,
  wordings: {
    train: [asked, ...FRAMES.train.map(framed)],
    'held-out': FRAMES['held-out'].map(framed),
  },
  asked: 6,
  // Each says what is not known: a bare "I do not know that." fits every question, and PPO ends up saying little else.
  answers: ({ unknown }) => [
    `I do not know ${unknown}.`,
    `I do not know ${unknown}. Nobody told me.`,
  ],
  check: () => ({ kind: 'unknown' }),
};
