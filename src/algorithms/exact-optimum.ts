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
export const exactBestOfN = (prompts: readonly RewardDistribution[], n: number): number =>
  mean(prompts.map((prompt) => sumOverRewards(prompt, n, (reward, chosen) => reward * chosen)));

/**
 * KL of the best of n from the reference, nats per response, mean over prompts. Responses of equal reward are
 * as likely relative to one another as before, so it is that of the rewards:
 *
 *   Σ_r P_n(r) ln (P_n(r) / P_1(r))        at most ln n − (n − 1) / n, which holds where nothing ties
 */
export const exactBestOfNKl = (prompts: readonly RewardDistribution[], n: number): number =>
  mean(
    prompts.map((prompt) =>
      sumOverRewards(prompt, n, (_, chosen, drawn) =>
        chosen > 0 ? chosen * Math.log(chosen / drawn) : 0,
      ),
    ),
  );

/** Sum over the rewards of one prompt. @param term of a reward, its probability in the best of n and in one draw */
function sumOverRewards(
  { rewards, probabilities }: RewardDistribution,
  n: number,
  term: (reward: number, chosen: number, drawn: number) => number,
): number {
  if (!Number.isInteger(n) || n < 1) throw new Error(`There is no best of ${n}.`);
  const order = rewards.map((_, i) => i).sort((a, b) => rewards[a]! - rewards[b]!);
  let [below, sum] = [0, 0];
  for (const i of order) {
    const drawn = probabilities[i]!;
    const upTo = below + drawn;
    if (drawn > 0) sum += term(rewards[i]!, upTo ** n - below ** n, drawn);
    below = upTo;
  }
  return sum;
}

/** The optimum at each price: the best that any policy can do, as a curve of reward against KL. */
export const exactFrontier = (
  prompts: readonly RewardDistribution[],
  betas: readonly number[],
): (Objective & { beta: number })[] =>
  betas.map((beta) => ({ beta, ...exactOptimum(prompts, beta) }));

/** Prices of KL over which a frontier is drawn, from dear to cheap, by equal ratios. */
export function frontierPrices(count = 48, [dearest, cheapest] = [4, 0.01]): number[] {
  const ratio = cheapest / dearest;
  return Array.from({ length: count }, (_, i) => dearest * ratio ** (i / (count - 1)));
}
