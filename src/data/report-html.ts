/**
 * Blocks as one HTML file that needs nothing else: it opens from disk, light and dark, and prints. Every text is
 * escaped, and the page forbids itself scripts and anything from elsewhere, should one slip through all the same.
 */
import type { Block } from './report-blocks';

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }; // prettier-ignore

/** Text that can stand between tags and in quoted attributes; characters that HTML cannot hold become �. */
export const escapeHtml = (text: string): string =>
  text
    .replace(/[&<>"']/g, (character) => ESCAPES[character] ?? '')
    // eslint-disable-next-line no-control-regex -- they are what must not be there
    .replace(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F]/g, '\uFFFD')
    .replace(/\p{Surrogate}/gu, '\uFFFD'); // halves of a pair that stand alone

const STYLE = `
:root { color-scheme: light dark; --line: #1a5fb4; --quiet: #5e5c64; --rule: #c0bfbc; --panel: #f6f5f4; }
@media (prefers-color-scheme: dark) { :root { --line: #78aeed; --quiet: #b0aeb5; --rule: #5e5c64; --panel: #2a2a2e; } }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 0 auto; padding: 1.5rem; overflow-wrap: anywhere; }
h1 { line-height: 1.2; } h2 { border-top: 1px solid var(--rule); margin-top: 2.5rem; padding-top: 1rem; }
.table { overflow-x: auto; } table { border-collapse: collapse; margin: 1rem 0; font-variant-numeric: tabular-nums; }
caption { text-align: left; font-weight: 600; padding: .3rem 0; }
th, td { text-align: left; vertical-align: top; padding: .3rem .9rem .3rem 0; overflow-wrap: break-word; border-bottom: 1px solid var(--rule); white-space: pre-wrap; }
p, li { white-space: pre-wrap; } .note, figcaption { color: var(--quiet); font-size: .9rem; }
.curves { display: grid; grid-template-columns: repeat(auto-fill, minmax(19rem, 1fr)); gap: 1rem; }
figure { margin: 0; break-inside: avoid; } figcaption b { color: CanvasText; } svg { width: 100%; height: auto; }
svg text { font-size: 11px; fill: var(--quiet); } .axis { fill: none; stroke: var(--rule); }
.line { fill: none; stroke: var(--line); stroke-width: 1.5; } circle.line { fill: var(--line); }
.verbatim { break-inside: avoid; margin: .5rem 0; } .verbatim .note { margin: 0; }
pre { background: var(--panel); border-left: 3px solid var(--rule); margin: 0; padding: .5rem .8rem; white-space: pre-wrap; font: inherit; }
@media print { :root { color-scheme: light; --panel: #fff; } body { max-width: none; padding: 0; font-size: 11pt; } h2, h3 { break-after: avoid; } tr { break-inside: avoid; } }
`;

/** @param drawCurve a curve as SVG, passed in so that curves may use the escaping of this file */
export function htmlOf(
  title: string,
  blocks: readonly Block[],
  drawCurve: (curve: Extract<Block, { kind: 'curve' }>['curve']) => string,
): string {
  const body: string[] = [];
  blocks.forEach((block, i) => {
    const [before, after] = [blocks[i - 1]?.kind === 'curve', blocks[i + 1]?.kind === 'curve'];
    const inCurves = block.kind === 'curve';
    const open = inCurves && !before ? '<div class="curves">\n' : '';
    const close = inCurves && !after ? '\n</div>' : '';
    body.push(`${open}${blockHtml(block, drawCurve)}${close}`);
  });
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
${body.join('\n')}
</main>
</body>
</html>
`;
}

function blockHtml(
  block: Block,
  drawCurve: (curve: Extract<Block, { kind: 'curve' }>['curve']) => string,
): string {
  switch (block.kind) {
    case 'heading':
      return `<h${block.level}>${escapeHtml(block.text)}</h${block.level}>`;
    case 'paragraph':
      return `<p>${escapeHtml(block.text)}</p>`;
    case 'list':
      return `<ul>${block.items.map((item) => `<li>${escapeHtml(item)}</li>`).join('')}</ul>`;
    case 'table':
      return tableHtml(block);
    case 'verbatim':
      // HTML drops one line end right after <pre>; so one is given for it to drop.
      return `<div class="verbatim"><p class="note">${escapeHtml(block.label)}</p><pre>\n${escapeHtml(block.text)}</pre></div>`; // prettier-ignore
    case 'curve': {
      const { name, definition } = block.curve;
      const text = definition === null ? '' : ` ${escapeHtml(definition)}`;
      return `<figure>${drawCurve(block.curve)}<figcaption><b>${escapeHtml(name)}</b>${text}</figcaption></figure>`; // prettier-ignore
    }
    default:
      return block satisfies never;
  }
}

function tableHtml({ caption, head, rows }: Extract<Block, { kind: 'table' }>): string {
  const cells = (tag: 'th' | 'td', row: readonly string[]) =>
    row.map((cell, i) => {
      const name = tag === 'td' && i === 0 ? 'th' : tag;
      const scope = tag === 'th' ? ' scope="col"' : name === 'th' ? ' scope="row"' : '';
      return `<${name}${scope}>${escapeHtml(cell)}</${name}>`;
    });
  const named = head.some((cell) => cell !== '');
  const top = named ? `<thead><tr>${cells('th', head).join('')}</tr></thead>` : '';
  const lines = rows.map((row) => `<tr>${cells('td', row).join('')}</tr>`).join('\n');
  // Where it is wider than the page it is scrolled, by keyboard as well.
  return `<div class="table" tabindex="0" role="group" aria-label="${escapeHtml(caption)}"><table><caption>${escapeHtml(caption)}</caption>${top}<tbody>\n${lines}\n</tbody></table></div>`; // prettier-ignore
}
