import { expect, test } from 'vitest';
import type { Labeler, Ranking, Sample } from '../../src/records';
import { rankSamples } from '../../src/stages/4-rankings';
import { exhausted, labeler, ownPrompt, PROMPTS } from '../lab';

const sampleOf = (i: number, texts: string[]): Sample => ({
  id: `sample:${i}`,
  prompt: PROMPTS[i]!,
  checkpointId: 'sft',
  temperature: 1,
  seed: 1,
  responses: texts.map((text) => ({ text, tokens: 3, finished: true })),
  createdAt: 0,
});

/** Says what it was told to say. */
const saying = (...verdicts: Partial<Ranking>[]): Labeler => {
  let next = 0;
  return {
    info: labeler.info,
    rank: async (sample) => ({ ...(await labeler.rank(sample)), ...verdicts[next++] }),
  };
};

const samples = [0, 1, 2, 3].map((i) => sampleOf(i, ['Yes.', 'No.', 'No one.', 'It is.']));

test('ties give no pair, skips nothing, and all-bad is still an order', async () => {
  const judge = saying(
    { ranks: [1, 2, 2, 4], verdict: 'ranked' },
    { ranks: [1, 1, 1, 1], verdict: 'ranked' },
    { ranks: [4, 3, 2, 1], verdict: 'skipped' },
    { ranks: [1, 1, 3, 3], verdict: 'all-bad' },
  );
  const { yields, result } = await exhausted(rankSamples(samples, judge));
  expect(yields.map(({ done, total }) => [done, total])).toEqual([1, 2, 3, 4].map((i) => [i, 4]));
  expect(yields.map(({ ranking }) => ranking)).toEqual(result.rankings);
  expect(result.comparisons.map(({ prompt, pairs }) => [prompt, pairs])).toEqual([
    [
      samples[0]!.prompt,
      [
        { better: 0, worse: 1 },
        { better: 0, worse: 2 },
        { better: 0, worse: 3 },
        { better: 1, worse: 3 },
        { better: 2, worse: 3 },
      ],
    ],
    [
      samples[3]!.prompt,
      [
        { better: 0, worse: 2 },
        { better: 0, worse: 3 },
        { better: 1, worse: 2 },
        { better: 1, worse: 3 },
      ],
    ],
  ]);
  for (const comparison of result.comparisons) expect(comparison.source).toBe('simulated');
});

test('a rule is asked one sample at a time, and none that is not needed', async () => {
  const asked: string[] = [];
  const judge: Labeler = {
    info: labeler.info,
    rank: (sample) => (asked.push(sample.id), labeler.rank(sample)),
  };
  const ranking = rankSamples(samples, judge);
  await ranking.next();
  await ranking.next();
  await ranking.return({ rankings: [], comparisons: [] });
  expect(asked).toEqual(['sample:0', 'sample:1']);
});

test('a prompt without a rule is skipped by a labeler that goes by rule', async () => {
  const own = { ...sampleOf(0, ['Yes.', 'No.']), prompt: ownPrompt('Do you like me?') };
  const { result } = await exhausted(rankSamples([own], labeler));
  expect(result.rankings[0]!.verdict).toBe('skipped');
  expect(result.comparisons).toEqual([]);
});

test.each([
  ['too few ranks', { ranks: [1, 2, 3] }],
  ['a rank of 0', { ranks: [0, 1, 2, 3] }],
  ['a rank beyond K', { ranks: [1, 2, 3, 5] }],
  ['half a rank', { ranks: [1, 1.5, 2, 3] }],
  ['a rank that is no number', { ranks: [1, NaN, 2, 3] }],
  ['another sample', { sampleId: 'sample:9' }],
])('a verdict with %s is refused by name, and those before it stay', async (_what, wrong) => {
  const ranking = rankSamples(samples, saying({}, wrong));
  const first = await ranking.next();
  expect(first.done).toBe(false);
  await expect(ranking.next()).rejects.toThrow(
    /^The labeler Simulated: prefers gold ranked \[.*\] for the 4 answers to ".*"\. Each answer needs a whole rank from 1 to 4\.$/s,
  );
});
