/**
 * What a step of PPO and its relatives reports, under TRL's names (`docs/source/logging.md`). Means over tokens
 * count response tokens only: padding never enters a mean.
 */
import { sequenceKl } from './kl';
import { explainedVariance } from './ppo-loss';
import { at, type Numbers } from './rows';
import { distinctN, mean, standardDeviation } from './statistics';

/** What was measured on the rollout. Per-token arrays are (B, R), log-probabilities in nats. */
export interface RolloutMeasures {
  /** Response ids (B, R). */
  ids: Numbers;
  logProbabilities: Numbers;
  referenceLogProbabilities: Numbers;
  entropy: Numbers;
  /** Over the whole vocabulary, 0 on padding. */
  exactKl: Numbers;
  mask: Numbers;
  /** R. */
  responseLength: number;
  /** After the missing-EOS rule, before any normalisation (B). */
  scores: Numbers;
  /** How far the members of the reward model are apart (B); null where it has one, or there is none. */
  rawSpreads?: Numbers | null;
  lengths: readonly number[];
  finished: readonly boolean[];
  klCoefficient: number;
}

export function rolloutMetrics(rollout: RolloutMeasures) {
  const { logProbabilities, referenceLogProbabilities, mask, responseLength, scores } = rollout;
  const kl = (estimator: 'k1' | 'k3') =>
    mean(sequenceKl(estimator, logProbabilities, referenceLogProbabilities, mask, responseLength));
  const tokens = sum(mask);
  const score = mean(scores);
  const k1 = kl('k1');
  return {
    'objective/scores': score,
    'objective/scores_std': standardDeviation(scores),
    ...(rollout.rawSpreads ? { 'objective/score_spread': mean(rollout.rawSpreads) } : {}),
    'objective/kl': k1,
    'objective/kl_k3': kl('k3'),
    'objective/kl_exact': sum(rollout.exactKl) / scores.length,
    'objective/kl_coef': rollout.klCoefficient,
    'objective/non_score_reward': -rollout.klCoefficient * k1,
    'objective/rlhf_reward': score - rollout.klCoefficient * k1,
    'objective/entropy': sum(rollout.entropy) / tokens,
    'val/num_eos_tokens': rollout.finished.filter(Boolean).length,
    'response/length': tokens / scores.length,
    'response/distinct_2': distinctPairs(rollout),
  };
}

/** Distinct pairs of tokens over all pairs; 1 where no response is two tokens long, for nothing repeats. */
function distinctPairs({ ids, lengths, responseLength }: RolloutMeasures): number {
  const responses = lengths.map((length, row) =>
    Array.from({ length }, (_, t) => at(ids, row * responseLength + t)),
  );
  const share = distinctN(responses, 2);
  return Number.isNaN(share) ? 1 : share;
}

/** Means over the minibatches of the step; `ratioMax` is a maximum. */
export interface PolicyUpdate {
  policyLoss: number;
  ratioMean: number;
  ratioMax: number;
  approximateKl: number;
  clipFraction: number;
  policyNorm: number;
}

export const policyMetrics = (update: PolicyUpdate) => ({
  'policy/approxkl_avg': update.approximateKl,
  'policy/clipfrac_avg': update.clipFraction,
  'policy/grad_norm': update.policyNorm,
  'loss/policy_avg': update.policyLoss,
  'val/ratio': update.ratioMean,
  'val/ratio_max': update.ratioMax,
});

export interface ValueUpdate {
  valueLoss: number;
  valueError: number;
  valueClipFraction: number;
  /** Absent where the critic has no update of its own. */
  valueNorm?: number;
}

/** @param rollout values and returns as they were before the update, (B, R) */
export const valueMetrics = (
  rollout: { values: Numbers; returns: Numbers; mask: Numbers },
  update: ValueUpdate,
) => ({
  'loss/value_avg': update.valueLoss,
  'val/clipfrac_avg': update.valueClipFraction,
  'val/error': update.valueError,
  ...(update.valueNorm === undefined ? {} : { 'val/grad_norm': update.valueNorm }),
  'val/var_explained': explainedVariance(rollout.values, rollout.returns, rollout.mask),
});

function sum(values: Numbers): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i] ?? 0;
  return total;
}
