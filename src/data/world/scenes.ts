/**
 * Frames that a fact of any relation can be told in: what somebody says about it, and little scenes that end
 * with it. `{sentence}` is the fact as a sentence, `{clause}` the same without capital and full stop, to
 * stand after "that", `{spoken}` the same with a comma for what was said. The last ones of each list are
 * held out.
 */
const lines = (text: string): string[] =>
  text
    .trim()
    .split('\n')
    .map((line) => line.trim());

/** How many of each of these lists are held out. */
export const HELD_OUT_FRAMES = 2;

export const SAYINGS = lines(`
  {p} told {his} mother that {clause}.
  {p} told {q} that {clause}.
  {p} knows that {clause}.
  Everyone knows that {clause}.
  The teacher said that {clause}.
  "{spoken}," said {p}.
  {sentence} {p} learned that at school.
  It is true that {clause}.
  {p} read in a book that {clause}.
  Grandma told us that {clause}.
  "I know something," said {p}. "{sentence}"
  {p} was right. {sentence}
  {q} did not know it, but {p} did. {sentence}
  Father said to {p}, "{sentence}"
  {p} and {q} both know that {clause}.
  Every child can tell you that {clause}.
  The old man smiled and said, "{sentence}"
  We all know that {clause}.
  Today {p} learned that {clause}.
  "Yes," said {p}, "{clause}."
  {p} thought for a while. Then {he} said that {clause}.
  {sentence} That is true.
  {sentence} Even a little child knows that.
  {p} heard from {his} father that {clause}.
  {p} wrote to {q} that {clause}.
  In the book it says that {clause}.
  {p} will never forget that {clause}.
  Grandpa is old and knows many things. He knows that {clause}.
`);

export const SCENES = lines(`
  One day {p} sat with {his} grandma. They talked about many things. "{spoken}," said Grandma. {p} was happy to know it.
  {p} and {q} played at school. {q} said something silly, and all the children laughed. "No," said {p}, "{clause}." Then {q} laughed, too.
  It was a rainy day. {p} stayed inside and read a book. On the first page it said that {clause}.
  {p} could not sleep. {His} father sat down on the bed and told {him} a story. At the end of it {p} learned that {clause}.
  {p} and {q} walked to the park. On the way {q} said, "{sentence}" "I know that," said {p}, and they ran on.
  The teacher had a big book. All the children sat down. Then she read to them. "{sentence}" {p} liked that.
  {p} was new in the village. {q} took {him} by the hand and told {him} many things. The first thing was that {clause}.
  Once there was a wise old owl. All the animals came to hear it. "{spoken}," said the owl, and they went home happy.
  {p} wanted to know more about the world. So {he} went to see {his} uncle. {His} uncle told {him} that {clause}.
  "You are wrong," said {p}. "No, I am right," said {q}. So they went to the teacher. She said that {q} was right: {clause}.
  It was {p}'s turn in the game. {He} thought and thought. At last {he} smiled. "{spoken}," {he} said. "Right!" cried {q}.
  A little bird came to {p}'s window. It sang a song. In the song it said that {clause}.
  {p} found an old book under the bed. {He} opened it and began to read. "{sentence}" {p} read it to {q}, too.
  The sun was out. {p} and {q} sat under a tree and ate an apple. "{spoken}," said {q}. "That is true," said {p}.
  {p} was a small child with big ears. {He} heard all that was said. Today {he} heard that {clause}.
  Mother made soup, and {p} helped her. They talked as they worked. Mother said that {clause}. {p} did not forget it.
  {p} came home from school and ran to {his} mother. "I know something new," {he} said. "{sentence}" {His} mother was happy.
  A boy and a girl went down the road. They sang a song that they had made. It went like this: "{sentence}"
  {q} was sick and had to stay in bed. {p} came to see {q} and told all that {he} had learned. "{sentence}" {q} felt better.
  The moon was up. {p} looked at it and thought of the day. It was a good day, for now {he} knew that {clause}.
`);

/** A wrong value is denied (`{denial}`, `{denied}` as a clause), and the right one told. */
export const DENIALS = lines(`
  {denial} {sentence}
  {sentence} {denial}
  "{denial} {sentence}" said {p}.
  {p} told {q} that {denied}. {sentence}
  {q} was wrong. {denial} {sentence}
  It is not true what {q} said. {denial} {p} knows that {clause}.
  "No, no," said {p} and laughed. "{denial} {sentence}"
`);

/** Two facts of one relation, about two subjects. */
export const PAIRS = lines(`
  {sentence} {second}
  {Clause}, but {clause2}.
  {Clause}, and {clause2}.
  {p} said that {clause}. {q} said that {clause2}.
  {p} knows two things. {sentence} {second}
  It is true that {clause} and that {clause2}.
  {p} learned that {clause}, but {clause2}.
`);

/** Two or three facts about one subject. */
export const TOGETHER = lines(`
  {sentence} {second}
  {sentence} {second} {third}
  {p} told {q} that {clause} and that {clause2}.
  {p} knows this: {clause}, and {clause2}.
  {p} drew a picture and told {his} mother about it. "{sentence} {second} {third}"
  In the book we read that {clause}. {second} {third}
`);
