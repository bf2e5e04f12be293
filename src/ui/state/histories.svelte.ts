/** Curves of runs that are not the one on show, read from storage when they are first wanted. */
import type { Id, RunRecord } from '../../records';
import { lab as text } from '../strings/lab';
import { EMPTY_CURVE, extended, type Curve } from './curve';
import type { Lab } from './lab.svelte';

type Curves = Readonly<Record<string, Curve>>;
const NONE: Curves = {};

export class RunHistories {
  readonly #lab: Lab;
  #read = $state.raw<Readonly<Record<Id, Curves>>>({});
  #asked = new Set<Id>();

  constructor(lab: Lab) {
    this.#lab = lab;
  }

  /** What is known of a run: of the one on show what it measures now, of others what was stored. */
  of(run: RunRecord): Curves {
    const onShow = this.#lab.runs[run.stage];
    return onShow.record?.id === run.id ? onShow.curves : (this.#read[run.id] ?? NONE);
  }

  /** Read a run's history, once for each length that it had. */
  want(run: RunRecord): void {
    const key = `${run.id}:${run.step}`;
    if (this.#lab.runs[run.stage].record?.id === run.id || this.#asked.has(key)) return;
    this.#asked.add(key);
    void this.#lab.attempt(text.problems.storage, async () => {
      const rows = await this.#lab.metricsOf(run.id);
      const points: Record<string, { x: number; y: number }[]> = {};
      for (const { step, metrics } of rows)
        for (const [name, y] of Object.entries(metrics)) (points[name] ??= []).push({ x: step, y });
      const curves = Object.fromEntries(
        Object.entries(points).map(([name, each]) => [name, extended(EMPTY_CURVE, each)]),
      );
      this.#read = { ...this.#read, [run.id]: curves };
    });
  }
}
