/** What any policy is worth on the same held-out prompts: to the reward model, and in truth. */
import { applyMissingEosScore } from '../algorithms/rewards';
import { mean } from '../algorithms/statistics';
import { queryBatch, queryWidth } from '../data/batches';
import { gold } from '../data/gold';
import { seedOf, STREAM } from '../data/random';
import { responseTexts } from '../data/rollouts';
import { RewardEnsemble } from '../model/members';
import { Model } from '../model/model';
import { makeOwned } from '../model/owned';
import { rollOut } from '../model/rollout';
import { scoresOf } from '../model/scorer';
import type { Weights } from '../records';
import type { SweepInputs } from './inputs';

/** One answer to each prompt (B), judged. */
export interface Judged {
  texts: string[];
  proxy: number[];
  gold: number[];
  /** From the reference, nats per response: exact at every token, mean over the answers drawn. */
  kl: number;
}

export interface Judge {
  judge(policy: Weights): Promise<Judged>;
  dispose(): void;
}

/**
 * Put reference and reward model on the device, to judge one policy after the other. All answer with the same
 * random streams, so what differs is the policy. @param prompts each with a check
 */
export function startJudge(inputs: SweepInputs): Judge {
  const { reference, reward, heldOut: prompts, tokenizer, lengths, seed } = inputs;
  const queries = queryBatch(prompts, tokenizer, queryWidth(prompts, tokenizer, lengths.promptTokens)); // prettier-ignore
  const models = makeOwned((own) => ({
    reference: own(new Model('judge-reference', reference.config, 'language', reference.tensors, false)), // prettier-ignore
    reward: typeof reward === 'function' ? null : own(new RewardEnsemble('judge-reward', reward)),
  }));
  const judge = async (weights: Weights): Promise<Judged> => {
    const policy = new Model('judged', weights.config, 'language', weights.tensors, false);
    try {
      const drawn = await rollOut({ ...models, policy, value: null }, queries, { temperature: 1 }, {
        responseTokens: lengths.responseTokens,
        seed: seedOf(seed, STREAM.evaluation),
        streams: prompts.map((_, row) => row),
        siblings: 1,
      }); // prettier-ignore
      const texts = responseTexts(drawn, tokenizer);
      const scores = scoresOf(reward, { ...drawn, prompts, texts }, drawn.rawScores);
      return {
        texts,
        proxy: [...applyMissingEosScore(scores, drawn.finished, inputs.missingEosScore)],
        gold: prompts.map((prompt, row) => gold(prompt, texts[row]!)?.total ?? 0),
        kl: drawn.exactKl.reduce((sum, kl) => sum + kl, 0) / prompts.length,
      };
    } finally {
      policy.dispose();
    }
  };
  const dispose = () => {
    for (const model of [models.reference, models.reward]) model?.dispose();
  };
  return { judge, dispose };
}

/** Mean over prompts of the differences to a baseline, with 95% by their spread over prompts. */
export function gain(
  values: readonly number[],
  baseline: readonly number[],
): { value: number; low: number; high: number } {
  const differences = values.map((value, i) => value - baseline[i]!);
  const value = mean(differences);
  const n = differences.length;
  const variance = n > 1 ? differences.reduce((sum, d) => sum + (d - value) ** 2, 0) / (n - 1) : 0;
  const half = 1.96 * Math.sqrt(variance / n);
  return { value, low: value - half, high: value + half };
}
