/**
 * How facts are asked for: every relation in its own wordings and in frames, and from its other side where that can
 * be asked. Apart from the facts, since who only looks a fact up need not split some hundred wordings first.
 */
import { heldOutKey, RELATIONS } from './facts';
import { fillFact, type Fact } from './relation';
import { framed, splitTemplates, wordings, type Topic } from './topic';

/** In how many frames each fact is asked, beside its plain wordings. */
const FRAMED = 4;
/** What may stand in a frame: one question. */
const isQuestion = (ask: string) =>
  /^(\{?[Aa]sks|What|Which|Where|How|Who|When)[^.:]*\?$/.test(ask);

/** A relation asked from one side: in its own wordings, and in frames. */
function topics(
  name: string,
  facts: Fact[],
  asks: readonly string[],
  acceptedOf: (fact: Fact) => string[],
): Topic<Fact>[] {
  const topic: Omit<Topic<Fact>, 'name' | 'wordings'> = {
    task: 'answer',
    items: facts,
    key: heldOutKey,
    answers: ({ statement }) => [statement],
    check: (fact) => ({ kind: 'answer', accepted: acceptedOf(fact) }),
  };
  const ways = splitTemplates(asks);
  const plain = wordings<Fact>(ways, fillFact);
  const inFrames = framed(
    wordings<Fact>(
      { train: ways.train.filter(isQuestion), 'held-out': ways['held-out'].filter(isQuestion) },
      fillFact,
    ),
  );
  return [
    { ...topic, name, wordings: plain },
    { ...topic, name: `${name}-framed`, wordings: inFrames, asked: FRAMED },
  ];
}

/** Topics of each relation, and of the other side where it is asked from there, too. */
export const ANSWER_TOPICS: Topic<Fact>[] = RELATIONS.flatMap(
  ({ name, facts, asks, asksBack, named }) => [
    ...topics(name, facts, asks, ({ accepted }) => accepted),
    ...(asksBack.length === 0
      ? []
      : topics(`${name}-back`, facts, asksBack, (fact) => [fact[named].toLowerCase()])),
  ],
);
