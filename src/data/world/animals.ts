/** What is true of animals: food, home and sound. */
import { relation } from './relation';
import { table } from './topic';

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

/** Rows of one column of the table. */
export const column = (number: number) =>
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
  ? What food does {a other} need?
  ? Which food is right for {a other}?
  ? I have {a other}. What should I feed it?
  ? What do {subject} have for dinner?
  ? What is the best food for {a other}?
  ? Say what {subject} eat.
  ? Name the food of {subject}.
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
  ? Where do we find {subject}?
  ? Where is the home of {subject}?
  ? Where should I look for {a other}?
  ? What is the home of {a other}?
  ? Where would {a other} live?
  ? Say where {subject} live.
  ? In what place does {a other} live?
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
  ? What does {a other} sound like?
  ? Which sound does {a other} make?
  ? What noise do {subject} make?
  ? Say what {a other} says.
  ? What is the sound of {a other}?
  ? What can I hear {a other} say?
  ? Tell me what {a other} says.
  ? Make the sound of {a other}.
  < Which animal says {value}?
  < I hear "{value}". What animal is it?
  < What animal makes the sound {value}?
  < Tell me which animal says {value}.
  < Which animal makes the sound {value}?
  < What animal says {value}?
  < What animal goes "{value}"?
  < Who says {value}?`,
  'other',
);

export const ANIMAL_RELATIONS = [food, home, sound];
