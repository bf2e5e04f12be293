/** A reward model of several members: the first is the one that there was before, and their spread means something. */
import { describe, expect, test } from 'vitest';
import { sectionConfig, type PpoConfig, type RewardModelConfig } from '../../src/config';
import { pairBatch, pairWidths } from '../../src/data/batches';
import { preferredPairs } from '../../src/data/comparisons';
import { joinMembers, memberCount, membersOf, RewardEnsemble } from '../../src/model/members';
import { scoreByEnsemble } from '../../src/model/score';
import { initialCritic } from '../../src/model/scorer';
import type { Comparison, Metrics, Weights } from '../../src/records';
import { judgeRewardModel } from '../../src/stages/5-reward-report';
import { rewardModel, type RewardModelInputs } from '../../src/stages/5-reward-model';
import { bestOfN } from '../../src/stages/6-best-of-n';
import { ppo } from '../../src/stages/6-ppo';
import { scores } from '../../src/workers/answers';
import { traces } from '../../src/workers/traces';
import { onEngines } from '../engines';
import { exhausted, finished, LETTER_DEMONSTRATIONS, LETTER_LENGTHS, LETTER_PROMPTS, LETTERS, letterReward, letterTalker, parityReward } from '../lab'; // prettier-ignore

const given = { tokenizer: LETTERS, lengths: LETTER_LENGTHS, seed: 3 };
/** Whoever says yes is right. */
const comparisons = LETTER_PROMPTS.map((prompt, i): Comparison => ({
  id: `comparison:${i}`,
  rankingId: `ranking:${i}`,
  prompt,
  responses: ['yes', 'no'],
  pairs: preferredPairs([1, 2]),
  source: 'simulated',
}));
const inputs: RewardModelInputs = {
  ...given,
  policy: letterTalker(),
  train: comparisons.slice(0, 5),
  heldOut: comparisons.slice(5),
  demonstrations: LETTER_DEMONSTRATIONS.slice(0, 6),
};
const config = (changes: Partial<RewardModelConfig> = {}) =>
  sectionConfig('rewardModel', { epochs: 20, batchSize: 5, learningRate: 1e-2, window: 1, ...changes }); // prettier-ignore

/** Mean and spread of what a reward model scores. */
async function judged(weights: Weights, responses: string[]) {
  const reward = new RewardEnsemble('judge', weights);
  const pairs = LETTER_PROMPTS.flatMap(({ text }) => responses.map((response) => ({ text, response }))); // prettier-ignore
  const batch = pairBatch(pairs, LETTERS, pairWidths(pairs, LETTERS, LETTER_LENGTHS));
  const found = await scoreByEnsemble(reward.members, batch.queries, batch.responses, batch.B);
  reward.dispose();
  return found;
}
const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;

describe('the weights of an ensemble', () => {
  test('come apart as they were put together, and the first stands for all where one is wanted', () => {
    const members = [1, 2, 3].map((size) => parityReward(size));
    const joined = joinMembers(members);
    expect(memberCount(joined.tensors)).toBe(3);
    expect(membersOf(joined)).toEqual(members);
    expect(joinMembers(members.slice(0, 1))).toEqual(members[0]);
    expect(membersOf(members[0]!)).toEqual([members[0]]);
    expect(initialCritic(joined, members[0]!)).toEqual(members[0]);
    expect(() => joinMembers([])).toThrow('A reward model without a member cannot score.');
  });
});

