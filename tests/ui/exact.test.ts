/** The exact lab's figure before and after training, and where nodes are drawn. */
import { expect, test } from 'vitest';
import {
  exactCsv,
  knownOfUniform,
  optimumOf,
  placed,
  readGraph,
  rewardsOf,
  SEED_1000,
  worthLine,
} from '../../src/ui/state/exact';

const { graph } = readGraph(SEED_1000);
const rewards = rewardsOf(graph!);

test('a text that is no graph is answered with a sentence', () => {
  expect(readGraph('a:a b:')).toMatchObject({ graph: null, problem: expect.stringContaining('leads nowhere') }); // prettier-ignore
});

test('nothing that is drawn lies above the frontier, and the line of equal worth touches it', () => {
  const known = knownOfUniform(rewards);
  const optimum = { beta: 0.1, ...optimumOf(rewards, 0.1) };
  const { x, y } = worthLine(optimum, [0, 3]);
  const worthAt = (kl: number) => y[0]! + ((y[1]! - y[0]!) / (x[1]! - x[0]!)) * kl;
  expect(worthAt(optimum.kl)).toBeCloseTo(optimum.reward, 12);
  for (const { reward, kl } of [...known.frontier, ...known.bestOfN])
    expect(reward).toBeLessThanOrEqual(worthAt(kl) + 1e-12);
});

test('nodes are placed nearer to the right the nearer they are to the goal, and apart from one another', () => {
  const nodes = placed(graph!);
  for (const [i, { x, isGoal }] of nodes.entries()) {
    expect(isGoal).toBe(x === 1);
    for (const [j, other] of nodes.entries()) {
      if (graph!.shortest[i]! < graph!.shortest[j]!) expect(x).toBeGreaterThan(other.x);
      if (i < j && Math.abs(x - other.x) < 0.01)
        expect(Math.abs(nodes[i]!.y - other.y)).toBeGreaterThan(0.05);
    }
  }
  expect(placed(graph!)).toEqual(nodes);
});

test('the data name every series and have a number for every column', () => {
  const known = knownOfUniform(rewards);
  const point = { method: 'ppo', beta: 0.1, step: 3, steps: 50, J: 0.5, reward: 0.6, kl: 1, sampled: true } as const; // prettier-ignore
  const lines = exactCsv(known, { points: [point] })
    .trim()
    .split('\n');
  expect(lines).toHaveLength(1 + known.frontier.length + known.bestOfN.length + 1);
  expect(lines.at(-1)).toBe('ppo,3,0.1,1,0.6,0.5,one rollout');
  for (const line of lines) expect(line.split(',')).toHaveLength(7);
});
