/** The exact lab, on a graph of five nodes: what PPO reaches of the best possible policy. */
import { expect, test } from 'vitest';
import { EXACT_METHODS, runExact, type ExactEvent, type ExactVerdict } from '../src/exact-lab';
import { onEngines } from './engines';
import { exhausted } from './lab';

/** Two ways to the goal from c and d, of different lengths, and a way round from e. */
const SMALL = 'a:a b:ac c:bde d:ae e:cd';

async function verdictOf(
  inputs: Partial<Parameters<typeof runExact>[0]>,
): Promise<{ events: ExactEvent[]; verdict: ExactVerdict }> {
  const given = { graph: SMALL, beta: 0.1, seed: 1, walks: 8000, draws: 256 };
  const { yields, result } = await exhausted(runExact({ ...given, ...inputs }));
  return { events: yields, verdict: result };
}

onEngines(
  'The exact lab',
  () => {
    test('trains every method towards the optimum, and none beyond it', async () => {
      const { events, verdict } = await verdictOf({
        config: { ppo: { steps: 25, batchSize: 128 }, rloo: { steps: 30 }, grpo: { steps: 30 } },
      });
      const { optimum, uniformOptimum, reference } = verdict;
      expect(Math.abs(optimum.J - uniformOptimum.J)).toBeLessThan(0.05);
      for (const method of EXACT_METHODS) {
        const { J, reward, kl } = verdict[method]!;
        expect(J, method).toBeLessThanOrEqual(optimum.J + 1e-9);
        expect(J, method).toBeGreaterThan(0.9 * optimum.J);
        expect(J, method).toBeGreaterThan(reference.reward);
        expect(J, method).toBeCloseTo(reward - 0.1 * kl, 10);
        const points = events.flatMap((event) => (event.kind === 'point' ? event.point : []));
        const [last] = points.filter((point) => point.method === method).slice(-1);
        expect(last).toMatchObject({ sampled: false, J, reward, kl });
      }
      for (const { reward, exact } of verdict.bestOfN)
        expect(Math.abs(reward - exact)).toBeLessThan(0.05);
    });

    test('gives the same verdict for the same seed', async () => {
      const short = { methods: ['ppo'], walks: 256, draws: 16, config: { ppo: { steps: 2, batchSize: 16 } } } as const; // prettier-ignore
      const [first, second] = [await verdictOf(short), await verdictOf(short)];
      expect(second).toEqual(first);
    });
  },
  ['wasm'],
);

test('refuses a graph that is none and a price that cannot be, before it trains', async () => {
  await expect(verdictOf({ graph: 'a:b' })).rejects.toThrow('Node a leads to b');
  await expect(verdictOf({ beta: 0 })).rejects.toThrow('above 0');
});
