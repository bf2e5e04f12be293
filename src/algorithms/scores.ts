/**
 * From what a reward model says of each response to the score that a policy is paid. The loss is invariant to
 * neither scale nor place of the scores: the KL penalty is priced in them, and the value model must foretell
 * them.
 *
 *   none      s
 *   batch     (s - mean) / std of this rollout
 *   running   (s - mean) / std over the rollouts so far, older ones forgotten by a decay
 *   prompt    s - mean over the responses to the same prompt: what a response adds to its siblings. Part of a
 *             score tells prompts apart and not answers; it is noise to the policy, and this takes it out
 *
 * Moments are of finished responses only, since those that never end have a fixed score, which is laid on
 * afterwards: on the scale of the normalised scores, and cut by no clip.
 *
 * Sources: OpenRLHF (running moments, clip at 10); TRL 0.9 (score clip); Ahmadian 2024 (siblings as a baseline).
 */
import { exactDivide } from '../shapes';
import { maskedMoments } from './masked';
import { at, type Numbers } from './rows';

export type ScoreNormalisation = 'none' | 'batch' | 'running' | 'prompt';

export interface ScoreShaping {
  scoreNormalisation: ScoreNormalisation;
  /** Share of the running moments that one rollout keeps of those before it. */
  scoreDecay: number;
  /** Scores beyond plus or minus this are cut to it; 0 cuts none. */
  scoreClip: number;
  /** Score of a response that never ends. */
  missingEosScore: number;
  /** The responses to one prompt lie one after the other. */
  responsesPerPrompt: number;
}

/** Moments over past rollouts as decayed sums, so that all rollouts count and none more than once. */
export interface RunningMoments {
  weight: number;
  sum: number;
  squares: number;
}
export const NO_MOMENTS: RunningMoments = { weight: 0, sum: 0, squares: 0 };

/** @throws Error where scores would be compared with siblings that are not there, and all become 0 */
export function checkShaping({ scoreNormalisation, responsesPerPrompt }: ScoreShaping): void {
  if (scoreNormalisation === 'prompt' && responsesPerPrompt < 2)
    throw new Error(
      `Scores relative to the other responses to a prompt need at least 2 responses per prompt; there are ${responsesPerPrompt}.`,
    );
}

/**
 * mean − c · spread (B), in reward: what an ensemble is sure of. Coste 2024 takes off the variance, which has another
 * unit than the score; the deviation keeps its meaning where the scale of the scores changes.
 * @param spreads (B), of the members of the reward model; null where there is one or none
 */
export const cautiousScores = (
  means: Numbers,
  spreads: Numbers | null,
  penalty: number,
): Numbers =>
  spreads === null || penalty === 0
    ? means
    : Float32Array.from({ length: means.length }, (_, row) => at(means, row) - penalty * at(spreads, row)); // prettier-ignore

/** Added to a standard deviation, so that equal scores become 0. */
const EPSILON = 1e-6;

/**
 * Scores (B) as the policy is paid, in reward.
 * @param raw (B), of the reward model
 * @param finished (B), whether the end-of-sequence token was drawn
 * @param running of the rollouts before this one
 * @returns the scores, and the running moments with this rollout
 */
export function shapeScores(
  raw: Numbers,
  finished: ArrayLike<boolean>,
  shaping: ScoreShaping,
  running: RunningMoments = NO_MOMENTS,
): { scores: Float32Array; running: RunningMoments } {
  if (raw.length !== finished.length)
    throw new Error(`There are ${raw.length} scores for ${finished.length} responses.`);
  const counted = Uint8Array.from({ length: raw.length }, (_, row) => (finished[row] ? 1 : 0));
  const moments = withRollout(running, raw, counted, shaping.scoreDecay);
  const normal = normalised(raw, counted, shaping, moments); // (B)
  const bound = shaping.scoreClip > 0 ? shaping.scoreClip : Infinity;
  const scores = normal.map((score, row) =>
    finished[row] ? Math.min(Math.max(score, -bound), bound) : shaping.missingEosScore,
  );
  return { scores, running: moments };
}

function normalised(
  raw: Numbers,
  counted: Uint8Array,
  { scoreNormalisation, responsesPerPrompt }: ScoreShaping,
  moments: RunningMoments,
): Float32Array {
  const every = (of: (score: number, row: number) => number) =>
    Float32Array.from({ length: raw.length }, (_, row) => of(at(raw, row), row));
  if (!counted.includes(1)) return every((score) => score);
  switch (scoreNormalisation) {
    case 'none':
      return every((score) => score);
    case 'batch': {
      const { mean, variance } = maskedMoments(raw, counted);
      return every((score) => (score - mean) / (Math.sqrt(variance) + EPSILON));
    }
    case 'running': {
      const mean = moments.sum / moments.weight;
      const variance = Math.max(0, moments.squares / moments.weight - mean ** 2);
      return every((score) => (score - mean) / (Math.sqrt(variance) + EPSILON));
    }
    case 'prompt': {
      const means = groupMeans(raw, counted, responsesPerPrompt);
      return every((score, row) => score - at(means, Math.floor(row / responsesPerPrompt)));
    }
    default:
      return scoreNormalisation satisfies never;
  }
}

/** Mean of the counted scores of each group of `size` in a row; 0 where none of a group counts. */
function groupMeans(raw: Numbers, counted: Uint8Array, size: number): Float64Array {
  const means = new Float64Array(
    exactDivide(raw.length, size, 'Responses by responses per prompt'),
  );
  means.forEach((_, group) => {
    let [sum, count] = [0, 0];
    for (let row = group * size; row < (group + 1) * size; row++)
      if (counted[row]) [sum, count] = [sum + at(raw, row), count + 1];
    means[group] = count ? sum / count : 0;
  });
  return means;
}

function withRollout(
  running: RunningMoments,
  raw: Numbers,
  counted: Uint8Array,
  decay: number,
): RunningMoments {
  let [weight, sum, squares] = [0, 0, 0];
  for (let row = 0; row < raw.length; row++) {
    if (!counted[row]) continue;
    weight += 1;
    sum += at(raw, row);
    squares += at(raw, row) ** 2;
  }
  return {
    weight: decay * running.weight + weight,
    sum: decay * running.sum + sum,
    squares: decay * running.squares + squares,
  };
}
