/** Which sample a labeler sees next, and which they see again. Pure, so that it can be tested. */
import type { Labeling } from '../../data/labeling';
import { integerBelow, permutation, STREAM } from '../../data/random';
import type { Id, Ranking, Sample } from '../../records';

/** Verdicts that must lie between a sample and the time that it is shown again, so that it is not remembered. */
const BETWEEN = 3;

export interface QueueFacts {
  samples: readonly Sample[];
  rankings: readonly Ranking[];
  labelerId: Id;
  labeling: Pick<Labeling, 'order' | 'everybody' | 'repeatEvery'>;
  /** How unsure the reward model is of each sample that it was asked about; see `doubtOf`. */
  doubts: ReadonlyMap<Id, number>;
  seed: number;
}

/** Samples that this labeler has still to judge, the next one first. */
export function queueOf(facts: QueueFacts): Sample[] {
  const { samples, rankings, labelerId, labeling, doubts, seed } = facts;
  const done = new Set(
    rankings
      .filter(({ labeler }) => !labeling.everybody || labeler.id === labelerId)
      .map(({ sampleId }) => sampleId),
  );
  const left = samples.filter(({ id }) => !done.has(id));
  switch (labeling.order) {
    case 'drawn':
      return left;
    case 'random': {
      // By the whole list, so that the order of those that are left never changes.
      const places = permutation(samples.length, seed, STREAM.labeler, passOf(labelerId));
      const place = new Map(samples.map(({ id }, i) => [id, places[i] ?? 0]));
      return left.sort((a, b) => (place.get(a.id) ?? 0) - (place.get(b.id) ?? 0));
    }
    case 'doubt':
      // Those that it was not asked about come last, as they were drawn.
      return left.sort((a, b) => (doubts.get(b.id) ?? -1) - (doubts.get(a.id) ?? -1));
    default:
      return labeling.order satisfies never;
  }
}

/** A number for each labeler, so that not everybody sees the same order. */
const passOf = (labelerId: Id): number =>
  [...labelerId].reduce((sum, character) => (sum * 31 + character.charCodeAt(0)) % 997, 7);

/**
 * The verdict that this labeler is to give again now, to see whether it comes out the same; null where none is
 * due. One falls due after every `repeatEvery` new verdicts.
 */
export function repeatDue(facts: QueueFacts): Ranking | null {
  const { rankings, labelerId, labeling, seed } = facts;
  const { repeatEvery } = labeling;
  if (repeatEvery <= 0) return null;
  const mine = rankings.filter(({ labeler }) => labeler.id === labelerId);
  const first = mine.filter(({ repeat }) => !repeat);
  const repeated = new Set(mine.filter(({ repeat }) => repeat).map(({ sampleId }) => sampleId));
  if (Math.floor(first.length / repeatEvery) <= repeated.size) return null;
  const recent = new Set(mine.slice(-BETWEEN).map(({ sampleId }) => sampleId));
  const candidates = first.filter(
    ({ sampleId, verdict }) =>
      verdict === 'ranked' && !repeated.has(sampleId) && !recent.has(sampleId),
  );
  if (candidates.length === 0) return null;
  const stream = STREAM.labeler;
  const at = integerBelow(candidates.length, seed, stream, 100_000 + repeated.size);
  return candidates[at] ?? null;
}

/**
 * How unsure a reward model is of a sample, 0 to 1: the mean entropy, in bits, of σ(s_i − s_j) over its pairs of
 * different answers; 0 where all answers are the same.
 */
export function doubtOf(responses: readonly string[], scores: readonly number[]): number {
  let [sum, pairs] = [0, 0];
  responses.forEach((text, i) =>
    responses.slice(i + 1).forEach((other, later) => {
      const [mine, theirs] = [scores[i], scores[i + 1 + later]];
      if (text === other || mine === undefined || theirs === undefined) return;
      const p = 1 / (1 + Math.exp(theirs - mine));
      pairs += 1;
      sum += [p, 1 - p].reduce((bits, q) => bits - (q > 0 ? q * Math.log2(q) : 0), 0);
    }),
  );
  return pairs === 0 ? 0 : sum / pairs;
}
