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

/**
 * A weight for each response of the rollout, of which those with these numbers are the minibatch.
 * @param lengths response tokens of each episode of the rollout
 * @param responseLength R
 */
export function averageWeights(
  average: LossAverage,
  { lengths, responseLength }: { lengths: readonly number[]; responseLength: number },
  numbers: readonly number[],
): number[] {
  const B = numbers.length;
  const tokens = numbers.reduce((sum, row) => sum + lengths[row]!, 0);
  switch (average) {
    case 'tokens':
      return lengths.map(() => 1);
    case 'responses':
      return lengths.map((length) => tokens / (B * length));
    case 'longest':
      return lengths.map(() => tokens / (B * responseLength));
    default:
      return average satisfies never;
  }
}
