/** What is true of the bodies of animals: young, legs, covering, and what they can do. */
import { column } from './animals';
import { relation } from './relation';

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
  ? What would you call a baby {other}?
  ? What is the young of {a other} called?
  ? Which name does a baby {other} have?
  ? What is a little {other} called?
  ? Say the word for a baby {other}.
  ? What is the right word for a young {other}?
  ? I see a little {other}. What is it called?
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
  ? What is the number of legs that {a other} has?
  ? How many legs are there on {a other}?
  ? Say how many legs {a other} has.
  ? I see {a other}. How many legs does it have?
  ? What number of legs do {subject} have?
  ? On how many legs do {subject} walk?
  ? Tell me the number of legs of {a other}.
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
  ? What covers {a other}?
  ? What is on the outside of {a other}?
  ? Tell me what covers {a other}.
  ? What do {subject} have on their body?
  ? What is the body of {a other} covered with?
  ? With what are {subject} covered?
  ? Say what {a other} is covered with.
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
  ? Tell me what {subject} can do.
  ? What is {a other} able to do?
  ? Name one thing that {a other} can do.
  ? What do {subject} know how to do?
  ? What is easy for {subject}?
  ? Say what {a other} can do.
  ? What can I see {a other} do?
  ? What do {subject} love to do?`,
);

export const BODY_RELATIONS = [young, legs, covering, skill];
