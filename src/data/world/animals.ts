/** What is true of animals: food, home, sound, young, legs, covering, skill, size and speed. */
import { relation } from './relation';
import { a, table } from './topic';

/** one | many | food | home | sound | young | legs | covering | can */
const ANIMALS = table(`
  cow      | cows      | grass/hay            | on a farm/field          | moo     | calf     | four  | -        | -
  horse    | horses    | hay/grass/apples     | in a stable/farm/field   | neigh   | foal     | four  | -        | run/gallop/jump
  dog      | dogs      | bones/meat           | in a kennel/house/home   | woof/bark | puppy/pup | four | fur/hair | bark/run
  cat      | cats      | fish/mice/meat       | in a house/home          | meow    | kitten   | four  | fur/hair | purr/climb/jump
  sheep    | sheep     | grass                | in a field/farm/meadow   | baa     | lamb     | four  | wool     | -
  pig      | pigs      | corn/food            | in a sty/farm            | oink    | piglet   | four  | skin     | -
  duck     | ducks     | seeds/bread          | on a pond/lake/water     | quack   | duckling | two   | feathers | swim/fly
  hen      | hens      | corn/seeds/worms     | in a coop/farm           | cluck   | chick    | two   | feathers | lay eggs
  goat     | goats     | grass/leaves         | on a hill/farm/mountain  | -       | kid      | four  | -        | climb/jump
  rabbit   | rabbits   | carrots/grass        | in a burrow/hole         | -       | bunny    | four  | fur/hair | hop/jump/run
  mouse    | mice      | cheese/seeds         | in a hole/house          | squeak  | -        | four  | -        | -
  fish     | fish      | -                    | in the water/sea/river/lake/pond | - | -      | -     | scales   | swim
  bee      | bees      | -                    | in a hive                | buzz    | -        | six   | -        | fly/sting
  bear     | bears     | honey/berries/fish   | in a cave/forest/woods   | growl/roar | cub   | four  | fur/hair | climb
  lion     | lions     | meat                 | in the grass/grassland   | roar    | cub      | four  | -        | -
  wolf     | wolves    | meat/sheep           | in the forest/woods      | howl    | pup/cub  | four  | fur/hair | -
  fox      | foxes     | -                    | in a den/forest/woods    | -       | cub/kit  | four  | -        | -
  frog     | frogs     | flies/bugs           | in a pond/water          | croak   | tadpole  | four  | -        | jump/hop/swim
  owl      | owls      | mice                 | in a tree/forest/woods   | hoot    | -        | two   | feathers | fly
  bird     | birds     | worms/seeds/bugs     | in a nest/tree           | tweet/chirp | chick | two  | feathers | fly/sing
  monkey   | monkeys   | bananas/fruit        | in the jungle/trees      | -       | -        | -     | fur/hair | climb/swing
  elephant | elephants | leaves/grass         | -                        | -       | calf     | four  | skin     | -
  giraffe  | giraffes  | leaves               | -                        | -       | calf     | four  | -        | -
  panda    | pandas    | bamboo               | -                        | -       | cub      | four  | -        | climb
  squirrel | squirrels | nuts                 | in a tree/forest/woods   | -       | -        | four  | fur/hair | climb/jump
  spider   | spiders   | flies/bugs           | in a web                 | -       | -        | eight | -        | make a web/spin
  ant      | ants      | crumbs/sugar         | in a nest/anthill/ground | -       | -        | six   | -        | dig/carry
  camel    | camels    | -                    | in the desert            | -       | calf     | four  | -        | -
  whale    | whales    | fish                 | in the sea/ocean/water   | -       | calf     | -     | -        | swim
  penguin  | penguins  | fish                 | on the ice/snow          | -       | chick    | two   | feathers | swim
  snake    | snakes    | mice                 | in a hole/grass/ground   | hiss    | -        | -     | scales   | -
  crow     | crows     | -                    | -                        | caw     | -        | two   | -        | fly
  swan     | swans     | -                    | on a lake/pond/river/water | -     | cygnet   | two   | -        | -
  kangaroo | kangaroos | grass                | -                        | -       | joey     | -     | fur/hair | jump/hop
  snail    | snails    | leaves               | in a shell/garden        | -       | -        | -     | a shell  | crawl
  turtle   | turtles   | -                    | -                        | -       | -        | four  | a shell  | swim
  parrot   | parrots   | nuts/fruit/seeds     | in the jungle/trees      | -       | -        | two   | feathers | talk/fly
  robin    | robins    | worms                | -                        | -       | -        | two   | -        | sing/fly
  mole     | moles     | worms                | in the ground/earth/tunnel/hole | -  | -       | four  | -        | dig
`);

