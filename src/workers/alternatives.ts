/** What else a model might have said at each token of an answer. */
import { pairBatch, pairWidths } from '../data/batches';
import type { Tokenizer } from '../data/tokenizer';
import { nextTokenLogProbabilities } from '../model/next-tokens';
import { joinRows } from '../model/rows';
import type { Weights } from '../records';
import type { AlternativesRequest, TokenChoice } from './messages';

/** Likeliest tokens that are told of each place. */
const MOST = 5;

/**
 * For each token of the response, with its end where there is room: how likely it was and what else was likely, at
 * temperature 1 and before top k and top p, so that answers drawn in different ways can be compared.
 */
export async function alternativesOf(
  weights: Weights,
  tokenizer: Tokenizer,
  { prompt, response, lengths }: Omit<AlternativesRequest, 'checkpointId'>,
): Promise<TokenChoice[]> {
  const texts = [{ text: prompt, response }];
  const { queries, responses } = pairBatch(texts, tokenizer, pairWidths(texts, tokenizer, lengths));
  const rows = joinRows(queries, responses, 1); // (1, P+R)
  const R = responses.ids.length;
  const V = weights.config.vocabSize;
  // The token at column i is chosen by what is known at column i − 1.
  const all = await nextTokenLogProbabilities(weights, rows, 1, R + 1); // (1, R+1, V)
  return [...responses.ids].flatMap((id, t) => {
    if (responses.mask[t] === 0) return [];
    const here = all.subarray(t * V, (t + 1) * V);
    return [{ ...wordOf(tokenizer, id, here), others: likeliest(here).map((v) => wordOf(tokenizer, v, here)) }]; // prettier-ignore
  });
}

const wordOf = (tokenizer: Tokenizer, id: number, logProbabilities: Float64Array) => ({
  text: tokenizer.token(id),
  probability: Math.exp(logProbabilities[id] ?? -Infinity),
});

/** Ids of the likeliest tokens, best first. */
function likeliest(logProbabilities: Float64Array): number[] {
  const best: number[] = [];
  for (let v = 0; v < logProbabilities.length; v++) {
    const place = best.findIndex((other) => logProbabilities[v]! > logProbabilities[other]!);
    if (place >= 0) best.splice(place, 0, v);
    else if (best.length < MOST) best.push(v);
    if (best.length > MOST) best.pop();
  }
  return best;
}
