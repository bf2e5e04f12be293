/** Which of two is bigger, and which is faster. */
import { relation } from './relation';
import { a, table } from './topic';

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
  ? Which of the two is ${word}, {subject}?
  ? Of the two, {subject}, which is ${word}?
  ? Say which is ${word}, {subject}.
  ? Which of these is ${word}: {subject}?
  ? Which one is ${word}: {subject}?
  ? I see {a value} and {a other}. Which one is ${word}?`,
  );

export const COMPARISON_RELATIONS = [
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
