/** Who lives in the village and has what: true in the built-in world alone. */
import { relation } from './relation';
import { table } from './topic';

/** who | thing | its colour | home | favourite food | pet | name of the pet | friend */
export const VILLAGE = table(`
  Tom   | ball  | red    | by the river  | cake    | dog    | Rex   | Lily
  Lily  | hat   | blue   | near the mill | soup    | cat    | Snow  | Tom
  Max   | kite  | green  | on the hill   | bread   | fish   | Dot   | Amina
  Amina | boat  | yellow | by the sea    | rice    | bird   | Sky   | Max
  Sam   | bike  | white  | near the shop | eggs    | rabbit | Hop   | Mei
  Mei   | drum  | black  | by the wood   | plums   | duck   | Bill  | Sam
  Ben   | coat  | brown  | by the well   | pie     | horse  | Star  | Kofi
  Kofi  | cup   | pink   | near the bridge | corn  | goat   | Bim   | Ben
  Mia   | bag   | orange | by the lake   | cheese  | mouse  | Nib   | Ravi
  Ravi  | book  | grey   | near the school | beans | hen    | Pip   | Mia
  Anna  | lamp  | green  | near the church | jam   | cat    | Tig   | Omar
  Omar  | flute | blue   | near the tower | dates  | dog    | Bo    | Anna
  Leo   | ball  | yellow | on the hill   | pears   | pig    | Rosy  | Yuki
  Yuki  | hat   | red    | by the sea    | fish    | bird   | Kiki  | Leo
  Nora  | kite  | white  | by the lake   | apples  | horse  | Wind  | Diego
  Diego | boat  | brown  | by the river  | beans   | rabbit | Bun   | Nora
  Ada   | bike  | black  | near the mill | cherries | fish  | Gill  | Ivan
  Ivan  | drum  | orange | by the wood   | soup    | turtle | Mo    | Ada
  Zara  | coat  | red    | near the tower | grapes | duck   | Puddle | Pedro
  Pedro | cup   | green  | by the well   | corn    | dog    | Spot  | Zara
`).map(([name, ...cells]) => ({ name: name!, cells: cells as string[] }));

const column = (number: number, other = -1) =>
  VILLAGE.map(({ name, cells }) => ({
    subject: name,
    other: other < 0 ? '' : cells[other]!,
    cell: cells[number]!,
  }));

