/**
 * One training run as the page sees it: its record, its curves, its newest texts and rollouts.
 *
 * News is gathered and taken up once an animation frame: histories are `$state.raw`, replaced and never
 * mutated, so a fast run costs one reassignment a frame.
 */
import type { Metrics, Rollout, RunRecord, RunTexts } from '../../records';
import { withTexts } from '../../storage/texts';
import type { EngineStats, TrainerEvent } from '../../workers/messages';
import { EMPTY_CURVE, extended, upTo, type Curve } from './curve';

export type { RunTexts as TextsAtStep } from '../../records';
type StepEvent = Extract<TrainerEvent, { kind: 'run.step' }>;

/** Frames do not come in a hidden tab; its news may wait this long, in milliseconds. */
const HIDDEN_WAIT = 1000;

export class Run {
  /** Null until there is a run of this stage. */
  record = $state.raw<RunRecord | null>(null);
  /** By metric name. */
  curves = $state.raw<Readonly<Record<string, Curve>>>({});
  /** The newest value of every metric. */
  latest = $state.raw<Metrics>({});
  /** Answers to the fixed prompts: the first of the run and the newest ones, oldest first. */
  texts = $state.raw<readonly RunTexts[]>([]);
  /** Episodes of the newest steps, newest step last (PPO). */
  rollouts = $state.raw<readonly Rollout[]>([]);
  tokensPerSecond = $state<number | null>(null);
  secondsLeft = $state<number | null>(null);
  stats = $state.raw<EngineStats | null>(null);
  /** A command on its way that has not shown an effect yet. */
  pending = $state<'starting' | 'pausing' | 'stopping' | null>(null);

  /** What `RunControls` shows. */
  controls = $derived.by((): 'idle' | 'starting' | 'running' | 'paused' | 'stopping' => {
    if (this.pending === 'starting') return 'starting';
    const status = this.record?.status;
    if (status !== 'running' && status !== 'paused') return 'idle';
    if (this.pending === 'stopping') return 'stopping';
    return status;
  });
  isLive = $derived(this.controls !== 'idle');

  #waiting: StepEvent[] = [];
  #frame: number | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;

  curve(metric: string): Curve {
    return this.curves[metric] ?? EMPTY_CURVE;
  }

  /** Show a run from its records: of an earlier visit, or one that begins. */
  show(record: RunRecord, rows: readonly { step: number; metrics: Metrics }[] = []): void {
    this.clear();
    this.record = record;
    this.#append(rows);
  }

  /** Show nothing. */
  clear(): void {
    this.#forget();
    this.record = null;
    this.curves = {};
    this.latest = {};
    this.texts = [];
    this.rollouts = [];
    this.tokensPerSecond = this.secondsLeft = null;
  }

  /** A run begins, or goes on from a step that it had reached: what came after that is drawn anew. */
  started(record: RunRecord): void {
    this.pending = null;
    if (this.record?.id !== record.id) return this.show(record);
    this.#takeUp();
    this.record = record;
    this.curves = Object.fromEntries(
      Object.entries(this.curves).map(([name, curve]) => [name, upTo(curve, record.step)]),
    );
    this.texts = this.texts.filter(({ step }) => step <= record.step);
  }

  changed(record: RunRecord): void {
    this.#takeUp();
    this.record = record;
    this.pending = null;
  }

  stepped(event: StepEvent): void {
    this.#waiting.push(event);
    if (this.#frame !== null || this.#timer !== null) return;
    this.#frame = requestAnimationFrame(() => this.#takeUp());
    this.#timer = setTimeout(() => this.#takeUp(), HIDDEN_WAIT);
  }

  textsAt(step: number, texts: RunTexts['texts']): void {
    this.texts = withTexts(this.texts, { step, texts });
  }

  rolloutsAt(step: number, rollouts: readonly Rollout[], most = 256): void {
    const before = this.rollouts.filter((each) => each.step < step);
    this.rollouts = [...before, ...rollouts].slice(-most);
  }

  dispose(): void {
    this.#forget();
  }

  #forget(): void {
    this.#waiting = [];
    if (this.#frame !== null) cancelAnimationFrame(this.#frame);
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#frame = this.#timer = null;
  }

  #takeUp(): void {
    const events = this.#waiting;
    this.#forget();
    const last = events.at(-1);
    if (!last || last.runId !== this.record?.id) return;
    this.#append(events);
    this.record = { ...this.record, step: last.step, steps: last.steps };
    this.tokensPerSecond = last.tokensPerSecond;
    this.secondsLeft = last.secondsLeft;
    this.stats = last.stats;
  }

  #append(rows: readonly { step: number; metrics: Metrics }[]): void {
    const points: Record<string, { x: number; y: number }[]> = {};
    const latest = { ...this.latest };
    for (const { step, metrics } of rows)
      for (const [name, y] of Object.entries(metrics)) {
        (points[name] ??= []).push({ x: step, y });
        latest[name] = y;
      }
    const curves = { ...this.curves };
    for (const [name, added] of Object.entries(points))
      curves[name] = extended(this.curve(name), added);
    this.curves = curves;
    this.latest = latest;
  }
}
