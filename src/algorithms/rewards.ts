/**
 * From one score per response to one reward per token: every token pays the KL penalty for its own choice,
 * and the last response token, which is the end-of-sequence token where there is one, also receives the
 * score.
 *
 *   r_t = -beta k1_t + [t = last] score
 *
 * The score belongs at the last token itself. One place further lies padding, whose reward no advantage
 * ever sees: the policy would learn nothing but to keep the KL small.
 *
 * Source: Ziegler 2019, equation 2; Stiennon 2020, section 3.4.
 */
import { klEstimate } from './kl';
import { at, countRows, type Numbers } from './rows';

export interface ScoredResponses {
  /** Of the policy that drew the tokens, (B, R), nats. */
  logProbabilities: Numbers;
  /** (B, R), nats. */
  referenceLogProbabilities: Numbers;
  /** (B, R). */
  mask: Numbers;
  /** (B), reward. */
  scores: Numbers;
  /** R. */
  responseLength: number;
}

/**
 * Rewards by token, (B, R), 0 on padding.
 * @param klCoefficient beta, reward per nat
 * @throws Error naming a row without any response token, since its score has no place
 */
export function tokenRewards(responses: ScoredResponses, klCoefficient: number): Float32Array {
  const { logProbabilities, referenceLogProbabilities, mask, scores, responseLength } = responses;
  const rows = countRows({ logProbabilities, referenceLogProbabilities, mask }, responseLength);
  if (scores.length !== rows)
    throw new Error(`There are ${scores.length} scores for ${rows} responses.`);
  const last = lastResponseTokens(mask, responseLength);
  const rewards = new Float32Array(rows * responseLength); // (B, R)
  for (let row = 0; row < rows; row++) {
    const end = at(last, row);
    if (end < 0) throw new Error(`Response ${row} has no token, so its score has no place.`);
    for (let i = row * responseLength; i <= row * responseLength + end; i++) {
      if (at(mask, i) === 0) continue;
      const logRatio = at(logProbabilities, i) - at(referenceLogProbabilities, i);
      const penalty = -klCoefficient * klEstimate('k1', logRatio);
      rewards[i] = i === row * responseLength + end ? penalty + at(scores, row) : penalty;
    }
  }
  return rewards;
}

/** Column of the last response token of each row (B), -1 where a row has none. @param mask (B, R) */
export function lastResponseTokens(mask: Numbers, responseLength: number): Int32Array {
  const rows = countRows({ mask }, responseLength);
  const last = new Int32Array(rows).fill(-1); // (B)
  for (let i = 0; i < mask.length; i++)
    if (at(mask, i) !== 0) last[Math.floor(i / responseLength)] = i % responseLength;
  return last;
}

/**
 * The missing-EOS rule: a response that ran into the length limit gets a fixed low score in place of its
 * own, so that a policy that learns to ramble is not rated on text that a reward model never saw the end of.
 * Source: Ziegler 2019, section 2.3 (score -1).
 * @param scores (B)
 * @param finished (B), whether the end-of-sequence token was drawn
 */
export function applyMissingEosScore(
  scores: Numbers,
  finished: ArrayLike<boolean>,
  missingEosScore: number,
): Float32Array {
  if (scores.length !== finished.length)
    throw new Error(`There are ${scores.length} scores for ${finished.length} responses.`);
  return Float32Array.from({ length: scores.length }, (_, row) =>
    finished[row] ? at(scores, row) : missingEosScore,
  );
}
