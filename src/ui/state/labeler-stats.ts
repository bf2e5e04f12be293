/**
 * How fast, how steadily and how much alike people label, counted in pieces so that the page never stands still:
 * intervals are drawn hundreds of times.
 */
import {
  agreementOf,
  consensusOf,
  selfAgreement,
  type AgreementReport,
  type PairEstimate,
} from '../../data/labeler-agreement';
import { checkLabelers, type LabelerCheck } from '../../data/labeler-checks';
import { writeCsv } from '../../data/csv';
import type { LabelerInfo, Ranking } from '../../records';
import { labelers as text } from '../strings/labelers';
import { paceOf } from './ranking';

export type { AgreementReport, PairEstimate } from '../../data/labeler-agreement';

export interface LabelerRow {
  labeler: LabelerInfo;
  /** Verdicts, skipped ones and repeats among them. */
  verdicts: number;
  /** Median seconds of those that were timed; null where none was. */
  pace: number | null;
  self: PairEstimate | null;
  /** Null where there is nothing but skipped samples. */
  check: LabelerCheck | null;
}

export interface LabelerStats {
  rows: LabelerRow[];
  agreement: AgreementReport;
  /** Samples that several people ranked, and those of them whose majorities go round in a circle. */
  shared: number;
  circular: number;
}

const SEED = 1;

/** Count everything, a piece at a time. Null where `isWanted` says that nobody waits for it any more. */
export async function labelerStats(
  rankings: readonly Ranking[],
  isWanted: () => boolean,
): Promise<LabelerStats | null> {
  const rows: LabelerRow[] = [];
  for (const own of byLabeler(rankings)) {
    await nextTask();
    if (!isWanted()) return null;
    const [{ labeler } = { labeler: undefined }] = own;
    if (!labeler) continue;
    const timed = own.filter(({ verdict, seconds }) => verdict !== 'skipped' && seconds > 0);
    rows.push({
      labeler,
      verdicts: own.length,
      pace: paceOf(timed.map(({ seconds }) => seconds)),
      self: selfAgreement(own),
      // A sample that is shown again would count twice in every bias.
      check: checkLabelers(own.filter(({ repeat }) => !repeat), SEED)[0] ?? null, // prettier-ignore
    });
  }
  await nextTask();
  if (!isWanted()) return null;
  const consensus = consensusOf(rankings.filter(({ labeler }) => labeler.source === 'human'));
  return {
    rows,
    agreement: agreementOf(rankings, SEED),
    shared: consensus.length,
    circular: consensus.filter(({ circular }) => circular).length,
  };
}

function byLabeler(rankings: readonly Ranking[]): Ranking[][] {
  const groups = new Map<string, Ranking[]>();
  for (const ranking of rankings) {
    const own = groups.get(ranking.labeler.id);
    if (own) own.push(ranking);
    else groups.set(ranking.labeler.id, [ranking]);
  }
  return [...groups.values()];
}

const nextTask = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

/** The table as the text of a file, in full precision. */
export const statsCsv = (
  { rows }: LabelerStats,
  nameOf: (labeler: LabelerInfo) => string,
): string =>
  writeCsv([
    text.stats.columns,
    ...rows.map(({ labeler, verdicts, pace, self, check }) => [
      nameOf(labeler),
      labeler.source,
      verdicts,
      pace,
      self?.value ?? null,
      check?.position?.value ?? null,
      check?.length?.value ?? null,
      check?.straight.share ?? null,
    ]),
  ]);
