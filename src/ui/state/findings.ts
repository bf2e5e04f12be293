/** Ratings, costs and probes as parts of the report. Pure. */
import { numberText } from '../../data/report-blocks';
import type { Finding } from '../../data/report';
import type { AnswerSet, Checkpoint, Evaluation, Id, Probe, Project, Review } from '../../records';
import { report as text } from '../strings/report';
import { probes as probeText } from '../strings/probes';
import { costOf } from './measures';
import { improvementOf } from './search';
import { standingsOf } from './standings';

interface Facts {
  project: Project;
  models: readonly Checkpoint[];
  evaluations: readonly Evaluation[];
  answerSets: readonly AnswerSet[];
  probes: readonly Probe[];
  reviews: readonly Review[];
}

const percent = (share: number): string => `${(100 * share).toFixed(1)}%`;
const interval = (low: number | null, high: number | null, show: (x: number) => string): string =>
  low === null || high === null || Number.isNaN(low) || Number.isNaN(high)
    ? '–'
    : `${show(low)} to ${show(high)}`;

/** Only of what there is something to say. */
export const findingsOf = (facts: Facts, nameOf: (id: Id) => string): Finding[] =>
  [
    standings(facts, nameOf),
    costs(facts, nameOf),
    bias(facts, nameOf),
    search(facts, nameOf),
    memory(facts, nameOf),
  ].filter((finding) => finding !== null);

function standings({ evaluations, project }: Facts, nameOf: (id: Id) => string): Finding | null {
  const all = standingsOf(evaluations, { seed: project.seed });
  if (all.length === 0) return null;
  const { title, lead, ratings, pairs, ratingHead, pairHead, none, enough, simulated } = text.standings; // prettier-ignore
  const round = (x: number) => String(Math.round(x));
  return {
    title,
    sentences: [lead, ...new Set(all.flatMap(({ note }) => note ?? []))],
    tables: all.flatMap(({ judge, models, pairs: met }) => {
      const name = judge.source === 'human' ? judge.name : simulated(judge.name);
      return [
        {
          caption: ratings(name),
          head: [...ratingHead],
          rows: models.map((m) => [nameOf(m.checkpointId), round(m.rating), interval(m.low, m.high, round), String(m.votes)]), // prettier-ignore
        },
        {
          caption: pairs(name),
          head: [...pairHead],
          rows: met.map(({ first, second, winRate: w, further }) => [
            `${nameOf(first)} / ${nameOf(second)}`,
            percent(w.value),
            interval(w.low, w.high, percent),
            `${w.wins}, ${w.losses}, ${w.ties}`,
            further === null ? none : further === 0 ? enough : String(further),
          ]),
        },
      ];
    }),
  };
}

function costs({ models, answerSets }: Facts, nameOf: (id: Id) => string): Finding | null {
  const sets = models.flatMap(({ id }) => answerSets.find((set) => set.checkpointId === id && set.testSetId === null) ?? []); // prettier-ignore
  if (sets.length === 0) return null;
  const { title, lead, caption, head } = text.costs;
  const rows = sets.map((set) => {
    const { tokens, tokensPerSecond, latency, backend } = costOf(set);
    const seconds = latency ? numberText(latency.median) : '–';
    return [nameOf(set.checkpointId), numberText(tokens), numberText(Math.round(tokensPerSecond)), seconds, backend]; // prettier-ignore
  });
  return { title, sentences: [lead], tables: [{ caption, head: [...head], rows }] };
}

function bias({ probes }: Facts, nameOf: (id: Id) => string): Finding | null {
  const rows = probes.flatMap(
    (probe) =>
    probe.kind !== 'bias'
      ? []
      : probe.differences.map((d) => [nameOf(probe.checkpointId), probe.swap, probeText.bias.measures[d.name] ?? d.name, numberText(d.value), interval(d.low, d.high, numberText), String(d.n)]), // prettier-ignore
  );
  const { title, lead, caption, head } = text.bias;
  if (rows.length === 0) return null;
  return { title, sentences: [lead], tables: [{ caption, head: [...head], rows }] };
}

function search({ probes, reviews, project }: Facts, nameOf: (id: Id) => string): Finding | null {
  const { title, lead, caption, head, reviews: reviewed } = text.search;
  const rows = probes.flatMap((probe) => {
    if (probe.kind !== 'search') return [];
    const { reward, gold, better } = improvementOf(probe, project.seed);
    const shown = (d: { value: number; low: number; high: number } | null) =>
      d ? `${numberText(d.value)} (${interval(d.low, d.high, numberText)})` : '–';
    return [[nameOf(probe.checkpointId), String(probe.n), String(probe.found.length), shown(reward), shown(gold), better ? `${percent(better.value)} (${interval(better.low, better.high, percent)})` : '–']]; // prettier-ignore
  });
  if (rows.length === 0 && reviews.length === 0) return null;
  const count = (verdict: Review['verdict']) => reviews.filter((r) => r.verdict === verdict).length;
  return {
    title,
    sentences: [lead, ...(reviews.length ? [reviewed(count('good'), count('bad'), count('unsure'))] : [])], // prettier-ignore
    tables: rows.length ? [{ caption, head: [...head], rows }] : [],
  };
}

function memory({ probes }: Facts, nameOf: (id: Id) => string): Finding | null {
  const rows = probes.flatMap((probe) =>
    probe.kind === 'memory'
      ? [[nameOf(probe.checkpointId), String(probe.planted), `${numberText(probe.rank)} / ${probe.candidates}`, numberText(probe.exposure)]] // prettier-ignore
      : [],
  );
  const { title, caption, head } = text.memory;
  if (rows.length === 0) return null;
  return { title, sentences: [], tables: [{ caption, head: [...head], rows }] };
}
