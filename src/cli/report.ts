/** What a run of the pipeline reports: progress for the person waiting, and figures for the file. */
import { Watch } from '../over-optimisation/watch';
import type { PipelineEvent, PipelineResult } from '../pipeline';
import type { Metrics, Progress, Stage, WinRate } from '../records';
import type { Outcome } from './methods';
import type { Figure, ModelMeasures } from './model-measures';

export interface StageReport {
  stage: Stage;
  seconds: number;
  /** Optimizer steps, or rollout batches of PPO; 0 for stages without. */
  steps: number;
  /** Tokens trained on or sampled. */
  tokens: number;
}

export interface Report {
  preset: string;
  backend: string;
  seed: number;
  /** Share of the rankings to learn from that were turned round. */
  flips: number;
  configHash: string;
  seconds: number;
  stages: StageReport[];
  /** Of every model: share of held-out prompts on which it did what was asked, mean over tasks and by task. */
  tasks: Record<string, ModelMeasures['tasks']>;
  /** Right answers of base and fine-tuned model about facts that fine-tuning never asked of, in wordings that it showed. */
  factsInShownWordings: { base: Figure; sft: Figure };
  safety: Record<string, ModelMeasures['safety']>;
  hallucination: Record<string, ModelMeasures['hallucination']>;
  base: ModelReport;
  sft: ModelReport & { heldOutLoss: { before: number; after: number } };
  samples: { prompts: number; answers: number; finished: number };
  rewardModel: { accuracy: number; low: number; high: number; loss: number; comparisons: number };
  /** Stage 6, by whichever method. */
  ppo: MethodReport & { first: Metrics; last: Metrics } & Course;
  /** All methods that were asked for, that of stage 6 among them. */
  methods: Record<string, MethodReport>;
  /** Held-out prompts answered by both, to look at. */
  examples: { prompt: string; before: string; after: string }[];
}

/** What is measured on all answers of a model together. */
type ModelReport = Pick<ModelMeasures, 'distinct2' | 'nllUnderBase' | 'length'>;

interface MethodReport extends Partial<ModelReport> {
  /** Mean gold score on held-out prompts of the fine-tuned and of the optimized model. */
  gold: { before: number; after: number };
  /** Of the optimized from the fine-tuned model, nats per response, on held-out prompts. */
  kl: number;
  /** Over the fine-tuned model. */
  winRate: WinRate;
}

/** How stage 6 went: what a person at the page would have seen in its charts. */
interface Course {
  /** Every step's mean reward, gold score of its rollout where the world knows one, and KL, nats per response. */
  course: { step: number; reward: number | null; gold: number | null; kl: number | null }[];
  /** Alarms, each at the step at which it was first raised. */
  alarms: Watch['alarms'];
}

/** Where it is told how far a run is. */
export interface Output {
  write(text: string): unknown;
  isTTY?: boolean;
}

const EXAMPLES = 12;

/** What was measured of all models, by their names: base, sft, and each method's. */
interface Measured {
  outcomes: Readonly<Record<string, Outcome>>;
  models: Readonly<Record<string, ModelMeasures>>;
}

/** Listens to the pipeline, prints where it is, and keeps what the report needs. */
export class PipelineReporter {
  readonly #began = Date.now();
  readonly #stages: StageReport[] = [];
  readonly #firsts = new Map<Stage, Metrics>();
  readonly #metrics = new Map<Stage, Metrics>();
  readonly #course: Course['course'] = [];
  readonly #watch = new Watch();
  /** The stage under way; null between stages. */
  #open: StageReport | null = null;
  #stageBegan = Date.now();
  #printed = 0;

  constructor(readonly out: Output) {}

