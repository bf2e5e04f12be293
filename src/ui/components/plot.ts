/** Axes of small figures: where ticks are, and where a value lies. */

export interface Axis {
  low: number;
  high: number;
  ticks: number[];
}

/** An axis that holds all values, with about `count` ticks at round numbers. */
export function axisOf(values: readonly number[], count = 5, fixed?: [number, number]): Axis {
  const finite = values.filter(Number.isFinite);
  const [least, most] = fixed ?? [Math.min(...finite), Math.max(...finite)];
  if (!Number.isFinite(least) || !Number.isFinite(most)) return { low: 0, high: 1, ticks: [0, 1] };
  const room = most > least ? most - least : Math.abs(most) || 1;
  const step = roundStep(room / count);
  const low = fixed ? least : Math.floor(least / step) * step;
  const high = fixed ? most : Math.max(low + step, Math.ceil(most / step) * step);
  const ticks: number[] = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + 1e-9 * step; i++)
    ticks.push(Number((i * step).toPrecision(12)));
  return { low, high, ticks };
}

/** The round number 1, 2 or 5 times a power of ten that is next above. */
function roundStep(step: number): number {
  const power = 10 ** Math.floor(Math.log10(step));
  return power * ([1, 2, 5, 10].find((n) => n * power >= step * (1 - 1e-9)) ?? 10);
}

/** Share of the axis, 0 to 1, at which a value lies. */
export const shareOf = ({ low, high }: Axis, value: number): number => (value - low) / (high - low);

/** Where values lie in a figure, in pixels of its SVG. */
export interface Plane {
  xs: Axis;
  ys: Axis;
  left: number;
  right: number;
  top: number;
  bottom: number;
  px(x: number): number;
  py(y: number): number;
}

/** Room for values at the left, and for values and a label below. */
const PAD = { left: 46, right: 10, top: 8, bottom: 42 };

/** The part of a figure of this size that is not taken by the axes. */
export function planeOf(xs: Axis, ys: Axis, size: { width: number; height: number }): Plane {
  const [left, right] = [PAD.left, size.width - PAD.right];
  const [top, bottom] = [PAD.top, size.height - PAD.bottom];
  return {
    ...{ xs, ys, left, right, top, bottom },
    px: (x) => left + shareOf(xs, x) * (right - left),
    py: (y) => bottom - shareOf(ys, y) * (bottom - top),
  };
}

/** A value at a tick, without the noughts that say nothing. */
export const trimmed = (shown: string): string =>
  shown.replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '');

export interface Bin {
  from: number;
  to: number;
  count: number;
}

/** Values in bins of equal width whose edges are round numbers, 0 among them where it is within. */
export function binsOf(values: readonly number[], count = 20): Bin[] {
  const finite = values.filter(Number.isFinite);
  if (finite.length === 0) return [];
  const [least, most] = [Math.min(...finite), Math.max(...finite)];
  const step = roundStep((most - least || Math.abs(most) || 1) / count);
  const first = Math.floor(least / step);
  const bins = Array.from({ length: Math.floor(most / step) - first + 1 }, (_, i): Bin => {
    const from = Number(((first + i) * step).toPrecision(12));
    return { from, to: Number(((first + i + 1) * step).toPrecision(12)), count: 0 };
  });
  for (const value of finite) {
    const bin = bins[Math.min(bins.length - 1, Math.floor(value / step) - first)];
    if (bin) bin.count += 1;
  }
  return bins;
}
