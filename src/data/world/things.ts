/** What things are made of, where they are kept, and of which kind they are. */
import { pairs, relation } from './relation';
import { table } from './topic';

const material = relation(
  'made-of',
  pairs(
    table(`
  a window|glass
  a book|paper
  bread|flour
  a table|wood
  butter|milk
  cheese|milk
  a snowman|snow
  a nest|sticks/grass
  a coin|metal/gold/silver
  a tree house|wood
  a kite|paper/cloth
  a shirt|cloth/cotton
  a bottle|glass
  a key|metal/iron
  a sweater|wool
  a wall|stones/bricks/stone
  a pencil|wood
  a cloud|water/rain
  toast|bread
  jam|fruit/berries
  a sandcastle|sand
  a shoe|leather
  a knife|metal
`),
  ),
  `
  = {Subject} is made of {value}.
  . We make {subject} out of {value}.
  . To make {subject}, we need {value}.
  . From {value} we make {subject}.
  . With {value} you can make {subject}.
  . It is {value} that {subject} is made of.
  . {Subject} comes from {value}.
  . There is {value} in {subject}.
  ! {Subject} is not made of {rival}.
  x hair|fire|soap|gum
  ~ {p} wanted to make {subject}. {q} gave {him} {rival}, but that was no good. Then {he} got {value}, and all went well.
  ~ "I have some {value}," said {p}. "Good," said {q}. "Now we can make {subject}."
  ~ Once a man had much {value}. He worked all day, and at night he had {subject}.
  ? What is {subject} made of?
  ? Of what do we make {subject}?
  ? What do we need to make {subject}?
  ? Tell me what {subject} is made of.
  ? I want to make {subject}. What do I need?
  ? What can I make {subject} out of?
  ? From what is {subject} made?
  ? Say what {subject} is made of.
  ? What do people make {subject} from?
  ? From what do we make {subject}?
  ? What is {subject} made from?
  ? Tell me what we make {subject} from.
  ? Out of what do we make {subject}?
  ? Which thing do I need to make {subject}?
  ? What does {subject} come from?`,
);

const kept = relation(
  'kept',
  pairs(
    table(`
  milk|in the fridge/kitchen
  a car|in a garage
  money|in a bank/purse/wallet
  books|on a shelf/library
  flowers|in a vase/pot/garden
  clothes|in a closet/wardrobe
  tea|in a cup/pot
  soup|in a bowl/pot
  toys|in a box/chest
  a picture|on the wall
  a boat|in the water/lake/sea/harbour
  a plane|in the sky/air
  a letter|in the mail/mailbox/post
  a baby|in a cradle/crib/bed
  a pillow|on the bed
  stars|in the sky
  apples|on a tree/basket
  a king|in a castle/palace
`),
  ).map(({ subject, cell }) => ({
    subject,
    cell,
    other: /^a /.test(subject) || /^(milk|money|tea|soup)$/.test(subject) ? 'is' : 'are',
  })),
  `
  = The place of {subject} is {value}.
  . {Value} there {other} {subject}.
  . You can find {subject} {value}.
  . {Subject} {other} {value}.
  . The right place for {subject} is {value}.
  . If you look {value}, you see {subject}.
  . {Noun} is the place for {subject}.
  ! The place of {subject} is not {rival}.
  x in a shoe|under the bed|in the oven|on the roof
  ~ {p} looked for {subject} here and there. At last {he} looked {value}, and there {he} had luck.
  ~ {q} put {subject} {rival}. "No," said {p}. "The place of {subject} is {value}."
  ~ "I know where to look for {subject}," said {p}. {He} was right: the place is {value}.
  ? Where {other} {subject}?
  ? Where do we find {subject}?
  ? Where can I see {subject}?
  ? What is the place of {subject}?
  ? Tell me where {subject} {other}.
  ? I look for {subject}. Where should I go?
  ? Where should I look for {subject}?
  ? Where can I find {subject}?
  ? Where do I look for {subject}?
  ? Say where {subject} {other}.
  ? I want to find {subject}. Where should I look?
  ? In what place do we find {subject}?
  ? Where would you look for {subject}?
  ? Tell me where we find {subject}.
  ? What is the right place for {subject}?`,
);

/** kind: members */
const KIND_OF = table(`
  fruit   | apple, banana, pear, plum, cherry, peach, orange, grape
  vegetable | carrot, potato, onion
  toy     | doll, ball, kite
  bird    | hen, duck, owl, crow, swan, parrot, robin, penguin
  insect/bug  | bee, ant
  animal  | cow, horse, lion, fox
  flower  | rose, tulip
  drink   | juice, milk, tea
  tool    | hammer, saw, spade
  colour/color | red, blue
  day     | Monday, Sunday
  season  | summer, winter
  month   | May
`);
const BARE = new Set(['drink', 'colour', 'day', 'season', 'month']);
const kind = relation(
  'kind',
  KIND_OF.flatMap(([cell, members]) =>
    members!.split(', ').map((member) => ({
      subject: BARE.has(cell!.split('/')[0]!)
        ? member
        : /^[aeiou]/.test(member)
          ? `an ${member}`
          : `a ${member}`,
      other: member,
      cell: cell!,
    })),
  ),
  `
  . {Subject} is {a value}.
  = {Subject} is a kind of {value}.
  . One {value} that we know is {subject}.
  . We call {subject} {a value}.
  . {A value} can be {subject}.
  . {Subject} is one {value} of many.
  . The word "{other}" is the name of {a value}.
  ! {Subject} is not {a rival}.
  x house|song|game|hat|stone
  ~ The children played a game with words. {q} said, "{Subject}." "That is {a value}," said {p}, and {he} was right.
  ~ {p} had to name {a value}. {He} said, "{Subject}." All the children clapped.
  ~ {p} looked at a book with {q}. On one page they read that {subject} is {a value}.
  ? What is {subject}?
  ? What kind of thing is {subject}?
  ? {Subject} is a kind of what?
  ? Tell me what {subject} is.
  ? What sort of thing is {subject}?
  ? What do we call {subject}: a kind of what?
  ? To what kind does {subject} belong?
  ? Say what {subject} is.
  ? Say what kind of thing {subject} is.
  ? Tell me what kind of thing {subject} is.
  ? Which sort of thing is {subject}?
  ? I see {subject}. What kind of thing is it?
  ? What is it that we call {subject}?
  ? What do you call {subject}: a kind of what?
  ? Which kind of thing is {subject}?`,
);

export const THING_RELATIONS = [material, kept, kind];