const column = (number: number) =>
  ANIMALS.map(([one, many, ...cells]) => ({ subject: many!, other: one!, cell: cells[number]! }));

const food = relation(
  'food',
  column(0),
  `
  . {Subject} eat {value}.
  = {Subject} like to eat {value}.
  . {A other} eats {value}.
  . The food of {a other} is {value}.
  . It is {value} that {subject} like to eat.
  . If {a other} is hungry, it eats {value}.
  . Hungry {subject} look for {value} to eat.
  . We give {value} to {subject}.
  . {Value} and water: that is all {a other} needs.
  . For {subject}, the best food is {value}.
  ! {Subject} do not eat {rival}.
  ! {A other} does not eat {rival}.
  x stones|shoes|paper|hats|sand|books
  ~ {p} saw a hungry {other}. {He} gave it {rival}, but it did not eat. Then {he} gave it {value}, and it ate and ate.
  ~ There was a little {other} that wanted to eat. It looked here and there. At last it found {value}. "Yum," said the {other}.
  ~ {p} and {q} went out to feed the {subject}. {q} had a bag with {value} in it. The {subject} came fast, for they love {value}.
  ~ The {other} was sad. It had no food. Then {p} came with {value}, and the {other} was happy again.
  ? What do {subject} eat?
  ? What does {a other} eat?
  ? What do {subject} like to eat?
  ? What is the food of {a other}?
  ? Tell me what {subject} eat.
  ? What can I give {a other} to eat?
  ? My {other} is hungry. What should it eat?
  ? What is good food for {subject}?
  ? Which food do {subject} like?`,
);

const home = relation(
  'home',
  column(1),
  `
  = {Subject} live {value}.
  . {A other} lives {value}.
  . The home of {a other} is {value}.
  . {Noun} is the home of {subject}.
  . {Value} you can find {subject}.
  . You can see {subject} {value}.
  . {Subject} have their home {value}.
  . {A other} is at home {value}.
  . {Value}, {subject} feel at home.
  ! {Subject} do not live {rival}.
  ! {A other} does not live {rival}.
  x in a shoe|on the moon|in a cup|in a hat|in a drum|in an oven
  ~ A little {other} was lost. "I want to go home," it said. {p} took it home. Its home is {value}.
  ~ {p} looked for {a other} all day. It was not {rival}. Then {he} looked {value}, and there it was.
  ~ Night came, and all the animals went home. The {other} went home, too. Its home is {value}.
  ~ {p} wanted to see {a other} at home. {q} took {him} by the hand and said, "They live {value}."
  ? Where do {subject} live?
  ? Where does {a other} live?
  ? Where can I find {a other}?
  ? Tell me where {subject} live.
  ? Where do {subject} have their home?
  ? I want to see {subject}. Where should I look?
  ? Where is {a other} at home?
  ? Where is the home of {a other}?
  ? In what place do {subject} live?`,
);

