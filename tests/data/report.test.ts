import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { evaluationTable } from '../../src/data/evaluation-table';
import { withGuidelines } from '../../src/data/guidelines';
import { renderReport } from '../../src/data/render-report';
import { curvesOf, type LabReport } from '../../src/data/report';
import { numberText } from '../../src/data/report-blocks';
import { escapeMarkdown } from '../../src/data/report-markdown';
import type { Prompt } from '../../src/records';

const SKY: Prompt = { id: 'p', text: 'Sky?', task: 'answer', split: 'held-out', source: 'human', check: { kind: 'answer', accepted: ['blue'] } }; // prettier-ignore

/** A report in which every text that somebody may have written is `text`. */
const reportWith = (text: string): LabReport => ({
  title: text,
  madeAt: Date.UTC(2024, 1, 29, 12),
  model: { name: text, uses: [text], base: text, shape: null, parameters: 1234567, seed: 3, backend: text, stages: [{ stage: 'sft', steps: 30, tokens: 9000, seconds: 1.5 }] },
  data: {
    demonstrations: [{ task: 'story', train: 9, heldOut: 1 }],
    sources: [{ source: 'human', demonstrations: 10 }],
    prompts: { train: 5, heldOut: 2 },
    comparisons: { pairs: 12, rankings: 3 },
    labelers: [{ name: text, source: 'human', rankings: 3 }],
    agreement: { alpha: 0.6, low: 0.4, high: 0.8 },
    personalData: 0,
    hash: 'abc',
  },
  guidelines: withGuidelines([], 'Be kind.', 1).map((version) => ({ ...version, text }))[0]!,
  configs: [{ name: text, values: { [`key ${text}`]: text, rate: 0.001 }, hash: 'def' }],
  curves: curvesOf('sft', [{ step: 1, metrics: { [`m ${text}`]: 2 } }, { step: 2, metrics: { [`m ${text}`]: 1 } }], { [`m ${text}`]: text }),
  measures: [{ checkpoint: text, measures: evaluationTable([{ prompt: SKY, answer: 'Blue.' }], { seed: 1, draws: 10 }) }],
  evaluation: {
    checkpoint: text,
    baseline: text,
    judge: { name: text, source: 'human' },
    winRate: { wins: 6, losses: 3, ties: 1, value: 0.65, low: 0.35, high: 0.87 },
    kl: 1.5,
    gold: { checkpoint: 0.7, baseline: 0.5 },
    goldDifference: { value: 0.2, low: 0.1, high: 0.3, n: 10 },
  },
  samples: { rule: text, samples: [{ prompt: text, task: 'own', answers: [{ checkpoint: text, text }] }] },
  lineage: [{ id: text, what: text, parents: [text], hash: null }],
  limits: [text],
}); // prettier-ignore

const EMPTY: LabReport = {
  title: 'Empty',
  madeAt: null,
  model: { name: 'm', uses: [], base: 'b', shape: null, parameters: null, seed: 1, backend: 'cpu', stages: [] }, // prettier-ignore
  data: null,
  guidelines: null,
  configs: [],
  curves: [],
  measures: [],
  evaluation: null,
  samples: null,
  lineage: [],
  limits: [],
};