onEngines(
  'an ensemble',
  () => {
    test('has as its first member what would have been learned alone, to the bit', async () => {
      for (const keep of ['last', 'best'] as const) {
        const changes = { epochs: 3, evaluateEvery: 2, keep };
        const alone = await finished(rewardModel(inputs, config(changes)));
        const three = await finished(rewardModel(inputs, config({ ...changes, members: 3 })));
        const [first, second, third] = membersOf(three.model);
        if (keep === 'last') expect(first).toEqual(alone.model); // the best step is that of the mean
        expect(second!.tensors).not.toEqual(first!.tensors);
        expect(third!.tensors).not.toEqual(second!.tensors);
        expect(memberCount(alone.model.tensors)).toBe(1);
        expect(alone.metrics.some((each) => 'eval/spread' in each)).toBe(false);
      }
    });

    test('agrees on what it learned, disagrees on what it did not, and scores demonstrations 0', async () => {
      const { metrics, model } = await finished(rewardModel(inputs, config({ members: 4 })));
      const last = metrics.at(-1)!;
      expect(last['eval/accuracy']).toBe(1);
      const [known, unknown] = [await judged(model, ['yes', 'no']), await judged(model, ['gb:k?', 'AA', 'x.x'])]; // prettier-ignore
      // By the size of what it tells apart: the distance between a good and a bad answer.
      expect(mean(unknown.spread)).toBeGreaterThan(1.5 * mean(known.spread));
      expect(last['eval/spread']).toBeGreaterThan(0);
      for (const member of membersOf(model)) {
        const pairs = inputs.demonstrations.map(({ text, response }) => ({ prompt: text, response })); // prettier-ignore
        expect(mean(await scores(member, pairs, LETTERS, LETTER_LENGTHS))).toBeCloseTo(0, 4);
      }
    });

    test('of equal members scores as one of them, without spread', async () => {
      const one = letterReward();
      const [alone, both] = [await judged(one, ['a b', 'no']), await judged(joinMembers([one, one]), ['a b', 'no'])]; // prettier-ignore
      expect(both.mean).toEqual(alone.mean); // (x + x) / 2 is exact
      expect(both.spread).toEqual(both.mean.map(() => 0));
      expect(alone.spread).toEqual(alone.mean.map(() => 0));
    });

    test('is asked for its mean by all who ask', async () => {
      const joined = joinMembers([parityReward(3, { vocabSize: 35, layers: 1 }), parityReward(1, { vocabSize: 35, layers: 1 })]); // prettier-ignore
      const middle = parityReward(2, { vocabSize: 35, layers: 1 });
      const pairs = [
        { prompt: 'is it?', response: 'yes.' },
        { prompt: 'x', response: 'go' },
      ];
      const ask = async (weights: Weights) => ({
        scores: await scores(weights, pairs, LETTERS, LETTER_LENGTHS),
        traces: (await traces(weights, pairs, LETTERS, LETTER_LENGTHS)).flatMap(({ values }) => values), // prettier-ignore
        picked: (await exhausted(bestOfN({ ...given, policy: letterTalker(), scorer: weights, prompts: LETTER_PROMPTS.slice(0, 2) }, { answers: 4, temperature: 1, missingEosScore: -1 }))).result.map(({ proxy }) => proxy), // prettier-ignore
        judged: (await exhausted(judgeRewardModel({ ...given, rewards: [weights], comparisons }))).result.answers.flatMap((each) => each.scores), // prettier-ignore
      });
      const [ofBoth, ofMiddle] = [await ask(joined), await ask(middle)];
      for (const name of ['scores', 'traces', 'picked', 'judged'] as const)
        ofBoth[name].forEach((value, i) => expect(value, name).toBeCloseTo(ofMiddle[name][i]!, 4));
      const { spread } = (await exhausted(judgeRewardModel({ ...given, rewards: [joined], comparisons }))).result; // prettier-ignore
      expect(spread).toBeGreaterThan(0);
    });

    test('pays PPO its mean, less the spread as often as is said', async () => {
      const shape = { vocabSize: 35, layers: 1 };
      const first = async (reward: Weights, changes: Partial<PpoConfig> = {}): Promise<Metrics> => {
        const settings = sectionConfig('ppo', { steps: 1, batchSize: 8, missingEosScore: 0, ...changes }); // prettier-ignore
        const run = ppo({ ...given, reference: letterTalker(), reward, prompts: LETTER_PROMPTS, runId: 'run' }, settings); // prettier-ignore
        return (await finished(run)).metrics[0]!;
      };
      const one = await first(letterReward());
      const { 'objective/score_spread': none, ...same } = await first(joinMembers([letterReward(), letterReward()]), { spreadPenalty: 2 }); // prettier-ignore
      expect(none).toBe(0);
      expect(same).toEqual(one);
      const apart = joinMembers([parityReward(3, shape), parityReward(1, shape)]);
      const score = async (spreadPenalty: number) => (await first(apart, { spreadPenalty }))['objective/scores']!; // prettier-ignore
      const [s0, s1, s2] = [await score(0), await score(1), await score(2)];
      expect(s1).toBeLessThan(s0);
      expect(s1 - s2).toBeCloseTo(s0 - s1, 5);
    });
  },
  ['wasm'],
);
