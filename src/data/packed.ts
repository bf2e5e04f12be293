/**
 * Queries with their responses, one directly after the other, padded on the right:
 *
 *     b q q q r r r e · ·
 *     b q q q q q r e · ·
 *              T
 *
 * For whoever reads a row at its last token and needs no column where all responses begin: such rows are as wide
 * as the longest of them, and not as the longest query and the longest response together.
 */
import type { LengthsConfig } from '../config';
import type { TokenRows } from './batches';
import { queryIds, responseIds, type TextPair } from './template';
import type { Tokenizer } from './tokenizer';

export interface PackedRows extends TokenRows {
  B: number;
  T: number;
  /** All tokens of the rows that were given. */
  tokens: number;
}

/** Widths are multiples of this: every width is a set of buffers of its own, which WebGPU never gives back. */
const WIDTH_STEP = 8;

/** Ids of a query and its response, each within its limit. */
export const packedIds = (
  { text, response }: TextPair,
  tokenizer: Tokenizer,
  { promptTokens, responseTokens }: LengthsConfig,
): number[] => [
  ...queryIds(text, tokenizer, promptTokens),
  ...responseIds(response, tokenizer, responseTokens),
];

/**
 * Rows (B, T), filled up to `B` with the first row, whose numbers count for nothing.
 * @param lines ids of each row, from `packedIds`
 */
export function packedRows(lines: readonly number[][], B: number, padId: number): PackedRows {
  if (lines.length === 0 || lines.length > B)
    throw new Error(`A batch of ${B} rows cannot be made of ${lines.length} texts.`);
  const longest = Math.max(...lines.map((line) => line.length));
  const T = Math.ceil(longest / WIDTH_STEP) * WIDTH_STEP;
  const ids = new Int32Array(B * T).fill(padId);
  const mask = new Float32Array(B * T);
  for (let row = 0; row < B; row++) {
    const line = lines[row] ?? lines[0]!;
    ids.set(line, row * T);
    mask.fill(1, row * T, row * T + line.length);
  }
  return { ids, mask, B, T, tokens: lines.reduce((sum, line) => sum + line.length, 0) };
}
