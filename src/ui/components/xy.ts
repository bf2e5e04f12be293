/** What a figure of points in a plane is made of, and the arithmetic of its axes. No pixels of the DOM. */
import type { Hue } from './types';

export type Shape = 'circle' | 'square' | 'triangle' | 'diamond' | 'ring';

/** One thing that is drawn: a curve, a path with its points, or points alone. The arrays are of one length. */
export interface Mark {
  id: string;
  label: string;
  hue: Hue;
  kind: 'curve' | 'path' | 'points';
  x: readonly number[];
  y: readonly number[];
  /** Ends of an interval around y. */
  low?: readonly number[];
  high?: readonly number[];
  dash?: boolean;
  shape?: Shape;
  /** Darker (above 0) or paler (below 0) than its hue, from -1 to 1, to tell things of one concept apart. */
  shade?: number;
  /** Drawn behind, small and pale, and nothing to point at. */
  faint?: boolean;
  /** Words beside single points. */
  names?: readonly string[];
  /** Left out of the legend. */
  unlisted?: boolean;
}

/** A point that is looked at. */
export interface Pick {
  mark: string;
  index: number;
}

export interface Scale {
  low: number;
  high: number;
  ticks: number[];
  /** Decimal places that tell the ticks apart. */
  places: number;
}

/** A range that holds all values, with ticks at 1, 2 or 5 times a power of ten, about `count` of them. */
export function scaleOf(values: Iterable<number>, count: number): Scale {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (low > high) [low, high] = [0, 1];
  if (low === high) [low, high] = [low - 0.5, high + 0.5];
  const rough = (high - low) / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * (rough / power <= 1 ? 1 : rough / power <= 2 ? 2 : rough / power <= 5 ? 5 : 10); // prettier-ignore
  const first = Math.floor(low / step + 1e-9);
  const last = Math.ceil(high / step - 1e-9);
  const ticks = Array.from({ length: last - first + 1 }, (_, i) => (first + i) * step);
  const places = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  return { low: ticks[0]!, high: ticks.at(-1)!, ticks, places };
}

/** The nearest point of the marks that can be pointed at, within `reach` pixels; null where there is none. */
export function nearest(
  marks: readonly Mark[],
  place: (x: number, y: number) => { x: number; y: number },
  at: { x: number; y: number },
  reach: number,
): Pick | null {
  let best: Pick | null = null;
  let least = reach;
  for (const { id, kind, faint, x, y } of marks) {
    if (kind === 'curve' || faint) continue;
    x.forEach((_, index) => {
      const point = place(x[index]!, y[index]!);
      const distance = Math.hypot(point.x - at.x, point.y - at.y);
      if (distance > least) return;
      least = distance;
      best = { mark: id, index };
    });
  }
  return best;
}

/** Where an arrow key leads: along a mark, or to the next mark; null where there is nothing to point at. */
export function moved(marks: readonly Mark[], pick: Pick | null, key: string): Pick | null {
  const able = marks.filter(({ kind, faint, x }) => kind !== 'curve' && !faint && x.length > 0);
  const [first] = able;
  if (!first) return null;
  const at = able.findIndex(({ id }) => id === pick?.mark);
  if (!pick || at < 0) return { mark: first.id, index: 0 };
  const mark = able[at]!;
  const turn = key === 'ArrowDown' ? 1 : key === 'ArrowUp' ? -1 : 0;
  if (turn !== 0) {
    const other = able[(at + turn + able.length) % able.length]!;
    return { mark: other.id, index: Math.min(pick.index, other.x.length - 1) };
  }
  const last = mark.x.length - 1;
  const along: Record<string, number> = {
    ArrowRight: pick.index + 1,
    ArrowLeft: pick.index - 1,
    Home: 0,
    End: last,
  };
  return { mark: mark.id, index: Math.min(last, Math.max(0, along[key] ?? pick.index)) };
}

/** An SVG outline of a shape of radius r around the origin. */
export function outline(shape: Shape, r: number): string {
  switch (shape) {
    case 'circle':
    case 'ring':
      return `M${-r} 0a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0Z`;
    case 'square':
      return `M${-r * 0.9} ${-r * 0.9}h${1.8 * r}v${1.8 * r}h${-1.8 * r}Z`;
    case 'triangle':
      return `M0 ${-1.2 * r}L${1.15 * r} ${0.85 * r}L${-1.15 * r} ${0.85 * r}Z`;
    case 'diamond':
      return `M0 ${-1.3 * r}L${1.3 * r} 0L0 ${1.3 * r}L${-1.3 * r} 0Z`;
    default:
      return shape satisfies never;
  }
}

/** The colour of a mark: that of its concept, darker or paler. */
export const inkOf = ({ hue, shade = 0 }: { hue: Hue; shade?: number }): string =>
  shade === 0
    ? `var(--${hue})`
    : `color-mix(in srgb, var(--${hue}) ${Math.round(100 * (1 - Math.abs(shade)))}%, var(--${shade > 0 ? 'ink' : 'card'}))`;
