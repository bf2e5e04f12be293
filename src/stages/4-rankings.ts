/**
 * Stage 4: a labeler ranks the answers, and the rankings become comparisons (Ouyang 2022, section 3.5).
 * Ties and skips are allowed: a pair that the labeler could not tell apart teaches the reward model noise.
 */
import { comparisonsOf } from '../data/comparisons';
import type { Comparison, Labeler, Progress, Ranking, Sample } from '../records';

/** One verdict: make it durable before asking for the next. */
export interface RankingStep extends Progress {
  ranking: Ranking;
}

/** Ask the labeler for one sample after another. Returns the comparisons of all that could be told apart. */
export async function* rankSamples(
  samples: Sample[],
  labeler: Labeler,
): AsyncGenerator<RankingStep, { rankings: Ranking[]; comparisons: Comparison[] }> {
  const rankings: Ranking[] = [];
  for (const sample of samples) {
    const ranking = await labeler.rank(sample);
    checkRanking(ranking, sample);
    rankings.push(ranking);
    yield { done: rankings.length, total: samples.length, what: 'Ranking answers', ranking };
  }
  return { rankings, comparisons: comparisonsOf(rankings) };
}

/** A labeler may be anybody's code; what it returns is looked at before it is stored. */
function checkRanking(ranking: Ranking, sample: Sample): void {
  const K = sample.responses.length;
  const fits =
    ranking.sampleId === sample.id &&
    ranking.ranks.length === K &&
    ranking.ranks.every((rank) => Number.isInteger(rank) && rank >= 1 && rank <= K);
  if (!fits)
    throw new Error(
      `The labeler ${ranking.labeler.name} ranked ${JSON.stringify(ranking.ranks)} for the ${K} answers to "${sample.prompt.text}". Each answer needs a whole rank from 1 to ${K}.`,
    );
}
