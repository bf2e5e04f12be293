/** What a fine-tuning with noise would promise, told before it begins. Pure, so that it can be tested. */
import { dpSettings, noiseProblem, privacyLoss } from '../../algorithms/dp-accountant';
import type { SftConfig } from '../../config';

export type PrivacyConfig = Pick<SftConfig, 'noiseMultiplier' | 'privacyDelta' | 'batchSize' | 'epochs'>; // prettier-ignore

export interface PrivacyPlan {
  epsilon: number;
  delta: number;
  steps: number;
  /** Of the demonstrations, that take part in a step. */
  share: number;
}

/**
 * ε of a whole run; null where it is not private, or there is nothing to learn from. Demonstrations that are too
 * long are left out when it begins, so that its own ε may be a little larger.
 */
export function privacyPlan(demonstrations: number, config: PrivacyConfig): PrivacyPlan | null {
  if (config.noiseMultiplier === 0 || demonstrations === 0 || noiseProblem(config)) return null;
  const settings = dpSettings(demonstrations, config);
  const { epsilon, delta } = privacyLoss(settings, config.privacyDelta);
  return { epsilon, delta, steps: settings.steps, share: settings.sampleRate };
}

export { noiseProblem };
