/** What a run of the pipeline reports: progress for the person waiting, and figures for the file. */
import type { PipelineEvent, PipelineResult } from '../pipeline';
import type { Metrics, Stage, WinRate } from '../records';

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
  configHash: string;
  seconds: number;
  stages: StageReport[];
  sft: { heldOutLoss: { before: number; after: number } };
  samples: { prompts: number; answers: number; finished: number };
  rewardModel: { accuracy: number; loss: number; comparisons: number };
  ppo: {
    /** Mean gold score on held-out prompts of the fine-tuned and of the optimized model. */
    gold: { before: number; after: number };
    /** Of the optimized from the fine-tuned model, nats per response, on held-out prompts. */
    kl: number;
    winRate: WinRate;
    first: Metrics;
    last: Metrics;
  };
  /** Held-out prompts answered by both, to look at. */
  examples: { prompt: string; before: string; after: string }[];
}

const EXAMPLES = 12;

/** Listens to the pipeline, prints where it is, and keeps what the report needs. */
export class PipelineReporter {
  readonly #began = Date.now();
  readonly #stages: StageReport[] = [];
  readonly #firsts = new Map<Stage, Metrics>();
  readonly #metrics = new Map<Stage, Metrics>();
  #stageBegan = Date.now();
  #printed = 0;

  constructor(readonly out: { write(text: string): unknown; isTTY?: boolean }) {}

  take(event: PipelineEvent): void {
    switch (event.kind) {
      case 'stage':
        this.#close();
        this.#stages.push({ stage: event.stage, seconds: 0, steps: 0, tokens: 0 });
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
        return this.#say(headline(step.metrics), step.step, step.steps);
      }
      case 'ranking':
      case 'model':
        return;
      default:
        return event satisfies never;
    }
  }

  /** Everything in one record. @throws Error where a figure that the report promises is missing. */
  report(
    { samples, comparisons, evaluation }: PipelineResult,
    run: Pick<Report, 'preset' | 'backend' | 'seed' | 'configHash'>,
  ): Report {
    this.#close();
    const of = (stage: Stage, name: string): number => {
      const value = this.#metrics.get(stage)?.[name];
      if (value === undefined) throw new Error(`The ${stage} stage gave no ${name}, so there is no report.`); // prettier-ignore
      return value;
    };
    if (evaluation.kl === null) throw new Error('The evaluation measured no KL.');
    if (!evaluation.gold)
      throw new Error('No held-out prompt has a check, so there is no gold score.');
    const responses = samples.flatMap((sample) => sample.responses);
    return {
      ...run,
      seconds: (Date.now() - this.#began) / 1000,
      stages: this.#stages,
      sft: {
        heldOutLoss: { before: of('sft', 'eval/loss_before'), after: of('sft', 'eval/loss') },
      },
      samples: {
        prompts: samples.length,
        answers: responses.length,
        finished: responses.filter(({ finished }) => finished).length,
      },
      rewardModel: {
        accuracy: of('reward-model', 'eval/accuracy'),
        loss: of('reward-model', 'eval/loss'),
        comparisons: comparisons.reduce((sum, { pairs }) => sum + pairs.length, 0),
      },
      ppo: {
        gold: { before: evaluation.gold.baseline, after: evaluation.gold.checkpoint },
        kl: evaluation.kl,
        winRate: evaluation.winRate,
        first: this.#firsts.get('ppo') ?? {},
        last: this.#metrics.get('ppo') ?? {},
      },
      examples: evaluation.contests.slice(0, EXAMPLES).map(({ prompt, answers }) => ({
        prompt: prompt.text,
        before: answers[1]!.text,
        after: answers[0]!.text,
      })),
    };
  }

  #close(): void {
    const last = this.#stages.at(-1);
    if (last) last.seconds = (Date.now() - this.#stageBegan) / 1000;
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
