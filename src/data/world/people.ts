/** What is true of people everywhere: work, tools, clothes, the body, and what the seasons bring. */
import { pairs, relation } from './relation';
import { table } from './topic';

const work = relation(
  'work',
  pairs(
    table(`
  baker|bakes bread
  farmer|grows food/corn
  doctor|helps sick people/sick
  teacher|teaches children
  fisher|catches fish
  painter|paints pictures
  singer|sings songs
  driver|drives a bus/car
  gardener|grows flowers/plants
  cook|makes soup/food/meals
  tailor|makes clothes
  builder|builds houses
  dancer|dances/dance
  pilot|flies a plane
  sailor|sails a ship/boat
  writer|writes books/stories
  shepherd|looks after sheep
  dentist|looks after teeth
  vet|helps sick animals/pets
  barber|cuts hair
  king|rules a land/country
  clown|makes us laugh
  miller|makes flour
  shoemaker|makes shoes
`),
  ),
  `
  = {A subject} {value}.
  . The {subject} {value}.
  . Someone who {value} is {a subject}.
  . The work of {a subject}: {a subject} {value}.
  . {A subject} is one who {value}.
  . Every day the {subject} {value}.
  . If someone {value}, it is {a subject}.
  . A good {subject} {value} well.
  ! It is not {a rival} who {value}. It is {a subject}.
  x cat|baby|bird|dog
  ~ {p} went to see the {subject}. The {subject} was at work. "{A subject} {value}," said {q}.
  ~ "One day I will be {a subject}," said {p}. {His} mother smiled. "{A subject} {value}," she said.
  ~ There was a woman who loved her work. She {value}. She was {a subject}.
  ? What does {a subject} do?
  ? What is the work of {a subject}?
  ? Tell me what {a subject} does.
  ? What is the job of {a subject}?
  ? I want to be {a subject}. What will I do?
  ? What does {a subject} do all day?
  ? What do we need {a subject} for?
  ? What is it that {a subject} does?
  ? Say what {a subject} does.
  ? What work does {a subject} do?
  ? What does {a subject} do at work?
  ? I meet {a subject}. What is the work of this person?
  ? What job does {a subject} have?
  ? My uncle is {a subject}. What does he do?
  ? My aunt is {a subject}. What does she do?
  < Who {value}?
  < Which person {value}?
  < What do we call someone who {value}?
  < Who is it that {value}?
  < What is the name for someone who {value}?
  < Say who {value}.
  < What do you call a person who {value}?
  < Tell me who {value}.`,
);

const workplace = relation(
  'workplace',
  pairs(
    table(`
  baker|in a bakery/shop
  farmer|on a farm/field
  doctor|in a hospital
  teacher|in a school/classroom
  fisher|on a boat/sea/lake
  gardener|in a garden/park
  cook|in a kitchen/restaurant
  miller|in a mill
  sailor|on a ship/boat/sea
  king|in a castle/palace
  nurse|in a hospital
  pilot|in a plane/air
  clown|in a circus
`),
  ),
  `
  = {A subject} works {value}.
  . The {subject} works {value}.
  . The work of {a subject} is {value}.
  . {Value} you can meet {a subject}.
  . If you go to work {value}, you may be {a subject}.
  . The {subject} spends all day {value}.
  . {Noun} is the place of {a subject}.
  ! {A subject} does not work {rival}.
  x on the moon|in a shoe|in a bed|in a bus
  ~ {p} wanted to see {a subject} at work. So {he} looked {value}, and there the {subject} was.
  ~ "Come with me to work," said the {subject}. And so {p} played all day {value}.
  ~ The {subject} got up early and went to work. It was time to be {value}.
  ? Where does {a subject} work?
  ? Where can I meet {a subject}?
  ? Tell me where {a subject} works.
  ? Where is the work of {a subject}?
  ? I look for {a subject}. Where should I go?
  ? In what place does {a subject} work?
  ? Where do we find {a subject} at work?
  ? Where is {a subject} at work?
  ? Where can I find {a subject}?
  ? Where do we find {a subject}?
  ? Say where {a subject} works.
  ? In which place does {a subject} work?
  ? I want to meet {a subject}. Where should I go?
  ? Where should I look for {a subject}?
  ? What is the place of work of {a subject}?`,
);

