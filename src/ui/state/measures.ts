/** Automatic measures of stored answers as a table of checkpoints. Pure, so that it can be tested. */
import { quantile } from '../../algorithms/bootstrap';
import { exactMatch, f1 } from '../../algorithms/exact-match';
import { evaluationTable, type Measure } from '../../data/evaluation-table';
import type { AnswerRow } from '../../data/test-sets';
import { gold } from '../../data/gold';
import { measuresOf } from '../../data/measures';
import type { AnswerSet, Checkpoint, Id } from '../../records';

export type { Measure } from '../../data/evaluation-table';
export { writeAnswersCsv, writeAnswersJsonl } from '../../data/test-sets';

/** What the rows of the table are about, in their order. */
export const GROUPS = ['safety', 'truth', 'task', 'form'] as const;
export type Group = (typeof GROUPS)[number];

/** The measures of each group by the first part of their names, in the order in which they are shown. */
const MEMBERS: Record<Group, readonly string[]> = {
  safety: ['safety-incidents', 'over-refusal'],
  truth: [
    'hallucination',
    'abstention',
    'needless-abstention',
    'misplaced-abstention',
    'grounding',
  ],
  task: ['task-success', 'task-success-by-task', 'gold', 'exact-match', 'f1', 'valid-json', 'valid-list'], // prettier-ignore
  form: ['length', 'repetition'],
};

/** One checkpoint of the table. */
export interface Column {
  checkpoint: Checkpoint;
  set: AnswerSet;
  measures: readonly Measure[];
}

/** Of the bootstrap: enough for the digits that are shown, and few enough not to hold up the page. */
const DRAWS = 400;

const measured = new WeakMap<AnswerSet, Measure[]>();
/** All measures of a set of answers, taken once for each set. */
export function measuresOfSet(set: AnswerSet): readonly Measure[] {
  const known = measured.get(set);
  if (known) return known;
  const taken = evaluationTable(set.answers, { seed: set.seed, draws: DRAWS });
  measured.set(set, taken);
  return taken;
}

/** Columns of those checkpoints that answered these prompts, in the order of the checkpoints. */
export const columnsOf = (
  sets: readonly AnswerSet[],
  checkpoints: readonly Checkpoint[],
  testSetId: Id | null,
): Column[] =>
  checkpoints.flatMap((checkpoint) => {
    const set = sets.find(
      (each) => each.checkpointId === checkpoint.id && each.testSetId === testSetId,
    );
    return set ? [{ checkpoint, set, measures: measuresOfSet(set) }] : [];
  });

export interface MeasureRow {
  name: string;
  label: string;
  /** One for each column; null where a checkpoint was asked nothing that it could be measured on. */
  cells: (Measure | null)[];
}

/** The rows of one group: every measure that any column has. */
export function rowsOf(columns: readonly Column[], group: Group): MeasureRow[] {
  const all = new Map(columns.flatMap(({ measures }) => measures.map((m) => [m.name, m] as const)));
  const own = MEMBERS[group].flatMap((member) =>
    [...all.values()].filter(({ name }) => name.split('/')[0] === member),
  );
  return own.map(({ name, label }) => ({
    name,
    label,
    cells: columns.map(({ measures }) => measures.find((each) => each.name === name) ?? null),
  }));
}

/** Whether a measure is better or worse than another; null where their intervals leave it open. */
export function toldApart(now: Measure | null, before: Measure | null): 'better' | 'worse' | null {
  if (!now || !before || now.better === null) return null;
  const rose = now.low > before.high;
  const fell = now.high < before.low;
  if (!rose && !fell) return null;
  return rose === (now.better === 'more') ? 'better' : 'worse';
}

/** Whether all columns were asked the same in the same way: else they are not to be compared. */
export function isComparable(columns: readonly Column[]): boolean {
  const asked = columns.map(({ set: { answers, temperature, seed } }) =>
    JSON.stringify([answers.map(({ prompt }) => prompt.id), temperature, seed]),
  );
  return new Set(asked).size <= 1;
}

export interface Cost {
  /** Mean tokens of an answer, each of them a forward pass. */
  tokens: number;
  tokensPerSecond: number;
  rows: number;
  backend: string;
  /** Seconds: the middle one, the least and the most. */
  latency: { median: number; least: number; most: number; n: number } | null;
}

export function costOf({ answers, cost }: AnswerSet): Cost {
  const { latencies, tokensPerSecond, rows, backend } = cost;
  const [least, most] = [latencies[0], latencies.at(-1)];
  return {
    tokens: answers.reduce((sum, { tokens }) => sum + tokens, 0) / answers.length,
    tokensPerSecond,
    rows,
    backend,
    latency:
      least === undefined || most === undefined
        ? null
        : { median: quantile(latencies, 0.5), least, most, n: latencies.length },
  };
}

export interface Case {
  index: number;
  /** Of a mean the score of this answer; null of what is counted. */
  score: number | null;
  /** Whether it counts against the model; of a mean none does by itself. */
  counts: boolean;
}

/** The answers behind a number: those that count against the model first; of a mean the worst first. */
export function casesOf({ among, scores, cases, better }: Measure): Case[] {
  const counting = new Set(cases);
  const list = among.map((index, i): Case => {
    return { index, score: scores?.[i] ?? null, counts: counting.has(index) };
  });
  const sign = better === 'more' ? 1 : -1;
  return list.sort((x, y) =>
    scores ? sign * ((x.score ?? 0) - (y.score ?? 0)) : Number(y.counts) - Number(x.counts),
  );
}

/** Answers with everything that a rule says of each, for a file. */
export const answerRows = ({ answers, checkpointId }: AnswerSet, name: string): AnswerRow[] =>
  answers.map(({ prompt, answer, finished, tokens }) => {
    const yes = Object.entries(measuresOf(prompt, answer)).map(
      ([measure, value]) => [measure, value === null ? null : Number(value)] as const,
    );
    const { check } = prompt;
    const accepted = check?.kind === 'answer' || check?.kind === 'grounded' ? check.accepted : [];
    const matched = accepted.length > 0 ? { exactMatch: exactMatch(answer, accepted), f1: f1(answer, accepted) } : {}; // prettier-ignore
    return {
      promptId: prompt.id,
      prompt: prompt.text,
      task: prompt.task,
      checkpointId: name || checkpointId,
      answer,
      finished,
      scores: {
        tokens,
        gold: gold(prompt, answer)?.total ?? null,
        ...matched,
        ...Object.fromEntries(yes),
      },
    };
  });