const sound = relation(
  'sound',
  column(2),
  `
  = {A other} says {value}.
  . {Subject} say {value}.
  . The sound of {a other} is {value}.
  . "{Value}," says the {other}.
  . "{Value}, {value}," say the {subject}.
  . {Value} is the sound of {a other}.
  . When {a other} talks, it says {value}.
  . You can hear the {other} say {value}.
  . All {subject} can say {value}.
  ! {A other} does not say {rival}.
  ! {Subject} do not say {rival}.
  ~ {p} heard a loud sound. "{Value}! {Value}!" It was {a other}.
  ~ The {other} was happy to see {p}. "{Value}," it said. "{Value}," said {p}, too.
  ~ It was dark. "{Value}," came a sound. "That is {a other}," said {q}, and {p} was not afraid.
  ~ All the animals sang a song. When it was time for the {other}, it sang, "{Value}, {value}, {value}!"
  ? What does {a other} say?
  ? What sound do {subject} make?
  ? What noise does {a other} make?
  ? How does {a other} sound?
  ? Tell me the sound of {a other}.
  ? I hear {a other}. What does it say?
  ? What do {subject} say?
  ? Make the sound of {a other}.
  < Which animal says {value}?
  < I hear "{value}". What animal is it?
  < What animal makes the sound {value}?
  < Who says {value}?`,
  'other',
);

const young = relation(
  'young',
  column(3),
  `
  . A baby {other} is {a value}.
  = A baby {other} is called {a value}.
  . We call a baby {other} {a value}.
  . A young {other} is {a value}.
  . {A value} is a baby {other}.
  . The baby of {a other} is {a value}.
  . {A other} was {a value} when it was little.
  . The mother {other} has a little {value}.
  . The name for a little {other} is {value}.
  ! A baby {other} is not {a rival}.
  ! A baby {other} is not called {a rival}.
  ~ The {other} had a baby. It was so small! "Such a nice {value}," said {p}.
  ~ A {value} could not find its mother. It ran and cried. Then a big {other} came. It was the mother of the {value}.
  ~ {p} saw a big {other} and a little one. "The little one is {a value}," said {q}.
  ~ The little {value} ate and slept and played. It grew and grew. Now it is a big {other}.
  ? What is a baby {other} called?
  ? What do we call a baby {other}?
  ? What is the name for a young {other}?
  ? Tell me the word for a baby {other}.
  ? The {other} has a baby. What is it called?
  ? What is the baby of {a other}?
  ? Which word means a little {other}?
  ? What was {a other} when it was little?`,
);

const legs = relation(
  'legs',
  column(4),
  `
  . {A other} has {value} legs.
  = The number of legs of {a other} is {value}.
  . {Subject} have {value} legs.
  . There are {value} legs on {a other}.
  . {A other} walks on {value} legs.
  . On its {value} legs {a other} can walk.
  . The {other} stood on its {value} legs.
  . You can count {value} legs on {a other}.
  . {Value} legs: that is what {a other} has.
  ! {A other} does not have {rival} legs.
  ! {Subject} do not have {rival} legs.
  x three|five|seven|ten
  ~ {p} drew {a other}. First {he} drew the head. Then {he} drew {value} legs, and the {other} was done.
  ~ {p} made {a other} out of sticks. It had {rival} legs, and {q} laughed. So {p} gave it {value} legs.
  ~ The {other} wanted new shoes. It has {value} legs, so it got {value} shoes.
  ? How many legs does {a other} have?
  ? How many legs do {subject} have?
  ? Count the legs of {a other}.
  ? Tell me how many legs {a other} has.
  ? What number of legs does {a other} have?
  ? I draw {a other}. How many legs does it need?
  ? On how many legs does {a other} walk?
  ? What is the number of legs of {a other}?`,
);

const covering = relation(
  'covering',
  column(5),
  `
  = {A other} is covered with {value}.
  . {Subject} are covered with {value}.
  . The body of {a other} is covered with {value}.
  . On the outside, {a other} has {value}.
  . {Subject} wear {value} as a coat.
  . If you touch {a other}, you feel {value}.
  . It is {value} that you see on the body of {a other}.
  . The coat of {a other} is made of {value}.
  ! {A other} is not covered with {rival}.
  ! {Subject} are not covered with {rival}.
  x grass|paper|glass|snow|leaves
  ~ {p} put a hand on the {other}. It did not feel like {rival}. It felt like {value}.
  ~ It was a cold day. The {other} had no coat and no hat, but it had {value} all over.
  ~ {p} made a toy {other}. To cover it, {he} needed {value}.
  ? What is {a other} covered with?
  ? What covers the body of {a other}?
  ? What do {subject} have on the outside?
  ? What are {subject} covered with?
  ? I touch {a other}. What do I feel?
  ? Tell me what {a other} is covered with.
  ? What does {a other} wear on its body?
  ? What is on the body of {a other}?`,
);

