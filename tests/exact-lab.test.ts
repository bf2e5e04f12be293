/** The exact lab, on a graph of five nodes: what PPO reaches of the best possible policy. */
import { expect, test } from 'vitest';
import { runExact, stepsToMeasure, type ExactVerdict } from '../src/exact-lab';
import { EXACT_METHODS, exactStudyWith, newExactStudy, type ExactEvent } from '../src/studies';
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

    test('measures on the way where it is asked to look', async () => {
      const { events } = await verdictOf({ methods: ['ppo'], walks: 256, draws: 16, looks: 2, config: { ppo: { steps: 9, batchSize: 16 } } }); // prettier-ignore
      const [reference] = events.flatMap((each) =>
        each.kind === 'reference' ? each.reference : [],
      );
      const exact = events.flatMap((each) => (each.kind === 'point' && !each.point.sampled ? each.point : [])); // prettier-ignore
      expect(exact.map(({ step }) => step)).toEqual([1, 4, 9]);
      for (const { J, beta } of exact)
        expect(J).toBeLessThanOrEqual(reference!.optimum.J + 1e-9 * beta);
      expect(reference!.flows).toHaveLength(9); // every edge but the goal's own
      const byPrice = reference!.frontier.map(({ kl }) => kl);
      expect(byPrice).toEqual([...byPrice].sort((a, b) => a - b)); // the cheaper, the further
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

test('measures early steps more often, and never the last one twice', () => {
  expect([...stepsToMeasure(50, 4)]).toEqual([2, 8, 18, 32]);
  expect([...stepsToMeasure(3, 9)]).toEqual([1, 2]);
  expect(stepsToMeasure(50, 0).size).toBe(0);
});

test('a study is made of what happened', () => {
  const request = { graph: SMALL, beta: 0.1, seed: 1, methods: ['ppo'] as const };
  const study = newExactStudy({ id: 'x', createdAt: 0, backend: 'wasm' }, request);
  const at = { method: 'ppo', beta: 0.1, step: 1, steps: 2, J: 0.1, reward: 0.2, kl: 1, sampled: true } as const; // prettier-ignore
  const result = { J: 0.3, reward: 0.4, kl: 1, invalid: 0, flows: [] };
  const after = (
    [
      { kind: 'progress', progress: { done: 1, total: 2, what: 'PPO' } },
      { kind: 'point', point: at },
      { kind: 'result', method: 'ppo', result },
    ] as const
  ).reduce(exactStudyWith, study);
  expect(after).toEqual({ ...study, points: [at], results: { ppo: result } });
  expect(study.points).toEqual([]); // what was there before is left alone
});
