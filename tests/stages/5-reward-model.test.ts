import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { sectionConfig, type RewardModelConfig } from '../../src/config';
import { pairBatch, pairWidths } from '../../src/data/batches';
import { preferredPairs } from '../../src/data/comparisons';
import { forkedShape, packedLine, packedRows, packedShape } from '../../src/data/packed';
import { rowScores } from '../../src/model/heads';
import { LIKELIHOOD, Model } from '../../src/model/model';
import { rowTensors } from '../../src/model/rows';
import { scoreByEnsemble, scoreRows, traceRows } from '../../src/model/score';
import { initialCritic } from '../../src/model/scorer';
import type { Comparison, Split, Weights } from '../../src/records';
import { rewardModel, type RewardModelInputs } from '../../src/stages/5-reward-model';
import { meanScore } from '../../src/training/reward-scale';
import { onEngines } from '../engines';
import { demonstrationsOf, finished, LENGTHS, ownPrompt, stepsOf, talker, tokenizer } from '../lab';

const NAMES = ['Tom', 'Lily', 'Max', 'Anna', 'Ben', 'Sue', 'Tim', 'Mia', 'Sam', 'Amy'];
const THINGS = ['ball', 'cat', 'hat', 'cup', 'dog', 'car', 'bird', 'fish'];

/** Three answers to each of many questions; whoever says yes is right, and two in between are tied. */
const planted = (split: Split, names: string[]): Comparison[] =>
  names.flatMap((name) =>
    THINGS.map((thing, i): Comparison => {
      const responses = ['Yes, it is.', 'No, not now.', 'No, it is not.'];
      const turned = [...responses.slice(i % 3), ...responses.slice(0, i % 3)];
      const ranks = turned.map((text) => (text.startsWith('Yes') ? 1 : 2));
      return {
        id: `${name}:${thing}`,
        rankingId: `ranking:${name}:${thing}`,
        prompt: ownPrompt(`Is it the ${thing} of ${name}?`, split),
        responses: turned,
        pairs: preferredPairs(ranks),
        source: 'simulated',
      };
    }),
  );

const inputs: RewardModelInputs = {
  policy: talker(),
  train: planted('train', NAMES.slice(0, 7)),
  heldOut: planted('held-out', NAMES.slice(7)),
  demonstrations: demonstrationsOf('train', 40),
  tokenizer,
  lengths: LENGTHS,
  seed: 2,
};
const config = (changes: Partial<RewardModelConfig> = {}) =>
  sectionConfig('rewardModel', {
    batchSize: 4,
    learningRate: 3e-3,
    evaluateEvery: 100,
    ...changes,
  });

/** Scores of texts by a finished reward model. */
async function scoresOf(weights: Weights, pairs: { text: string; response: string }[]) {
  const model = new Model('judge', weights.config, 'scalar', weights.tensors, false);
  const batch = pairBatch(pairs, tokenizer, pairWidths(pairs, tokenizer, LENGTHS));
  const scores = await scoreRows(model, batch.queries, batch.responses, batch.B);
  model.dispose();
  return scores;
}
const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;

