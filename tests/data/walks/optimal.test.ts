/** What is followed from step to step is what listing all walks gives. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { exactBestOfN, exactBestOfNKl, exactOptimum } from '../../../src/algorithms/exact-optimum';
import { chances, exactObjective, rewardDistributions } from '../../../src/algorithms/exact-tree';
import { edgesOf, parseGraph, SEED_1000, startsOf } from '../../../src/data/walks/graph';
import { optimalFlows, uniformRewards } from '../../../src/data/walks/optimal';
import { uniformWalker, walkTree } from '../../../src/data/walks/tree';

const graph = parseGraph(SEED_1000);
const walks = walkTree(graph);
const tree = { ...walks, tokens: walks.nodes };
const uniform = uniformWalker(graph, walks);

test('the uniform walker earns what its walks earn, one by one', () => {
  const listed = rewardDistributions(tree, uniform);
  uniformRewards(graph).forEach(({ rewards, probabilities }, start) => {
    expect(probabilities.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
    const expected = listed[start]!;
    rewards.forEach((reward, i) => {
      const at = expected.rewards.findIndex((r) => Math.abs(r - reward) < 1e-12);
      expect(probabilities[i]).toBeCloseTo(expected.probabilities[at] ?? 0, 12);
    });
  });
  expect(exactOptimum(uniformRewards(graph), 0.1).J).toBeCloseTo(0.820783, 6);
});

test('without a price of reward the best walker is the uniform one', () => {
  const flows = new Array<number>(edgesOf(graph).length).fill(0);
  const numbers = new Map(edgesOf(graph).map(({ from, to }, edge) => [`${from}>${to}`, edge]));
  chances(tree, uniform).forEach((chance, entry) => {
    const parent = walks.parents[entry]!;
    if (parent < 0) return;
    flows[numbers.get(`${walks.nodes[parent]}>${walks.nodes[entry]}`)!]! += chance / walks.starts;
  });
  optimalFlows(graph, Infinity).forEach((flow, edge) => expect(flow).toBeCloseTo(flows[edge]!, 12));
});

test('the best walker arrives as often as its reward says, and on the shortest way where KL is cheap', () => {
  const arriving = (beta: number) =>
    edgesOf(graph).reduce((sum, { to }, edge) => sum + (to === graph.goal ? optimalFlows(graph, beta)[edge]! : 0), 0); // prettier-ignore
  expect(arriving(Infinity)).toBeCloseTo(
    1 - uniformRewards(graph).reduce((sum, { rewards, probabilities }) => sum + probabilities[rewards.indexOf(0)]!, 0) / startsOf(graph).length, // prettier-ignore
    1, // a walk that arrives with its tenth node earns 0, too
  );
  expect(arriving(0.01)).toBeCloseTo(1, 6);
  const steps = optimalFlows(graph, 0.01).reduce((a, b) => a + b, 0);
  const shortest = startsOf(graph).map((start) => graph.shortest[start]! - 1);
  expect(steps).toBeCloseTo(shortest.reduce((a, b) => a + b, 0) / shortest.length, 4);
});

test('best of n is nearer to the reference than where nothing ties, and one draw is the reference', () => {
  const rewards = uniformRewards(graph);
  expect(exactBestOfNKl(rewards, 1)).toBeCloseTo(0, 12);
  for (const n of [2, 4, 8, 16]) {
    expect(exactBestOfNKl(rewards, n)).toBeGreaterThan(0);
    expect(exactBestOfNKl(rewards, n)).toBeLessThan(Math.log(n) - (n - 1) / n);
  }
  const distinct = (count: number) => ({
    rewards: Array.from({ length: count }, (_, i) => i),
    probabilities: Array<number>(count).fill(1 / count),
  });
  expect(exactBestOfNKl([distinct(20_000)], 4)).toBeCloseTo(Math.log(4) - 3 / 4, 4);
});

test('no policy lies above the frontier: best of n neither', () => {
  const rewards = uniformRewards(graph);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 64 }), fc.double({ min: 0.01, max: 4, noNaN: true }), (n, beta) => {
      const J = exactBestOfN(rewards, n) - beta * exactBestOfNKl(rewards, n);
      return J <= exactOptimum(rewards, beta).J + 1e-12;
    }), // prettier-ignore
  );
  const itself = exactObjective(tree, uniform, uniform, 0.1);
  expect(itself).toMatchObject({ kl: 0 });
  expect(itself.reward).toBeCloseTo(exactBestOfN(rewards, 1), 12);
});
