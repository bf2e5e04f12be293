/** The scale of a reward model, which comparisons alone leave open: how its head begins, and what texts score on average. */
import type { LengthsConfig } from '../config';
import { pairBatch, pairWidths } from '../data/batches';
import { normal, STREAM } from '../data/random';
import type { TextPair } from '../data/template';
import type { Tokenizer } from '../data/tokenizer';
import { LIKELIHOOD, type Model } from '../model/model';
import { scoreRows } from '../model/score';
import type { TensorRecords } from '../records';

/**
 * A scalar head over D features: N(0, 1 / (D + 1)), bias 0 (Ziegler 2019, code; Stiennon 2020, B.1); with the weight of
 * the likelihood beside it, unless that is 0.
 */
export function initialHead(D: number, likelihood: number, seed: number): TensorRecords {
  const deviation = 1 / Math.sqrt(D + 1);
  const weight = Float32Array.from(
    { length: D },
    (_, i) => deviation * normal(seed, STREAM.initialisation, i),
  );
  return {
    'score.weight': { shape: [1, D], data: weight },
    'score.bias': { shape: [1], data: new Float32Array(1) },
    ...(likelihood === 0
      ? {}
      : { [LIKELIHOOD]: { shape: [1], data: Float32Array.of(likelihood) } }),
  };
}

/** Rows that are scored together. */
const ROWS = 32;

/** Of more texts than this so many are read: scores deviate by a few, so their mean is known to a tenth. */
const ENOUGH = 1000;

/**
 * Mean score of responses to their prompts, in reward: of all, or of a thousand at most, from the first to the last.
 * @throws Error where there are none
 */
export async function meanScore(
  reward: Model,
  all: readonly TextPair[],
  tokenizer: Tokenizer,
  lengths: LengthsConfig,
): Promise<number> {
  const apart = Math.ceil(all.length / ENOUGH);
  const pairs = all.filter((_, i) => i % apart === 0);
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
