/**
 * How a project is labelled: who labels, what comes next, what is asked, and whose labels are learned from.
 * It is kept as one setting of the project, so that the page and the trainer's worker agree on it.
 *
 * Held-out labelers tell whether a reward model learned what people want, or what these people want: nothing that
 * they said is learned from (Ouyang 2022, section 4.1: 69.6 ± 0.9% on labelers that it never saw, 72.4 ± 0.4% on
 * those that it learned from).
 */
import * as v from 'valibot';
import type { Id, Ranking } from '../records';
import { consensusOf } from './labeler-agreement';

export const LABELING_KEY = 'labeling';

/** In which order samples come: as drawn, by chance, or where the reward model is least sure first. */
export const ITEM_ORDERS = ['drawn', 'random', 'doubt'] as const;
export type ItemOrder = (typeof ITEM_ORDERS)[number];

/** Somebody who labels by hand. */
export interface Person {
  id: Id;
  name: string;
}

export interface Labeling {
  /** Never empty. */
  people: Person[];
  /** Who is labelling now; one of `people`. */
  current: Id;
  order: ItemOrder;
  /** Whether everybody ranks every sample; otherwise each is ranked once, by whoever comes first. */
  everybody: boolean;
  /** One earlier sample is shown again after so many new ones; 0 never. */
  repeatEvery: number;
  /** Whether InstructGPT's form is asked beside the order. */
  form: boolean;
  /** Labelers, people or rules, from whom nothing is learned. */
  heldOut: Id[];
  /** Learn one majority order of a sample that several people ranked, and not each of theirs. */
  consensus: boolean;
  /** Rankings that are to be made again, the next one first. */
  relabel: Id[];
}

/** The one who labels where nobody was named. */
export const FIRST_PERSON = 'person';

export const defaultLabeling = (name: string): Labeling => ({
  people: [{ id: FIRST_PERSON, name }],
  current: FIRST_PERSON,
  order: 'drawn',
  everybody: false,
  repeatEvery: 0,
  form: false,
  heldOut: [],
  consensus: false,
  relabel: [],
});

const Ids = v.array(v.string());
const People = v.pipe(v.array(v.object({ id: v.string(), name: v.string() })), v.minLength(1));

/** What was stored; whatever cannot be is at its default. @param name of the first person */
export function readLabeling(stored: unknown, name: string): Labeling {
  const usual = defaultLabeling(name);
  const schema = v.object({
    people: v.fallback(People, usual.people),
    current: v.fallback(v.string(), usual.current),
    order: v.fallback(v.picklist(ITEM_ORDERS), usual.order),
    everybody: v.fallback(v.boolean(), usual.everybody),
    repeatEvery: v.fallback(v.pipe(v.number(), v.integer(), v.minValue(0)), usual.repeatEvery),
    form: v.fallback(v.boolean(), usual.form),
    heldOut: v.fallback(Ids, usual.heldOut),
    consensus: v.fallback(v.boolean(), usual.consensus),
    relabel: v.fallback(Ids, usual.relabel),
  });
  const read = v.safeParse(schema, stored);
  if (!read.success) return usual;
  const { people, current } = read.output;
  const known = people.some(({ id }) => id === current);
  return { ...read.output, current: known ? current : (people[0]?.id ?? usual.current) };
}

/** What is learned from, and what held-out labelers said. */
export interface LearnedLabels {
  learn: Ranking[];
  test: Ranking[];
}

/** Rankings by whose they are, without those that were shown again. Nothing is thrown away but from learning. */
export function learnedLabels(
  rankings: readonly Ranking[],
  { heldOut, consensus }: Pick<Labeling, 'heldOut' | 'consensus'>,
): LearnedLabels {
  const first = rankings.filter(({ repeat }) => !repeat);
  const learn = first.filter(({ labeler }) => !heldOut.includes(labeler.id));
  const test = first.filter(({ labeler }) => heldOut.includes(labeler.id));
  return { learn: consensus ? withConsensus(learn) : learn, test };
}

/** One ranking in place of several people's of the same sample, where the first of them stood. */
function withConsensus(rankings: readonly Ranking[]): Ranking[] {
  const byPeople = rankings.filter(({ labeler }) => labeler.source === 'human');
  const agreed = new Map(consensusOf(byPeople).map((each) => [each.sampleId, each]));
  const told = new Set<Id>();
  return rankings.flatMap((ranking) => {
    const { sampleId, labeler, verdict } = ranking;
    const majority = labeler.source === 'human' ? agreed.get(sampleId) : undefined;
    if (!majority) return [ranking];
    if (told.has(sampleId) || verdict === 'skipped') return [];
    told.add(sampleId);
    return [{ ...ranking, id: `consensus:${sampleId}`, ranks: majority.ranks }];
  });
}
