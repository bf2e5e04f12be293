/** The tables of facts. A cell `in the water/sea` is a value, and words that an answer may have instead. */
import { table } from './topic';

/** one | many | food | home | sound | young | legs */
export const ANIMALS = table(`
  cow      | cows      | grass/hay                | on a farm/field          | moo     | calf     | four
  horse    | horses    | hay/grass/apples         | in a stable/farm/field   | neigh   | foal     | four
  dog      | dogs      | bones/meat               | in a kennel/house/home   | woof    | puppy/pup | four
  cat      | cats      | fish/mice/meat           | in a house/home          | meow    | kitten   | four
  sheep    | sheep     | grass                    | in a field/farm/meadow   | baa     | lamb     | four
  pig      | pigs      | corn/food                | in a sty/farm            | oink    | piglet   | four
  duck     | ducks     | seeds/bread              | on a pond/lake/water     | quack   | duckling | two
  hen      | hens      | corn/seeds/worms         | in a coop/farm           | cluck   | chick    | two
  goat     | goats     | grass/leaves             | on a hill/farm/mountain  | -       | kid      | four
  rabbit   | rabbits   | carrots/grass            | in a burrow/hole         | -       | bunny    | four
  mouse    | mice      | cheese/seeds             | in a hole/house          | squeak  | -        | four
  fish     | fish      | -                        | in the water/sea/river/lake/pond | - | -      | -
  bee      | bees      | -                        | in a hive                | buzz    | -        | six
  bear     | bears     | honey/berries/fish       | in a cave/forest/woods   | growl/roar | cub   | four
  lion     | lions     | meat                     | in the grass/grassland   | roar    | cub      | four
  wolf     | wolves    | meat/sheep               | in the forest/woods      | howl    | pup/cub  | four
  fox      | foxes     | -                        | in a den/forest/woods    | -       | cub/kit  | four
  frog     | frogs     | flies/bugs               | in a pond/water          | croak   | tadpole  | four
  owl      | owls      | mice                     | in a tree/forest/woods   | hoot    | -        | two
  bird     | birds     | worms/seeds/bugs         | in a nest/tree           | tweet/chirp | chick | two
  monkey   | monkeys   | bananas/fruit            | in the jungle/trees      | -       | -        | -
  elephant | elephants | leaves/grass             | -                        | -       | calf     | four
  giraffe  | giraffes  | leaves                   | -                        | -       | calf     | four
  panda    | pandas    | bamboo                   | -                        | -       | cub      | four
  squirrel | squirrels | nuts                     | in a tree/forest/woods   | -       | -        | four
  spider   | spiders   | flies/bugs               | in a web                 | -       | -        | eight
  ant      | ants      | crumbs/sugar             | in a nest/anthill/ground | -       | -        | six
  camel    | camels    | -                        | in the desert            | -       | -        | four
  whale    | whales    | -                        | in the sea/ocean/water   | -       | calf     | -
  penguin  | penguins  | fish                     | on the ice/snow          | -       | chick    | two
  snake    | snakes    | mice                     | -                        | hiss    | -        | -
  crow     | crows     | -                        | -                        | caw     | -        | two
  swan     | swans     | -                        | on a lake/pond/river/water | -     | cygnet   | two
  kangaroo | kangaroos | grass                    | -                        | -       | joey     | -
`);

/** thing | colour */
export const COLOUR_OF = table(`
  the sky|blue
  grass|green
  snow|white
  the sun|yellow
  a lemon|yellow
  a banana|yellow
  a strawberry|red
  blood|red
  a tomato|red
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
  a cloud|white/grey
  an elephant|grey/gray
  a mouse|grey/gray/brown
  chocolate|brown
  a pig|pink
  the sea|blue
  a fire truck|red
`);

/** word | opposite */
export const OPPOSITES = table(`
  big|small/little/tiny
  hot|cold
  up|down
  day|night
  happy|sad/unhappy
  fast|slow
  open|closed/shut
  wet|dry
  old|young/new
  good|bad
  long|short
  hard|soft/easy
  full|empty
  clean|dirty
  near|far
  high|low
  dark|light/bright
  loud|quiet
  left|right
  early|late
  first|last
  rich|poor
  strong|weak
  thick|thin
`);

/** deed | with what or where */
export const USES = table(`
  sleep|in a bed
  cut paper|with scissors
  sweep the floor|with a broom
  eat soup|with a spoon
  write|with a pen/pencil
  brush our teeth|with a toothbrush/brush
  open a lock|with a key
  see in the dark|with a lamp/light/torch
  dig a hole|with a spade/shovel
  tell the time|with a clock/watch
  hear|with our ears/ear
  see|with our eyes/eye
  smell|with our nose
  cook|in a pot/kitchen/pan
  borrow books|from a library
  swim|in the water/pool/lake/sea
`);

/** who | what they do */
export const WORK = table(`
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
`);

export const NUMBERS = [
  'one',
  'two',
  'three',
  'four',
  'five',
  'six',
  'seven',
  'eight',
  'nine',
  'ten',
];
export const DAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
