/** What has an order: numbers, sums, days, months, seasons. */
import { relation } from './relation';
import { DAYS, MONTHS, NUMBERS, SEASONS } from './tables';
import { words } from './topic';

const MORE_NUMBERS = [...NUMBERS, ...words('eleven twelve')];

/** Every name with the one after it. */
const nextOf = (names: readonly string[], around: boolean) =>
  names
    .map((subject, i) => ({ subject, cell: names[i + 1] ?? (around ? names[0]! : '') }))
    .filter(({ cell }) => cell !== '');
const backwards = (names: readonly string[]) => [...names].reverse();

const numberAfter = relation(
  'number-after',
  nextOf(MORE_NUMBERS, false),
  `
  = After {subject} comes {value}.
  . {Value} comes after {subject}.
  . First you say {subject}, then you say {value}.
  . One more than {subject} is {value}.
  . The number after {subject} is {value}.
  . {Subject} and one more make {value}.
  . When we count, {value} is next after {subject}.
  ! After {subject} does not come {rival}.
  x twenty|zero
  ~ {p} had {subject} stones. {q} gave {him} one more. Now {p} had {value}.
  ~ {p} learned to count. "{Subject}, {value}," {he} said, and {his} father was happy.
  ~ The children counted the steps. After {subject}, all of them cried, "{Value}!"
  ? What number comes after {subject}?
  ? Which number is next after {subject}?
  ? I count to {subject}. What number is next?
  ? What is one more than {subject}?
  ? Tell me the number after {subject}.
  ? I have {subject} stones and get one more. How many do I have?
  ? When I count, what comes next after {subject}?
  ? What comes after {subject}?
  ? What comes next after {subject}?
  ? Which number follows {subject}?
  ? What number follows {subject}?
  ? Name the number after {subject}.
  ? Which number is one more than {subject}?
  ? If I add one to {subject}, what do I have?
  ? Say the number that follows {subject}.`,
);
const numberBefore = relation(
  'number-before',
  nextOf(backwards(MORE_NUMBERS), false),
  `
  = Before {subject} comes {value}.
  . {Value} comes before {subject}.
  . One less than {subject} is {value}.
  . The number before {subject} is {value}.
  . If you take one from {subject}, you have {value}.
  . Just before {subject} we say {value}.
  . {Subject} is more than {value} by one.
  ~ {p} had {subject} plums. {He} ate one. Now {he} had {value}.
  ~ {p} counted back. After {subject} {he} said {value}, for that is one less.
  ~ There were {subject} birds in a tree. One went away. So {value} were left.
  ? What number comes before {subject}?
  ? Which number is just before {subject}?
  ? What is one less than {subject}?
  ? Tell me the number before {subject}.
  ? I have {subject} plums and eat one. How many are left?
  ? I count back from {subject}. What is next?
  ? If I take one from {subject}, what do I have?
  ? What comes before {subject}?
  ? What comes just before {subject}?
  ? Which number comes before {subject}?
  ? Name the number before {subject}.
  ? Which number is one less than {subject}?
  ? What number is just before {subject}?
  ? Say what comes before {subject}.
  ? Say the number that is before {subject}.`,
);

const SUMS = NUMBERS.slice(0, 6).flatMap((x, i) =>
  NUMBERS.slice(1, 5).flatMap((y, k) =>
    k + 1 <= i && i + k + 3 <= 10 ? [{ subject: `${x} and ${y}`, cell: NUMBERS[i + k + 2]! }] : [],
  ),
);
const sum = relation(
  'sum',
  SUMS,
  `
  = {Subject} make {value}.
  . {Subject} is {value}.
  . {Value} is {subject}.
  . {Value} is what you get from {subject}.
  . If you put {subject} together, you have {value}.
  . We count {subject}: that makes {value}.
  . {Subject} are {value} in all.
  ! {Subject} do not make {rival}.
  x twenty|eleven|zero
  ~ {p} put {subject} nuts on the table. {q} counted them all. There were {value}.
  ~ In the bag there were {subject} plums. "That makes {value}," said {p}.
  ~ The teacher said, "{Subject}." {p} was the first to know that it makes {value}.
  ? What is {subject}?
  ? How many are {subject}?
  ? What do {subject} make?
  ? Tell me what {subject} is.
  ? Put {subject} together. What do you get?
  ? Count {subject} nuts. How many are there?
  ? If I add {subject}, what is it?
  ? What do we get from {subject}?
  ? How much is {subject}?
  ? What is it when I add {subject}?
  ? Add {subject}. What do you get?
  ? Say what {subject} make.
  ? What is the sum of {subject}?
  ? How many do {subject} make?
  ? What number is {subject}?`,
);

