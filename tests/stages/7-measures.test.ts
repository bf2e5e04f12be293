/** Answers for rules to measure: one for each prompt, counted in tokens, whatever the number of prompts. */
import { expect, test } from 'vitest';
import { answerPrompts, ROWS } from '../../src/stages/7-measures';
import { onEngines } from '../engines';
import { exhausted, LENGTHS, promptsOf, talker, tokenizer } from '../lab';

const inputs = { policy: talker(1), tokenizer, lengths: LENGTHS, seed: 6 };

onEngines('answers to prompts', () => {
  test('are one for each, in order, and the same whoever else is asked', async () => {
    const prompts = promptsOf('held-out', ROWS + 3);
    const all = await exhausted(answerPrompts({ ...inputs, prompts }, { temperature: 1 }));
    expect(all.result.map(({ prompt }) => prompt.id)).toEqual(prompts.map(({ id }) => id));
    expect(all.yields.map(({ done }) => done)).toEqual([ROWS, ROWS + 3]);
    const some = prompts.slice(0, 5);
    const few = await exhausted(answerPrompts({ ...inputs, prompts: some }, { temperature: 1 }));
    expect(few.result).toEqual(all.result.slice(0, 5));
  });

  test('count their tokens, with the end where they reached it', async () => {
    const prompts = promptsOf('held-out', 20);
    const { result } = await exhausted(answerPrompts({ ...inputs, prompts }, { temperature: 1 }));
    expect(new Set(result.map(({ tokens }) => tokens)).size).toBeGreaterThan(2);
    expect(new Set(result.map(({ finished }) => finished))).toEqual(new Set([true, false]));
    for (const { finished, tokens } of result) {
      expect(tokens).toBeGreaterThan(0);
      expect(tokens).toBeLessThanOrEqual(LENGTHS.responseTokens);
      if (!finished) expect(tokens).toBe(LENGTHS.responseTokens);
    }
  });

  test('to nothing are refused with a sentence', async () => {
    await expect(exhausted(answerPrompts({ ...inputs, prompts: [] }, { temperature: 1 }))).rejects.toThrow('no held-out prompts'); // prettier-ignore
  });
});
