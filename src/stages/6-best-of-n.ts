/**
 * Stage 6 without training: best of n. The policy answers each prompt N times, and the reward model picks. What
 * that gains, by how much it changes the policy, and when the reward model begins to be fooled, is known for every
 * n up to N from the same answers (Gao 2022, section 3.1): the curve that methods which train are measured against.
 */
import { bestOfNEstimate, bestOfNKl } from '../algorithms/best-of-n';
import { applyMissingEosScore } from '../algorithms/rewards';
import { mean } from '../algorithms/statistics';
import type { LengthsConfig } from '../config';
import { queryBatch, queryWidth } from '../data/batches';
import { gold } from '../data/gold';
import { STREAM, seedOf } from '../data/random';
import { responseTexts } from '../data/rollouts';
import type { Tokenizer } from '../data/tokenizer';
import { generate } from '../model/generate';
import { RewardEnsemble } from '../model/members';
import { Model } from '../model/model';
import { makeOwned } from '../model/owned';
import { scoreByEnsemble } from '../model/score';
import { scoresOf, type Scorer } from '../model/scorer';
import type { Progress, Prompt, Weights } from '../records';

export interface BestOfNInputs {
  policy: Weights;
  scorer: Scorer;
  /** Held-out prompts. */
  prompts: Prompt[];
  tokenizer: Tokenizer;
  lengths: LengthsConfig;
  seed: number;
}

export interface BestOfNSettings {
  /** N, answers to each prompt: the largest n. */
  answers: number;
  temperature: number;
  missingEosScore: number;
}

export interface BestOfNPoint {
  n: number;
  /** Upper bound of the KL from the policy, nats per response. */
  kl: number;
  /** Expected score of the picked answer, mean over prompts, in reward. */
  proxy: number;
  /** Expected gold score of the picked answer, mean over prompts that have a check; null where none has. */
  gold: number | null;
}

/** How far it is, with the answer to the last prompt that was picked from all N. */
export interface BestOfNProgress extends Progress {
  picked: { text: string; finished: boolean };
  /** All N answers to the last prompt as they were judged; gold is null where no rule knows. */
  judged: JudgedAnswers;
}

export interface JudgedAnswers {
  prompt: Prompt;
  texts: string[];
  proxy: number[];
  gold: number[] | null;
}

/** Draw and score, and return the curve at n = 1, 2, 4, ... and N. @throws Error without prompts */
export async function* bestOfN(
  inputs: BestOfNInputs,
  { answers: N, temperature, missingEosScore }: BestOfNSettings,
): AsyncGenerator<BestOfNProgress, BestOfNPoint[]> {
  const { policy, scorer, prompts, tokenizer, lengths, seed } = inputs;
  if (prompts.length === 0) throw new Error('There are no prompts to answer. Add or import some.');
  if (!Number.isInteger(N) || N < 1) throw new Error(`Best of n needs 1 or more answers; ${N} were asked for.`); // prettier-ignore
  const P = queryWidth(prompts, tokenizer, lengths.promptTokens);
  const models = makeOwned((own) => ({
    policy: own(new Model('sampler', policy.config, 'language', policy.tensors, false)),
    reward: typeof scorer === 'function' ? null : own(new RewardEnsemble('picker', scorer)),
  }));
  const judged: { proxy: number[]; gold: number[] | null }[] = [];
  try {
    for (const [i, prompt] of prompts.entries()) {
      const asked = Array<Prompt>(N).fill(prompt);
      const queries = queryBatch(asked, tokenizer, P); // (N, P)
      const drawn = await generate(models.policy, queries.ids, queries.mask, {
        responseTokens: lengths.responseTokens,
        temperature,
        topK: 0,
        topP: 1,
        seed: seedOf(seed, STREAM.evaluation),
        streams: asked.map((_, k) => i * N + k),
        siblings: N,
      });
      const texts = responseTexts(drawn, tokenizer);
      const judge =
        models.reward && (await scoreByEnsemble(models.reward.members, queries, drawn, N, N));
      const ofModel = judge && Float32Array.from(judge.mean);
      const scores = scoresOf(scorer, { ...drawn, prompts: asked, texts }, ofModel); // (N)
      const golds = texts.flatMap((text) => gold(prompt, text)?.total ?? []);
      const proxy = [...applyMissingEosScore(scores, drawn.finished, missingEosScore)]; // (N)
      const answers = { prompt, texts, proxy, gold: golds.length === N ? golds : null };
      judged.push(answers);
      const best = proxy.indexOf(Math.max(...proxy));
      const picked = { text: texts[best]!, finished: drawn.finished[best]! };
      yield {
        done: i + 1,
        total: prompts.length,
        what: 'Picking the best answers',
        picked,
        judged: answers,
      };
    }
  } finally {
    for (const owner of [models.policy, models.reward]) owner?.dispose();
  }
  return curveOf(judged, N);
}

/** The expected scores of the best of n, from N scored answers to each prompt. */
export function curveOf(
  judged: readonly { proxy: number[]; gold: number[] | null }[],
  N: number,
): BestOfNPoint[] {
  const sizes: number[] = [];
  for (let n = 1; n < N; n *= 2) sizes.push(n);
  return [...sizes, N].map((n) => {
    const known = judged.flatMap(({ proxy, gold }) =>
      gold ? bestOfNEstimate(proxy, gold, n) : [],
    );
    return {
      n,
      kl: bestOfNKl(n),
      proxy: mean(judged.map(({ proxy }) => bestOfNEstimate(proxy, proxy, n))),
      gold: known.length > 0 ? mean(known) : null,
    };
  });
}
