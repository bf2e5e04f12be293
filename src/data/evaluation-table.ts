/**
 * Automatic measures of a list of answers, each with its interval, its count, and which answers to look at.
 * They rest on the rules of the gold score, so they say something only where a prompt has a check.
 *
 *     safety incidents   per 1,000 prompts; the upper end is exact, and of none seen the rule of three
 *     abstention         where nobody can know, and, the other way round, where the answer is known; of both, the
 *                        share that names only what was not asked about
 *     task success       by task, and over all
 *
 * What counts as an incident, a success and so on is said in `measures.ts`.
 *
 * Where a prompt was answered more than once, intervals draw prompts again; else rates have Wilson's interval. Of a mean of
 * scores that are all the same no interval is known: both ends are NaN.
 */
import { bootstrapOverPrompts, groupBy, type Estimate } from '../algorithms/bootstrap';
import { exactMatch, f1, repetition } from '../algorithms/exact-match';
import { clopperPearson, meanOfRates, upperBound } from '../algorithms/proportion';
import { mean } from '../algorithms/statistics';
import { wilsonInterval } from '../algorithms/win-rate';
import type { Prompt } from '../records';
import { gold } from './gold';
import { jsonIn, listLines, wordsOf } from './gold-text';
import { support } from './grounding';
import {
  abstention,
  hallucination,
  misplaced,
  overRefusal,
  safetyIncident,
  taskSuccess,
} from './measures';

export interface Answered {
  prompt: Prompt;
  answer: string;
}

export interface Measure extends Estimate {
  name: string;
  /** What it says, in words. */
  label: string;
  unit: 'share' | 'per 1,000' | 'words' | 'score';
  /** Which way is better; null where neither is. */
  better: 'more' | 'less' | null;
  /** Answers that it was measured on. */
  n: number;
  /** Indices of the answers that count against the model; of a mean, none. */
  cases: number[];
  /** Indices of all answers that it was measured on. */
  among: number[];
  /** Of a mean the score of each of `among`; null of what is counted. */
  scores: number[] | null;
}

interface Options {
  /** Of the bootstrap. */
  seed: number;
  draws?: number;
}

/** A list of lines that begin "- ", as many as asked for. */
const isList = ({ prompt, answer }: Answered): boolean => {
  const lines = listLines(answer);
  const count = prompt.check?.kind === 'list' ? prompt.check.count : lines.length;
  return lines.length === count && lines.every(({ marked }) => marked);
};

const acceptedOf = ({ check }: Prompt): string[] =>
  check?.kind === 'answer' || check?.kind === 'grounded' ? check.accepted : [];

/** All measures that say something of these answers; what no prompt asks for is left out. */
export function evaluationTable(answers: readonly Answered[], options: Options): Measure[] {
  const all = answers.map((each, index) => ({ ...each, index }));
  const ofKind = (...kinds: string[]) => all.filter(({ prompt }) => kinds.includes(prompt.check?.kind ?? '')); // prettier-ignore
  const checked = all.filter(({ prompt }) => prompt.check !== null);
  const verifiable = ofKind('answer', 'grounded');
  const matched = verifiable.filter(({ prompt }) => acceptedOf(prompt).length > 0);
  const share = (name: string, label: string, better: 'more' | 'less', among: Indexed[], has: (each: Answered) => boolean | null) => shareOf({ name, label, better }, among, has, options); // prettier-ignore
  const average = (name: string, label: string, unit: Measure['unit'], better: Measure['better'], among: Indexed[], of: (each: Answered) => number) => meanOf({ name, label, unit, better }, among, of, options); // prettier-ignore
  const tasks = groupBy(checked, ({ prompt }) => prompt.task).flatMap((own) => {
    const task = own[0]?.prompt.task ?? 'own';
    return share(`task-success/${task}`, `Does what was asked: ${task}`, 'more', own, by(taskSuccess)) ?? []; // prettier-ignore
  });
  return [
    incidents(checked),
    share('over-refusal', 'Harmless requests declined', 'less', all, by(overRefusal)),
    share('over-refusal/borderline', 'Harmless requests declined that sound unsafe', 'less', ofKind('help'), by(overRefusal)), // prettier-ignore
    share('hallucination', 'Something false or made up in answer to a question', 'less', all, by(hallucination)), // prettier-ignore
    share('abstention', 'Says that it does not know where nobody can', 'more', ofKind('unknown'), by(abstention)), // prettier-ignore
    share('needless-abstention', 'Says that it does not know where it could', 'less', verifiable, by(abstention)), // prettier-ignore
    share('misplaced-abstention', 'Of not knowing: names only what was not asked about', 'less', ofKind('unknown', 'answer', 'grounded'), by(misplaced)), // prettier-ignore
    share('task-success', 'Does what was asked', 'more', checked, by(taskSuccess)),
    averageOverTasks(tasks),
    ...tasks,
    share('exact-match', 'Exactly an accepted answer', 'more', matched, ({ prompt, answer }) => exactMatch(answer, acceptedOf(prompt)) === 1), // prettier-ignore
    average('f1', 'Words in common with an accepted answer (F1)', 'score', 'more', matched, ({ prompt, answer }) => f1(answer, acceptedOf(prompt))), // prettier-ignore
    average('grounding', 'Content words that stand in what was read', 'score', 'more', ofKind('grounded'), ({ prompt, answer }) => support(answer, [prompt.text]).score), // prettier-ignore
    share('valid-json', 'JSON and nothing beside it', 'more', ofKind('json'), ({ answer }) => jsonIn(answer)?.alone ?? false), // prettier-ignore
    share('valid-list', 'A list of as many lines as asked', 'more', ofKind('list'), isList),
    average('gold', 'Gold score', 'score', 'more', checked, ({ prompt, answer }) => gold(prompt, answer)?.total ?? 0), // prettier-ignore
    average('repetition', 'Pairs of words said before', 'score', 'less', all, ({ answer }) => repetition(wordsOf(answer), 2)), // prettier-ignore
    average('length', 'Length', 'words', null, all, ({ answer }) => wordsOf(answer).length),
  ].filter((measure) => measure !== null);
}

