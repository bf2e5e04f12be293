import { describe, expect, test } from 'vitest';
import { dpSettings, privacyLoss } from '../../src/algorithms/dp-accountant';
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

onEngines(
  'SFT with noise',
  () => {
    const noisy = (changes: Partial<SftConfig> = {}) =>
      config({ noiseMultiplier: 1, warmupSteps: 0, ...changes });

    test('reports the epsilon of the accountant, step by step', async () => {
      const settings = noisy({ epochs: 2, noiseMultiplier: 0.9, privacyDelta: 1e-4 });
      const { metrics } = await finished(sft(inputs, settings));
      expect(metrics).toHaveLength(6);
      const run = dpSettings(12, settings);
      expect(run).toEqual({ noiseMultiplier: 0.9, sampleRate: 4 / 12, steps: 6 });
      metrics.forEach((each, i) =>
        expect(each['privacy/epsilon']).toBe(privacyLoss({ ...run, steps: i + 1 }, 1e-4).epsilon),
      );
      const drawn = metrics.map((each) => each['privacy/examples']!);
      expect(new Set(drawn).size).toBeGreaterThan(1); // chance, and no batches of four
    });

    test('counts the loss as a batch does, and without noise moves as one', async () => {
      // All take part in every step, none is shortened, and the noise is as good as none.
      const all = { batchSize: 12, exampleClip: 100, noiseMultiplier: 0.1, learningRate: 1e-6 };
      const { metrics } = await finished(sft(inputs, noisy(all)));
      const losses = inputs.train.flatMap((each) => plainLosses(each));
      expect(metrics[0]!['loss/train']).toBeCloseTo(mean(losses), 4);
      expect(metrics[0]).toMatchObject({ 'privacy/examples': 12, 'privacy/clipped': 0 });
    });

    test('moves where the noise pushes, by as much as the settings say', async () => {
      // With a clip norm near 0 of what they say, demonstrations vanish in noise of one twelfth each.
      const all = { batchSize: 12, exampleClip: 0.01, noiseMultiplier: 20, gradientClip: 100 };
      const { metrics } = await finished(sft(inputs, noisy(all)));
      const parameters = Object.values(inputs.base.tensors).reduce((sum, { data }) => sum + data.length, 0); // prettier-ignore
      const wanted = (20 * 0.01 * Math.sqrt(parameters)) / 12;
      expect(metrics[0]!['policy/grad_norm']! / wanted).toBeCloseTo(1, 1);
      expect(metrics[0]!['privacy/clipped']).toBe(1);
    });

    test('learns what all demonstrations have in common', async () => {
      const longer = noisy({ epochs: 6, batchSize: 12, exampleClip: 1, learningRate: 1e-2, noiseMultiplier: 0.1 }); // prettier-ignore
      const { metrics } = await finished(sft({ ...inputs, train: demonstrationsOf('train', 24) }, longer)); // prettier-ignore
      expect(metrics.at(-1)!['eval/loss']!).toBeLessThan(metrics[0]!['eval/loss_before']!);
    });

    test('goes on where chance draws nobody', async () => {
      const run = sft({ ...inputs, train: inputs.train.slice(0, 2) }, noisy({ batchSize: 1, epochs: 8 })); // prettier-ignore
      const metrics = (await stepsOf(run)).map((step) => step.metrics);
      run.dispose();
      const alone = metrics.filter((each) => each['privacy/examples'] === 0);
      expect(alone.length).toBeGreaterThan(0);
      for (const each of alone) expect(each).not.toHaveProperty(['loss/train']);
    });

    test('off is as if there were none, whatever else is set', async () => {
      const without = await finished(sft(inputs, config()));
      const off = config({ noiseMultiplier: 0, exampleClip: 0.01, privacyDelta: 1e-9 });
      expect(await finished(sft(inputs, off))).toEqual(without);
      expect(Object.keys(without.metrics[0]!).filter((name) => name.startsWith('privacy/'))).toEqual([]); // prettier-ignore
    });

    test('mixes in plain text as it is', async () => {
      const mixed = noisy({ ptxCoefficient: 0.5, ptxBatchSize: 2 });
      const { metrics } = await finished(sft({ ...inputs, ptxTexts: ['Once upon a time.'] }, mixed)); // prettier-ignore
      expect(metrics[0]!['loss/ptx']).toBeGreaterThan(0);
    });
  },
  ['wasm'],
);

describe('SFT without', () => {
  test('noise enough to hide anybody says so', () => {
    expect(() => sft(inputs, config({ noiseMultiplier: 0.01 }))).toThrow(
      'The noise multiplier is 0.01, which hides nobody.',
    );
  });

  test('demonstrations says so', () => {
    expect(() => sft({ ...inputs, train: [] }, config())).toThrow(
      'There are no demonstrations to learn from.',
    );
  });
});
