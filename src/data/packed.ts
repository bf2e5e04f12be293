/**
 * Queries with their responses, one directly after the other, padded on the left:
 *
 *     · · b q q q r r r e
 *     · b q q q q q q r e
 *              T
 *
 * All rows end in one column, and the last R columns hold every response. Such rows are as wide as the longest of
 * them, and not as the longest query and the longest response together.
 *
 * Responses to one query can share it (model/siblings.ts) where they begin in one column instead, in forked rows:
 *
 *     · b q q q q | r r e
 *     · b q q q q | r e ·
 */
import type { LengthsConfig } from '../config';
import type { TokenRows } from './batches';
import { queryIds, responseIds, type TextPair } from './template';
import type { Tokenizer } from './tokenizer';

export interface PackedRows extends TokenRows {
  /** (B, R), of the last R columns: 1 on the row's own response, and on no token of a row that fills up. */
  responses: Float32Array;
  B: number;
  T: number;
  R: number;
  /** Response tokens, ends counted, and all tokens of the rows that were given. */
  responseTokens: number;
  tokens: number;
}

/** A row before it is padded. */
export interface PackedLine {
  ids: number[];
  /** How many of the ids are the query's; the first is always one of them. */
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

/** Columns of rows, R of them for responses, and whether these begin in one column or end in one. */
export interface RowShape {
  T: number;
  R: number;
  forked: boolean;
}

const upTo = (step: number, tokens: number): number => Math.ceil(tokens / step) * step;

/**
 * The narrowest T and R that hold all lines.
 * @param step both are multiples of it: fewer shapes, for a device that keeps buffers for each
 * @param atLeast R is no narrower: fewer still
 */
export function packedShape(lines: readonly PackedLine[], step = 1, atLeast = 0): RowShape {
  let [longest, R] = [1, atLeast];
  for (const { ids, query } of lines) {
    longest = Math.max(longest, ids.length);
    R = Math.max(R, upTo(step, ids.length - query));
  }
  // The first response token is chosen in the column before it.
  return { T: upTo(step, Math.max(longest, R + 1)), R, forked: false };
}

/** The same of forked rows. */
export function forkedShape(lines: readonly PackedLine[], step = 1, atLeast = 0): RowShape {
  let [P, R] = [1, atLeast];
  for (const { ids, query } of lines) {
    P = Math.max(P, query);
    R = Math.max(R, upTo(step, ids.length - query));
  }
  return { T: upTo(step, P) + R, R, forked: true };
}

/** Rows (B, T), filled up to `B` with the first of them, since a row needs something to attend to; it counts for nothing. */
export function packedRows(
  lines: readonly PackedLine[],
  { T, R, forked }: RowShape,
  B: number,
  padId: number,
): PackedRows {
  if (lines.length === 0 || lines.length > B)
    throw new Error(`A batch of ${B} rows cannot be made of ${lines.length} texts.`);
  const ids = new Int32Array(B * T).fill(padId);
  const mask = new Float32Array(B * T);
  const responses = new Float32Array(B * R);
  for (let row = 0; row < B; row++) {
    const line = lines[row] ?? lines[0]!;
    const drawn = line.ids.length - line.query;
    const behind = forked ? R - drawn : 0; // columns of padding on the right
    const end = (row + 1) * T - behind;
    ids.set(line.ids, end - line.ids.length);
    mask.fill(1, end - line.ids.length, end);
    const responseEnd = (row + 1) * R - behind;
    if (row < lines.length) responses.fill(1, responseEnd - drawn, responseEnd);
  }
  const sum = (count: (line: PackedLine) => number) => lines.reduce((all, line) => all + count(line), 0); // prettier-ignore
  const tokens = sum(({ ids }) => ids.length);
  return { ids, mask, responses, B, T, R, tokens, responseTokens: tokens - sum(({ query }) => query) }; // prettier-ignore
}
