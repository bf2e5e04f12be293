/**
 * Chapter 6 behind one door: every method that optimises a policy, begun or resumed alike, so that whoever drives
 * a run need not know which it is. A run of any of them is a `TrainingRun`, its record of stage `ppo` with the
 * method among its settings; see `methodOf` of config.ts.
 */
import { methodConfig, type LengthsConfig, type Method } from './config';
import type {
  Comparison,
  Labeler,
  Prompt,
  Ranking,
  SavedRun,
  TrainingRun,
  Weights,
} from './records';
import { onlineDpo } from './stages/6-online-dpo';
import { policyGradient } from './stages/6-policy-gradient';
import { ppo, type PpoInputs } from './stages/6-ppo';
import { preferences } from './stages/6-preferences';

export { METHOD_NEEDS as NEEDS } from './config';

export interface OptimiseInputs {
  /** What the policy starts as, and is held to. */
  reference: Weights;
  /** A reward model or a rule; methods that learn from labels alone need none. */
  reward: PpoInputs['reward'] | null;
  /** Queries to sample from; training prompts only. */
  prompts: Prompt[];
  /** Labels of training prompts and of held-out prompts. */
  comparisons: { train: Comparison[]; heldOut: Comparison[] };
  /** Plain texts to mix in. */
  ptxTexts: readonly string[];
  /** Who judges in online DPO, where it is not the reward model. */
  labeler?: Labeler;
  onRanking?: (ranking: Ranking) => Promise<void> | void;
  tokenizer: PpoInputs['tokenizer'];
  lengths: LengthsConfig;
  seed: number;
  runId: string;
}

/**
 * Begin a method, or go on from where `saved` left off.
 * @param settings of the method's section; those that are absent have their defaults. May name the method.
 * @throws ConfigError for impossible settings; Error where the method lacks what it learns from
 */
export function optimise(
  method: Method,
  inputs: OptimiseInputs,
  settings: Readonly<Record<string, unknown>> = {},
  saved?: SavedRun,
): TrainingRun {
  const { reference, comparisons, tokenizer, lengths, seed } = inputs;
  const labels = { reference, ...comparisons, tokenizer, lengths, seed };
  switch (method) {
    case 'ppo':
      return ppo(sampling(method, inputs), methodConfig(method, settings), saved);
    // One case a method, so that each has the config of its own section.
    case 'reinforce':
      return policyGradient(sampling(method, inputs), { method, config: methodConfig(method, settings) }, saved); // prettier-ignore
    case 'rloo':
      return policyGradient(sampling(method, inputs), { method, config: methodConfig(method, settings) }, saved); // prettier-ignore
    case 'grpo':
      return policyGradient(sampling(method, inputs), { method, config: methodConfig(method, settings) }, saved); // prettier-ignore
    case 'rejection':
      return policyGradient(sampling(method, inputs), { method, config: methodConfig(method, settings) }, saved); // prettier-ignore
    case 'dpo':
      return preferences(labels, { method, config: methodConfig(method, settings) }, saved);
    case 'kto':
      return preferences(labels, { method, config: methodConfig(method, settings) }, saved);
    case 'orpo':
      return preferences(labels, { method, config: methodConfig(method, settings) }, saved);
    case 'onlineDpo': {
      const { labeler } = inputs;
      const judge = labeler ? { labeler } : { scorer: sampling(method, inputs).reward };
      return onlineDpo({ ...inputs, judge }, methodConfig(method, settings), saved);
    }
    default:
      return method satisfies never;
  }
}

/** The inputs of a method that asks a reward model. */
function sampling(method: Method, inputs: OptimiseInputs): PpoInputs {
  const { reward } = inputs;
  if (!reward)
    throw new Error(`The method ${method} asks a reward model for scores, and there is none. Train one from rankings first.`); // prettier-ignore
  return { ...inputs, reward };
}
