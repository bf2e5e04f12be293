/**
 * The order of K answers while a labeler makes it: groups from best to worst, ties share a group. Every
 * move gives a new order and loses no answer. Pure, so that it can be tested.
 */

/** Groups of answers, best first; an answer is its index in `Sample.responses`. */
export type Order = readonly (readonly number[])[];

/** Nothing is tied at first: the order in which the answers are shown. */
export const orderOf = (shown: readonly number[]): Order => shown.map((answer) => [answer]);

/** Answers from top to bottom, as they stand on the screen. */
export const placesOf = (order: Order): number[] => order.flat();

/** Whether the answer at each place is tied with the one above it. */
export const tiesOf = (order: Order): boolean[] =>
  order.flatMap((group) => group.map((_, i) => i > 0));

/** Groups in place of flags: a place with `true` joins the group above. */
const grouped = (places: readonly number[], ties: readonly boolean[]): Order => {
  const groups: number[][] = [];
  places.forEach((answer, i) => {
    const above = groups.at(-1);
    if (ties[i] && above) above.push(answer);
    else groups.push([answer]);
  });
  return groups;
};

/**
 * One step up or down: out of a tie first, then past the whole group that is next. At either end nothing
 * happens.
 */
export function moved(order: Order, answer: number, by: -1 | 1): Order {
  const at = order.findIndex((group) => group.includes(answer));
  const group = order[at];
  if (!group) return order;
  if (group.length > 1) {
    const rest = group.filter((each) => each !== answer);
    const parts = by < 0 ? [[answer], rest] : [rest, [answer]];
    return [...order.slice(0, at), ...parts, ...order.slice(at + 1)];
  }
  const to = at + by;
  if (to < 0 || to >= order.length) return order;
  const others = order.toSpliced(at, 1);
  return others.toSpliced(to, 0, group);
}

/**
 * Drop an answer at a place from 0 to K - 1. Between two that are tied it joins them; elsewhere it stands
 * alone, and the tie that it left closes up.
 */
export function placed(order: Order, answer: number, place: number): Order {
  if (placesOf(order)[place] === answer) return order;
  const others = order
    .map((group) => group.filter((each) => each !== answer))
    .filter((group) => group.length > 0);
  const places = placesOf(others);
  const ties = tiesOf(others);
  const joins = ties[place] === true;
  return grouped(places.toSpliced(place, 0, answer), ties.toSpliced(place, 0, joins));
}

/** Tie an answer with the one above it; where it is tied with that already, part them there. */
export function tieToggled(order: Order, answer: number): Order {
  const places = placesOf(order);
  const at = places.indexOf(answer);
  if (at <= 0) return order;
  const ties = tiesOf(order);
  return grouped(places, ties.with(at, !ties[at]));
}

/** `ranks[k]` of answer k: 1 is best, and as many ranks as groups. */
export function ranksOf(order: Order): number[] {
  const ranks: number[] = [];
  order.forEach((group, i) => {
    for (const answer of group) ranks[answer] = i + 1;
  });
  return ranks;
}

/** The order that ranks stand for; within a tie as they were shown. */
export function orderOfRanks(ranks: readonly number[], shown: readonly number[]): Order {
  const known = [...new Set(ranks)].sort((a, b) => a - b);
  return known.map((rank) => shown.filter((answer) => ranks[answer] === rank));
}

/** Pairs that the reward model learns from: those of different groups. */
export function pairCount(order: Order): number {
  const total = placesOf(order).length;
  const pairs = (n: number) => (n * (n - 1)) / 2;
  return pairs(total) - order.reduce((sum, group) => sum + pairs(group.length), 0);
}

/** The middle of the last times, in seconds; null before the first. A long break moves it little. */
export function paceOf(seconds: readonly number[], last = 20): number | null {
  const sorted = seconds.slice(-last).toSorted((a, b) => a - b);
  if (sorted.length === 0) return null;
  const half = sorted.length >> 1;
  const upper = sorted[half] ?? 0;
  return sorted.length % 2 ? upper : (upper + (sorted[half - 1] ?? upper)) / 2;
}
