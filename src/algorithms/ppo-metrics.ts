/**
 * What a step of PPO reports, under TRL's names (`docs/source/logging.md`). Means over tokens count response
 * tokens only: padding never enters a mean.
 */
import { sequenceKl } from './kl';
import { explainedVariance } from './ppo-loss';
import type { Numbers } from './rows';
import { mean } from './statistics';

/** What was measured on the rollout. Per-token arrays are (B, R), log-probabilities in nats. */
export interface RolloutMeasures {
  logProbabilities: Numbers;
  referenceLogProbabilities: Numbers;
  entropy: Numbers;
  values: Numbers;
  returns: Numbers;
  mask: Numbers;
  /** R. */
  responseLength: number;
  /** After the missing-EOS rule (B). */
  scores: Numbers;
  finished: readonly boolean[];
  klCoefficient: number;
}

/** Means over the minibatches of the step; `ratioMax` is a maximum. */
export interface UpdateStatistics {
  policyLoss: number;
  ratioMean: number;
  ratioMax: number;
  approximateKl: number;
  clipFraction: number;
  valueLoss: number;
  valueError: number;
  valueClipFraction: number;
  policyNorm: number;
  valueNorm: number;
}

export function ppoMetrics(rollout: RolloutMeasures, update: UpdateStatistics) {
  const { logProbabilities, referenceLogProbabilities, mask, responseLength, scores } = rollout;
  const kl = (estimator: 'k1' | 'k3') =>
    mean(sequenceKl(estimator, logProbabilities, referenceLogProbabilities, mask, responseLength));
  const tokens = sum(mask);
  const score = mean(scores);
  const k1 = kl('k1');
  return {
    'objective/scores': score,
    'objective/kl': k1,
    'objective/kl_k3': kl('k3'),
    'objective/kl_coef': rollout.klCoefficient,
    'objective/non_score_reward': -rollout.klCoefficient * k1,
    'objective/rlhf_reward': score - rollout.klCoefficient * k1,
    'objective/entropy': sum(rollout.entropy) / tokens,
    'policy/approxkl_avg': update.approximateKl,
    'policy/clipfrac_avg': update.clipFraction,
    'policy/grad_norm': update.policyNorm,
    'loss/policy_avg': update.policyLoss,
    'loss/value_avg': update.valueLoss,
    'val/clipfrac_avg': update.valueClipFraction,
    'val/error': update.valueError,
    'val/grad_norm': update.valueNorm,
    'val/ratio': update.ratioMean,
    'val/ratio_max': update.ratioMax,
    'val/var_explained': explainedVariance(rollout.values, rollout.returns, mask),
    'val/num_eos_tokens': rollout.finished.filter(Boolean).length,
    'response/length': tokens / scores.length,
  };
}

function sum(values: Numbers): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i] ?? 0;
  return total;
}
