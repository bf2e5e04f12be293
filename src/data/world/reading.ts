/** Questions on a passage that holds the answer. */
import { fillingOf } from './fillers';
import { table, templates, type Topic } from './topic';

export { UNKNOWN_TOPIC } from './unknown';

interface Passage {
  passage: string;
  question: string;
  answer: string;
  accepted: string[];
}

/** passage | question | answer | words of which an answer must have one; gaps as in fillers.ts */
const PATTERNS = table(`
  {p} put the {thing} in the {box}.|Where is the {thing}?|The {thing} is in the {box}.|{box}
  {p} gave the {thing} to {q}.|Who has the {thing} now?|{q} has the {thing} now.|{q}
  {p} saw {a colour} {pet} in the garden.|What colour was the {pet}?|The {pet} was {colour}.|{colour}
  {p} bought {number} {thing}s.|How many {thing}s did {p} buy?|{p} bought {number} {thing}s.|{number}
  {p} went to the {spot} by {vehicle}.|How did {p} get there?|{p} went there by {vehicle}.|{vehicle}
  {p} and {q} met in the {room}.|Where did they meet?|They met in the {room}.|{room}
  {p} was {mood} because of the {weather}.|How did {p} feel?|{p} was {mood}.|{mood}
  {p} stayed inside because of the {weather}.|Why did {p} stay inside?|It was because of the {weather}.|{weather}
  {p} ate {food} and drank {drink}.|What did {p} drink?|{p} drank {drink}.|{drink}
  {p} likes {food}, but {q} likes {food2}.|What does {q} like?|{q} likes {food2}.|{food2}
  {p} has {a colour} {thing} and {a colour2} {thing2}.|What colour is the {thing2}?|The {thing2} is {colour2}.|{colour2}
  The {pet} of {p} sleeps in the {room}.|Where does the {pet} sleep?|It sleeps in the {room}.|{room}
  On {day} {p} went to the {spot}.|Where did {p} go?|{p} went to the {spot}.|{spot}
  {p} comes home on {day}.|When does {p} come home?|{p} comes home on {day}.|{day}
  The bus to the {spot} leaves at {time}.|When does the bus leave?|The bus leaves at {time}.|{time}
  {p} lost the {thing}, and {q} found it.|Who found the {thing}?|{q} found the {thing}.|{q}
  {p} lost the {thing}, and {q} found it.|Who lost the {thing}?|{p} lost the {thing}.|{p}
  {p} wants to be a {job} one day.|What does {p} want to be?|{p} wants to be a {job}.|{job}
  The {job} gave {p} {a fruit}.|Who gave {p} the {fruit}?|The {job} gave it to {p}.|{job}
  {p} made {food} for {q}.|What did {p} make?|{p} made {food} for {q}.|{food}
  {p} played {game} with {q} all day.|What did they play?|They played {game}.|{game}
  {p} has {number} hens and one {pet}.|How many hens does {p} have?|{p} has {number} hens.|{number}
  {p} heard the {pet} behind the {room}.|What did {p} hear?|{p} heard the {pet}.|{pet}
  First {p} fed the {pet}. Then {p} read a book.|What did {p} do first?|First {p} fed the {pet}.|fed
  {p} drank {drink} and then went to bed.|What did {p} do last?|{p} went to bed.|bed
  The {thing} fell, and {p} picked it up.|What fell?|The {thing} fell.|{thing}
  {p} is {number} years old today.|How old is {p}?|{p} is {number} years old.|{number}
  The {colour} {thing} is for {p}.|Who is the {colour} {thing} for?|It is for {p}.|{p}
  {p} has a letter from {q}.|Who is the letter from?|It is from {q}.|{q}
  {p} went up the hill, and {q} stayed below.|Who stayed below?|{q} stayed below.|{q}
  The {pet} ran from the {room} to the {spot}.|Where did the {pet} run to?|It ran to the {spot}.|{spot}
  There was a storm, so {p} went home by {vehicle}.|Why did {p} go home?|There was a storm.|storm
  {p} can not swim, but {q} can.|Who can swim?|{q} can swim.|{q}
  {p} painted the {room} {colour}.|What colour is the {room} now?|The {room} is {colour}.|{colour}
  It was dark, so {p} took a lamp to the {room}.|What did {p} take?|{p} took a lamp.|lamp
  {p} had a {fruit2} cake on {day}.|What cake did {p} have?|It was a {fruit2} cake.|{fruit2}
  {p} sold {number} cups of {drink}.|What did {p} sell?|{p} sold {drink}.|{drink}
  The {pet} is hungry, and the {pet2} is asleep.|Which animal is hungry?|The {pet} is hungry.|{pet}
  {p} hid the {thing} under the bed.|What is under the bed?|The {thing} is under the bed.|{thing}
  {p} lives near the {spot} with {q}.|Who lives with {p}?|{q} lives with {p}.|{q}
  {p} broke the {thing} and said sorry to {q}.|What did {p} break?|{p} broke the {thing}.|{thing}
  {q} won the race, and {p} was second.|Who won the race?|{q} won the race.|{q}
  {p} swept the {room} with {q} on {day}.|When did they sweep the {room}?|They did it on {day}.|{day}
  {p} got {a fruit} from the {job}.|What did {p} get?|{p} got {a fruit}.|{fruit}
  The {thing} on the table is {colour}.|What colour is the {thing}?|It is {colour}.|{colour}
  {p} came at {time}, and {q} came late.|When did {p} come?|{p} came at {time}.|{time}
  {p} called the {pet} Bo.|What is the name of the {pet}?|Its name is Bo.|bo
  Only {p} saw the fox near the {room}.|What did {p} see?|{p} saw the fox.|fox
`);

/** How often each pattern is filled. */
const FILLINGS = 36;

const PASSAGES: Passage[] = PATTERNS.flatMap(([passage, question, answer, accepted], k) =>
  Array.from({ length: FILLINGS }, (_, i): Passage => {
    const fill = fillingOf(i * 7 + k * 5);
    return {
      passage: fill(passage!),
      question: fill(question!),
      answer: fill(answer!),
      accepted: [fill(accepted!).toLowerCase()],
    };
  }),
);

export const GROUNDED_TOPIC: Topic<Passage> = {
  task: 'grounded',
  name: 'grounded',
  items: PASSAGES,
  key: ({ passage, question }) => `${passage} ${question}`,
  wordings: templates(
    `
    Read: {passage} Question: {question}
    {passage} {question}
    Read this: {passage} Now answer: {question}
    {question} Read: {passage}
    Text: {passage} Question: {question}
    I read this: {passage} Tell me: {_question}
    {passage} Now tell me: {_question}
    Listen: {passage} {question}
    Here is a text. {passage} {question}
    Answer from the text. {passage} {question}
    {passage} Question: {question}
    {question} The text says: {passage}
    Story: {passage} {question}
    Here is what I read: {passage} {question}
    Read the text: {passage} Then answer: {_question}
    {passage} Please answer: {_question}
    `,
    ({ passage, question }, name) => (name === 'passage' ? passage : question),
  ),
  asked: 5,
  answers: ({ answer }) => [answer],
  check: ({ passage, accepted }) => ({ kind: 'grounded', accepted, passage }),
};
