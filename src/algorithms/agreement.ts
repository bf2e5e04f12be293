/**
 * Agreement of labelers beyond chance: 1 is perfect, 0 is what chance gives, below 0 is systematic
 * disagreement. NaN where it is undefined: nothing was judged by two, or nothing varies, so that there is
 * nothing to agree about. Labels that never vary show nothing, however often they are repeated.
 *
 *     Cohen's κ          two labelers, unordered categories, every item judged by both
 *     Fleiss' κ          any labelers, the same number for every item
 *     Krippendorff's α   any labelers, gaps allowed; nominal, ordinal or interval values
 *
 * Sources: Cohen 1960; Fleiss 1971; Krippendorff 2011, "Computing Krippendorff's alpha-reliability".
 */
import { at, type Numbers } from './rows';
import { bootstrap, type BootstrapOptions, type Estimate } from './bootstrap';

/** A judgement as a number (categories may be numbered at will); null where there is none. */
export type Judgement = number | null;
export type Scale = 'nominal' | 'ordinal' | 'interval';

/** (p_o − p_e) / (1 − p_e) over the items that both judged. */
export function cohenKappa(first: readonly Judgement[], second: readonly Judgement[]): number {
  if (first.length !== second.length)
    throw new Error(`Both labelers judge the same items; there are ${first.length} and ${second.length}.`); // prettier-ignore
  const both = first.flatMap((x, i) => {
    const y = second[i];
    return x === null || y === null || y === undefined ? [] : [[x, y] as const];
  });
  const agreed = both.filter(([x, y]) => x === y).length / both.length;
  const share = (side: 0 | 1, value: number) =>
    both.filter((pair) => pair[side] === value).length / both.length;
  const categories = [...new Set(both.flat())];
  const byChance = categories.reduce((sum, c) => sum + share(0, c) * share(1, c), 0);
  return byChance === 1 ? NaN : (agreed - byChance) / (1 - byChance);
}

/**
 * @param counts (items, categories): how many labelers put an item into a category
 * @throws Error where items have different numbers of judgements; Krippendorff's α takes those
 */
export function fleissKappa(counts: readonly (readonly number[])[]): number {
  const total = (row: readonly number[]) => row.reduce((sum, count) => sum + count, 0);
  const n = total(counts[0] ?? []);
  for (const [i, row] of counts.entries())
    if (total(row) !== n || row.length !== counts[0]?.length)
      throw new Error(
        `Item ${i + 1} has ${total(row)} judgements and the first has ${n}. Fleiss' kappa needs as many for each; use Krippendorff's alpha.`,
      );
  if (counts.length === 0 || n < 2) return NaN;
  const agreed =
    counts.reduce((sum, row) => sum + row.reduce((s, c) => s + c * (c - 1), 0), 0) /
    (counts.length * n * (n - 1));
  const byChance = (counts[0] ?? [])
    .map((_, category) => total(counts.map((row) => row[category] ?? 0)) / (counts.length * n))
    .reduce((sum, share) => sum + share ** 2, 0);
  return byChance === 1 ? NaN : (agreed - byChance) / (1 - byChance);
}

/**
 * α = 1 − D_o / D_e, observed over expected disagreement.
 * @param items (items, labelers); lengths may differ, gaps are null
 */
export function krippendorffAlpha(
  items: readonly (readonly Judgement[])[],
  scale: Scale = 'nominal',
): number {
  // What nobody else judged can be compared with nothing.
  const pairable = items
    .map((item) => item.filter((value) => value !== null))
    .filter((values) => values.length > 1);
  const counts = new Map<number, number>();
  for (const value of pairable.flat()) counts.set(value, (counts.get(value) ?? 0) + 1);
  const distance = distanceOn(scale, counts);
  const n = pairable.flat().length;
  let observed = 0;
  for (const values of pairable)
    for (const x of values)
      for (const y of values) observed += distance(x, y) / (values.length - 1);
  let expected = 0;
  for (const [x, countX] of counts)
    for (const [y, countY] of counts) expected += countX * countY * distance(x, y);
  return expected === 0 ? NaN : 1 - ((n - 1) * observed) / expected;
}