const belongingColour = relation(
  'village-colour',
  column(1, 0),
  `
  . {Subject} has {a value} {other}.
  = The {other} of {subject} is {value}.
  . {Subject} has a {other}, and it is {value}.
  . The {value} {other} belongs to {subject}.
  . {Value} is the colour of the {other} of {subject}.
  . {Subject} plays with {a value} {other}.
  . The colour of {subject}'s {other} is {value}.
  . {Subject} is the one with the {value} {other}.
  ! The {other} of {subject} is not {rival}.
  x purple|gold|silver
  ~ {p} found {a value} {other} by the road. "That is the {other} of {subject}," said {q}, and they took it back.
  ~ {Subject} could not find the {other}. "It is {value}," said {subject}. {p} looked for something {value}, and there it was.
  ~ At the fair {p} saw many things in {value}. One was the {other} of {subject}.
  ? What colour is the {other} of {subject}?
  ? {Subject} has a {other}. What colour is it?
  ? Which colour is {subject}'s {other}?
  ? Tell me the colour of {subject}'s {other}.
  ? What is the colour of the {other} of {subject}?
  ? I look for the {other} of {subject}. What colour is it?
  ? In which colour is the {other} of {subject}?
  ? Say the colour of {subject}'s {other}.
  ? Tell me what colour the {other} of {subject} is.
  ? Which colour is the {other} of {subject}?
  ? What colour is {subject}'s {other}?
  ? {Subject} lost a {other}. Which colour is it?
  ? Which colour does {subject}'s {other} have?
  ? Which colour does the {other} of {subject} have?
  ? What colour does {subject}'s {other} have?
  < Who has the {value} {other}?
  < I found a {value} {other}. Whose is it?
  < To whom does the {value} {other} belong?
  < Whose is the {value} {other}?
  < Tell me who has the {value} {other}.
  < I see a {value} {other}. Whose is it?
  < Which child has the {value} {other}?
  < Who is the one with the {value} {other}?`,
);
const belonging = relation(
  'village-thing',
  column(0, 1),
  `
  = {Subject} has {a other} {value}.
  . The {other} {value} belongs to {subject}.
  . {Subject} plays with {a other} {value}.
  . {Subject} has a {value}, and it is {other}.
  . The {value} of {subject} is very nice. It is {other}.
  . {Subject} loves the {other} {value}.
  . {Subject} is the one with the {other} {value}.
  ! {Subject} does not have a {rival}.
  x car|train|doll|ship|piano
  ~ {Subject} came to play. {p} saw that {subject} had something {other}. It was the {other} {value}.
  ~ It was time to show what we have. {p} had a {rival}. {Subject} had {a other} {value}.
  ~ {p} gave {subject} a new box. The {other} {value} of {subject} went into it.
  ? What does {subject} have?
  ? Which thing does {subject} have?
  ? Tell me what {subject} has.
  ? What belongs to {subject}?
  ? What thing of {subject} is {other}?
  ? Which toy or thing is the one of {subject}?
  ? {Subject} has something {other}. What is it?
  ? What thing does {subject} have?
  ? What is the thing that {subject} has?
  ? Which thing belongs to {subject}?
  ? Tell me what belongs to {subject}.
  ? {Subject} has something. What is it?
  ? What thing belongs to {subject}?
  ? Say what {subject} has.`,
);
const lives = relation(
  'village-home',
  column(2),
  `
  = {Subject} lives {value}.
  . The house of {subject} is {value}.
  . {Value} there is the house of {subject}.
  . {Subject} has a little house {value}.
  . {Subject} is at home {value}.
  . If you go to {subject}, you go to a house {value}.
  . The home of {subject} is {value}.
  ! {Subject} does not live {rival}.
  x on the moon|in a cave|in a tree|in a tent
  ~ {p} took a letter to {subject}. {He} went to the house {value}, for {subject} lives there.
  ~ It was late when {subject} went home. {q} came along to the house {value}.
  ~ {p} saw a light {value}. It was in the house of {subject}.
  ? Where does {subject} live?
  ? Where is the house of {subject}?
  ? Tell me where {subject} lives.
  ? Where is {subject} at home?
  ? I have a letter for {subject}. Where is the house?
  ? Where is the home of {subject}?
  ? Where should I go to see the house of {subject}?
  ? Where can I find {subject}?
  ? Where do we find {subject} at home?
  ? Say where {subject} lives.
  ? Where should I look for {subject}?
  ? I want to see {subject} at home. Where should I go?
  ? In which place does {subject} live?
  ? Tell me where the house of {subject} is.
  ? In what place does {subject} live?`,
);
const favourite = relation(
  'village-food',
  column(3),
  `
  = {Subject} loves to eat {value}.
  . {Subject} likes {value} best.
  . The food that {subject} loves is {value}.
  . {Value}: that is what {subject} likes to eat.
  . {Subject} always wants to eat {value}.
  . For {subject} there is no better food than {value}.
  . The favourite food of {subject} is {value}.
  ! {Subject} does not love {rival}.
  x mud|salt|paper|ice
  ~ It was the birthday of {subject}. {p} made some {value}. "You know what I love!" said {subject}.
  ~ {Subject} was sad and did not want to eat. Then {q} came with {value}, and {subject} ate it all.
  ~ There were many good things on the table. {Subject} took {value}, as always.
  ? What is the favourite food of {subject}?
  ? What does {subject} like to eat?
  ? What food does {subject} love?
  ? Tell me what {subject} likes to eat.
  ? What should I cook for {subject}?
  ? {Subject} is hungry. What does {subject} want to eat?
  ? Which food does {subject} like best?
  ? What does {subject} love to eat?
  ? Which food does {subject} love?
  ? What food does {subject} like best?
  ? Tell me what {subject} loves to eat.
  ? Say what {subject} likes to eat.
  ? {Subject} comes to eat. What should I cook?
  ? What is the best food for {subject}?
  ? What does {subject} eat with joy?`,
);
const pet = relation(
  'village-pet',
  column(4),
  `
  = {Subject} has a pet, and it is {a value}.
  . The pet of {subject} is {a value}.
  . {Subject} has {a value} as a pet.
  . {A value} lives with {subject}.
  . {Subject} takes good care of {a value}.
  . {Subject} loves the {value} at home.
  . The animal of {subject} is {a value}.
  ! The pet of {subject} is not {a rival}.
  x lion|wolf|whale|snake|camel
  ~ {p} came to see {subject}. There was an animal in the house. It was {a value}.
  ~ {Subject} came to school with a pet. The children said, "Such a nice {value}!"
  ~ The pet of {subject} ran away. {p} saw {a value} by the road and took it back.
  ? What pet does {subject} have?
  ? What animal is the pet of {subject}?
  ? Which pet does {subject} have?
  ? Tell me which animal {subject} has.
  ? What kind of pet lives with {subject}?
  ? {Subject} has a pet. Which animal is it?
  ? What animal does {subject} have at home?
  ? Say which pet {subject} has.
  ? Tell me which pet {subject} has.
  ? What animal does {subject} have?
  ? Which animal does {subject} have?
  ? Which animal is the pet of {subject}?
  ? What kind of animal lives with {subject}?
  ? {Subject} has a pet. What animal is it?
  ? Which animal lives in the house of {subject}?`,
);
const petName = relation(
  'village-pet-name',
  column(5, 4),
  `
  = The {other} of {subject} is called {value}.
  . {Subject} has {a other} called {value}.
  . {Subject} calls the {other} {value}.
  . {Value} is the {other} of {subject}.
  . {Value} lives with {subject}.
  . "Come here, {value}," says {subject} to the {other}.
  . The name of {subject}'s {other} is {value}.
  ! The {other} of {subject} is not called {rival}.
  x Bob|Fred|Jim
  ~ {p} saw {a other} run by. "{Value}! {Value}!" called {subject}. The {other} came back.
  ~ {Subject} had a new {other} and looked for a good name. At last {subject} called it {value}.
  ~ {q} wanted to play with the {other} of {subject}. "Come, {value}," said {q}.
  ? What is the name of {subject}'s {other}?
  ? What is the {other} of {subject} called?
  ? How does {subject} call the {other}?
  ? Tell me the name of the {other} of {subject}.
  ? {Subject} has {a other}. What is its name?
  ? What name does the {other} of {subject} have?
  ? Which name did {subject} give the {other}?
  ? Say the name of {subject}'s {other}.
  ? Tell me the name of {subject}'s {other}.
  ? What is the name of the {other} of {subject}?
  ? Do you know the name of {subject}'s {other}?
  ? Which name does the {other} of {subject} have?
  ? What name did {subject} give the {other}?
  ? What does {subject} call the {other}?
  ? What do we call the {other} of {subject}?
  < Whose {other} is {value}?
  < Who has {a other} called {value}?
  < To whom does {value} belong?
  < Tell me who has {a other} called {value}.
  < Who has a {other} with the name {value}?
  < To whom does the {other} {value} belong?
  < Whose {other} is called {value}?
  < Who calls a {other} {value}?`,
);
const friend = relation(
  'village-friend',
  column(6),
  `
  = The best friend of {subject} is {value}.
  . {Subject} plays with {value} all day.
  . {Subject} and {value} are best friends.
  . {Value} is the best friend of {subject}.
  . {Subject} likes {value} best of all.
  . {Subject} has a good friend called {value}.
  . {Value} and {subject} always help each other.
  ~ {Subject} was all alone. Then there was a knock at the door. It was {value}, the best friend of {subject}.
  ~ {p} saw {subject} in the park with a friend. It was {value}.
  ~ "I will tell it only to my best friend," said {subject}, and went to {value}.
  ? Who is the best friend of {subject}?
  ? Who is the friend of {subject}?
  ? With whom does {subject} play?
  ? Tell me who {subject}'s best friend is.
  ? Who plays with {subject}?
  ? What is the name of {subject}'s friend?
  ? Who likes to play with {subject}?
  ? Who is {subject}'s best friend?
  ? Who is {subject}'s friend?
  ? Say who the best friend of {subject} is.
  ? Tell me who plays with {subject}.
  ? Tell me who the friend of {subject} is.
  ? What is the name of the friend of {subject}?
  ? {Subject} has a best friend. Who is it?
  ? Whom does {subject} like best?`,
);

export const VILLAGE_RELATIONS = [
  belongingColour,
  belonging,
  lives,
  favourite,
  pet,
  petName,
  friend,
];
