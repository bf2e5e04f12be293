/**
 * A rule that judges two answers may prefer whichever stands first. So it is asked twice, the sides swapped: where it
 * contradicts itself, what it said followed from the side, and the two answers are tied.
 *
 * Source: Zheng 2023, "Judging LLM-as-a-judge", section 3.4.
 */
import type { Id, Labeler, Ranking } from '../records';

export interface BothSides {
  judge: Labeler;
  /** Samples at which it contradicted itself. */
  contradicted: Set<Id>;
}

export function bothSides(judge: Labeler): BothSides {
  const contradicted = new Set<Id>();
  const rank: Labeler['rank'] = async (sample) => {
    const { responses } = sample;
    const there = await judge.rank(sample);
    const back = await judge.rank({ ...sample, responses: [...responses].reverse() });
    if (firstIsBetter(there.ranks) === -firstIsBetter(back.ranks)) return there;
    contradicted.add(sample.id);
    return { ...there, ranks: responses.map(() => 1) };
  };
  return { judge: { info: judge.info, rank }, contradicted };
}

/** 1 where the first of two is better, −1 where the second is, 0 for a tie. */
const firstIsBetter = ([first = 0, second = 0]: Ranking['ranks']): number =>
  Math.sign(second - first);
