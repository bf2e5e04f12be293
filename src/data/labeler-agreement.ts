/**
 * Agreement of labelers out of their rankings. What is judged is every pair of answers of every sample: 1 where
 * the first is preferred, −1 where the second is, 0 for a tie; so that labelers who ranked different samples, or
 * skipped some, can be compared all the same (Krippendorff's α takes gaps).
 */
import {
  alphaOfCoincidences,
  coincidencesOf,
  fleissKappa,
  kappaOfTable,
  orders,
  pairAgreement,
} from '../algorithms/agreement';
import { bootstrap, groupBy, type Estimate } from '../algorithms/bootstrap';
import { majorityConsensus } from '../algorithms/consensus';
import { wilsonInterval } from '../algorithms/win-rate';
import type { Id, Ranking } from '../records';

/** An estimate, and the pairs of answers that it rests on. */
export type PairEstimate = Estimate & { pairs: number };

export interface AgreementReport {
  /** Labelers' ids, as in the rows and columns of `kappa`. */
  labelers: Id[];
  /** Krippendorff's α over all pairs of answers that two or more judged; null where there are none. */
  alpha: PairEstimate | null;
  /** Fleiss' κ over the pairs that every labeler judged; null where there are none, or one labeler. */
  fleiss: PairEstimate | null;
  /** Share of pairs that two labelers decided alike, ties left out: what InstructGPT, section 3.4, reports. */
  alike: PairEstimate | null;
  /** Cohen's κ of each two labelers; null where they share nothing. */
  kappa: (PairEstimate | null)[][];
  /** The same labeler on a sample shown twice; null where nobody was. */
  self: PairEstimate | null;
}

const usable = (rankings: readonly Ranking[]): Ranking[] =>
  rankings.filter(({ verdict }) => verdict !== 'skipped');

/** Judgements of a pair as categories: −1, 0 and 1 become 0, 1 and 2. */
const K = 3;
/** Categories by labeler of one pair of answers; null where a labeler did not judge it. */
type Unit = (number | null)[];

/** Of each sample each labeler's first ranking counts; later ones are for self-agreement. */
export function agreementOf(rankings: readonly Ranking[], seed: number): AgreementReport {
  const labelers = [...new Set(usable(rankings).map(({ labeler }) => labeler.id))];
  const samples = groupBy(usable(rankings), ({ sampleId }) => sampleId).map((own) =>
    unitsOf(own, labelers),
  ); // (samples, pairs, labelers)
  const estimate = estimator(samples, seed);
  const kappa = labelers.map((): (PairEstimate | null)[] => labelers.map(() => null));
  for (let i = 0; i < labelers.length; i++)
    for (let j = i + 1; j < labelers.length; j++) {
      const found = estimate(9, tableOf(i, j), (sums) => kappaOfTable(sums, K), sumOf);
      kappa[i]![j] = kappa[j]![i] = found;
    }
  return {
    labelers,
    alpha: estimate(10, sharedCoincidences, (sums) => alphaOfCoincidences(sums, K), (sums) => sums[9]!), // prettier-ignore
    fleiss: labelers.length < 2 ? null : fleissOf(estimate, labelers.length),
    alike: estimate(
      2,
      decisions,
      (sums) => sums[1]! / sums[0]!,
      (sums) => sums[0]!,
    ),
    kappa,
    self: selfAgreement(rankings),
  };
}

/** (pairs, labelers) of one sample. */
function unitsOf(rankings: readonly Ranking[], labelers: readonly Id[]): Unit[] {
  const byLabeler = labelers.map((id) => {
    const first = rankings.find(({ labeler }) => labeler.id === id);
    return first ? orders(first.ranks) : null;
  });
  const pairs = Math.max(...byLabeler.map((judged) => judged?.length ?? 0));
  return Array.from({ length: pairs }, (_, pair) =>
    byLabeler.map((judged) => {
      const order = judged?.[pair];
      return order === undefined ? null : order + 1;
    }),
  );
}

// ── Counts that add up over pairs, and what is made of their sums ─────────────────────────────────

/** Adds the counts of one unit to `sums`. */
type Count = (unit: Unit, sums: Float64Array) => void;
const add = (sums: Float64Array, place: number, count = 1): void => {
  sums[place] = sums[place]! + count;
};
const sumOf = (sums: Float64Array): number => sums.reduce((a, b) => a + b, 0);

const tableOf =
  (i: number, j: number): Count =>
  (unit, sums) => {
    const [x, y] = [unit[i], unit[j]];
    if (typeof x === 'number' && typeof y === 'number') add(sums, x * K + y);
  };

