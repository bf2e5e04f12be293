/**
 * What is known of a task without training anything, once the rewards of all responses of the reference and
 * their probabilities are known: the best that any policy can reach under a KL penalty, and best of n.
 *
 *   J(π)   = E_π[R] − β KL(π ‖ reference)
 *   J*(β)  = β ln E_ref[exp(R / β)]          reached by  π* ∝ reference · exp(R / β)
 *
 * All sums in float64. Source: Ziegler 2019, section 2.2; Korbak 2022, section 2; Stiennon 2020, G.3.
 */
import { mean } from './statistics';

/** Rewards that responses to one prompt can earn, with their probabilities under the reference, which sum to 1. */
export interface RewardDistribution {
  rewards: number[];
  probabilities: number[];
}

export interface Objective {
  /** E[R] − β KL, in reward. */
  J: number;
  /** E[R]. */
  reward: number;
  /** Nats per response. */
  kl: number;
}

/** The optimum over all policies, mean over prompts. @param beta reward per nat, above 0. */
export function exactOptimum(prompts: readonly RewardDistribution[], beta: number): Objective {
  if (!(beta > 0))
    throw new Error(`The KL coefficient is ${beta}; the optimum is known where it is above 0.`);
  const each = prompts.map((prompt) => optimumOf(prompt, beta));
  return {
    J: mean(each.map(({ J }) => J)),
    reward: mean(each.map(({ reward }) => reward)),
    kl: mean(each.map(({ kl }) => kl)),
  };
}

function optimumOf({ rewards, probabilities }: RewardDistribution, beta: number): Objective {
  const largest = Math.max(...rewards.filter((_, i) => probabilities[i]! > 0));
  // Shifted by the largest reward, so that nothing overflows however small beta is.
  const weights = rewards.map((r, i) => probabilities[i]! * Math.exp((r - largest) / beta));
  const total = weights.reduce((a, b) => a + b, 0);
  const J = largest + beta * Math.log(total);
  const reward = rewards.reduce((sum, r, i) => sum + (weights[i]! / total) * r, 0);
  return { J, reward, kl: (reward - J) / beta };
}

/** Mean reward of the reference itself. */
export const expectedReward = (prompts: readonly RewardDistribution[]): number =>
  exactBestOfN(prompts, 1);

/**
 * Expected reward of the best of n independent responses, mean over prompts:
 *
 *   Σ_r r · (F(r)^n − F(r⁻)^n)        F the distribution function of the reward
 */
export function exactBestOfN(prompts: readonly RewardDistribution[], n: number): number {
  if (!Number.isInteger(n) || n < 1) throw new Error(`There is no best of ${n}.`);
  return mean(
    prompts.map(({ rewards, probabilities }) => {
      const order = rewards.map((_, i) => i).sort((a, b) => rewards[a]! - rewards[b]!);
      let [below, expected] = [0, 0];
      for (const i of order) {
        const upTo = below + probabilities[i]!;
        expected += rewards[i]! * (upTo ** n - below ** n);
        below = upTo;
      }
      return expected;
    }),
  );
}
