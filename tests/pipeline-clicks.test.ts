/**
 * Learning click by click, as far as sixty clicks carry: a model fine-tuned on what hasty people wrote, and a simulated
 * person who likes to read sentences that begin with a capital and end with a mark. No reward model stands between.
 */
import { expect, test } from 'vitest';
import { distinctN } from '../src/algorithms/statistics';
import { LENGTHS, methodConfig, sectionConfig } from '../src/config';
import { wordsOf } from '../src/data/gold-text';
import { worldDemonstrations, worldPrompts } from '../src/data/world';
import type { Prompt, Weights } from '../src/records';
import { collectDemonstrations } from '../src/stages/1-demonstrations';
import { sft } from '../src/stages/2-sft';
import { onlineDpo } from '../src/stages/6-online-dpo';
import { answerPrompts, negativeLogLikelihood } from '../src/stages/7-measures';
import { onEngines } from './engines';
import { clicker, exhausted } from './lab';
import { shippedBase } from './shipped-base';

const SEED = 2;
const CLICKS = 60;
/** Of three thousand demonstrations some seven in ten are hasty. */
const DEMONSTRATIONS = 3000;
const ASKED = 120;
const lengths = {
  promptTokens: LENGTHS.promptTokens.value,
  responseTokens: LENGTHS.responseTokens.value,
};

/** One point for a capital, one for the mark at the end: what has both is liked. */
const care = (text: string): number =>
  Number(/^["“]?\p{Lu}/u.test(text.trim())) + Number(/[.!?]["”]?$/.test(text.trim()));

onEngines(
  'sixty clicks',
  () => {
    test(
      'turn a model that a fifth is liked of into one that seven tenths are',
      { timeout: 600_000 },
      async () => {
        const { config, tensors, tokenizer } = shippedBase('tiny');
        const base: Weights = { config, tensors };
        const given = { tokenizer, lengths, seed: SEED };
        const isSentence = ({ task }: Prompt) => task !== 'list' && task !== 'json';
        const prompts = worldPrompts(SEED, 1600).filter(isSentence);
        const heldOut = prompts.filter(({ split }) => split === 'held-out').slice(0, ASKED);

        const { result: shown } = await exhausted(collectDemonstrations(worldDemonstrations(SEED, DEMONSTRATIONS), given)); // prettier-ignore
        const tuning = sft({ ...given, ...shown, base }, sectionConfig('sft', { epochs: 2, evaluateEvery: 1000 })); // prettier-ignore
        await exhausted(tuning.steps);
        const fineTuned = await tuning.result();
        tuning.dispose();

        const measured = async (policy: Weights) => {
          const { result: answers } = await exhausted(answerPrompts({ ...given, policy, prompts: heldOut }, { temperature: 1 })); // prettier-ignore
          const { result: nll } = await exhausted(negativeLogLikelihood({ ...given, under: base, answers })); // prettier-ignore
          return {
          liked: answers.filter(({ answer }) => care(answer) === 2).length / answers.length,
          distinct2: distinctN(answers.map(({ answer }) => wordsOf(answer)), 2),
          nll,
        }; // prettier-ignore
        };
        const before = await measured(fineTuned);
        expect(before.liked).toBeLessThanOrEqual(0.2);

        let clicks = 0;
        const reader = clicker(({ text }) => care(text), () => void clicks++); // prettier-ignore
        const batchSize = 3;
        const run = onlineDpo(
          {
            ...given,
            reference: fineTuned,
            judge: { labeler: reader },
            prompts: prompts.filter(({ split }) => split === 'train'),
            runId: 'clicks',
          },
          methodConfig('onlineDpo', { steps: CLICKS / batchSize, batchSize, learningRate: 1e-3, schedule: 'constant', beta: 0.1, nllCoefficient: 0.5 }), // prettier-ignore
        );
        await exhausted(run.steps);
        const after = await measured(await run.result());
        run.dispose();

        console.log(`Liked ${before.liked.toFixed(2)} -> ${after.liked.toFixed(2)}, distinct-2 ${before.distinct2.toFixed(2)} -> ${after.distinct2.toFixed(2)}, NLL under the base ${before.nll.toFixed(2)} -> ${after.nll.toFixed(2)}.`); // prettier-ignore
        expect(clicks).toBe(CLICKS);
        expect(after.liked).toBeGreaterThanOrEqual(0.7);
        expect(after.distinct2).toBeGreaterThan(0.8 * before.distinct2);
        expect(after.nll).toBeLessThan(1.15 * before.nll);
      },
    );
  },
  ['wasm'],
);
