/** The report of a reward model that is known in advance: it likes even tokens. */
import { expect, test } from 'vitest';
import type { Comparison } from '../../src/records';
import { judgeRewardModel } from '../../src/stages/5-reward-report';
import { onEngines } from '../engines';
import { exhausted, LETTER_LENGTHS, LETTER_PROMPTS, LETTERS, letterReward } from '../lab';

const EVEN = 'gic'; // ids 14, 16, 10
const ODD = 'bdf'; // ids 9, 11, 13
const comparison = (better: string, worse: string, source: Comparison['source'], i: number): Comparison => ({ id: `c${i}`, rankingId: `r${i}`, prompt: LETTER_PROMPTS[i]!, responses: [worse, better], pairs: [{ better: 1, worse: 0 }], source }); // prettier-ignore

onEngines(
  'the report of a reward model',
  () => {
    test('counts what the model gets right, by source, and the spread of an ensemble', async () => {
      const ids = (text: string) => LETTERS.encode(text).map((id) => id % 2);
      const [likes, dislikes] = ids(EVEN).every((x) => x === 0) ? [EVEN, ODD] : [ODD, EVEN];
      const comparisons = [
        comparison(likes, dislikes, 'human', 0),
        comparison(likes, dislikes, 'human', 1),
        comparison(dislikes, likes, 'simulated', 2),
        { ...comparison(likes, likes, 'human', 3), pairs: [] },
      ];
      const given = { comparisons, tokenizer: LETTERS, lengths: LETTER_LENGTHS };
      const { result } = await exhausted(judgeRewardModel({ ...given, rewards: [letterReward()] }));
      expect(result.accuracy).toMatchObject({ count: 3, value: 2 / 3 });
      expect(result.bySource.human).toMatchObject({ count: 2, value: 1 });
      expect(result.bySource.simulated).toMatchObject({ count: 1, value: 0 });
      expect(result.longerWins.value).toBe(0.5);
      expect(result.spread).toBe(0);
      expect(result.answers.map(({ comparison }) => comparison.id)).toEqual(['c0', 'c1', 'c2']);
      for (const { scores, lengths, spreads } of result.answers)
        expect([scores.length, lengths, spreads]).toEqual([2, [5, 5], [0, 0]]);
      expect(result.answers[0]!.scores[1]).toBeGreaterThan(result.answers[0]!.scores[0]!);
      const twice = { ...letterReward(), tensors: { ...letterReward().tensors, 'score.bias': { shape: [1], data: Float32Array.of(2) } } }; // prettier-ignore
      const pair = await exhausted(
        judgeRewardModel({ ...given, rewards: [letterReward(), twice] }),
      );
      expect(pair.result.spread).toBeCloseTo(1, 5);
      expect(pair.result.accuracy).toEqual(result.accuracy);
      const none = judgeRewardModel({ ...given, comparisons: [], rewards: [letterReward()] });
      await expect(none.next()).rejects.toThrow('no labelled pair');
    });
  },
  ['wasm'],
);
