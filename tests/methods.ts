/** Every method of chapter 6 as a tiny run in the letter lab, for tests that treat all alike. */
import { METHODS, type Method } from '../src/config';
import { preferredPairs } from '../src/data/comparisons';
import { optimise, type OptimiseInputs } from '../src/optimise';
import type { Comparison, SavedRun, TrainingRun } from '../src/records';
import { LETTER_LENGTHS, LETTER_PROMPTS, LETTERS, letterReward, letterTalker } from './lab';

const comparisons: Comparison[] = LETTER_PROMPTS.map((prompt, i) => ({
  id: prompt.id,
  rankingId: prompt.id,
  prompt,
  responses: ['yes.', 'a b', 'no'],
  pairs: preferredPairs([1 + (i % 3), 1 + ((i + 1) % 3), 1 + ((i + 2) % 3)]),
  source: 'simulated',
}));

export const METHOD_INPUTS: OptimiseInputs = {
  reference: letterTalker(),
  reward: letterReward(),
  prompts: LETTER_PROMPTS,
  comparisons: { train: comparisons.slice(0, 5), heldOut: comparisons.slice(5) },
  ptxTexts: ['yes no', 'a b'],
  tokenizer: LETTERS,
  lengths: LETTER_LENGTHS,
  seed: 9,
  runId: 'run',
};

const rollout = { steps: 12, batchSize: 4, epochs: 2, responsesPerPrompt: 2, learningRate: 3e-3 };
const withText = { ...rollout, microBatch: 2, ptxCoefficient: 0.1, ptxBatchSize: 2, averageDecay: 0.9 }; // prettier-ignore
const labels = { epochs: 6, batchSize: 5, evaluateEvery: 1, learningRate: 3e-3 };
const SETTINGS: Record<Method, Record<string, unknown>> = {
  ppo: rollout,
  reinforce: { ...rollout, scoreNormalisation: 'running' },
  rloo: withText,
  grpo: withText,
  rejection: rollout,
  dpo: { ...labels, nllCoefficient: 0.1 },
  kto: labels,
  orpo: labels,
  onlineDpo: { steps: 12, batchSize: 2, learningRate: 3e-3 },
};

/** A method with settings under which it computes something else: another loss, another baseline. */
const VARIANTS: [Method, Record<string, unknown>][] = [
  ['ppo', { ...withText, minibatches: 2, criticWarmup: 4, klControl: 'adaptive', klTarget: 0.5, klHorizon: 3, scoreNormalisation: 'running' }], // prettier-ignore
  ['ppo', { ...rollout, klControl: 'distinct', klHorizon: 3, klStop: 0.001, scoreNormalisation: 'prompt', whitenRewards: true, lossAverage: 'responses' }], // prettier-ignore
  ...(['none', 'batch'] as const).map((baseline): [Method, Record<string, unknown>] => ['reinforce', { ...rollout, baseline }]), // prettier-ignore
  ['grpo', { ...rollout, klPlace: 'reward', groupScale: 'unscaled', lossAverage: 'longest' }],
  ['rejection', withText],
  ...(['robust', 'ipo', 'hinge'] as const).map((loss): [Method, Record<string, unknown>] => ['dpo', { ...labels, loss, lengthAveraged: loss === 'ipo' }]), // prettier-ignore
  ['orpo', { ...labels, loss: 'simpo' }],
  ...(['robust', 'ipo', 'hinge'] as const).map((loss): [Method, Record<string, unknown>] => ['onlineDpo', { ...SETTINGS.onlineDpo, loss, nllCoefficient: 0.1 }]), // prettier-ignore
];

/** Begins each variant, or goes on, under a name that tells it from others. */
export const VARIANT_RUNS: [string, (from?: SavedRun) => TrainingRun][] = VARIANTS.map(
  ([method, settings], i) => [
    `${method}, variant ${i + 1}`,
    (from) => optimise(method, METHOD_INPUTS, { method, ...settings }, from),
  ],
);

/** Begins each method, or goes on. */
export const METHOD_RUNS: [Method, (from?: SavedRun) => TrainingRun][] = METHODS.map((method) => [
  method,
  (from) => optimise(method, METHOD_INPUTS, { method, ...SETTINGS[method] }, from),
]);
