/** What a measured speed means for the person: how long, and how large a model. Pure, so that it can be tested. */
import type { RewardModelConfig, SftConfig } from '../../config';
import type { ProbeReply } from '../../workers/messages';

/** Seconds that fine-tuning may take where a class waits for it. */
const PATIENCE = 180;
/** Steps of such a fine-tuning: the 1,056 of the built-in demonstrations that are learned from, six times, in batches of 16. */
const STEPS = 396;
/** Parameters from which on a model is of that size; below the first they are tiny. */
const SIZES = { small: 1e6, medium: 5e6 } as const;

/**
 * How many times as slow fine-tuning is where every demonstration goes through the model by itself: measured with
 * WebAssembly on two cores, 2.4 with the base `small`, 1.4 with `tiny`.
 */
export const PRIVATE_SLOWDOWN = 2.5;

/** Seconds of fine-tuning with these settings, as if a step took as long as its demonstrations are many. */
export function fineTuneSeconds(
  { stepSeconds, batchSize }: ProbeReply,
  demonstrations: number,
  config: Pick<SftConfig, 'epochs' | 'batchSize'> & Partial<Pick<SftConfig, 'noiseMultiplier'>>,
): number {
  const steps = Math.ceil((demonstrations * config.epochs) / config.batchSize);
  const slowdown = (config.noiseMultiplier ?? 0) > 0 ? PRIVATE_SLOWDOWN : 1;
  return steps * stepSeconds * (config.batchSize / batchSize) * slowdown;
}

/** Numbers of four bytes that a network in training keeps for each of its parameters: itself and two moments. */
const KEPT = 3;

/**
 * What training a reward model of several members takes: bytes on the device for what is kept between steps, and
 * seconds, as if a step took as long as its answers are many; null where no speed was measured.
 * @param parameters of one member
 * @param answers that are learned from in one pass
 */
export const rewardModelCost = (
  speed: ProbeReply | null,
  parameters: number,
  answers: number,
  { epochs, members }: Pick<RewardModelConfig, 'epochs' | 'members'>,
): { bytes: number; seconds: number | null } => ({
  bytes: 4 * KEPT * parameters * members,
  seconds: speed && (answers * epochs * members * speed.stepSeconds) / speed.batchSize,
});

/**
 * The largest size that this device fine-tunes within the patience of a class, as if a step took as long as the
 * model has parameters.
 * @param parameters of the model that was measured
 */
export function suitedSize(
  { stepSeconds }: ProbeReply,
  parameters: number,
): 'tiny' | 'small' | 'medium' {
  const most = (parameters * PATIENCE) / (STEPS * stepSeconds);
  if (most >= SIZES.medium) return 'medium';
  return most >= SIZES.small ? 'small' : 'tiny';
}
