/** What a chart draws: curves on one x axis, uPlot's options, and the same as CSV. */
import type uPlot from 'uplot';
import { showNumber } from './format';
import type { Band, Mark, Series } from './types';

/** Curves with x axes of their own on one axis; null where a curve has no point. */
export function aligned(series: readonly Series[]): [number[], ...(number | null)[][]] {
  const first = series[0]?.x ?? [];
  if (series.every((s) => s.x === first)) return [[...first], ...series.map((s) => [...s.y])];
  const xs = [...new Set(series.flatMap((s) => s.x))].sort((a, b) => a - b);
  const place = new Map(xs.map((x, i) => [x, i]));
  const columns = series.map((s) => {
    const column: (number | null)[] = new Array<null>(xs.length).fill(null);
    s.x.forEach((x, i) => {
      column[place.get(x) ?? 0] = s.y[i] ?? null;
    });
    return column;
  });
  return [xs, ...columns];
}

/** One row per x, one column per curve, empty where there is no point. Full precision. */
export function csvOf(xLabel: string, series: readonly Series[]): string {
  const [xs, ...columns] = aligned(series);
  const cell = (text: string) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const head = [xLabel, ...series.map((s) => s.label)].map(cell).join(',');
  const rows = xs.map((x, i) => [x, ...columns.map((column) => column[i] ?? '')].join(','));
  return [head, ...rows, ''].join('\n');
}

interface ChartSetup {
  series: readonly Series[];
  band: Band | undefined;
  marks?: readonly Mark[];
  size: { width: number; height: number };
  /** An element that has the page's colours. */
  root: HTMLElement;
  onHover(index: number | null): void;
}

/** Distances of ticks for what is counted, so that there is no step 1.5. */
const WHOLE = [1, 2, 5]
  .flatMap((n) => [0, 1, 2, 3, 4, 5].map((e) => n * 10 ** e))
  .sort((a, b) => a - b);

/** A quiet plot: two thin axes, no legend, a vertical cursor. */
export function chartOptions({
  series,
  band,
  marks = [],
  size,
  root,
  onHover,
}: ChartSetup): uPlot.Options {
  const colour = (name: string) => resolveColour(root, `var(--${name})`);
  const axis: uPlot.Axis = {
    stroke: colour('soft'),
    font: '13px system-ui, sans-serif',
    grid: { stroke: colour('line'), width: 1 },
    ticks: { show: false },
    gap: 4,
  };
  const isWhole = series.every((s) => s.x.every(Number.isInteger));
  const good = resolveColour(root, 'color-mix(in srgb, var(--good) 12%, transparent)');
  return {
    ...size,
    padding: [6, 8, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { size: 7 } },
    scales: { x: { time: false }, y: { range: (_plot, low, high) => widened(low, high) } },
    axes: [
      { ...axis, grid: { show: false }, size: 24, space: 48, ...(isWhole ? { incrs: WHOLE } : {}) },
      { ...axis, size: 46, space: 24, values: (_plot, ticks) => showTicks(ticks) },
    ],
    series: [
      {},
      ...series.map((s) => ({
        label: s.label,
        stroke: colour(s.hue),
        width: 2,
        spanGaps: true,
        ...(s.dash ? { dash: [6, 4] } : {}),
        points: { show: s.points || s.x.length === 1, size: 5, fill: colour(s.hue) },
      })),
    ],
    hooks: {
      drawClear: [(plot) => band && drawBand(plot, band, good)],
      draw: [(plot) => marks.forEach((mark) => drawMark(plot, mark.x, colour(mark.hue)))],
      setCursor: [(plot) => onHover(plot.cursor.idx ?? null)],
    },
  };
}

/** Ticks with as many decimals as tell them apart, and no more; very small and very large ones as numbers are shown elsewhere. */
export function showTicks(ticks: readonly number[]): string[] {
  const step = Math.min(...ticks.slice(1).map((tick, i) => tick - (ticks[i] ?? 0)));
  const most = Math.max(...ticks.map(Math.abs));
  if (!Number.isFinite(step) || most >= 1e5 || step < 1e-4) return ticks.map(showNumber);
  const places = [0, 1, 2, 3, 4].find((n) => Math.abs(step * 10 ** n - Math.round(step * 10 ** n)) < 1e-6) ?? 4; // prettier-ignore
  return ticks.map((tick) =>
    tick.toLocaleString('en-GB', { minimumFractionDigits: places, maximumFractionDigits: places }),
  );
}

/** A range with room above and below, and of some height where all values are equal. */
function widened(low: number | null, high: number | null): [number, number] {
  if (low === null || high === null) return [0, 1];
  const room = high > low ? (high - low) * 0.08 : Math.abs(high) * 0.1 || 1;
  return [low - room, high + room];
}

/** Shade where the values are healthy, as far as it lies within the plot. */
function drawBand(plot: uPlot, { low, high }: Band, fill: string): void {
  const { left, top, width, height } = plot.bbox;
  const within = (value: number | undefined, otherwise: number) =>
    value === undefined
      ? otherwise
      : Math.min(top + height, Math.max(top, plot.valToPos(value, 'y', true)));
  if (plot.scales['y']?.min == null) return;
  const upper = within(high, top);
  const lower = within(low, top + height);
  plot.ctx.fillStyle = fill;
  plot.ctx.fillRect(left, upper, width, lower - upper);
}

/** A dotted line up the plot with a small flag on its top, where its x lies within. */
function drawMark(plot: uPlot, x: number, stroke: string): void {
  const { min, max } = plot.scales['x'] ?? {};
  if (min == null || max == null || x < min || x > max) return;
  const { ctx, bbox } = plot;
  const at = plot.valToPos(x, 'x', true);
  ctx.save();
  ctx.strokeStyle = ctx.fillStyle = stroke;
  ctx.lineWidth = devicePixelRatio;
  ctx.setLineDash([2 * devicePixelRatio, 3 * devicePixelRatio]);
  ctx.beginPath();
  ctx.moveTo(at, bbox.top);
  ctx.lineTo(at, bbox.top + bbox.height);
  ctx.stroke();
  ctx.beginPath();
  ctx.moveTo(at, bbox.top);
  ctx.lineTo(at + 7 * devicePixelRatio, bbox.top + 4 * devicePixelRatio);
  ctx.lineTo(at, bbox.top + 8 * devicePixelRatio);
  ctx.fill();
  ctx.restore();
}

/** A CSS colour as a canvas understands it: resolved for the present colour scheme. */
function resolveColour(root: HTMLElement, css: string): string {
  const probe = document.createElement('span');
  probe.style.color = css;
  root.append(probe);
  const resolved = getComputedStyle(probe).color;
  probe.remove();
  return resolved;
}
