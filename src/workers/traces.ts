/** What a model makes of given texts, token by token: a language model its surprise, a reward model its score. */
import type { LengthsConfig } from '../config';
import { pairBatch, pairWidths } from '../data/batches';
import type { Tokenizer } from '../data/tokenizer';
import { logProbabilityRows } from '../model/log-probability-rows';
import { membersOf } from '../model/members';
import { Model } from '../model/model';
import { makeOwned } from '../model/owned';
import { traceRows } from '../model/score';
import type { Weights } from '../records';
import type { TracedText } from './messages';

/** Rows that are read together. */
const ROWS = 8;

/**
 * Each response with a number for each of its tokens: log-probabilities in nats of a language model; of a reward
 * model the score that the response would have if it ended there.
 */
export async function traces(
  weights: Weights,
  pairs: readonly { prompt: string; response: string }[],
  tokenizer: Tokenizer,
  lengths: LengthsConfig,
): Promise<TracedText[]> {
  const texts = pairs.map(({ prompt, response }) => ({ text: prompt, response }));
  if (texts.length === 0) return [];
  const widths = pairWidths(texts, tokenizer, lengths);
  const head = 'score.weight' in weights.tensors ? 'scalar' : 'language';
  const models = makeOwned(
    (own) =>
    membersOf(weights).map(({ config, tensors }, k) => own(new Model(`tracer-${k}`, config, head, tensors, false))), // prettier-ignore
  );
  const traced: TracedText[] = [];
  try {
    for (let start = 0; start < texts.length; start += ROWS) {
      const some = texts.slice(start, start + ROWS);
      const { queries, responses, B, R } = pairBatch(some, tokenizer, widths);
      const values =
        head === 'scalar'
          ? await traceRows(models, queries, responses, B)
          : await logProbabilityRows(models[0]!, queries, responses, B); // (B, R)
      some.forEach((_, row) => {
        const real = Array.from({ length: R }, (__, t) => row * R + t).filter((at) => responses.mask[at]); // prettier-ignore
        traced.push({
          tokens: real.map((at) => tokenizer.token(responses.ids[at]!)),
          values: real.map((at) => values[at]!),
        });
      });
    }
  } finally {
    for (const model of models) model.dispose();
  }
  return traced;
}
