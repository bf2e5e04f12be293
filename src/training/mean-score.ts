/** What a reward model thinks of texts on average: its place on the scale of scores. */
import type { LengthsConfig } from '../config';
import { pairBatch, pairWidths } from '../data/batches';
import type { TextPair } from '../data/template';
import type { Tokenizer } from '../data/tokenizer';
import type { Model } from '../model/model';
import { scoreRows } from '../model/score';

/** Rows that are scored together. */
const ROWS = 32;

/** Mean score of responses to their prompts, in reward. @throws Error where there are none */
export async function meanScore(
  reward: Model,
  pairs: readonly TextPair[],
  tokenizer: Tokenizer,
  lengths: LengthsConfig,
): Promise<number> {
  const widths = pairWidths(pairs, tokenizer, lengths);
  let sum = 0;
  for (let start = 0; start < pairs.length; start += ROWS) {
    const rows = pairs.slice(start, start + ROWS);
    const { queries, responses, B } = pairBatch(rows, tokenizer, widths, ROWS);
    const values = await scoreRows(reward, queries, responses, B);
    for (let i = 0; i < rows.length; i++) sum += values[i]!;
  }
  return sum / pairs.length;
}