const judgedBy = (unit: Unit): number[] => unit.filter((category) => category !== null);

/** Nine coincidences, and in the tenth place the units that have any. */
const sharedCoincidences: Count = (unit, sums) => {
  const judged = judgedBy(unit);
  if (judged.length < 2) return;
  coincidencesOf(judged, K).forEach((count, place) => add(sums, place, count));
  add(sums, 9);
};

/** Of each two judgements: both decided, and decided alike. A tie is category 1. */
const decisions: Count = (unit, sums) => {
  const decided = judgedBy(unit).filter((category) => category !== 1);
  decided.forEach((x, i) =>
    decided.slice(i + 1).forEach((y) => {
      add(sums, 0);
      add(sums, 1, Number(x === y));
    }),
  );
};

/**
 * Fleiss' κ of units that all `n` labelers judged. How n judgements spread over three categories is one of a few
 * kinds; the number of units of each kind adds up.
 */
function fleissOf(estimate: Estimator, n: number): PairEstimate | null {
  const kinds: number[][] = [];
  for (let first = 0; first <= n; first++)
    for (let second = 0; first + second <= n; second++)
      kinds.push([first, second, n - first - second]);
  const kindOf = (judged: readonly number[]): number => {
    const counts = [0, 1, 2].map((category) => judged.filter((each) => each === category).length);
    return kinds.findIndex((kind) => kind.every((count, c) => count === counts[c]));
  };
  const count: Count = (unit, sums) => {
    const judged = judgedBy(unit);
    if (judged.length === n) add(sums, kindOf(judged));
  };
  const kappa = (sums: Float64Array) =>
    fleissKappa(kinds.flatMap((kind, i) => Array.from({ length: sums[i] ?? 0 }, () => kind)));
  return estimate(kinds.length, count, kappa, sumOf);
}

type Estimator = (
  places: number,
  count: Count,
  statistic: (sums: Float64Array) => number,
  pairsIn: (sums: Float64Array) => number,
) => PairEstimate | null;

/** Draws of samples for all statistics together, about: a page must not stand still for them. */
const MOST_DRAWN = 100_000;

/** Statistics with intervals, from drawing samples with all their pairs: those of one sample are not independent. */
function estimator(samples: readonly Unit[][], seed: number): Estimator {
  const draws = Math.min(1000, Math.max(200, Math.floor(MOST_DRAWN / Math.max(1, samples.length))));
  return (places, count, statistic, pairsIn) => {
    const counts = samples.map((units) => {
      const own = new Float64Array(places);
      for (const unit of units) count(unit, own);
      return own;
    });
    const sums = new Float64Array(places);
    const drawn = (units: Int32Array): Float64Array => {
      sums.fill(0);
      for (const unit of units) counts[unit]!.forEach((value, place) => add(sums, place, value));
      return sums;
    };
    const pairs = pairsIn(drawn(Int32Array.from(samples, (_, i) => i)));
    if (pairs === 0) return null;
    return {
      ...bootstrap(samples.length, (units) => statistic(drawn(units)), { seed, draws }),
      pairs,
    };
  };
}

/** Share of pairs that labelers judge alike when they see them again, by Wilson's interval. */
export function selfAgreement(rankings: readonly Ranking[]): PairEstimate | null {
  const repeated = groupBy(usable(rankings), ({ labeler, sampleId }) =>
    JSON.stringify([labeler.id, sampleId]),
  );
  let [agreed, pairs] = [0, 0];
  for (const [first, ...later] of repeated)
    for (const again of later) {
      const found = first ? pairAgreement(first.ranks, again.ranks) : { agreed: 0, pairs: 0 };
      agreed += found.agreed;
      pairs += found.pairs;
    }
  if (pairs === 0) return null;
  const [low, high] = wilsonInterval(agreed, pairs);
  return { value: agreed / pairs, low, high, pairs };
}

/** One ranking of each sample that several labelers ranked: what a majority says, ties where it says nothing. */
export const consensusOf = (
  rankings: readonly Ranking[],
): { sampleId: Id; ranks: number[]; labelers: number; circular: boolean }[] =>
  groupBy(usable(rankings), ({ sampleId }) => sampleId).flatMap((own) => {
    const firsts = groupBy(own, ({ labeler }) => labeler.id).flatMap(([first]) => first ?? []);
    if (firsts.length < 2) return [];
    const { ranks, circular } = majorityConsensus(firsts.map((ranking) => ranking.ranks));
    return [{ sampleId: firsts[0]?.sampleId ?? '', ranks, labelers: firsts.length, circular }];
  });
