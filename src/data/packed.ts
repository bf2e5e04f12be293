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
  /** (B, T-1): 1 where the token after is of the response. */
  responses: Float32Array;
  B: number;
  T: number;
  /** All tokens of the rows that were given. */
  tokens: number;
}

/** Widths are multiples of this: every width is a set of buffers of its own, which WebGPU never gives back. */
const WIDTH_STEP = 8;

/** A row before it is padded. */
export interface PackedLine {
  ids: number[];
  /** How many of the ids are the query's. */
  query: number;
}

/** Ids of a query and its response, each within its limit. */
export function packedLine(
  { text, response }: TextPair,
  tokenizer: Tokenizer,
  { promptTokens, responseTokens }: LengthsConfig,
): PackedLine {
  const query = queryIds(text, tokenizer, promptTokens);
  return {
    ids: [...query, ...responseIds(response, tokenizer, responseTokens)],
    query: query.length,
  };
}

/** Rows (B, T), filled up to `B` with the first row, whose numbers count for nothing. */
export function packedRows(lines: readonly PackedLine[], B: number, padId: number): PackedRows {
  if (lines.length === 0 || lines.length > B)
    throw new Error(`A batch of ${B} rows cannot be made of ${lines.length} texts.`);
  const longest = Math.max(...lines.map(({ ids }) => ids.length));
  const T = Math.ceil(longest / WIDTH_STEP) * WIDTH_STEP;
  const ids = new Int32Array(B * T).fill(padId);
  const mask = new Float32Array(B * T);
  const responses = new Float32Array(B * (T - 1));
  for (let row = 0; row < B; row++) {
    const line = lines[row] ?? lines[0]!;
    const length = line.ids.length;
    ids.set(line.ids, row * T);
    mask.fill(1, row * T, row * T + length);
    responses.fill(1, row * (T - 1) + line.query - 1, row * (T - 1) + length - 1);
  }
  const tokens = lines.reduce((sum, line) => sum + line.ids.length, 0);
  return { ids, mask, responses, B, T, tokens };
}
