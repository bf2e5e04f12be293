/**
 * How a prompt and a response become one row of token ids:
 *
 *     <bos> prompt ⏎ A:      |  response <eos>
 *     the query              |  the response, which is what is learned and sampled
 *
 * The mark is one special token, `<assistant>`, where the tokenizer has it, as those of the lab's own bases do.
 * Elsewhere it is three common tokens, so that it costs little of a short window and is quickly learned; a story
 * never holds it. A response begins with a space, so that its first word is the token that the word is
 * within a sentence. The two parts are encoded apart, so a query has the same ids with and without its response.
 */
import type { LengthsConfig } from '../config';
import type { Tokenizer } from './tokenizer';

/** What stands between a prompt and its response where the tokenizer has no token for it. */
export const ANSWER_MARK = '\nA:';

/** A prompt and a response as people wrote them. */
export interface TextPair {
  /** The prompt. */
  text: string;
  response: string;
}

/** Line ends of any system become one; space around is dropped. */
export const tidyText = (text: string): string => text.replace(/\r\n?/g, '\n').trim();

/**
 * Ids of a query: beginning, prompt, answer mark. A prompt that is too long loses its beginning, so that
 * what is asked, which mostly stands at the end, and the mark remain.
 */
export function queryIds(text: string, tokenizer: Tokenizer, limit = Infinity): number[] {
  const mark = tokenizer.turnIds?.assistant;
  const ids =
    mark === undefined
      ? tokenizer.encode(tidyText(text) + ANSWER_MARK)
      : [...tokenizer.encode(tidyText(text)), mark];
  return [tokenizer.bosId, ...(ids.length < limit ? ids : ids.slice(ids.length - limit + 1))];
}

/**
 * Ids of a response with its end. One that is too long is cut and has no end, as a sampled response that
 * did not end in time has none.
 */
export function responseIds(text: string, tokenizer: Tokenizer, limit = Infinity): number[] {
  const tidy = tidyText(text);
  const spaced = tokenizer.addsSpace || tidy === '' ? tidy : ` ${tidy}`;
  return [...tokenizer.encode(spaced), tokenizer.eosId].slice(0, limit);
}

/** Why a demonstration cannot be learned from as it is, as a sentence; null where it can. */
export function fits(
  { text, response }: TextPair,
  tokenizer: Tokenizer,
  { promptTokens, responseTokens }: LengthsConfig,
): string | null {
  if (tidyText(text) === '') return 'Its prompt is empty.';
  if (tidyText(response) === '') return 'Its response is empty.';
  const P = queryIds(text, tokenizer).length;
  if (P > promptTokens)
    return `Its prompt is ${P} tokens long and ${promptTokens} are allowed. Shorten it, or raise the limit on prompts.`;
  const R = responseIds(response, tokenizer).length;
  if (R > responseTokens)
    return `Its response is ${R} tokens long and ${responseTokens} are allowed. Shorten it, or raise the limit on responses.`;
  return null;
}
