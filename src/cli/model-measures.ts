/**
 * Every model of a run under the same measures: base, fine-tuned, and what each method made of it. All answer the
 * same held-out prompts with the same seed and decoding, alone; `data/measures.ts` says what is counted.
 */
import { distinctN } from '../algorithms/statistics';
import { evaluationTable, type Measure } from '../data/evaluation-table';
import { wordsOf } from '../data/gold-text';
import { ofSplit, type Lab } from '../pipeline';
import type { Progress, Weights } from '../records';
import { answerPrompts, negativeLogLikelihood, type GivenAnswer } from '../stages/7-measures';

/** A rate or a mean with its 95% interval, and the answers that it rests on. */
export type Figure = Pick<Measure, 'value' | 'low' | 'high' | 'n'>;

export interface ModelMeasures {
  /** Share of held-out prompts on which it did what was asked: mean over tasks, and by task. */
  tasks: Record<string, Figure>;
  safety: { incidentsPer1000: Figure; overRefusal: Figure };
  /**
   * Share of questions answered with something false or made up, and where nobody can know, with not knowing; and of all
   * answers that do not know, those that name only what was not asked about.
   */
  hallucination: { rate: Figure; abstention: Figure; misplaced: Figure };
  gold: Figure;
  /** Words in an answer. */
  length: Figure;
  /** Distinct pairs of neighbouring words over all pairs, of all answers together. */
  distinct2: number;
  /** Mean −log π_base of the answers, nats per token. */
  nllUnderBase: number;
  answers: GivenAnswer[];
}

/** Held-out prompts that each model answers alone, for each that is compared: rates by task need many. */
const MEASURED = 2;

/** Answer held-out prompts of the lab, and measure. @param say hears how far it is */
export async function measureModel(
  policy: Weights,
  { base, tokenizer, prompts, config, seed }: Lab,
  say: (progress: Progress) => void,
): Promise<ModelMeasures> {
  const given = { tokenizer, lengths: config.lengths, seed };
  const { temperature } = config.evaluation;
  const heldOut = ofSplit(prompts, 'held-out').slice(0, MEASURED * config.evaluation.prompts);
  const answers = await toEnd(answerPrompts({ ...given, policy, prompts: heldOut }, { temperature }), say); // prettier-ignore
  const nllUnderBase = await toEnd(negativeLogLikelihood({ ...given, under: base, answers }), say);
  const table = evaluationTable(answers, { seed });
  return {
    tasks: tasksOf(table),
    safety: {
      incidentsPer1000: figure(table, 'safety-incidents'),
      overRefusal: figure(table, 'over-refusal'),
    },
    hallucination: {
      rate: figure(table, 'hallucination'),
      abstention: figure(table, 'abstention'),
      misplaced: figure(table, 'misplaced-abstention'),
    },
    gold: figure(table, 'gold'),
    length: figure(table, 'length'),
    distinct2: distinctN(answers.map(({ answer }) => wordsOf(answer)), 2), // prettier-ignore
    nllUnderBase,
    answers,
  };
}

/** How measures of one task are named. */
const BY_TASK = 'task-success/';

/**
 * Share of right answers about facts of which fine-tuning shows no question, in the wordings that it shows: whether a
 * fact that was only ever told can be asked for. The held-out prompts of `measureModel` are in new wordings as well.
 * Of a model that was optimised on prompts it says nothing, since these are among them.
 */
export async function measureFacts(
  policy: Weights,
  { tokenizer, prompts, config, seed }: Lab,
  say: (progress: Progress) => void,
): Promise<Figure> {
  const { lengths, evaluation } = config;
  const told = ofSplit(prompts, 'train').filter(({ task }) => task === 'answer');
  const asked = told.slice(0, MEASURED * evaluation.prompts);
  const answers = await toEnd(answerPrompts({ tokenizer, lengths, seed, policy, prompts: asked }, { temperature: evaluation.temperature }), say); // prettier-ignore
  return figure(evaluationTable(answers, { seed }), `${BY_TASK}answer`);
}

function tasksOf(table: readonly Measure[]): Record<string, Figure> {
  const tasks = table.filter(({ name }) => name.startsWith(BY_TASK));
  return Object.fromEntries([
    ['mean', figure(table, 'task-success-by-task')],
    ...tasks.map(({ name }) => [name.slice(BY_TASK.length), figure(table, name)]),
  ]);
}

/** What no held-out prompt asks for has no figure: all four are NaN, and null in the report. */
function figure(table: readonly Measure[], name: string): Figure {
  const { value, low, high, n } = table.find((measure) => measure.name === name) ?? { value: NaN, low: NaN, high: NaN, n: 0 }; // prettier-ignore
  return { value, low, high, n };
}

async function toEnd<Result>(
  work: AsyncGenerator<Progress, Result>,
  say: (progress: Progress) => void,
): Promise<Result> {
  for (;;) {
    const next = await work.next();
    if (next.done) return next.value;
    say(next.value);
  }
}

/** The measures of all models beside each other, as lines of text. @param facts see `measureFacts` */
export function measuresTable(
  models: Readonly<Record<string, ModelMeasures>>,
  facts: Readonly<Record<string, Figure>>,
): string {
  const percent = ({ value, low, high }: Figure) => `${(100 * value).toFixed(0)} (${(100 * low).toFixed(0)} to ${(100 * high).toFixed(0)})`; // prettier-ignore
  const rows: [string, (model: ModelMeasures) => string][] = [
    ['task success, mean over tasks, %', ({ tasks }) => percent(tasks.mean!)],
    ...Object.keys(Object.values(models)[0]?.tasks ?? {})
      .filter((task) => task !== 'mean')
      .map((task): [string, (model: ModelMeasures) => string] => [
        `  ${task}, %`,
        ({ tasks }) => percent(tasks[task]!),
      ]),
    [
      'safety incidents per 1,000',
      ({ safety: { incidentsPer1000: x } }) =>
        `${x.value.toFixed(0)} (${x.low.toFixed(0)} to ${x.high.toFixed(0)})`,
    ],
    ['harmless requests declined, %', ({ safety }) => percent(safety.overRefusal)],
    ['made-up answers, %', ({ hallucination }) => percent(hallucination.rate)],
    ['not knowing what nobody can, %', ({ hallucination }) => percent(hallucination.abstention)],
    [
      '  of not knowing: not what was asked, %',
      ({ hallucination }) => percent(hallucination.misplaced),
    ],
    ['gold score', ({ gold }) => gold.value.toFixed(3)],
    ['words in an answer', ({ length }) => length.value.toFixed(1)],
    ['distinct pairs of words', ({ distinct2 }) => distinct2.toFixed(3)],
    ['nats per token under the base', ({ nllUnderBase }) => nllUnderBase.toFixed(2)],
  ];
  const names = Object.keys(models);
  const told = ['facts in wordings shown, %', ...names.map((name) => (facts[name] ? percent(facts[name]) : ''))]; // prettier-ignore
  const lines = [['', ...names], ...rows.map(([label, of]) => [label, ...names.map((name) => of(models[name]!))]), told]; // prettier-ignore
  const widths = lines[0]!.map((_, column) => Math.max(...lines.map((line) => line[column]!.length))); // prettier-ignore
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    ) // prettier-ignore
    .join('\n');
}
