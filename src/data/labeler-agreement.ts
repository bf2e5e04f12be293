/**
 * Agreement of labelers out of their rankings. What is judged is every pair of answers of every sample: 1 where
 * the first is preferred, −1 where the second is, 0 for a tie; so that labelers who ranked different samples, or
 * skipped some, can be compared all the same (Krippendorff's α takes gaps).
 */
import {
  cohenKappa,
  krippendorffAlpha,
  orders,
  pairAgreement,
  type Judgement,
} from '../algorithms/agreement';
import { bootstrap, groupBy, type Estimate } from '../algorithms/bootstrap';
import { majorityConsensus } from '../algorithms/consensus';
import { wilsonInterval } from '../algorithms/win-rate';
import type { Id, Ranking } from '../records';

export interface AgreementReport {
  /** Labelers' ids, as in the rows and columns of `kappa`. */
  labelers: Id[];
  /** Over all pairs of answers that two or more judged; null where there are none. */
  alpha: Estimate | null;
  /** Cohen's κ of each two labelers; NaN where they share nothing. */
  kappa: number[][];
  /** The same labeler on a sample shown twice; null where nobody was. */
  self: (Estimate & { pairs: number }) | null;
}

const usable = (rankings: readonly Ranking[]): Ranking[] =>
  rankings.filter(({ verdict }) => verdict !== 'skipped');

/** Of each sample each labeler's first ranking counts; later ones are for self-agreement. */
export function agreementOf(rankings: readonly Ranking[], seed: number): AgreementReport {
  const labelers = [...new Set(usable(rankings).map(({ labeler }) => labeler.id))];
  const samples = groupBy(usable(rankings), ({ sampleId }) => sampleId).map((own) =>
    unitsOf(own, labelers),
  ); // (samples, pairs, labelers)
  const units = samples.flat();
  const shared = units.some((unit) => unit.filter((x) => x !== null).length > 1);
  // A sample's pairs are drawn together, as they are not independent.
  const alpha = (drawn: Int32Array) =>
    krippendorffAlpha(Array.from(drawn, (sample) => samples[sample] ?? []).flat());
  return {
    labelers,
    alpha: shared ? bootstrap(samples.length, alpha, { seed }) : null,
    kappa: labelers.map(
      (_, i) =>
      labelers.map((__, j) => cohenKappa(units.map((u) => u[i] ?? null), units.map((u) => u[j] ?? null))), // prettier-ignore
    ),
    self: selfAgreement(rankings),
  };
}

/** (pairs, labelers) of one sample. */
function unitsOf(rankings: readonly Ranking[], labelers: readonly Id[]): Judgement[][] {
  const byLabeler = labelers.map((id) => {
    const first = rankings.find(({ labeler }) => labeler.id === id);
    return first ? orders(first.ranks) : null;
  });
  const pairs = Math.max(...byLabeler.map((judged) => judged?.length ?? 0));
  return Array.from({ length: pairs }, (_, pair) =>
    byLabeler.map((judged) => judged?.[pair] ?? null),
  );
}

/** Share of pairs that labelers judge alike when they see them again, by Wilson's interval. */
export function selfAgreement(rankings: readonly Ranking[]): (Estimate & { pairs: number }) | null {
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
