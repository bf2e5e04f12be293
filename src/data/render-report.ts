/** A report as files: one HTML page that needs nothing else, and the same as Markdown. */
import type { LabReport } from './report';
import { blocksOf } from './report-blocks';
import { curveSvg } from './report-curve';
import { htmlOf } from './report-html';
import { markdownOf } from './report-markdown';

export function renderReport(report: LabReport): { html: string; markdown: string } {
  const blocks = blocksOf(report);
  return { html: htmlOf(report.title, blocks, curveSvg), markdown: markdownOf(blocks) };
}