type Indexed = Answered & { index: number };

/** A measure by prompt and response as one of an answered prompt. */
const by =
  (measure: (prompt: Prompt, answer: string) => boolean | null) =>
  ({ prompt, answer }: Answered): boolean | null =>
    measure(prompt, answer);

/** A rate of the answers of which there is something to say; null where there is none. */
function shareOf(
  measure: Pick<Measure, 'name' | 'label'> & { better: 'more' | 'less' },
  among: readonly Indexed[],
  has: (each: Answered) => boolean | null,
  options: Options,
): Measure | null {
  const judged = among.flatMap(({ prompt, answer, index }) => {
    const yes = has({ prompt, answer });
    return yes === null ? [] : [{ id: prompt.id, index, yes }];
  });
  if (judged.length === 0) return null;
  const rate = (items: readonly { yes: boolean }[]) =>
    items.filter(({ yes }) => yes).length / items.length;
  const repeated = new Set(judged.map(({ id }) => id)).size < judged.length;
  const [low, high] = wilsonInterval(judged.filter(({ yes }) => yes).length, judged.length);
  const estimate = repeated
    ? bootstrapOverPrompts(judged, ({ id }) => id, rate, options)
    : { value: rate(judged), low, high };
  const against = judged.filter(({ yes }) => yes === (measure.better === 'less'));
  return { ...measure, unit: 'share', ...estimate, n: judged.length, cases: against.map(({ index }) => index), among: judged.map(({ index }) => index), scores: null }; // prettier-ignore
}

/** Task success with each task counting alike, however many prompts it has; null without a task. */
const averageOverTasks = (tasks: readonly Measure[]): Measure | null =>
  tasks.length === 0
    ? null
    : {
        name: 'task-success-by-task',
        label: 'Does what was asked, mean over tasks',
        unit: 'share',
        better: 'more',
        ...meanOfRates(tasks),
        n: tasks.reduce((sum, { n }) => sum + n, 0),
        cases: tasks.flatMap(({ cases }) => cases),
        among: tasks.flatMap(({ among }) => among),
        scores: null,
      };

/** A mean over answers with an interval over prompts; null of none. */
function meanOf(
  measure: Pick<Measure, 'name' | 'label' | 'unit' | 'better'>,
  among: readonly Indexed[],
  of: (each: Answered) => number,
  options: Options,
): Measure | null {
  if (among.length === 0) return null;
  const scored = among.map(({ prompt, answer }) => ({ id: prompt.id, score: of({ prompt, answer }) })); // prettier-ignore
  const meanScore = (items: readonly { score: number }[]) => mean(items.map(({ score }) => score));
  const estimate = bootstrapOverPrompts(scored, ({ id }) => id, meanScore, options);
  // Where no score differs, drawing again shows nothing, and certainly not certainty.
  if (estimate.low === estimate.high) estimate.low = estimate.high = NaN;
  return {
    ...measure,
    ...estimate,
    n: among.length,
    cases: [],
    among: among.map(({ index }) => index),
    scores: scored.map(({ score }) => score),
  };
}

/** Per 1,000 prompts; of several answers to a prompt the worst counts, so that prompts are what is counted. */
function incidents(among: readonly Indexed[]): Measure | null {
  const hurts = ({ prompt, answer }: Answered) => safetyIncident(prompt, answer) === true;
  const prompts = groupBy(among, ({ prompt }) => prompt.id);
  if (prompts.length === 0) return null;
  const count = prompts.filter((own) => own.some(hurts)).length;
  const [low, high] = clopperPearson(count, prompts.length);
  return {
    name: 'safety-incidents',
    label: 'Safety incidents',
    unit: 'per 1,000',
    better: 'less',
    value: (1000 * count) / prompts.length,
    low: 1000 * low,
    high: 1000 * (count === 0 ? upperBound(0, prompts.length) : high),
    n: prompts.length,
    cases: among.filter(hurts).map(({ index }) => index),
    among: among.map(({ index }) => index),
    scores: null,
  };
}
