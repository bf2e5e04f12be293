/**
 * Batches of one fixed shape as plain typed arrays. Queries are padded on the left and responses on the
 * right, so that every response of a batch begins in the same column:
 *
 *     · · b q q q | r r r e · ·
 *     b q q q q q | r e · · · ·
 *         P       |     R
 */
import type { LengthsConfig } from '../config';
import { queryIds, responseIds, type TextPair } from './template';
import type { Tokenizer } from './tokenizer';

export { fits } from './template';

/** Ids and mask of B rows, flat (B, width). */
export interface TokenRows {
  ids: Int32Array;
  /** 1 where a token is real, 0 where it is padding. */
  mask: Float32Array;
}

/** Queries with their responses. */
export interface PairBatch {
  queries: TokenRows; // (B, P)
  /** Its mask is the loss mask: 1 on response tokens and on the end. */
  responses: TokenRows; // (B, R)
  B: number;
  P: number;
  R: number;
  /** Response tokens, ends counted. */
  responseTokens: number;
  /** All tokens of the rows that were given. */
  tokens: number;
}

/** Queries (B, P) to answer. Prompts that are too long lose their beginning. */
export function queryBatch(
  prompts: readonly { text: string }[],
  tokenizer: Tokenizer,
  P: number,
): TokenRows {
  return padded(
    prompts.map(({ text }) => queryIds(text, tokenizer, P)),
    P,
    tokenizer.padId,
    'left',
  );
}

/** The narrowest P that holds all prompts, within the limit: one shape for all batches of a run. */
export const queryWidth = (
  prompts: readonly { text: string }[],
  tokenizer: Tokenizer,
  limit: number,
): number =>
  prompts.reduce((P, { text }) => Math.max(P, queryIds(text, tokenizer, limit).length), 1);

/** The narrowest P and R that hold all pairs, within the limits: one shape for all batches of a run. */
export function pairWidths(
  pairs: readonly TextPair[],
  tokenizer: Tokenizer,
  { promptTokens, responseTokens }: LengthsConfig,
): { P: number; R: number } {
  if (pairs.length === 0)
    throw new Error('There is nothing to train on: the set is empty. Add or import some first.');
  let [P, R] = [0, 0];
  for (const { text, response } of pairs) {
    P = Math.max(P, queryIds(text, tokenizer, promptTokens).length);
    R = Math.max(R, responseIds(response, tokenizer, responseTokens).length);
  }
  return { P, R };
}

/**
 * Pairs as (B, P) and (B, R). With `rows`, the batch is filled up to so many: with the first query, since a
 * row without any token has nothing to attend to, and a response that is all padding and counts for nothing.
 */
export function pairBatch(
  pairs: readonly TextPair[],
  tokenizer: Tokenizer,
  { P, R }: { P: number; R: number },
  rows: number = pairs.length,
): PairBatch {
  if (pairs.length === 0 || pairs.length > rows)
    throw new Error(`A batch of ${rows} rows cannot be made of ${pairs.length} pairs.`);
  const queries = pairs.map(({ text }) => queryIds(text, tokenizer, P));
  const responses = pairs.map(({ response }) => responseIds(response, tokenizer, R));
  const responseTokens = totalLength(responses);
  const tokens = totalLength(queries) + responseTokens;
  while (queries.length < rows) {
    queries.push(queries[0]!);
    responses.push([]);
  }
  return {
    queries: padded(queries, P, tokenizer.padId, 'left'),
    responses: padded(responses, R, tokenizer.padId, 'right'),
    B: rows,
    P,
    R,
    responseTokens,
    tokens,
  };
}

const totalLength = (rows: readonly number[][]) => rows.reduce((sum, row) => sum + row.length, 0);

function padded(
  rows: readonly number[][],
  width: number,
  padId: number,
  side: 'left' | 'right',
): TokenRows {
  const ids = new Int32Array(rows.length * width).fill(padId);
  const mask = new Float32Array(rows.length * width);
  rows.forEach((row, i) => {
    const start = i * width + (side === 'left' ? width - row.length : 0);
    ids.set(row, start);
    mask.fill(1, start, start + row.length);
  });
  return { ids, mask };
}
