/** A measured curve, kept at no more points than a chart can show. Every point kept was measured: none is averaged. */

export interface Curve {
  x: readonly number[];
  y: readonly number[];
  /** Every stride-th point is kept, and always the newest. */
  stride: number;
  /** Points seen, kept or not. */
  seen: number;
}

/** Twice what a wide chart has pixels for. */
export const MOST_POINTS = 2000;

export const EMPTY_CURVE: Curve = { x: [], y: [], stride: 1, seen: 0 };

/** The curve with more points. One at or before an x that is there replaces what follows: a run went back. */
export function extended(
  curve: Curve,
  points: readonly { x: number; y: number }[],
  most = MOST_POINTS,
): Curve {
  const x = [...curve.x];
  const y = [...curve.y];
  let { stride, seen } = curve;
  for (const point of points) {
    while (x.length && (x.at(-1) ?? 0) >= point.x) {
      x.pop();
      y.pop();
      seen = x.length ? (x.length - 1) * stride + 1 : 0;
    }
    // The newest point is kept whatever its place; it gives way to the next where it is off the stride.
    if (x.length && (seen - 1) % stride !== 0) {
      x.pop();
      y.pop();
    }
    x.push(point.x);
    y.push(point.y);
    seen++;
    if (x.length > most) {
      keepEverySecond(x);
      keepEverySecond(y);
      stride *= 2;
    }
  }
  return { x, y, stride, seen };
}

function keepEverySecond(values: number[]): void {
  const kept = values.filter((_, i) => i % 2 === 0);
  values.splice(0, values.length, ...kept);
}

/** The curve as it was up to and with `x`. */
export function upTo(curve: Curve, x: number): Curve {
  const count = curve.x.filter((each) => each <= x).length;
  if (count === curve.x.length) return curve;
  return {
    ...curve,
    x: curve.x.slice(0, count),
    y: curve.y.slice(0, count),
    seen: Math.max(0, (count - 1) * curve.stride + 1),
  };
}
