/**
 * What must hold in every step of PPO, whatever the model and the data. These checks cost nothing and catch
 * most mistakes that an RLHF pipeline can hold: dropout left on, another temperature, wrong positions or
 * padding between generation and training, a broken cache.
 */
import type { Numbers } from './rows';
import { TrainingError } from './training-checks';

/** PPO found something that cannot be right; the message says what and what to try. */
export class PpoError extends TrainingError {
  override name = 'PpoError';
}

/** Float32 sums in another order (cached columns against whole rows) stay well within this, in nats. */
const SAMPLING_TOLERANCE = 0.01;

/**
 * The log-probabilities that tokens were drawn with must be those that a full pass gives them.
 * @param sampled, recomputed (B, R) nats
 * @param mask (B, R)
 * @throws PpoError
 */
export function checkSampling(sampled: Numbers, recomputed: Numbers, mask: Numbers): void {
  for (let i = 0; i < mask.length; i++) {
    if (!mask[i]) continue;
    const [drawn, full] = [sampled[i]!, recomputed[i]!];
    if (!(Math.abs(drawn - full) <= SAMPLING_TOLERANCE))
      throw new PpoError(
        `A token was sampled with log-probability ${drawn.toFixed(4)}, but a full pass gives it ${full.toFixed(4)}: generation and training disagree. This is a fault of the program or of the device; choose another backend and report it.`,
      );
  }
}

/** Means over the response tokens of the first minibatch of a step; `ratioMax` is the largest. */
export interface FirstMinibatch {
  ratioMean: number;
  ratioMax: number;
  approximateKl: number;
  clipFraction: number;
}

/**
 * Before the first update the policy is the one that sampled: ratio 1, approximate KL 0, nothing clipped.
 * Source: "The N+ implementation details of RLHF with PPO" (Huang 2024).
 * @throws PpoError
 */
export function checkFirstMinibatch(first: FirstMinibatch): void {
  const { ratioMean, ratioMax, approximateKl, clipFraction } = first;
  const fine =
    Math.abs(ratioMean - 1) < 1e-3 &&
    ratioMax < 1.01 &&
    Math.abs(approximateKl) < 1e-5 &&
    clipFraction === 0;
  if (!fine)
    throw new PpoError(
      `The first minibatch should start at ratio 1, approximate KL 0 and clip fraction 0, but has mean ratio ${ratioMean}, largest ratio ${ratioMax}, approximate KL ${approximateKl} and clip fraction ${clipFraction}. The policy in training is not the one that sampled; check temperature, padding and positions.`,
    );
}
