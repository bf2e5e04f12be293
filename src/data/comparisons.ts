/** Rankings as the reward model learns from them: for each, all pairs of which one answer was preferred. */
import type { Comparison, Ranking } from '../records';

/**
 * One comparison for each ranking that tells any two answers apart, in their order. Ties give no pair, for
 * a pair that the labeler could not tell apart would teach noise; skipped samples give nothing, and what was
 * shown again to measure self-agreement would count twice.
 */
export function comparisonsOf(rankings: readonly Ranking[]): Comparison[] {
  return rankings.flatMap((ranking) => {
    if (ranking.verdict === 'skipped' || ranking.repeat) return [];
    const pairs = preferredPairs(ranking.ranks);
    if (pairs.length === 0) return [];
    const { prompt, responses, labeler } = ranking;
    return [
      {
        id: `comparison:${ranking.id}`,
        rankingId: ranking.id,
        prompt,
        responses,
        pairs,
        source: labeler.source,
      },
    ];
  });
}

/** All (better, worse) of K ranks, at most K(K − 1)/2; rank 1 is best. */
export function preferredPairs(ranks: readonly number[]): { better: number; worse: number }[] {
  return ranks.flatMap((better, i) =>
    ranks.flatMap((worse, j) => (better < worse ? [{ better: i, worse: j }] : [])),
  );
}