const use = relation(
  'use',
  pairs(
    table(`
  sleep|in a bed
  cut paper|with scissors
  cut bread|with a knife
  sweep the floor|with a broom
  eat soup|with a spoon
  write|with a pen/pencil
  paint|with a brush/paint
  brush our teeth|with a toothbrush/brush
  open a lock|with a key
  see in the dark|with a lamp/light/torch
  dig a hole|with a spade/shovel
  tell the time|with a clock/watch
  hear|with our ears/ear
  see|with our eyes/eye
  smell|with our nose
  bite|with our teeth/mouth
  walk|with our feet/legs
  clap|with our hands
  cook|in a pot/kitchen/pan
  borrow books|from a library
  swim|in the water/pool/lake/sea
  catch fish|with a net/hook/rod
  sew|with a needle/thread
  hit a nail|with a hammer
  wash our hands|with soap/water
  drink tea|from a cup
  dry our hair|with a towel
  comb our hair|with a comb/brush
  carry water|with a bucket/pail
  buy bread|in a shop/bakery
`),
  ),
  `
  = We {subject} {value}.
  . {Value} we can {subject}.
  . All of us {subject} {value}.
  . We can {subject} {value}.
  . When we {subject}, we do it {value}.
  . It is {value} that we {subject}.
  . If you see us {subject}, we do it {value}.
  . If we want to {subject}, we do it {value}.
  ! We do not {subject} {rival}.
  x with a cake|with a cloud|with an egg|with a flower
  ~ "Now we {subject}," said {p}. {q} wanted to do it {rival}, but that was no good. "We do it {value}," said {p}.
  ~ "We want to {subject}," said the children. "We do that {value}," said their mother, and so they did.
  ~ "Today we learn to {subject}," said the mother bear to her children. "We do it {value}."
  ? {Asks} do we {subject}{tail}?
  ? {Asks} can we {subject}{tail}?
  ? Tell me {asks} we {subject}{tail}.
  ? We want to {subject}. {Asks} can we do that{tail}?
  ? {Asks} should we {subject}{tail}?
  ? When we {subject}, {asks} do we do it{tail}?
  ? If we want to {subject}, {asks} do we do it{tail}?
  ? {Asks} would you {subject}{tail}?
  ? {Asks} do people {subject}{tail}?
  ? Say {asks} we {subject}{tail}.
  ? I want to {subject}. {Asks} can I do that{tail}?
  ? {Asks} can I {subject}{tail}?
  ? {Asks} should I {subject}{tail}?
  ? I need to {subject}. {Asks} do I do it{tail}?
  ? {Asks} will we {subject}{tail}?`,
);

/** when or where | what we wear */
const wear = relation(
  'wear',
  pairs(
    table(`
  on our head|a hat/cap
  on our feet|shoes/socks/boots
  on our hands|gloves/mittens
  in the rain|a coat/raincoat/boots
  in the snow|boots/gloves/coat/hat/scarf
  in bed|pajamas/nightshirt
  in the cold wind|a scarf/coat/hat
  on our legs|trousers/pants
  on a finger|a ring
  under our shoes|socks
`),
  ),
  `
  = {Subject} we wear {value}.
  . We wear {value} {subject}.
  . People put on {value} to wear {subject}.
  . The right thing to wear {subject}: {value}.
  . It is good to have {value} {subject}.
  . All the children wear {value} {subject}.
  . If you need something to wear {subject}, take {value}.
  ! We do not wear {rival} {subject}.
  x a cup|a book|a plate|a cake
  ~ {p} had nothing to wear {subject}. {His} mother gave {him} {value}.
  ~ "I made something for you to wear {subject}," said Grandma. {p} opened the box and found {value}.
  ~ {q} laughed, for {p} did not know what we wear {subject}. Then {p} put on {value}.
  ? What do we wear {subject}?
  ? What should I wear {subject}?
  ? What do people wear {subject}?
  ? Tell me what to wear {subject}.
  ? I need something to wear {subject}. What is it?
  ? What can I put on to wear {subject}?
  ? What do children wear {subject}?
  ? What is good to wear {subject}?
  ? What will I wear {subject}?
  ? What can I wear {subject}?
  ? Say what to wear {subject}.
  ? What would you wear {subject}?
  ? What should we wear {subject}?
  ? What do we need to wear {subject}?
  ? Which clothes do we wear {subject}?`,
);

const when = relation(
  'when',
  pairs(
    table(`
  snow falls|in winter/December/January
  the days are hot|in summer/July/August
  leaves fall|in autumn/fall/October
  new flowers come up|in spring/April/May
  stars shine|at night
  the sun comes up|in the morning
  the sun goes down|in the evening/night
  we sleep|at night
  we eat breakfast|in the morning
  the moon shines|at night
  owls fly|at night
  birds build nests|in spring
  apples are ripe|in autumn/fall
  bears sleep long|in winter
  the new year begins|in January/winter
  we eat lunch|at noon/midday
`),
  ),
  `
  = {Subject} {value}.
  . {Value} {subject}.
  . It is {value} that {subject}.
  . It is always {value} that {subject}.
  . Every year it is so: {subject} {value}.
  . As always, {subject} {value}.
  ~ {p} had to wait a long time. But it is {value} that {subject}, and so it was.
  ~ "I love it when {subject}," said {p}. "That is {value}," said {q}.
  ~ {p} learned a song. It went, "{Subject} {value}, {value}, {value}."
  ? When is it that {subject}?
  ? Tell me when {subject}.
  ? At what time is it that {subject}?
  ? When do we see that {subject}?
  ? I love it when {subject}. When is that?
  ? What is the time when {subject}?
  ? Do you know when {subject}?
  ? At what time do we see that {subject}?
  ? What is the right time for this: {subject}?
  ? When does it happen that {subject}?
  ? Tell me at what time {subject}.
  ? I want to know when {subject}. When is it?
  ? In what part of the day or year is it that {subject}?
  ? When will I see that {subject}?
  ? Say when {subject}.`,
);

export const PEOPLE_RELATIONS = [work, workplace, use, wear, when];