onEngines(
  'the reward model',
  () => {
    test('learns a planted preference, on prompts that it has not seen too', async () => {
      const { metrics, model } = await finished(rewardModel(inputs, config({ evaluateEvery: 5 })));
      expect(metrics).toHaveLength(14);
      expect(metrics.at(-1)!['eval/accuracy']).toBe(1);
      expect(metrics.at(-1)!['eval/loss']!).toBeLessThan(metrics[4]!['eval/loss']!);
      expect(metrics.at(-1)!['eval/loss']!).toBeLessThan(0.6 * Math.log(2));
      const [yes, no] = await scoresOf(
        model,
        ['Yes, it is.', 'No, not now.'].map((response) => ({ text: 'Is it the hat of Noor?', response })), // prettier-ignore
      );
      expect(yes! - no!).toBeGreaterThan(1);
    });

    test('counts its own likelihood with a weight that is learned, or not at all', async () => {
      const { model } = await finished(rewardModel(inputs, config()));
      const weight = model.tensors[LIKELIHOOD]!.data[0]!;
      expect(weight).not.toBe(2);
      expect(weight).toBeCloseTo(2, 0);
      expect(Object.keys(initialCritic(model, inputs.policy).tensors)).not.toContain(LIKELIHOOD);
      const { model: plain } = await finished(rewardModel(inputs, config({ likelihood: 0 })));
      expect(Object.keys(plain.tensors)).not.toContain(LIKELIHOOD);
      expect(Object.keys(initialCritic(plain, inputs.policy).tensors)).toContain('score.weight');
    });

    test('gives demonstrations a mean score of 0, by its bias alone', async () => {
      const run = rewardModel(inputs, config());
      const steps = await stepsOf(run, 13);
      // A model that is taken before the end is centred as well, and the run does not notice.
      const before = await run.result();
      expect(mean(await scoresOf(before, inputs.demonstrations))).toBeCloseTo(0, 5);
      expect((await run.save())['reward/score.bias']!.data[0]).toBe(0);
      const [last] = await stepsOf(run);
      const after = await run.result();
      run.dispose();
      expect(steps.every(({ metrics }) => !('rewards/bias' in metrics))).toBe(true);
      expect(after.tensors['score.bias']!.data[0]).toBeCloseTo(last!.metrics['rewards/bias']!, 5);
      const scores = await scoresOf(after, inputs.demonstrations);
      expect(mean(scores)).toBeCloseTo(0, 5);
      expect(Math.max(...scores) - Math.min(...scores)).toBeGreaterThan(0.01);
    });

    test('is centred on a thousand of many demonstrations, from the first to the last', async () => {
      const { model: weights } = await finished(rewardModel(inputs, config()));
      const model = new Model('centred', weights.config, 'scalar', weights.tensors, false);
      const many = Array.from({ length: 2100 }, (_, i) => ({ text: 'Is it?', response: i % 3 === 0 ? 'Yes, it is.' : 'No.' })); // prettier-ignore
      const told = await meanScore(model, many, tokenizer, LENGTHS);
      const [read, left] = await scoresOf(weights, many.slice(0, 2));
      model.dispose();
      expect(told).toBeCloseTo(read!, 4); // every third was read
      expect(Math.abs(read! - left!)).toBeGreaterThan(0.1);
    });

    test('measures the first batch before it learns from it', async () => {
      // All answers alike: no difference in score, whatever the head.
      const same = inputs.train.slice(0, 4).map((comparison) => ({ ...comparison, responses: ['Yes.', 'Yes.', 'Yes.'] })); // prettier-ignore
      const run = rewardModel({ ...inputs, train: same }, config());
      const [step] = await stepsOf(run);
      run.dispose();
      expect(step!.metrics['loss/train']).toBeCloseTo(Math.log(2), 6);
      expect(step!.metrics['rewards/accuracies']).toBe(0.5);
      expect(step!.metrics['rewards/margins']).toBe(0);
    });

    test('weighs prompts alike, however many pairs and answers they have', async () => {
      // One prompt with 3 answers and one with 2: the loss is the mean of the two prompts' means.
      const [first, second] = inputs.train;
      const pair: Comparison = { ...second!, responses: second!.responses.slice(0, 2), pairs: [{ better: 0, worse: 1 }] }; // prettier-ignore
      const run = (train: Comparison[]) => rewardModel({ ...inputs, train, heldOut: [] }, config({ batchSize: train.length })); // prettier-ignore
      const lossOf = async (train: Comparison[]) => {
        const stage = run(train);
        const [step] = await stepsOf(stage);
        stage.dispose();
        return step!.metrics['loss/train']!;
      };
      const [both, one, other] = [
        await lossOf([first!, pair]),
        await lossOf([first!]),
        await lossOf([pair]),
      ];
      expect(both).toBeCloseTo((one + other) / 2, 5);
    });

    test('takes no notice of prompts whose answers are all tied', async () => {
      const tied = inputs.train.slice(0, 5).map((comparison) => ({ ...comparison, pairs: [] }));
      const some = inputs.train.slice(0, 8);
      const without = await finished(rewardModel({ ...inputs, train: some }, config()));
      const withTies = await finished(rewardModel({ ...inputs, train: [...tied, ...some], heldOut: [...tied, ...inputs.heldOut] }, config())); // prettier-ignore
      expect(withTies.metrics).toEqual(without.metrics);
      expect(withTies.model).toEqual(without.model);
    });

    test('keeps the model of the lowest held-out loss, and stops when that has passed', async () => {
      // Held-out labels turned round: the better it learns, the worse it does on them.
      const turned = inputs.heldOut.map((comparison) => ({
        ...comparison,
        pairs: comparison.pairs.map(({ better, worse }) => ({ better: worse, worse: better })),
      }));
      const contrary = { ...inputs, heldOut: turned };
      const run = rewardModel(contrary, config({ evaluateEvery: 2, patience: 3, keep: 'best' }));
      const losses: number[] = [];
      const norms: Float32Array[] = [];
      for (const { metrics } of await stepsOf(run)) {
        if ('eval/loss' in metrics) losses.push(metrics['eval/loss']!);
        norms.push((await run.result()).tensors['model.norm.weight']!.data);
      }
      const best = losses.indexOf(Math.min(...losses));
      expect(losses.length).toBe(best + 1 + 3);
      expect(run.progress.step).toBeLessThan(14);
      const result = await run.result();
      const save = await run.save();
      run.dispose();
      expect(result.tensors['model.norm.weight']!.data).toEqual(save['reward-best/model.norm.weight']!.data); // prettier-ignore
      expect(result.tensors['model.norm.weight']!.data).not.toEqual(save['reward/model.norm.weight']!.data); // prettier-ignore
      expect(mean(await scoresOf(result, inputs.demonstrations))).toBeCloseTo(0, 5);
    });

    test('says how sure its held-out accuracy is', async () => {
      const { metrics } = await finished(rewardModel(inputs, config()));
      const { 'eval/accuracy': rate, 'eval/accuracy_low': low, 'eval/accuracy_high': high } = metrics.at(-1)!; // prettier-ignore
      expect(rate).toBe(1);
      expect(high).toBe(1);
      expect(low).toBeCloseTo(24 / (24 + 1.959963984540054 ** 2), 9); // Wilson, 24 prompts
    });

    test.each(['ranking', 'best'] as const)('learns from the loss %s too', async (loss) => {
      const { metrics } = await finished(rewardModel(inputs, config({ loss })));
      expect(metrics[0]!['loss/train']).toBeGreaterThan(metrics.at(-1)!['loss/train']!);
      expect(metrics.at(-1)!['eval/accuracy']).toBe(1);
    });

    test('scores rows joined or packed alike, traces them, and tells the spread of an ensemble', async () => {
      const members = [1, 2].map((seed) => {
        const weights = { ...talker(seed), tensors: { ...talker(seed).tensors, 'score.weight': { shape: [1, talker().config.width], data: new Float32Array(talker().config.width).map((_, i) => Math.sin(i + seed)) }, 'score.bias': { shape: [1], data: Float32Array.of(0.5) }, [LIKELIHOOD]: { shape: [1], data: Float32Array.of(3) } } }; // prettier-ignore
        return new Model(`member-${seed}`, weights.config, 'scalar', weights.tensors, false);
      });
      const pairs = [{ text: 'Is it?', response: 'Yes, it is.' }, { text: 'Where is the ball of Tom?', response: 'No.' }]; // prettier-ignore
      const { queries, responses, B, R } = pairBatch(pairs, tokenizer, pairWidths(pairs, tokenizer, LENGTHS)); // prettier-ignore
      const joined = await scoreRows(members[0]!, queries, responses, B);
      const lines = pairs.map((pair) => packedLine(pair, tokenizer, LENGTHS));
      const packed = packedRows(lines, packedShape(lines, 8), 3, tokenizer.padId);
      const tight = tf.tidy(() => {
        const { ids, mask } = rowTensors(packed, 3);
        const drawn = tf.tensor2d(packed.responses, [3, packed.R]);
        return [...rowScores(members[0]!, ids, mask, drawn).dataSync()];
      });
      joined.forEach((score, row) => expect(tight[row]).toBeCloseTo(score, 4));
      const forked = packedRows(lines.flatMap((line) => [line, line]), forkedShape(lines, 8), 6, tokenizer.padId); // prettier-ignore
      const shared = tf.tidy(() => {
        const { ids, mask } = rowTensors(forked, 6);
        const drawn = tf.tensor2d(forked.responses, [6, forked.R]);
        return [...rowScores(members[0]!, ids, mask, drawn, 2).dataSync()];
      });
      shared.slice(0, 4).forEach((score, row) => expect(score).toBeCloseTo(joined[row >> 1]!, 4));
      const trace = await traceRows(members.slice(0, 1), queries, responses, B);
      joined.forEach((score, row) => {
        const length = responses.mask.slice(row * R, (row + 1) * R).filter(Boolean).length;
        expect(trace[row * R + length - 1]).toBeCloseTo(score, 5);
      });
      const other = await scoreRows(members[1]!, queries, responses, B);
      const both = await scoreByEnsemble(members, queries, responses, B);
      both.mean.forEach((m, row) => expect(m).toBeCloseTo((joined[row]! + other[row]!) / 2, 5));
      both.spread.forEach((s, row) => expect(s).toBeCloseTo(Math.abs(joined[row]! - other[row]!) / 2, 5)); // prettier-ignore
      for (const member of members) member.dispose();
    });

    test('gives the same numbers twice', async () => {
      const few = { ...inputs, train: inputs.train.slice(0, 12) };
      const [first, second] = [
        await finished(rewardModel(few, config())),
        await finished(rewardModel(few, config())),
      ];
      expect(second).toEqual(first);
    });
  },
  ['wasm'],
);

describe('the reward model without', () => {
  test('a single pair says so', () => {
    const tied = inputs.train.map((comparison) => ({ ...comparison, pairs: [] }));
    for (const train of [[], tied])
      expect(() => rewardModel({ ...inputs, train }, config())).toThrow(
        'There is no comparison to learn from: every answer is tied or skipped.',
      );
  });
});
