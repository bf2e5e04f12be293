import { expect, test } from 'vitest';
import { sectionConfig, type SamplesConfig } from '../../src/config';
import { SPECIAL_TOKENS } from '../../src/data/bpe';
import { responseIds } from '../../src/data/template';
import { drawSamples, type SamplesInputs } from '../../src/stages/3-samples';
import { onEngines } from '../engines';
import { exhausted, LENGTHS, PROMPTS, talker, tokenizer } from '../lab';

const K = 3; // 10 prompts make a batch
const inputs: SamplesInputs = {
  policy: talker(),
  checkpointId: 'sft',
  prompts: PROMPTS.slice(0, 12),
  tokenizer,
  lengths: LENGTHS,
  seed: 5,
  now: 1234,
};
const config = (changes: Partial<SamplesConfig> = {}) =>
  sectionConfig('samples', { answers: K, ...changes });

onEngines(
  'samples',
  () => {
    test('come in the order of the prompts, K each, batch by batch', async () => {
      const { yields, result } = await exhausted(drawSamples(inputs, config()));
      expect(yields.map(({ done, total }) => [done, total])).toEqual([
        [10, 12],
        [12, 12],
      ]);
      expect(yields.flatMap(({ samples }) => samples)).toEqual(result);
      expect(result.map(({ prompt }) => prompt)).toEqual(inputs.prompts);
      expect(new Set(result.map(({ id }) => id)).size).toBe(12);
      expect(result[0]).toMatchObject({ checkpointId: 'sft', temperature: 1, seed: 5, createdAt: 1234 }); // prettier-ignore
      const responses = result.flatMap(({ responses }) => responses);
      expect(responses).toHaveLength(12 * K);
      for (const { tokens, finished } of responses) {
        expect(tokens).toBeGreaterThan(0);
        expect(tokens).toBeLessThanOrEqual(LENGTHS.responseTokens);
        if (!finished) expect(tokens).toBe(LENGTHS.responseTokens);
      }
      // About one token in ten is an end, so both kinds are seen.
      const ended = responses.filter(({ finished }) => finished).length;
      expect(ended).toBeGreaterThan(12);
      expect(ended).toBeLessThan(12 * K);
      // Streams of their own: the answers to a prompt differ, unless both are empty.
      for (const { responses: [a, b, c] } of result) expect(new Set([a!.text, b!.text, c!.text]).size).toBeGreaterThan(1); // prettier-ignore
    });

    test('are plain data', async () => {
      const { result } = await exhausted(drawSamples({ ...inputs, prompts: PROMPTS.slice(0, 2) }, config())); // prettier-ignore
      expect(JSON.parse(JSON.stringify(result))).toEqual(structuredClone(result));
    });

    test('of a prompt do not depend on how many were asked for', async () => {
      const all = await exhausted(drawSamples(inputs, config()));
      const few = await exhausted(drawSamples({ ...inputs, prompts: inputs.prompts.slice(0, 4) }, config())); // prettier-ignore
      expect(few.result).toEqual(all.result.slice(0, 4));
      const other = await exhausted(drawSamples({ ...inputs, seed: 6 }, config()));
      expect(other.result[0]!.responses).not.toEqual(all.result[0]!.responses);
    });

    test('follow the decoding that was asked for', async () => {
      const greedy = await exhausted(drawSamples(inputs, config({ topK: 1 })));
      for (const { responses } of greedy.result)
        expect(new Set(responses.map(({ text }) => text)).size).toBe(1);
    });

    test('do not hold the end of sequence as text', async () => {
      const { result } = await exhausted(drawSamples(inputs, config()));
      for (const { text, tokens, finished } of result.flatMap(({ responses }) => responses)) {
        for (const token of SPECIAL_TOKENS) expect(text).not.toContain(token);
        expect(text).toBe(text.trim());
        if (finished && tokens === 1) expect(responseIds(text, tokenizer)).toEqual([tokenizer.eosId]); // prettier-ignore
      }
    });
  },
  ['wasm'],
);