  take(event: PipelineEvent): void {
    switch (event.kind) {
      case 'stage':
        this.#close();
        this.#open = { stage: event.stage, seconds: 0, steps: 0, tokens: 0 };
        this.#stages.push(this.#open);
        this.out.write(`\n${event.stage}\n`);
        return;
      case 'progress':
        return this.#say(`${event.progress.what}`, event.progress.done, event.progress.total);
      case 'samples': {
        const tokens = event.samples.flatMap(({ responses }) => responses.map((r) => r.tokens));
        this.#stages.at(-1)!.tokens += tokens.reduce((a, b) => a + b, 0);
        return;
      }
      case 'step': {
        const { stage, step } = event;
        const now = this.#stages.at(-1)!;
        now.steps = step.step;
        now.tokens += step.tokens;
        if (!this.#firsts.has(stage)) this.#firsts.set(stage, step.metrics);
        this.#metrics.set(stage, { ...this.#metrics.get(stage), ...step.metrics });
        if (stage === 'ppo') this.#follow(step.step, step.metrics);
        return this.#say(headline(step.metrics), step.step, step.steps);
      }
      case 'ranking':
      case 'model':
        return;
      default:
        return event satisfies never;
    }
  }

  /** Work beside the stages, told of in the same way; its events count for nothing in the report. */
  async during<Result>(
    what: string,
    work: (say: (progress: Progress) => void, take: (event: PipelineEvent) => void) => Promise<Result>, // prettier-ignore
  ): Promise<Result> {
    this.#close();
    this.out.write(`\n${what}\n`);
    const say = ({ what, done, total }: Progress) => this.#say(what, done, total);
    return work(say, (event) => {
      if (event.kind === 'progress') say(event.progress);
      if (event.kind === 'step') this.#say(headline(event.step.metrics), event.step.step, event.step.steps); // prettier-ignore
    });
  }

  /** Everything in one record. @throws Error where a figure that the report promises is missing. */
  report(
    { samples, comparisons, evaluation }: PipelineResult,
    run: Pick<
      Report,
      'preset' | 'backend' | 'seed' | 'flips' | 'configHash' | 'factsInShownWordings'
    > &
      Measured,
  ): Report {
    this.#close();
    const { outcomes, models, ...head } = run;
    const of = (stage: Stage, name: string): number => {
      const value = this.#metrics.get(stage)?.[name];
      if (value === undefined) throw new Error(`The ${stage} stage gave no ${name}, so there is no report.`); // prettier-ignore
      return value;
    };
    const responses = samples.flatMap((sample) => sample.responses);
    const ofEach = <T>(figures: (model: ModelMeasures) => T) =>
      Object.fromEntries(Object.entries(models).map(([name, model]) => [name, figures(model)]));
    const methods = Object.fromEntries(
      Object.entries(outcomes).map(([name, outcome]) => [
        name,
        methodReport(outcome, models[name]),
      ]),
    );
    return {
      ...head,
      seconds: (Date.now() - this.#began) / 1000,
      stages: this.#stages,
      tasks: ofEach(({ tasks }) => tasks),
      safety: ofEach(({ safety }) => safety),
      hallucination: ofEach(({ hallucination }) => hallucination),
      base: modelReport(models.base),
      sft: {
        ...modelReport(models.sft),
        heldOutLoss: { before: of('sft', 'eval/loss_before'), after: of('sft', 'eval/loss') },
      },
      samples: {
        prompts: samples.length,
        answers: responses.length,
        finished: responses.filter(({ finished }) => finished).length,
      },
      rewardModel: {
        accuracy: of('reward-model', 'eval/accuracy'),
        low: of('reward-model', 'eval/accuracy_low'),
        high: of('reward-model', 'eval/accuracy_high'),
        loss: of('reward-model', 'eval/loss'),
        comparisons: comparisons.reduce((sum, { pairs }) => sum + pairs.length, 0),
      },
      ppo: {
        ...methodReport({ evaluation }, models[evaluation.checkpointId]),
        first: this.#firsts.get('ppo') ?? {},
        last: this.#metrics.get('ppo') ?? {},
        course: this.#course,
        alarms: this.#watch.alarms,
      },
      methods,
      examples: evaluation.contests.slice(0, EXAMPLES).map(({ prompt, answers }) => ({
        prompt: prompt.text,
        before: answers[1]!.text,
        after: answers[0]!.text,
      })),
    };
  }

  #follow(step: number, metrics: Metrics): void {
    const of = (name: string) => metrics[name] ?? null;
    this.#course.push({ step, reward: of('objective/scores'), gold: of('objective/gold'), kl: of('objective/kl') }); // prettier-ignore
    this.#watch.take(step, metrics);
  }

  #close(): void {
    if (this.#open) this.#open.seconds = (Date.now() - this.#stageBegan) / 1000;
    this.#open = null;
    this.#stageBegan = Date.now();
  }

  /** One line, at most one a second, and the last one of a stage always. */
  #say(text: string, done: number, total: number): void {
    const now = Date.now();
    if (done < total && now - this.#printed < 1000) return;
    this.#printed = now;
    const left = ((now - this.#stageBegan) / 1000 / done) * (total - done);
    const line = `  ${done}/${total}  ${text}  ${done < total ? `about ${duration(left)} left` : duration((now - this.#stageBegan) / 1000)}`;
    this.out.write(this.out.isTTY && done < total ? `${line}\u001b[K\r` : `${line}\n`);
  }
}

const modelReport = (model: ModelMeasures | undefined): ModelReport => {
  if (!model) throw new Error('A model was not measured, so there is no report.');
  const { distinct2, nllUnderBase, length } = model;
  return { distinct2, nllUnderBase, length };
};

/** @param model undefined of a method that makes none */
function methodReport(
  { evaluation: { kl, gold, winRate } }: Pick<Outcome, 'evaluation'>,
  model: ModelMeasures | undefined,
): MethodReport {
  if (kl === null) throw new Error('The evaluation measured no KL.');
  if (!gold) throw new Error('No held-out prompt has a check, so there is no gold score.');
  return {
    gold: { before: gold.baseline, after: gold.checkpoint },
    kl,
    winRate,
    ...(model ? modelReport(model) : {}),
  };
}

/** The two or three figures of a step that tell most. */
function headline(metrics: Metrics): string {
  const shown: [string, string][] = [
    ['loss/train', 'loss'],
    ['rewards/accuracies', 'accuracy'],
    ['objective/scores', 'reward'],
    ['objective/gold', 'gold'],
    ['objective/kl', 'KL'],
    ['eval/loss', 'held-out loss'],
    ['eval/accuracy', 'held-out accuracy'],
  ];
  return shown
    .filter(([name]) => metrics[name] !== undefined)
    .map(([name, label]) => `${label} ${metrics[name]!.toFixed(3)}`)
    .join('  ');
}

const duration = (seconds: number): string =>
  seconds < 60 ? `${seconds.toFixed(0)} s` : `${Math.floor(seconds / 60)} min ${(seconds % 60).toFixed(0)} s`; // prettier-ignore
