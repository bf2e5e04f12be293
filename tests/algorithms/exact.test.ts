/** The exact optimum and best of n against the reference document's numbers for trlX's graph of seed 1000. */
import { describe, expect, test } from 'vitest';
import {
  exactBestOfN,
  exactOptimum,
  expectedReward,
  type RewardDistribution,
} from '../../src/algorithms/exact-optimum';
import {
  chances,
  exactObjective,
  rewardDistributions,
  type NextTokens,
  type ResponseTree,
} from '../../src/algorithms/exact-tree';
import { parseGraph, SEED_1000 } from '../../src/data/walks/graph';
import { uniformWalker, walkTree } from '../../src/data/walks/tree';

const graph = parseGraph(SEED_1000);
const walks = walkTree(graph);
const tree: ResponseTree = { ...walks, tokens: walks.nodes };
const uniform: NextTokens = uniformWalker(graph, walks);
const distributions = rewardDistributions(tree, uniform);

// [beta, J*, E[R], KL in nats]: float64, from a program of its own.
const OPTIMA = [
  [0.01, 0.980615, 1.0, 1.938507],
  [0.02, 0.961235, 0.999963, 1.936398],
  [0.05, 0.904484, 0.995428, 1.818872],
  [0.1, 0.820783, 0.974868, 1.540844],
  [0.2, 0.689663, 0.906963, 1.086499],
  [0.5, 0.505941, 0.662319, 0.312756],
  [1.0, 0.425336, 0.506811, 0.081474],
] as const;
const BEST_OF_N = [
  [1, 0.346226],
  [2, 0.546801],
  [4, 0.752678],
  [8, 0.898166],
  [16, 0.967116],
] as const;

describe('the graph of seed 1000', () => {
  test.each(OPTIMA)('has the optimum of beta %d', (beta, J, reward, kl) => {
    const optimum = exactOptimum(distributions, beta);
    expect(Math.abs(optimum.J - J)).toBeLessThan(1e-5);
    expect(Math.abs(optimum.reward - reward)).toBeLessThan(1e-5);
    expect(Math.abs(optimum.kl - kl)).toBeLessThan(1e-5);
  });

  test.each(BEST_OF_N)('has the best of %d', (n, reward) => {
    expect(Math.abs(exactBestOfN(distributions, n) - reward)).toBeLessThan(1e-5);
  });

  test('rewards the reference itself as the document says', () => {
    expect(expectedReward(distributions)).toBeCloseTo(0.346226, 6);
    const objective = exactObjective(tree, uniform, uniform, 0.1);
    expect(objective).toMatchObject({ kl: 0 });
    expect(objective.J).toBeCloseTo(0.346226, 6);
    expect(objective.invalid).toBeCloseTo(0, 12);
  });

  test('is reached by the policy that the optimum describes, and by none above it', () => {
    // π*(v | entry) ∝ reference(v | entry) · Z(entry v), with Z found from the leaves upwards.
    const beta = 0.1;
    const Z = tree.parents.length ? new Float64Array(tree.parents.length) : new Float64Array();
    const at = (entry: number) => uniform.V * uniform.rowOf[tree.parents[entry]!]! + tree.tokens[entry]!; // prettier-ignore
    for (let entry = Z.length - 1; entry >= 0; entry--) {
      const reward = tree.rewards[entry]!;
      if (!Number.isNaN(reward)) Z[entry] = Math.exp(reward / beta);
      if (entry >= tree.starts)
        Z[tree.parents[entry]!]! += Math.exp(uniform.logProbabilities[at(entry)]!) * Z[entry]!;
    }
    const best = { ...uniform, logProbabilities: uniform.logProbabilities.slice() };
    // The uniform walker shares a row among entries of one node; the optimum depends on the time, too.
    best.rowOf = Array.from(Z, (_, entry) => entry);
    best.logProbabilities = new Float64Array(Z.length * uniform.V).fill(-Infinity);
    for (let entry = tree.starts; entry < Z.length; entry++) {
      const parent = tree.parents[entry]!;
      best.logProbabilities[uniform.V * parent + tree.tokens[entry]!] =
        uniform.logProbabilities[at(entry)]! + Math.log(Z[entry]! / Z[parent]!);
    }
    const objective = exactObjective(tree, best, uniform, beta);
    const optimum = exactOptimum(distributions, beta);
    expect(objective.J).toBeCloseTo(optimum.J, 10);
    expect(objective.reward).toBeCloseTo(optimum.reward, 10);
    expect(objective.kl).toBeCloseTo(optimum.kl, 10);
    for (const other of [0.05, 0.2])
      expect(exactObjective(tree, best, uniform, other).J).toBeLessThan(
        exactOptimum(distributions, other).J,
      );
  });
});

describe('a tree of two tokens', () => {
  // One prompt; token 0 earns 1, token 1 earns 0, token 2 leads out of the tree.
  const small: ResponseTree = {
    starts: 1,
    parents: [-1, 0, 0],
    origins: [0, 0, 0],
    tokens: [0, 0, 1],
    rewards: [NaN, 1, 0],
  };
  const choice = (...p: number[]): NextTokens => ({
    V: 3,
    rowOf: [0, 0, 0],
    logProbabilities: Float64Array.from(p, Math.log),
  });
  const [policy, reference] = [choice(0.5, 0.3, 0.2), choice(0.4, 0.4, 0.2)];

  test('counts the KL of every token, of those that lead out too', () => {
    const { reward, kl, J, invalid } = exactObjective(small, policy, reference, 0.5);
    expect(reward).toBeCloseTo(0.5, 12);
    expect(kl).toBeCloseTo(0.0252671539, 9); // KL(p || q) of the reference document
    expect(J).toBeCloseTo(0.5 - 0.5 * 0.0252671539, 9);
    expect(invalid).toBeCloseTo(0.2, 12);
    expect([...chances(small, policy)]).toEqual([1, 0.5, 0.3].map((p) => expect.closeTo(p, 12)));
  });

  test('gives what leads out a reward of 0', () => {
    const [only] = rewardDistributions(small, policy) as [RewardDistribution];
    expect(only.probabilities[only.rewards.indexOf(1)]).toBeCloseTo(0.5, 12);
    expect(only.probabilities[only.rewards.indexOf(0)]).toBeCloseTo(0.5, 12);
  });
});

test('nonsense is refused in a sentence', () => {
  expect(() => exactOptimum(distributions, 0)).toThrow('above 0');
  expect(() => exactBestOfN(distributions, 1.5)).toThrow('no best of 1.5');
});
