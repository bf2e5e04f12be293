/** Rollouts as people read them: text, and what every token was worth. Plain arrays in, records out. */
import type { Prompt, Rollout } from '../records';
import { gold } from './gold';
import type { Tokenizer } from './tokenizer';

/** Response ids (B, R) with the length of each row; the end of sequence counts and is not shown. */
export interface ResponseRows {
  ids: Int32Array;
  lengths: readonly number[];
  finished: readonly boolean[];
}

/** The text of each response, without its end-of-sequence token. */
export function responseTexts(
  { ids, lengths, finished }: ResponseRows,
  tokenizer: Tokenizer,
): string[] {
  const R = ids.length / lengths.length;
  return lengths.map((length, row) =>
    tokenizer.decode([...ids.subarray(row * R, row * R + length - (finished[row] ? 1 : 0))]).trim(),
  );
}

/** Mean gold score of the responses whose prompts have a check; null where none has. */
export function meanGold(prompts: readonly Prompt[], texts: readonly string[]): number | null {
  const scores = prompts.flatMap((prompt, row) => gold(prompt, texts[row]!)?.total ?? []);
  return scores.length ? scores.reduce((a, b) => a + b, 0) / scores.length : null;
}

/** Per-token arrays are (B, R), log-probabilities in nats. */
export interface EpisodeArrays extends ResponseRows {
  prompts: readonly Prompt[];
  texts: readonly string[];
  scores: ArrayLike<number>; // (B)
  logProbabilities: ArrayLike<number>;
  referenceLogProbabilities: ArrayLike<number>;
  /** Under the policy after the step's updates; of the first rows at least. */
  newLogProbabilities: ArrayLike<number>;
  rewards: ArrayLike<number>;
  values: ArrayLike<number>;
  advantages: ArrayLike<number>;
  returns: ArrayLike<number>;
}

/** Records of the first `count` episodes of a step. */
export function rolloutRecords(
  episodes: EpisodeArrays,
  count: number,
  run: { runId: string; step: number; tokenizer: Tokenizer; clipRange: number },
): Rollout[] {
  const R = episodes.ids.length / episodes.lengths.length;
  return Array.from({ length: count }, (_, row) => {
    const prompt = episodes.prompts[row]!;
    const response = episodes.texts[row]!;
    const tokens = Array.from({ length: episodes.lengths[row]! }, (_, t) => {
      const at = row * R + t;
      const ratio = Math.exp(episodes.newLogProbabilities[at]! - episodes.logProbabilities[at]!);
      return {
        text: run.tokenizer.token(episodes.ids[at]!),
        logProbability: episodes.logProbabilities[at]!,
        referenceLogProbability: episodes.referenceLogProbabilities[at]!,
        reward: episodes.rewards[at]!,
        value: episodes.values[at]!,
        advantage: episodes.advantages[at]!,
        return: episodes.returns[at]!,
        ratio,
        clipped: Math.abs(ratio - 1) > run.clipRange,
      };
    });
    return {
      id: `${run.runId}:${run.step}:${row}`,
      runId: run.runId,
      step: run.step,
      query: prompt.text,
      response,
      score: episodes.scores[row]!,
      gold: gold(prompt, response)?.total ?? null,
      kl: tokens.reduce((sum, t) => sum + t.logProbability - t.referenceLogProbability, 0),
      finished: episodes.finished[row]!,
      tokens,
    };
  });
}
