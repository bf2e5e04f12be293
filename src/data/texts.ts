/** Batches of plain text, for the language-modelling loss that PPO may mix in (InstructGPT, equation 2). */
import type { TokenRows } from './batches';
import { tidyText } from './template';
import type { Tokenizer } from './tokenizer';

export interface TextBatch extends TokenRows {
  /** Tokens to predict: all but the beginnings. */
  tokenCount: number;
}

/**
 * Texts as rows of one width (B, T): beginning of sequence, tokens, end of sequence, padding on the right. A
 * text that is too long is cut and has no end.
 */
export function textBatch(
  texts: readonly string[],
  { encode, bosId, eosId, padId }: Tokenizer,
  T: number,
): TextBatch {
  if (texts.length === 0) throw new Error('There is no text to make a batch of.');
  const ids = new Int32Array(texts.length * T).fill(padId); // (B, T)
  const mask = new Float32Array(texts.length * T); // (B, T)
  let tokens = 0;
  texts.forEach((text, row) => {
    const line = [bosId, ...encode(tidyText(text)), eosId].slice(0, T);
    ids.set(line, row * T);
    mask.fill(1, row * T, row * T + line.length);
    tokens += line.length;
  });
  return { ids, mask, tokenCount: tokens - texts.length };
}
