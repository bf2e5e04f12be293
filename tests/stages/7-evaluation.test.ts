import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { winRate } from '../../src/algorithms/win-rate';
import { sectionConfig, type EvaluationConfig } from '../../src/config';
import { gold } from '../../src/data/gold';
import { queryIds } from '../../src/data/template';
import type { Labeler, Ranking, Sample } from '../../src/records';
import { evaluate, type EvaluationInputs } from '../../src/stages/7-evaluation';
import { onEngines } from '../engines';
import { exhausted, labeler, LENGTHS, ownPrompt, promptsOf, talker, tokenizer } from '../lab';
import { PlainLlama } from '../model/plain-llama';

const inputs: EvaluationInputs = {
  policy: talker(1),
  policyId: 'ppo',
  baseline: talker(2),
  baselineId: 'sft',
  prompts: promptsOf('held-out', 40),
  judge: labeler,
  tokenizer,
  lengths: LENGTHS,
  seed: 6,
  now: 77,
};
const config = (changes: Partial<EvaluationConfig> = {}) =>
  sectionConfig('evaluation', { prompts: 40, temperature: 1, ...changes });

/** Prefers the longer answer, whichever side it stands on. */
const longer: Labeler = {
  info: { ...labeler.info, id: 'longer' },
  rank: async (sample: Sample): Promise<Ranking> => {
    const lengths = sample.responses.map(({ text }) => text.length);
    const ranks = lengths.map((length) => 1 + lengths.filter((other) => other > length).length);
    return { ...(await labeler.rank(sample)), ranks, verdict: 'ranked' };
  },
};

const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;

onEngines(
  'evaluation',
  () => {
    test('of a model against itself is all ties, and a KL of exactly 0', async () => {
      const same = { ...inputs, baseline: inputs.policy };
      const { result } = await exhausted(evaluate(same, config()));
      expect(result.winRate).toEqual(winRate({ wins: 0, losses: 0, ties: inputs.prompts.length }));
      expect(result.kl).toBe(0);
      expect(result.gold!.checkpoint).toBe(result.gold!.baseline);
      for (const { answers: [ours, theirs] } of result.contests) expect(ours!.text).toBe(theirs!.text); // prettier-ignore
    });

    test('counts what the judge prefers', async () => {
      const { yields, result } = await exhausted(evaluate({ ...inputs, judge: longer }, config()));
      const tally = { wins: 0, losses: 0, ties: 0 };
      for (const {
        answers: [ours, theirs],
      } of result.contests) {
        const difference = ours!.text.length - theirs!.text.length;
        tally[difference > 0 ? 'wins' : difference < 0 ? 'losses' : 'ties'] += 1;
      }
      expect(result.winRate).toEqual(winRate(tally));
      expect(Math.min(tally.wins, tally.losses)).toBeGreaterThan(0);
      const swapped = { ...inputs, policy: inputs.baseline, baseline: inputs.policy, judge: longer }; // prettier-ignore
      const other = await exhausted(evaluate(swapped, config()));
      expect(other.result.winRate).toMatchObject({ wins: tally.losses, losses: tally.wins });

      expect(result.contests.map(({ prompt }) => prompt)).toEqual(inputs.prompts);
      expect(yields.map(({ done, total }) => [done, total])).toEqual([[32, inputs.prompts.length], [inputs.prompts.length, inputs.prompts.length]]); // prettier-ignore
      expect(result).toMatchObject({ checkpointId: 'ppo', baselineId: 'sft', judge: longer.info, createdAt: 77 }); // prettier-ignore
      for (const { prompt, answers } of result.contests)
        for (const each of answers) expect(each.gold).toBe(gold(prompt, each.text)!.total);
      expect(result.gold!.checkpoint).toBeCloseTo(mean(result.contests.map(({ answers }) => answers[0]!.gold!)), 12); // prettier-ignore
    });

    test('estimates the KL between the two distributions that were sampled', async () => {
      // One token of response to one prompt, many times: the exact KL is a sum over the vocabulary.
      const temperature = 0.7;
      const prompt = inputs.prompts[0]!;
      const log = [inputs.policy, inputs.baseline].map(({ config: shape, tensors }) => {
        const llama = new PlainLlama(shape, tensors);
        let logits: number[] = [];
        for (const id of queryIds(prompt.text, tokenizer)) logits = llama.next(id);
        const norm = Math.log(logits.reduce((sum, z) => sum + Math.exp(z / temperature), 0));
        return logits.map((z) => z / temperature - norm);
      });
      const [p, q] = [log[0]!, log[1]!];
      const expectation = (f: (i: number) => number) => p.reduce((sum, x, i) => sum + Math.exp(x) * f(i), 0); // prettier-ignore
      const exact = expectation((i) => p[i]! - q[i]!);
      const variance = expectation((i) => (p[i]! - q[i]! - exact) ** 2);
      const draws = 256;
      const often = {
        ...inputs,
        prompts: Array.from({ length: draws }, () => prompt),
        lengths: { ...LENGTHS, responseTokens: 1 },
      };
      const { result } = await exhausted(evaluate(often, config({ prompts: draws, temperature })));
      expect(exact).toBeGreaterThan(0);
      // Four standard errors.
      expect(Math.abs(result.kl! - exact)).toBeLessThan(4 * Math.sqrt(variance / draws));
    });

    test('answers with the likeliest tokens at temperature 0, and still draws for the KL', async () => {
      const greedy = config({ temperature: 0, prompts: 6 });
      const first = await exhausted(evaluate(inputs, greedy));
      const other = await exhausted(evaluate({ ...inputs, seed: 7 }, greedy));
      const texts = (of: typeof first) => of.result.contests.map(({ answers }) => answers.map(({ text }) => text)); // prettier-ignore
      expect(texts(other)).toEqual(texts(first));
      expect(other.result.kl).not.toBe(first.result.kl);
      expect(first.result.contests).toHaveLength(6);
    });

    test('of prompts that nobody has a rule for has no gold score, and a judge who cannot tell ties', async () => {
      const prompts = ['How are you?', 'Who is there?'].map((text) => ownPrompt(text, 'held-out'));
      const { result } = await exhausted(evaluate({ ...inputs, prompts }, config()));
      expect(result.gold).toBeNull();
      expect(result.winRate).toMatchObject({ wins: 0, losses: 0, ties: 2 });
      expect(result.kl).not.toBe(0);
    });

    test('without prompts says so, and one that is left early frees both models', async () => {
      const before = tf.memory().numTensors;
      await expect(exhausted(evaluate({ ...inputs, prompts: [] }, config()))).rejects.toThrow(
        'There are no held-out prompts to evaluate on.',
      );
      const evaluation = evaluate(inputs, config());
      await evaluation.next();
      expect(tf.memory().numTensors).toBeGreaterThan(before);
      await evaluation.return(undefined as never);
      expect(tf.memory().numTensors).toBe(before);
    });
  },
  ['wasm'],
);
