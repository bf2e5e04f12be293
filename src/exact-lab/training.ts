/** The models of the exact lab: its reference, and each method begun from it. */
import type { ConfigChanges } from '../config';
import { normal, STREAM } from '../data/random';
import { walkDemonstrations, walkModel, walkRewards } from '../data/walks';
import { walkComparisons, type DrawnWalk } from '../data/walks/comparisons';
import { initialWeights } from '../model/initial-weights';
import type { TrainingRun, Weights } from '../records';
import { sft } from '../stages/2-sft';
import { policyGradient } from '../stages/6-policy-gradient';
import { ppo } from '../stages/6-ppo';
import { preferences } from '../stages/6-preferences';
import type { ExactMethod } from '../studies';
import { INITIAL_DEVIATION, LABELLED_PAIRS, settings } from './settings';
import type { Task } from './task';

/** What all runs of one study share. */
export interface Common {
  task: Task;
  beta: number;
  seed: number;
  config: ConfigChanges | undefined;
}

/** The reference: a small model that reads many walks. */
export function beginReference({ task, seed, config }: Common, walks: number): TrainingRun {
  const { graph, tokenizer } = task;
  const base = initialWeights(walkModel(tokenizer), INITIAL_DEVIATION, (i) =>
    normal(seed, STREAM.initialisation, i),
  );
  const train = walkDemonstrations(graph, walks, seed);
  const lengths = settings('lengths', config);
  return sft({ base, train, heldOut: [], tokenizer, lengths, seed }, settings('sft', config));
}

/** @param drawn walks of the reference from every start, which DPO learns from. */
export function beginMethod(
  method: ExactMethod,
  { task, beta, seed, config }: Common,
  reference: Weights,
  drawn: readonly (readonly DrawnWalk[])[],
): TrainingRun {
  const { graph, tokenizer, prompts } = task;
  const lengths = settings('lengths', config);
  const reward = (responses: Parameters<typeof walkRewards>[1]) => walkRewards(graph, responses);
  const given = { reference, reward, prompts, tokenizer, lengths, seed, runId: method };
  const klCoefficient = beta;
  switch (method) {
    case 'ppo':
      return ppo(given, { ...settings('ppo', config), klCoefficient });
    // One case a method, so that each has the config of its own section.
    case 'rloo':
      return policyGradient(given, { method, config: { ...settings('rloo', config), klCoefficient } }); // prettier-ignore
    case 'grpo':
      return policyGradient(given, { method, config: { ...settings('grpo', config), klCoefficient } }); // prettier-ignore
    case 'dpo': {
      const ofDpo = settings('dpo', config);
      const pairs = Math.min(LABELLED_PAIRS, Math.floor(drawn[0]!.length / 2));
      const temperature = beta / ofDpo.beta;
      const train = walkComparisons(prompts, drawn, pairs, { temperature, seed });
      return preferences({ ...given, train, heldOut: [] }, { method, config: ofDpo });
    }
    default:
      return method satisfies never;
  }
}
