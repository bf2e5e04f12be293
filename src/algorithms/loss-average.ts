/**
 * Over what the loss of a minibatch is averaged. The clipped loss is a sum over tokens over their number; a weight
 * on the advantages of a response turns that into another mean:
 *
 *   tokens      1                      all tokens count alike (DAPO, Yu 2025)
 *   responses   tokens / (B · |y|)     all responses count alike, so tokens of short ones count more (Shao 2024)
 *   longest     tokens / (B · R)       sums over the longest length there could be, which no response changes
 *                                      (Dr. GRPO, Liu 2025)
 */
export type LossAverage = 'tokens' | 'responses' | 'longest';

interface Responses {
  /** (B, R). */
  advantages: Float32Array;
  /** Response tokens of each episode of the rollout (B). */
  lengths: readonly number[];
  /** R. */
  responseLength: number;
}

/** Advantages (B, R), weighed so for the minibatch of the episodes with these numbers. */
export function weighedAdvantages(
  average: LossAverage,
  { advantages, lengths, responseLength: R }: Responses,
  numbers: readonly number[],
): Float32Array {
  const B = numbers.length;
  const tokens = numbers.reduce((sum, row) => sum + lengths[row]!, 0);
  const weightOf = (row: number): number => {
    switch (average) {
      case 'tokens':
        return 1;
      case 'responses':
        return tokens / (B * lengths[row]!);
      case 'longest':
        return tokens / (B * R);
      default:
        return average satisfies never;
    }
  };
  return advantages.map((advantage, i) => advantage * weightOf(Math.floor(i / R)));
}
