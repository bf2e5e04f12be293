/** Labels as methods without a reward model read them: pairs or thumbs, and batches of either. */
import type { Comparison } from '../records';
import { pairBatch, type PairBatch } from './batches';
import { pairsOfComparisons, thumbsOfComparisons } from './preferences';
import type { TextPair } from './template';
import type { Tokenizer } from './tokenizer';

/** One label: a pair as two responses, the chosen first, or a thumb as one. */
export interface Label {
  responses: TextPair[];
  good: boolean;
}

/** All pairs of the comparisons, each a label. */
export const pairLabels = (comparisons: readonly Comparison[]): Label[] =>
  pairsOfComparisons(comparisons).map(({ text, chosen, rejected }) => ({
    responses: [chosen, rejected].map((response) => ({ text, response })),
    good: true,
  }));

/** All thumbs of the comparisons, each a label. */
export const thumbLabels = (comparisons: readonly Comparison[]): Label[] =>
  thumbsOfComparisons(comparisons).map(({ good, ...response }) => ({
    responses: [response],
    good,
  }));

/** Labels as the device wants them. */
export interface LabelBatch {
  /** Of pairs all chosen responses and then all rejected ones (2B rows); of thumbs the responses (B rows). */
  answers: PairBatch;
  /** Of thumbs each response with the prompt of the next one (B rows). */
  mismatched: PairBatch | null;
  good: Float32Array; // (B)
  B: number;
}

/** A batch of one shape, whichever labels it is of. @param widths P and R that hold all labels of the run */
export function labelBatch(
  labels: readonly Label[],
  tokenizer: Tokenizer,
  widths: { P: number; R: number },
): LabelBatch {
  const first = labels.map(({ responses }) => responses[0]!);
  const second = labels.flatMap(({ responses }) => responses[1] ?? []);
  const strangers = first.map(({ response }, i) => ({ text: first[(i + 1) % first.length]!.text, response })); // prettier-ignore
  return {
    answers: pairBatch([...first, ...second], tokenizer, widths),
    mismatched: second.length > 0 ? null : pairBatch(strangers, tokenizer, widths),
    good: Float32Array.from(labels, ({ good }) => (good ? 1 : 0)),
    B: labels.length,
  };
}
