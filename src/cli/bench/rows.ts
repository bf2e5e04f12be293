/**
 * A row of the bench: what ours and a peer took in the same minutes, their ratio, and whether that is what
 * was wanted. Nothing here measures; see clock.ts.
 *
 *     ratio  = median over repeats of ours / peer, each pair measured right after one another
 *     spread = interquartile range / median of these ratios; of ours, where there is no peer.
 *              Unlike the whole range it does not grow with the number of repeats.
 *
 * For times and counts a ratio below 1 is good, for rates one above 1.
 */

/** What is wanted of a row, in one direction. */
export interface Target {
  of: 'ours' | 'ratio';
  is: 'at most' | 'at least';
  bound: number;
}

export interface Row {
  name: string;
  /** Median of the repeats. */
  ours: number;
  /** Median of the repeats; null where there is no peer, or it is absent here. */
  peer: number | null;
  ratio: number | null;
  spread: number;
  unit: string;
  /** A sentence's worth; null where the row only informs. */
  wanted: string | null;
  /** Null where nothing is wanted, or the peer that it is wanted against is absent. */
  met: boolean | null;
}

/** Repeats of both sides; number i of one was measured beside number i of the other. */
export interface Measured {
  ours: number[];
  peer: number[] | null;
}

/**
 * The value with `part` of the others below it, between two of them on the straight line that joins them
 * (Hyndman and Fan 1996, type 7, as in R and NumPy). @throws Error where there are no values.
 */
export function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (sorted.length - 1) * part;
  const [low, high] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
  if (low === undefined || high === undefined) throw new Error('There is no median of no values.');
  return low + (high - low) * (at - Math.floor(at));
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** Interquartile range / median; 0 where the range is, though all were zero. */
export function spreadOf(values: readonly number[]): number {
  const range = quantile(values, 0.75) - quantile(values, 0.25);
  return range === 0 ? 0 : range / Math.abs(median(values));
}

/** @throws Error where the sides were not measured equally often. */
export function makeRow(
  name: string,
  unit: string,
  { ours, peer }: Measured,
  target?: Target,
): Row {
  if (peer && peer.length !== ours.length)
    throw new Error(`${name}: ${ours.length} repeats of ours cannot be paired with ${peer.length} of the peer.`); // prettier-ignore
  const ratios = peer ? ours.map((value, i) => ratioOf(value, peer[i]!)) : null;
  const row = {
    name,
    ours: median(ours),
    peer: peer && median(peer),
    ratio: ratios && median(ratios),
    spread: spreadOf(ratios ?? ours),
    unit,
  };
  return { ...row, wanted: target ? wantedText(target) : null, met: isMet(row, target) };
}

/** Two zeros are equal; anything over zero is not a ratio but still too much. */
const ratioOf = (ours: number, peer: number) => (ours === 0 && peer === 0 ? 1 : ours / peer);

export function isMet(row: Pick<Row, 'ours' | 'ratio'>, target?: Target): boolean | null {
  if (!target) return null;
  const value = row[target.of];
  if (value === null) return null;
  return target.is === 'at most' ? value <= target.bound : value >= target.bound;
}

const wantedText = ({ of, is, bound }: Target): string =>
  `${of} ${is === 'at most' ? '<=' : '>='} ${fraction(bound) ?? bound.toLocaleString('en-US')}`;

/** "1/12" for what is one over a whole number of 2 or more. */
function fraction(value: number): string | null {
  const inverse = 1 / value;
  const whole = Math.round(inverse);
  return whole >= 2 && Math.abs(inverse - whole) < 1e-9 ? `1/${whole}` : null;
}

// ── On paper ──────────────────────────────────────────────────────────────────────────────────────

const HEADINGS = ['', 'ours', 'peer', 'unit', 'ours / peer', 'spread', 'wanted', ''] as const;

/** The rows as a table of fixed width. */
export function tableOf(rows: readonly Row[]): string {
  const cells = [HEADINGS as readonly string[], ...rows.map(cellsOf)];
  const widths = HEADINGS.map((_, column) => Math.max(...cells.map((row) => row[column]!.length)));
  const isText = (column: number) => column === 0 || column === 3 || column >= 6;
  const line = (row: readonly string[]) =>
    row
      .map((cell, i) => (isText(i) ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)))
      .join('  ')
      .trimEnd();
  return cells.map(line).join('\n');
}

const cellsOf = (row: Row): string[] => [
  row.name,
  figure(row.ours),
  row.peer === null ? '' : figure(row.peer),
  row.unit,
  row.ratio === null ? '' : ratioText(row.ratio),
  `${(100 * row.spread).toFixed(0)}%`,
  row.wanted ?? '',
  row.met === null ? (row.wanted ? 'not told' : '') : row.met ? 'met' : 'MISSED',
];

/** Three digits that count. */
export const figure = (value: number): string =>
  Math.abs(value) >= 100
    ? Math.round(value).toLocaleString('en-US')
    : String(Number(value.toPrecision(3)));

/** Small ratios as one over something, which is easier to compare with what is wanted. */
const ratioText = (ratio: number): string =>
  ratio > 0 && ratio < 0.5 ? `1/${(1 / ratio).toFixed(1)}` : `${ratio.toFixed(2)}x`;