const DAY_ASKS = (after: string, day: string) => `
  ? What day comes ${after} {subject}?
  ? Which day is ${after} {subject}?
  ? Today is {subject}. What day ${day}?
  ? Tell me the day ${after} {subject}.
  ? What is the day ${after} {subject}?
  ? Name the day that is ${after} {subject}.
  ? It is {subject} today. Which day ${day}?
  ? Name the day ${after} {subject}.
  ? Say which day is ${after} {subject}.
  ? Tell me which day comes ${after} {subject}.
  ? Today is {subject}. Which day ${day}?
  ? It is {subject}. What day ${day}?
  ? Which day comes ${after} {subject}?
  ? Say which day comes ${after} {subject}.`;
const dayAfter = relation(
  'day-after',
  nextOf(DAYS, true),
  `
  = After {subject} comes {value}.
  . {Value} comes after {subject}.
  . The day after {subject} is {value}.
  . First there is {subject}, then there is {value}.
  . If today is {subject}, tomorrow is {value}.
  . {Subject} was over, and so it was {value}.
  . {Value} is one day after {subject}.
  ! The day after {subject} is not {rival}.
  ~ It was {subject}. {p} went to bed. When {he} woke up, it was {value}.
  ~ "Today is {subject}," said {p}. "I can not wait for tomorrow. Tomorrow is {value}!"
  ~ {p} came on {subject} and stayed for one night. {He} went home on {value}.${DAY_ASKS('after', 'is tomorrow')}`,
);
const dayBefore = relation(
  'day-before',
  nextOf(backwards(DAYS), true),
  `
  = Before {subject} comes {value}.
  . {Value} comes before {subject}.
  . The day before {subject} is {value}.
  . If today is {subject}, yesterday was {value}.
  . Just before {subject} there is {value}.
  . Today it is {subject}, so it was {value} yesterday.
  . {Value} is one day before {subject}.
  ! The day before {subject} is not {rival}.
  ~ It was {subject}. {p} thought of the day before. That was {value}.
  ~ "Today is {subject}," said {p}. "We played yesterday. That was {value}."
  ~ The party was on {subject}. {p} made a cake the day before, on {value}.${DAY_ASKS('before', 'was yesterday')}`,
);
const monthAfter = relation(
  'month-after',
  nextOf(MONTHS, true),
  `
  = After {subject} comes {value}.
  . {Value} comes after {subject}.
  . The month after {subject} is {value}.
  . First there is {subject}, then there is {value}.
  . If this month is {subject}, the next one is {value}.
  . When {subject} is over, {value} begins.
  . {Value} is one month after {subject}.
  ! The month after {subject} is not {rival}.
  ~ It was the end of {subject}. {p} was happy. Now {value} could come!
  ~ All of {subject} {p} was away. {He} came home in the next month. It was {value}.
  ~ {p} tore {subject} from the wall. Under it there was a new page. It said {value}.
  ? What month comes after {subject}?
  ? Which month is after {subject}?
  ? It is {subject}. What month is next?
  ? Tell me the month after {subject}.
  ? What is the month after {subject}?
  ? When {subject} is over, which month begins?
  ? Name the month that follows {subject}.
  ? What comes after {subject}?
  ? Which month comes after {subject}?
  ? Which month follows {subject}?
  ? What month follows {subject}?
  ? It is {subject}. Which month comes next?
  ? What is the next month after {subject}?
  ? Name the month after {subject}.
  ? Say which month comes after {subject}.`,
);
const seasonAfter = relation(
  'season-after',
  nextOf(SEASONS, true),
  `
  = After {subject} comes {value}.
  . {Value} comes after {subject}.
  . The season after {subject} is {value}.
  . When {subject} is over, {value} begins.
  . First it is {subject}, then it is {value}.
  . {Subject} ends, and {value} is here.
  ! The season after {subject} is not {rival}.
  ~ {Subject} was over. {p} looked out and said, "Now it is {value}."
  ~ The bear slept all of {subject}. When it woke up, it was {value}.
  ~ "I do not want {subject} to end," said {q}. "But then {value} comes," said {p}.
  ? What season comes after {subject}?
  ? Which season is after {subject}?
  ? It is {subject}. What season is next?
  ? Tell me the season after {subject}.
  ? When {subject} is over, what begins?
  ? What do we have after {subject}?
  ? Which time of the year comes after {subject}?
  ? Which season comes after {subject}?
  ? What is the season after {subject}?
  ? Which season follows {subject}?
  ? What season follows {subject}?
  ? It is {subject}. Which season comes next?
  ? Name the season after {subject}.
  ? What is the next season after {subject}?
  ? Say which season follows {subject}.`,
);

export const ORDER_RELATIONS = [
  numberAfter,
  numberBefore,
  sum,
  dayAfter,
  dayBefore,
  monthAfter,
  seasonAfter,
];