/** Squared distance of two values. Of ordinal ones: how many judgements lie from one to the other. */
function distanceOn(
  scale: Scale,
  counts: ReadonlyMap<number, number>,
): (x: number, y: number) => number {
  switch (scale) {
    case 'nominal':
      return (x, y) => Number(x !== y);
    case 'interval':
      return (x, y) => (x - y) ** 2;
    case 'ordinal': {
      const values = [...counts.keys()].sort((x, y) => x - y);
      const middles = new Map<number, number>();
      let before = 0;
      for (const value of values) {
        const count = counts.get(value) ?? 0;
        middles.set(value, before + count / 2);
        before += count;
      }
      return (x, y) => ((middles.get(x) ?? 0) - (middles.get(y) ?? 0)) ** 2;
    }
    default:
      return scale satisfies never;
  }
}

// ── From counts that add up over items, so that items can be drawn again at little cost ─────────────

/** κ of how often the first put an item into category i and the second into j: `table[i · k + j]`. */
export function kappaOfTable(table: Numbers, k: number): number {
  let [total, agreed, byChance] = [0, 0, 0];
  for (let cell = 0; cell < k * k; cell++) total += at(table, cell);
  for (let c = 0; c < k; c++) {
    agreed += at(table, c * k + c);
    let [row, column] = [0, 0];
    for (let other = 0; other < k; other++) {
      row += at(table, c * k + other);
      column += at(table, other * k + c);
    }
    byChance += (row / total) * (column / total);
  }
  return total === 0 || byChance === 1 ? NaN : (agreed / total - byChance) / (1 - byChance);
}

/**
 * Coincidences of the values of one item, `[i · k + j]`: for each two of its m judgements 1 / (m − 1), so that they
 * add up to m. They add up over items, and `alphaOfCoincidences` of the sum is the nominal α.
 * @param categories of the judgements, from 0 to k − 1
 */
export function coincidencesOf(categories: readonly number[], k: number): Float64Array {
  const found = new Float64Array(k * k);
  const m = categories.length;
  if (m < 2) return found;
  categories.forEach((x, i) =>
    categories.forEach((y, j) => {
      if (i !== j) found[x * k + y] = at(found, x * k + y) + 1 / (m - 1);
    }),
  );
  return found;
}

export function alphaOfCoincidences(coincidences: Numbers, k: number): number {
  const margins = Array.from({ length: k }, (_, i) => {
    let sum = 0;
    for (let j = 0; j < k; j++) sum += at(coincidences, i * k + j);
    return sum;
  });
  const n = margins.reduce((a, b) => a + b, 0);
  let [observed, expected] = [0, 0];
  for (let i = 0; i < k; i++)
    for (let j = 0; j < k; j++) {
      if (i === j) continue;
      observed += at(coincidences, i * k + j);
      expected += at(margins, i) * at(margins, j);
    }
  return expected === 0 ? NaN : 1 - ((n - 1) * observed) / expected;
}

/** α with an interval from drawing items again. @throws Error without an item */
export const alphaWithInterval = (
  items: readonly (readonly Judgement[])[],
  scale: Scale,
  options: BootstrapOptions,
): Estimate =>
  bootstrap(
    items.length,
    (units) =>
      krippendorffAlpha(
        Array.from(units, (unit) => items[unit] ?? []),
        scale,
      ),
    options,
  );

export interface PairAgreement {
  /** Pairs of answers that both put into the same order, or both called equal. */
  agreed: number;
  pairs: number;
  /** Pairs that both decided, and how many of them alike: what InstructGPT, section 3.4, reports. */
  decided: number;
  decidedAlike: number;
}

/**
 * How far two rankings of the same answers agree, pair by pair: of two labelers, or of one who was shown the
 * same item twice (self-agreement). Ranks: 1 is best, equal ranks are ties.
 */
export function pairAgreement(first: readonly number[], second: readonly number[]): PairAgreement {
  if (first.length !== second.length)
    throw new Error(`Both rank the same answers; there are ${first.length} and ${second.length}.`);
  const result = { agreed: 0, pairs: 0, decided: 0, decidedAlike: 0 };
  const x = orders(first);
  const y = orders(second);
  x.forEach((order, pair) => {
    result.pairs += 1;
    result.agreed += Number(order === y[pair]);
    if (order === 0 || y[pair] === 0) return;
    result.decided += 1;
    result.decidedAlike += Number(order === y[pair]);
  });
  return result;
}

/** For each pair i < j of answers: 1 where i is better, −1 where j is, 0 where they are equal. */
export const orders = (ranks: readonly number[]): number[] =>
  ranks.flatMap((rank, i) => ranks.slice(i + 1).map((other) => Math.sign(other - rank)));
