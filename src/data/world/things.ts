/** What is true of things: colour, taste, shape, feel, what they are made of, where they are kept, their kind. */
import { pairs, relation } from './relation';
import { table } from './topic';

/** thing | colour */
const COLOUR_OF = table(`
  the sky|blue
  grass|green
  snow|white
  the sun|yellow
  a lemon|yellow
  a banana|yellow
  a strawberry|red
  blood|red
  a tomato|red
  a cherry|red
  a carrot|orange
  a pumpkin|orange
  a frog|green
  a leaf|green
  a pea|green
  coal|black
  the night|black/dark
  a crow|black
  milk|white
  a swan|white
  a cloud|white/grey/gray
  an elephant|grey/gray
  a mouse|grey/gray/brown
  chocolate|brown
  mud|brown
  a pig|pink
  the sea|blue
  a fire truck|red
  corn|yellow
`);
const colour = relation(
  'colour',
  pairs(COLOUR_OF),
  `
  . {Subject} is {value}.
  = The colour of {subject} is {value}.
  . {Value} is the colour of {subject}.
  . {Value}: that is the colour of {subject}.
  . {Subject} has the colour {value}.
  . To paint {subject}, we need {value} paint.
  . In the picture, {subject} was {value}.
  . {Subject} looks {value}.
  . When you think of {subject}, you think of {value}.
  ! {Subject} is not {rival}.
  ! The colour of {subject} is not {rival}.
  x blue|pink|purple|red
  ~ {p} wanted to paint {subject}. {He} had no {rival} paint, but that was fine. {He} took {value}, for that is the colour of {subject}.
  ~ {q} painted {subject} in {rival}, and {p} laughed. "That is wrong," {he} said. "The right colour is {value}."
  ~ The children made a picture. {p} said, "I will do {subject}, so I need {value}."
  ~ {p} had a new box of paints. First {he} took {value} and painted {subject} with it.
  ? What colour is {subject}?
  ? Which colour is {subject}?
  ? Tell me the colour of {subject}.
  ? What is the colour of {subject}?
  ? {Subject} has what colour?
  ? I want to paint {subject}. Which colour do I need?
  ? What colour does {subject} have?
  ? In what colour should I paint {subject}?
  ? Say which colour {subject} is.`,
);

const taste = relation(
  'taste',
  pairs(
    table(`
  sugar|sweet
  honey|sweet
  a cake|sweet
  a lemon|sour
  salt|salty
  sea water|salty
  chocolate|sweet
  candy|sweet
  vinegar|sour
  pepper|hot/spicy
`),
  ),
  `
  . {Subject} tastes {value}.
  = The taste of {subject} is {value}.
  . {Subject} has a {value} taste.
  . {Value} is how {subject} tastes.
  . If you eat {subject}, it tastes {value}.
  . {Subject} is {value} in the mouth.
  . A {value} taste comes from {subject}.
  ! {Subject} does not taste {rival}.
  ~ {p} put {subject} in {his} mouth. It was very {value}!
  ~ "I want to eat {subject}," said {p}. "It tastes {value}," said {his} mother.
  ~ {p} closed {his} eyes, and {q} gave {him} something to eat. It was {value}. It was {subject}.
  ? How does {subject} taste?
  ? What is the taste of {subject}?
  ? Tell me how {subject} tastes.
  ? What taste does {subject} have?
  ? I eat {subject}. How does it taste?
  ? Which taste does {subject} have?
  ? If I put {subject} in my mouth, what will it taste like?
  ? How is the taste of {subject}?`,
);

const shape = relation(
  'shape',
  pairs(
    table(`
  a ball|round
  a wheel|round
  the full moon|round
  a coin|round
  an orange|round
  a box|square
  a window|square
  a plate|round
  a ring|round
  a ruler|straight/long
  a banana|curved/bent
  a snake|long
`),
  ),
  `
  . {Subject} is {value}.
  = The shape of {subject} is {value}.
  . {Subject} has a {value} shape.
  . A {value} thing is {subject}.
  . You can draw {subject}: it is {value}.
  . {Subject} looks {value}.
  . The form of {subject} is {value}.
  ! {Subject} has no {rival} shape.
  x square|flat|pointed
  ~ {p} drew a {value} thing. "I know it," said {q}. "It is {subject}."
  ~ {p} felt something {value} in the bag. It was {subject}.
  ~ {q} wanted {p} to draw {subject}. {p} drew a thing that was {value}.
  ? What shape is {subject}?
  ? What is the shape of {subject}?
  ? Tell me the shape of {subject}.
  ? Which shape does {subject} have?
  ? I draw {subject}. What shape should it be?
  ? How is {subject} shaped?
  ? What form does {subject} have?
  ? Say what shape {subject} has.`,
);

const feel = relation(
  'feel',
  pairs(
    table(`
  fire|hot
  ice|cold
  snow|cold
  a stone|hard
  a pillow|soft/warm
  wool|soft/warm
  water|wet
  the sun|hot/warm
  soup|hot/warm
  rain|wet/cold
  sand|dry/warm
  a feather|soft/light
  a rock|hard/heavy
  a knife|sharp
  a bed|soft/warm
  a needle|sharp
`),
  ),
  `
  = {Subject} feels {value}.
  . If you touch {subject}, it is {value}.
  . {Subject} is {value} when you touch it.
  . {Subject} is a thing that feels {value}.
  . When you put a hand on {subject}, it feels {value}.
  . {Value} is how {subject} feels.
  . A thing that feels {value} is {subject}.
  ~ {p} put a hand on {subject}. It felt very {value}.
  ~ {p} closed {his} eyes and felt something {value}. It was {subject}.
  ~ {p} did not see that it was {subject}. But it felt {value}, and so {he} knew.
  ? How does {subject} feel?
  ? What does {subject} feel like?
  ? I touch {subject}. How does it feel?
  ? Tell me how {subject} feels.
  ? When I touch {subject}, what will I feel?
  ? Say how {subject} feels.
  ? How is {subject} when I touch it?
  ? What will I feel if I put my hand on {subject}?`,
);

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
  ? Which kind of thing is {subject}?`,
);

export const THING_RELATIONS = [colour, taste, shape, feel, material, kept, kind];