const skill = relation(
  'can',
  column(6),
  `
  = {A other} can {value}.
  . {Subject} can {value}.
  . {Subject} {value} very well.
  . {A other} knows how to {value}.
  . It is easy for {a other} to {value}.
  . {Subject} love to {value}.
  . All day long, {subject} {value}.
  . If you are {a other}, you can {value}.
  ! {A other} can not {rival}.
  ! {Subject} can not {rival}.
  x read|write|cook|drive a car|paint
  ~ {p} said to the {other}, "You can not {rival}." "No," said the {other}, "but I can {value}."
  ~ The animals had a show. The {other} came last. "I can {value}," it said, and all were happy to see it.
  ~ A little {other} was afraid to try. "You are {a other}, so you can {value}," said its mother. It tried, and it could!
  ? What can {a other} do?
  ? What can {subject} do?
  ? What do {subject} do well?
  ? Tell me what {a other} can do.
  ? What does {a other} know how to do?
  ? What is easy for {a other} to do?
  ? Say one thing that {subject} can do.
  ? What do {subject} love to do?`,
);

/** more | less */
const BIGGER = table(`
  horse|dog
  elephant|cow
  cow|cat
  dog|mouse
  whale|duck
  bear|rabbit
  house|car
  tree|flower
  sheep|hen
  bus|bike
  swan|robin
  frog|ant
  goat|snail
  lion|fox
`);
const FASTER = table(`
  horse|pig
  rabbit|turtle
  dog|snail
  car|bike
  plane|ship
  lion|cow
  train|boat
  fox|frog
  bird|worm
  cat|hen
`);
/** The two in one order and the other, so that the first is not always the answer. */
const compared = (rows: string[][]) =>
  rows.map(([more, less], i) => ({
    subject: (i % 2 ? [more!, less!] : [less!, more!]).map(a).join(' or '),
    other: less!,
    cell: more!,
  }));
const comparison = (word: string, most: string, short: string, scene: string) =>
  relation(
    word,
    compared(word === 'bigger' ? BIGGER : FASTER),
    `
  . {A value} is ${word} than {a other}.
  . {A other} is not ${word} than {a value}.
  = With {subject}, the ${word} one is {a value}.
  . {A other} is ${short} than {a value}.
  . Side by side with {a other}, {a value} is ${word}.
  . The ${word} one is not {a other} but {a value}.
  . If you see {a value} and {a other}, the ${word} one is the {value}.
  ~ ${scene}
  ~ {p} saw {a value} and {a other}. "The {value} is ${word}," said {p}. "The {other} is ${short}," said {q}.
  ~ {p} had {a other} in a picture, and {q} had {a value}. {p} said, "Yours is ${word}, for {a value} is ${word} than {a other}."
  ? Which is ${word}, {subject}?
  ? What is ${word}: {subject}?
  ? Tell me which is ${word}, {subject}.
  ? Is {subject} ${word}?
  ? Which one is the ${most}, {subject}?
  ? {Subject}: which of the two is ${word}?
  ? Of {subject}, which is ${word}?
  ? I see {a value} and {a other}. Which one is ${word}?`,
  );

export const ANIMAL_RELATIONS = [
  food,
  home,
  sound,
  young,
  legs,
  covering,
  skill,
  comparison(
    'bigger',
    'big one',
    'smaller',
    'The {other} hid behind the {value}. Nobody could see it, because {a value} is bigger than {a other}.',
  ),
  comparison(
    'faster',
    'fast one',
    'slower',
    'The {other} and the {value} had a race. The {value} was home first, for {a value} is faster than {a other}.',
  ),
];
