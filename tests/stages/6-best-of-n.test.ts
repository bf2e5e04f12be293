/** Best of n: more answers to choose from score higher, and what it costs is known. */
import { expect, test } from 'vitest';
import { bestOfN, curveOf } from '../../src/stages/6-best-of-n';
import { onEngines } from '../engines';
import { exhausted, LENGTHS, LETTER_LENGTHS, LETTER_PROMPTS, LETTERS, letterReward, letterTalker, parityReward, promptsOf, talker, tokenizer } from '../lab'; // prettier-ignore

const letters = { policy: letterTalker(), scorer: letterReward(), prompts: LETTER_PROMPTS, tokenizer: LETTERS, lengths: LETTER_LENGTHS, seed: 2 }; // prettier-ignore
const settings = { answers: 6, temperature: 1, missingEosScore: -1 };

onEngines(
  'best of n',
  () => {
    test('rises with n at the KL of n, and has no gold where no rule knows', async () => {
      const { yields, result } = await exhausted(bestOfN(letters, settings));
      expect(yields).toHaveLength(LETTER_PROMPTS.length);
      expect(result.map(({ n }) => n)).toEqual([1, 2, 4, 6]);
      expect(result[1]!.kl).toBeCloseTo(Math.LN2 - 0.5, 10);
      for (const [i, point] of result.entries()) {
        expect(point.gold).toBeNull();
        if (i > 0) expect(point.proxy).toBeGreaterThan(result[i - 1]!.proxy);
      }
    });

    test('reports gold where a rule knows, and takes a rule as scorer', async () => {
      const world = { policy: talker(), scorer: parityReward(), prompts: promptsOf('held-out', 2), tokenizer, lengths: LENGTHS, seed: 2 }; // prettier-ignore
      const { result } = await exhausted(bestOfN(world, { ...settings, answers: 2 }));
      for (const { gold } of result) expect(gold).toBeGreaterThanOrEqual(0);
      const ruled = { ...letters, scorer: ({ texts }: { texts: readonly string[] }) => texts.map((t) => t.length) }; // prettier-ignore
      const longest = await exhausted(bestOfN(ruled, settings));
      expect(longest.result.at(-1)!.proxy).toBeGreaterThan(longest.result[0]!.proxy);
    });
  },
  ['wasm'],
);

test('the curve is the mean over prompts of the unbiased estimate', () => {
  const proxy = [0.1, 0.9, 0.3, 0.7, 0.5];
  const golden = curveOf(
    [
      { proxy, gold: [1, 0, 3, 2, 5] },
      { proxy, gold: null },
    ],
    5,
  );
  expect(golden.map(({ n }) => n)).toEqual([1, 2, 4, 5]);
  expect(golden[0]!.gold).toBeCloseTo(2.2, 10);
  expect(golden[1]!.gold).toBeCloseTo(1.9, 10);
  expect(golden.at(-1)).toMatchObject({ gold: 0, proxy: 0.9 });
});
