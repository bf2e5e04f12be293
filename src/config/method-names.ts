/** The names of the methods of chapter 6, what each needs, and which one a run is of. */
import { ConfigError, show } from './fields';
import { sectionConfig, type ConfigSection, type LabConfig } from './sections';

/**
 * The methods that optimise a policy, by the names of their sections: alternatives of chapter 6. A run of any of
 * them is of stage `ppo` on record, with its method among its settings.
 */
export const METHODS = [
  'ppo',
  'reinforce',
  'rloo',
  'grpo',
  'rejection',
  'dpo',
  'kto',
  'orpo',
  'onlineDpo',
] as const satisfies readonly ConfigSection[];
export type Method = (typeof METHODS)[number];

/** What a method needs beside the model that it starts from. */
export const METHOD_NEEDS = {
  ppo: { reward: true, comparisons: false, prompts: true },
  reinforce: { reward: true, comparisons: false, prompts: true },
  rloo: { reward: true, comparisons: false, prompts: true },
  grpo: { reward: true, comparisons: false, prompts: true },
  rejection: { reward: true, comparisons: false, prompts: true },
  dpo: { reward: false, comparisons: true, prompts: false },
  kto: { reward: false, comparisons: true, prompts: false },
  orpo: { reward: false, comparisons: true, prompts: false },
  onlineDpo: { reward: true, comparisons: false, prompts: true },
} as const satisfies Record<Method, { reward: boolean; comparisons: boolean; prompts: boolean }>;

/** The method of a run's settings; those of runs from before there were others name none, and are PPO's. */
export function methodOf(settings: Readonly<Record<string, unknown>>): Method {
  const named = settings.method ?? 'ppo';
  const method = METHODS.find((each) => each === named);
  if (!method)
    throw new ConfigError(`method is ${show(named)}; it is one of ${METHODS.join(', ')}.`);
  return method;
}

/** A method's settings out of those of its run, which name the method too. @throws ConfigError */
export function methodConfig<M extends Method>(
  method: M,
  settings: Readonly<Record<string, unknown>> = {},
): LabConfig[M] {
  const { method: _, ...changes } = settings;
  return sectionConfig(method, changes);
}