const tagsOf = (html: string): string[] =>
  [...html.matchAll(/<[^>]*>/g)].map(([tag]) => tag.replace(/(aria-label|points)="[^"]*"/g, '$1'));
/** What is left of Markdown when text in fences, in which nothing is markup, is taken out. */
const outsideFences = (markdown: string): string =>
  markdown.replace(/^(`{3,})text\n[\s\S]*?\n\1$/gm, '');

describe('a report', () => {
  const { html, markdown } = renderReport(reportWith('Plain words'));

  test('says its numbers with intervals, in both forms', () => {
    for (const text of [html, markdown.replaceAll('\\', '')]) {
      expect(text).toContain('preferred to Plain words in 65.0% of 10 blind contests');
      expect(text).toContain('95% interval 35.0% to 87.0%; 6 won, 3 lost, 1 tied');
      expect(text).toContain('1.5 nats per response');
      expect(text).toContain(
        'On the same 10 prompts the difference is 0.2 (95% interval 0.1 to 0.3)',
      );
      expect(text).toMatch(/100\.0% \(20\.7% to 100\.0%; n = 1\)/); // Wilson of 1 of 1
      expect(text).toContain('1,234,567');
      expect(text).toContain('2024-02-29 12:00 UTC');
      expect(text).toContain('2 at step 1, 1 at step 2');
      for (const part of ['Result', 'Measures', 'Model card', 'Data card', 'Guidelines', 'Training', 'Samples', 'Settings', 'Lineage', 'Known limits']) expect(text).toContain(part); // prettier-ignore
    }
  });

  test('is one page that needs nothing else and runs nothing', () => {
    expect(html).toMatch(/^<!doctype html>/);
    expect(html).not.toMatch(/<script|<link|<img|<iframe|@import|url\(|https?:|src=|href=/i);
    expect(html).toContain('prefers-color-scheme: dark');
    expect(html).toContain('@media print');
    expect(html).toContain("default-src 'none'");
  });

  test('has every tag closed', () => {
    const open: string[] = [];
    for (const [, close, name, self] of html.matchAll(/<(\/?)([a-z][a-z0-9]*)[^>]*?(\/?)>/gi)) {
      if (close) expect(open.pop()).toBe(name);
      else if (!self && name !== 'meta') open.push(name!);
    }
    expect(open).toEqual([]);
  });

  test('of which everything is missing says so, part by part', () => {
    const empty = renderReport(EMPTY);
    for (const text of [empty.html, empty.markdown.replaceAll('\\', '')])
      for (const sentence of [
        'No models were compared.',
        'Nothing was measured automatically.',
        'How it was made was not kept.',
        'What it learned from was not kept.',
        'Labelers were given no guidelines.',
        'No curves were kept.',
        'No samples were kept.',
        'Settings were not kept.',
        'Where it came from was not kept.',
        'None were written down',
      ])
        // prettier-ignore
        expect(text).toContain(sentence);
  });

  test('lets nothing of what people wrote become markup', () => {
    const plain = tagsOf(html);
    const nasty = fc.array(fc.constantFrom('<script>alert(1)</script>', '</style><img src=x onerror=alert(1)>', '"><svg onload=1>', "' onclick='1", '</pre>', '```', '````\n', '\n\n# no', '|', '&lt;', '<!--', ']]>', '[x](javascript:1)', '![](http://x)', '\\', '`<b>`', '\u0000', '\u2028', '$&', '**', 'a\r\nb', '    code'), { minLength: 1, maxLength: 4 }).map((parts) => parts.join('')); // prettier-ignore
    fc.assert(
      fc.property(fc.oneof(nasty, fc.string({ unit: 'binary', minLength: 1 })), (text) => {
        const hostile = renderReport(reportWith(text));
        // As many tags, the same, in the same order, whatever the text is.
        expect(tagsOf(hostile.html)).toEqual(plain);
        const left = outsideFences(hostile.markdown);
        expect(left).not.toMatch(/<|(?<!\\)\]\(|(?<!\\)`|^ {4}/m);
        // Headings and rows are ours alone.
        expect(left.match(/^#/gm)).toHaveLength(markdown.match(/^#/gm)!.length);
        expect(left.match(/^\|/gm)).toHaveLength(markdown.match(/^\|/gm)!.length);
      }),
      { numRuns: 60 },
    );
  });

  test('keeps what was written, to the letter', () => {
    const text = 'a < b && "c" \'d\'\n\n  e';
    expect(renderReport(reportWith(text)).html).toContain('<pre>\na &lt; b &amp;&amp; &quot;c&quot; &#39;d&#39;\n\n  e</pre>'); // prettier-ignore
    expect(renderReport(reportWith(text)).markdown).toContain('```text\na < b && "c" \'d\'\n\n  e\n```'); // prettier-ignore
    expect(escapeMarkdown('1. *a* <b> \\> x|y')).toBe('1\\. \\*a\\* &lt;b&gt; \\\\&gt; x\\|y');
    expect(escapeMarkdown('- 5.5% (of 2) a - b')).toBe('\\- 5.5% (of 2) a - b');
    expect(escapeMarkdown('http://a.b www.a.b a@b.c')).toBe('http\\://a.b www\\.a.b a\\@b.c');
  });
});

describe('curves', () => {
  test('are taken from the rows of a run, without what is no number', () => {
    const rows = [{ step: 1, metrics: { loss: 2, gap: NaN } }, { step: 2, metrics: { loss: 1, other: 5 } }]; // prettier-ignore
    expect(curvesOf('sft', rows, { loss: 'nats' })).toEqual([
      { stage: 'sft', name: 'loss', definition: 'nats', points: [{ step: 1, value: 2 }, { step: 2, value: 1 }] }, // prettier-ignore
      { stage: 'sft', name: 'other', definition: null, points: [{ step: 2, value: 5 }] },
    ]);
  });

  test('are drawn within their frame, thinned where they are long', () => {
    const points = (n: number, of: (i: number) => number) => Array.from({ length: n }, (_, i) => ({ step: i + 1, value: of(i) })); // prettier-ignore
    for (const [n, of] of [
      [1, () => 3],
      [2, () => 3],
      [5000, (i: number) => Math.sin(i / 100)],
      [3, (i: number) => (i === 1 ? Infinity : i)],
    ] as const) {
      // prettier-ignore
      const curve = { stage: 'ppo' as const, name: 'x', definition: null, points: points(n, of) };
      const { html } = renderReport({ ...EMPTY, curves: [curve] });
      const drawn = html.match(/points="([^"]*)"/)?.[1]?.split(' ') ?? [];
      expect(drawn.length).toBeLessThanOrEqual(601);
      for (const each of drawn) {
        const [x, y] = each.split(',').map(Number);
        expect(x).toBeGreaterThanOrEqual(62);
        expect(x).toBeLessThanOrEqual(470);
        expect(y).toBeGreaterThanOrEqual(10);
        expect(y).toBeLessThanOrEqual(126);
      }
      if (n === 1) expect(html).toContain('<circle');
    }
    expect(renderReport({ ...EMPTY, curves: [{ stage: 'ppo', name: 'x', definition: null, points: [] }] }).html).toContain('no points'); // prettier-ignore
  });

  test('numbers are short and never claim what they are not', () => {
    expect([0, 12, 1234567, 0.123456, 1234.5, 0.00012, -0.5, NaN, Infinity].map(numberText)).toEqual(['0', '12', '1,234,567', '0.123', '1,235', '1.20e-4', '-0.5', '–', '–']); // prettier-ignore
  });
});
