/** What is true of words: opposites and plurals. */
import { pairs, relation } from './relation';
import { table } from './topic';

const opposite = relation(
  'opposite',
  pairs(
    table(`
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
  black|white
  yes|no
  in|out
  boy|girl
  sweet|sour/bitter
  heavy|light
  tall|short
  love|hate
  come|go
  win|lose
  laugh|cry
  push|pull
  mother|father
  king|queen
`),
  ),
  `
  = The opposite of {subject} is {value}.
  . {Value} is the opposite of {subject}.
  . {Subject} and {value} are opposites.
  . The word {subject} has an opposite: {value}.
  . {Subject} is the opposite word of {value}.
  . One says {subject} and the other says {value}: they say opposites.
  . From {subject} to {value} is from one end to the other.
  ! The opposite of {subject} is not {rival}.
  ~ {p} and {q} played a game of opposites. {p} said, "{Subject}." {q} said, "{Value}." That was right.
  ~ "I say {subject}," said {p}. "Then I say {value}, for that is the opposite," said {q}.
  ~ There were two brothers. One always said {subject}, and so the other said {value}. They were opposites.
  ? What is the opposite of {subject}?
  ? Tell me the opposite of {subject}.
  ? Which word is the opposite of {subject}?
  ? If it is not {subject}, what is it?
  ? I say {subject}. What is the opposite?
  ? What word means the opposite of {subject}?
  ? Say the opposite of {subject}.
  ? Can you tell me the opposite of {subject}?
  ? Which word means the opposite of {subject}?
  ? What do we call the opposite of {subject}?
  ? What word is the opposite of {subject}?
  ? Name the opposite of {subject}.
  ? I need the opposite of {subject}. What is it?
  ? {Subject} has which opposite?`,
);

const plural = relation(
  'plural',
  pairs(
    table(`
  mouse|mice
  foot|feet
  tooth|teeth
  child|children
  man|men
  woman|women
  goose|geese
  leaf|leaves
  baby|babies
  wolf|wolves
  box|boxes
  knife|knives
  fox|foxes
  berry|berries
  dish|dishes
  story|stories
  bus|buses
  sheep|sheep
`),
  ),
  `
  . One {subject}, two {value}.
  = If there is one {subject} more, we say two {value}.
  . Here is one {subject}, and there are two {value}.
  . Many {value} are more than one {subject}.
  . The word for more than one {subject} is {value}.
  . One is {a subject}, and three are {value}.
  . There was one {subject}, and then there were many {value}.
  ~ {p} saw one {subject}. Then {he} saw one more. Now there were two {value}.
  ~ In the picture there was one {subject}. {q} drew two more. "Now I see three {value}," said {p}.
  ~ First there was only one {subject}. More and more came, and so there were many {value}.
  ? What is the word for two of {a subject}?
  ? One {subject}, two what?
  ? What do we call more than one {subject}?
  ? Tell me the word for many of {a subject}.
  ? I have one {subject}. With one more, I have two what?
  ? What is the plural of {subject}?
  ? How do you say more than one {subject}?
  ? What do you call two of {a subject}?
  ? Say the word for more than one {subject}.
  ? What is the word for more than one {subject}?
  ? I see one {subject} and one more. What do I see?
  ? What do we say for two of {a subject}?
  ? Which word means more than one {subject}?
  ? What comes here: one {subject}, many what?`,
);

export const WORD_RELATIONS = [opposite, plural];
