import { describe, expect, test } from 'vitest';
import { sectionConfig, type SftConfig } from '../../src/config';
import { queryIds, responseIds } from '../../src/data/template';
import type { Demonstration } from '../../src/records';
import { sft, type SftInputs } from '../../src/stages/2-sft';
import { onEngines } from '../engines';
import { demonstrationsOf, finished, LENGTHS, stepsOf, talker, tokenizer } from '../lab';
import { PlainLlama } from '../model/plain-llama';

const inputs: SftInputs = {
  base: talker(),
  train: demonstrationsOf('train', 12),
  heldOut: demonstrationsOf('held-out', 5),
  tokenizer,
  lengths: LENGTHS,
  seed: 3,
};
const config = (changes: Partial<SftConfig> = {}) =>
  sectionConfig('sft', { epochs: 1, batchSize: 4, evaluateEvery: 100, ...changes });

/** -log p of every response token of a demonstration, its end with it, in double precision; nats. */
function plainLosses({ text, response }: Demonstration, weights = inputs.base): number[] {
  const query = queryIds(text, tokenizer);
  const llama = new PlainLlama(weights.config, weights.tensors);
  let logits: number[] = [];
  for (const id of query) logits = llama.next(id);
  return responseIds(response, tokenizer).map((id) => {
    const norm = Math.log(logits.reduce((sum, z) => sum + Math.exp(z), 0));
    const loss = norm - logits[id]!;
    logits = llama.next(id);
    return loss;
  });
}
const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;

onEngines(
  'SFT',
  () => {
    test('lowers the loss on what it has seen and on what it has not', async () => {
      const longer = config({ epochs: 4, evaluateEvery: 5, learningRate: 1e-2 });
      const { metrics, model } = await finished(
        sft({ ...inputs, train: demonstrationsOf('train', 24) }, longer),
      );
      expect(metrics).toHaveLength(24);
      const heldOut = metrics.map((m) => m['eval/loss']).filter((loss) => loss !== undefined);
      expect(heldOut).toHaveLength(5); // after steps 5, 10, 15, 20 and 24
      expect(metrics[0]!['eval/loss_before']! - heldOut.at(-1)!).toBeGreaterThan(0.5);
      expect(metrics.at(-1)!['loss/train']!).toBeLessThan(0.8 * metrics[0]!['loss/train']!);
      // What is reported is what the model does.
      const plain = mean(inputs.heldOut.flatMap((each) => plainLosses(each, model)));
      expect(heldOut.at(-1)!).toBeCloseTo(plain, 4);
    });

    test('counts response tokens only, each once whatever row it is in', async () => {
      const all = { ...inputs, train: inputs.train.slice(0, 4) };
      const run = sft(all, config());
      const [step] = await stepsOf(run);
      run.dispose();
      const losses = all.train.flatMap((each) => plainLosses(each));
      expect(step!.metrics['loss/train']).toBeCloseTo(mean(losses), 4);
      const query = all.train.reduce((sum, { text }) => sum + queryIds(text, tokenizer).length, 0);
      expect(step!.tokens).toBe(query + losses.length);
      const heldOut = mean(inputs.heldOut.flatMap((each) => plainLosses(each)));
      expect(step!.metrics['eval/loss_before']).toBeCloseTo(heldOut, 4);
    });

    test('takes steps of the schedule, and as many as the data give', async () => {
      const run = sft(inputs, config({ epochs: 2, warmupSteps: 2, learningRate: 1e-3 }));
      const steps = await stepsOf(run);
      expect(steps.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6]);
      expect(steps.every((step) => step.steps === 6)).toBe(true);
      const rates = steps.map(({ metrics }) => metrics['lr']!);
      expect(rates[0]).toBeCloseTo(5e-4, 10);
      expect(rates[1]).toBeCloseTo(1e-3, 10);
      expect(rates.at(-1)).toBeCloseTo(1e-4, 10);
      expect(steps.at(-1)!.metrics['epoch']).toBe(2);
      expect(run.progress).toMatchObject({ step: 6, dataCursor: 24, optimizerSteps: { policy: 6 } }); // prettier-ignore
      expect(await run.steps.next()).toEqual({ done: true, value: undefined });
      run.dispose();
    });

    test('gives the same numbers twice, and others for another seed', async () => {
      const run = (seed: number) => finished(sft({ ...inputs, seed }, config({ batchSize: 8 })));
      const [first, second, other] = [await run(1), await run(1), await run(2)];
      expect(second).toEqual(first);
      expect(other.metrics).not.toEqual(first.metrics);
    });

    test('does not change the weights that it was given', async () => {
      const before = structuredClone(inputs.base);
      const { model } = await finished(sft(inputs, config()));
      expect(inputs.base).toEqual(before);
      expect(model.tensors).not.toEqual(before.tensors);
      expect(model.config).toEqual(before.config);
    });

    test('stops with a sentence when a number is none any more', async () => {
      const tensors = structuredClone(inputs.base.tensors);
      tensors['model.norm.weight']!.data[0] = 3e38; // logits overflow
      const run = sft({ ...inputs, base: { ...inputs.base, tensors } }, config());
      await expect(stepsOf(run)).rejects.toThrow(/became (NaN|-?Infinity) in step 1\./);
      run.dispose();
    });
  },
  ['wasm'],
);

describe('SFT without', () => {
  test('demonstrations says so', () => {
    expect(() => sft({ ...inputs, train: [] }, config())).toThrow(
      'There are no demonstrations to learn from.',
    );
  });
});
