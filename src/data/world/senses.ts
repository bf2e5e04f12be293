/** What we see, taste and feel of things: colour, taste, shape, feel. */
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
  ? Tell me what colour {subject} is.
  ? Tell me which colour {subject} has.
  ? Say the colour of {subject}.
  ? Which colour does {subject} have?
  ? I draw {subject}. What colour should it be?
  ? Name the colour of {subject}.
  ? I want to draw {subject}. What colour do I need?
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
  ? What does {subject} taste like?
  ? Tell me the taste of {subject}.
  ? Say how {subject} tastes.
  ? Say what {subject} tastes like.
  ? How would {subject} taste?
  ? If I eat {subject}, how does it taste?
  ? I put {subject} in my mouth. How does it taste?
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
  ? Tell me what shape {subject} has.
  ? Tell me which shape {subject} is.
  ? What shape does {subject} have?
  ? Which shape is {subject}?
  ? Say the shape of {subject}.
  ? I want to draw {subject}. What shape do I need?
  ? Name the shape of {subject}.
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
  ? How would {subject} feel?
  ? If I touch {subject}, how does it feel?
  ? Tell me what {subject} feels like.
  ? Say what {subject} feels like.
  ? I put my hand on {subject}. How does it feel?
  ? What is it like to touch {subject}?
  ? How does it feel to touch {subject}?
  ? What will I feel if I put my hand on {subject}?`,
);

export const SENSE_RELATIONS = [colour, taste, shape, feel];
