/** One curve as an SVG picture of its own: no script, colours of the page around it. */
import { numberText } from './report-blocks';
import type { Curve } from './report';
import { escapeHtml } from './report-html';

const WIDTH = 480;
const HEIGHT = 150;
const MARGIN = { left: 62, right: 10, top: 10, bottom: 24 };
/** Points beyond which a curve is thinned: more cannot be seen. */
const MOST = 600;

export function curveSvg({ name, points }: Curve): string {
  const shown = thinned(points.filter(({ value }) => Number.isFinite(value)));
  const [first, last] = [shown[0], shown.at(-1)];
  if (!first || !last) return '<p class="note">There are no points to draw.</p>';
  const values = shown.map(({ value }) => value);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const x = (step: number) => place(step, first.step, last.step, MARGIN.left, WIDTH - MARGIN.right);
  const y = (value: number) => place(value, low, high, HEIGHT - MARGIN.bottom, MARGIN.top);
  const path = shown.map(({ step, value }) => `${x(step)},${y(value)}`).join(' ');
  const line =
    shown.length === 1
      ? `<circle class="line" cx="${x(first.step)}" cy="${y(first.value)}" r="3"/>`
      : `<polyline class="line" points="${path}"/>`;
  const label = (left: number, top: number, anchor: string, text: string) =>
    `<text x="${left}" y="${top}" text-anchor="${anchor}">${escapeHtml(text)}</text>`;
  const said = `${name}: ${numberText(first.value)} at step ${first.step}, ${numberText(last.value)} at step ${last.step}`; // prettier-ignore
  return [
    `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escapeHtml(said)}">`,
    `<path class="axis" d="M${MARGIN.left} ${MARGIN.top}V${HEIGHT - MARGIN.bottom}H${WIDTH - MARGIN.right}"/>`,
    line,
    label(MARGIN.left - 6, MARGIN.top + 8, 'end', numberText(high)),
    label(MARGIN.left - 6, HEIGHT - MARGIN.bottom, 'end', high === low ? '' : numberText(low)),
    label(MARGIN.left, HEIGHT - 6, 'start', `step ${numberText(first.step)}`),
    label(WIDTH - MARGIN.right, HEIGHT - 6, 'end', numberText(last.step)),
    '</svg>',
  ].join('');
}

/** In a straight line from one range to another; the middle where the first has no extent. */
function place(value: number, from: number, to: number, start: number, end: number): number {
  const share = to === from ? 0.5 : (value - from) / (to - from);
  return Math.round(10 * (start + share * (end - start))) / 10;
}

/** Every n-th point, and the last. */
function thinned<T>(points: readonly T[]): T[] {
  const every = Math.ceil(points.length / MOST);
  return points.filter((_, i) => i % every === 0 || i === points.length - 1);
}
