/** Blocks as Markdown (CommonMark with tables), every text escaped so that it shows as it was written. */
import { numberText, type Block } from './report-blocks';
import type { Curve } from './report';

/** Text on one line in which nothing is markup: signs that could be are escaped, tags become entities. */
export const escapeMarkdown = (text: string): string =>
  text
    // eslint-disable-next-line no-control-regex -- they are what must not be there
    .replace(/[\u0000-\u0008\u000B\u000C\u000E-\u001F]/g, '\uFFFD')
    .replace(/[\\`*_[\]|~$@]/g, (sign) => `\\${sign}`)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    // What would become a link by itself.
    .replace(/:(?=\/\/)/g, '\\:')
    .replace(/\bwww\./gi, (start) => `${start.slice(0, -1)}\\.`)
    .split(/\r\n|[\n\r\u2028\u2029]/)
    .map((line) => line.trim())
    .filter(Boolean)
    .join(' / ')
    // What would begin a heading, a list or a rule.
    .replace(/^[#+=-]/, (sign) => `\\${sign}`)
    .replace(/^(\d+)([.)])/, '$1\\$2');

export const markdownOf = (blocks: readonly Block[]): string =>
  `${blocks.map(blockMarkdown).join('\n\n')}\n`;

function blockMarkdown(block: Block): string {
  switch (block.kind) {
    case 'heading':
      return `${'#'.repeat(block.level)} ${escapeMarkdown(block.text)}`;
    case 'paragraph':
      return escapeMarkdown(block.text);
    case 'list':
      return block.items.map((item) => `- ${escapeMarkdown(item)}`).join('\n');
    case 'table':
      return tableMarkdown(block);
    case 'verbatim':
      return `${escapeMarkdown(block.label)}:\n\n${fenced(block.text)}`;
    case 'curve':
      return curveMarkdown(block.curve);
    default:
      return block satisfies never;
  }
}

function tableMarkdown({ caption, head, rows }: Extract<Block, { kind: 'table' }>): string {
  const line = (cells: readonly string[]) => `| ${cells.map(escapeMarkdown).join(' | ')} |`;
  const rule = `| ${head.map(() => '---').join(' | ')} |`;
  return [`**${escapeMarkdown(caption)}**`, '', line(head), rule, ...rows.map(line)].join('\n');
}

/** A fence that is longer than any run of backticks within. */
function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}text\n${text.replace(/\r\n?/g, '\n')}\n${fence}`;
}

/** Where a curve begins, turns and ends: what a picture shows in a line. */
function curveMarkdown({ name, definition, points }: Curve): string {
  const title = `**${escapeMarkdown(name)}**${definition === null ? '' : ` ${escapeMarkdown(definition)}`}`; // prettier-ignore
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last) return `${title}\n\nThere are no points to draw.`;
  const values = points.map(({ value }) => value);
  const ends = `${numberText(first.value)} at step ${first.step}, ${numberText(last.value)} at step ${last.step}; least ${numberText(Math.min(...values))}, most ${numberText(Math.max(...values))}.`; // prettier-ignore
  return `${title}  \n${sparkline(values)} ${escapeMarkdown(ends)}`;
}

const BARS = '▁▂▃▄▅▆▇█';

/** At most forty bars, each the mean of its stretch. */
function sparkline(values: readonly number[]): string {
  const count = Math.min(40, values.length);
  const means = Array.from({ length: count }, (_, i) => {
    const part = values.slice(Math.floor((i * values.length) / count), Math.floor(((i + 1) * values.length) / count)); // prettier-ignore
    return part.reduce((sum, value) => sum + value, 0) / part.length;
  });
  const [low, high] = [Math.min(...means), Math.max(...means)];
  return means
    .map((value) => BARS[high === low ? 3 : Math.round(((value - low) / (high - low)) * 7)])
    .join('');
}
