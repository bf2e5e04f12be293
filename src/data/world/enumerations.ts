/** Kinds and orders told as lists: "Three animals are a cow, a cat and a dog.", and the days in their order. */
import type { Split } from '../../records';
import { DAYS, MONTHS, NUMBERS, SEASONS } from './tables';
import { a, at, capital, words } from './topic';
import { KINDS } from './words';

/** {number} of {kind}: {members}. The last is held out. */
const LISTS = [
  '{Number} {kind} are {members}.',
  '{Members} are {number} {kind}.',
  'I know {number} {kind}: {members}.',
  'There are many {kind}. {Number} of them are {members}.',
  '{Members} are all {kind}.',
  'In the book there were pictures of {kind}. They were {members}.',
  'When you think of {kind}, you think of {members}.',
  'The children talked about {kind}. The first ones that they thought of were {members}.',
];
/** Which have no article before them. */
const BARE = new Set(words('colours days numbers foods drinks months seasons tools'));
const COUNTED = new Set(words('apple egg cake'));
const member = (kind: string, name: string): string => {
  if (COUNTED.has(name)) return a(name);
  if (BARE.has(kind) || name.endsWith('s')) return name === 'dress' ? 'a dress' : name;
  return name === 'sun' || name === 'moon' ? `the ${name}` : a(name);
};
const enumerated = (names: readonly string[]): string =>
  `${names.slice(0, -1).join(', ')} and ${names.at(-1)!}`;

/** The members of every kind, two to four at a time. */
function kindDocuments(): { text: string; split: Split }[] {
  return Object.entries(KINDS).flatMap(([kind, members], k) =>
    members.flatMap((_, first) =>
      [2, 3, 4].map((count) => {
        const step = 1 + ((first + k) % 2);
        const some = Array.from({ length: count }, (_, i) =>
          member(kind, at(members, first + i * step)),
        );
        const number = (first + count * 3 + k) % LISTS.length;
        const text = LISTS[number]!.replace('{Number}', capital(NUMBERS[count - 1]!))
          .replace('{number}', NUMBERS[count - 1]!)
          .replace('{kind}', kind)
          .replace('{Members}', capital(enumerated(some)))
          .replace('{members}', enumerated(some));
        return { text, split: number === LISTS.length - 1 ? 'held-out' : 'train' };
      }),
    ),
  );
}

const ORDERS: [string, readonly string[]][] = [
  ['days of the week', DAYS],
  ['months of the year', MONTHS],
  ['seasons', SEASONS],
  ['first ten numbers', NUMBERS],
];
/** The days, months, seasons and numbers in their order, whole and in parts. */
function orderDocuments(): { text: string; split: Split }[] {
  const whole = ORDERS.flatMap(([what, names]) => [
    `The ${what} are ${enumerated(names)}.`,
    `These are the ${what}: ${names.join(', ')}.`,
    `${capital(names.join(', '))}: these are the ${what}.`,
    `We learned the ${what} at school. We said, "${capital(names.join(', '))}."`,
    `There are ${NUMBERS[names.length - 1] ?? 'twelve'} ${what.replace('first ten ', '')} here: ${enumerated(names)}.`,
  ]);
  const parts = ORDERS.flatMap(([, names]) =>
    names.slice(0, -2).flatMap((name, i) => {
      const [second, third] = [names[i + 1]!, names[i + 2]!];
      return [
        `${capital(name)}, ${second}, ${third}.`,
        `First comes ${name}, then ${second}, then ${third}.`,
        `Between ${name} and ${third} there is ${second}.`,
      ];
    }),
  );
  return [...whole, ...parts].map((text) => ({ text, split: 'train' }));
}

export const listDocuments = (): { text: string; split: Split }[] => [
  ...kindDocuments(),
  ...orderDocuments(),
];
