/** What can be listed: kinds of things with enough members to ask for four. */
import { table, words } from './topic';
import { KINDS } from './words';

const MORE = table(`
  flowers|rose tulip daisy lily violet poppy
  trees|oak pine birch maple willow palm apple
  rooms of a house|kitchen bedroom bathroom hall attic cellar
  tools|hammer saw axe spade rake drill broom
  things that fly|bird bee plane kite butterfly bat owl
  things that swim|fish duck frog whale swan boat penguin
  things that are red|apple rose tomato cherry strawberry blood
  things that are green|grass leaf frog pea cucumber tree
  things that are round|ball coin wheel plate sun button
  things that are hot|fire sun oven tea soup
  things that are cold|snow ice winter frost water
  things you can read|book letter newspaper map card story
  things to write with|pen pencil chalk crayon brush
  things at school|teacher book desk chair pen board
  things at the beach|sand sea shell bucket towel crab
  things in a kitchen|pot pan spoon knife fork oven bowl
  things to ride|horse bike bus train boat sled
  sweet things|cake honey sugar chocolate jam candy
  jobs|baker farmer doctor teacher painter singer driver cook
  games|chess tag football cards hopscotch tennis
  members of a family|mother father sister brother aunt uncle grandma
  months|January February March April May June July August
  seasons|spring summer autumn winter
  shapes|circle square triangle star heart line
  things that make music|drum flute piano violin bell trumpet guitar
  kinds of weather|rain snow wind fog sun storm
  animals with four legs|dog cat cow horse pig sheep goat
  pets|dog cat rabbit hamster goldfish mouse
  wild animals|lion bear wolf fox tiger elephant
  insects|bee ant fly wasp beetle butterfly
  sea animals|fish whale crab shark seal dolphin
  things made of wood|table chair door boat pencil bench
  things with wheels|car bike bus train cart truck
  feelings|happy sad angry afraid proud tired
  parts of a tree|leaf root branch trunk twig
  warm clothes|coat hat scarf gloves socks boots
  things to eat at breakfast|bread egg cheese milk jam honey
  things in a garden|tree flower grass bench bush pond
  places in a town|school shop park church library market
  ways to say hello|hello hi wave smile nod
  kind words|please thanks sorry welcome hello
  baby animals|puppy kitten lamb calf foal chick
`).map(([kind, members]) => [kind!, words(members!)] as const);

/** Kind to its members; each is one word. */
export const LISTED: Record<string, string[]> = { ...KINDS, ...Object.fromEntries(MORE) };
