/** What goes on beside the runs: the alarms that a person would see, and how far the study is. */
import { alarmsOf, WATCHED, type Alarm, type History } from '../algorithms/alarms';
import type { Metrics } from '../records';
import type { SweepEvent, SweepRun, SweepSettings } from '../studies';

/** Raises the alarms that a person would see beside this run. */
export class Watch {
  readonly alarms: SweepRun['alarms'] = [];
  readonly #history: Partial<Record<keyof History, { x: number[]; y: number[] }>> = {};

  take(step: number, metrics: Metrics): void {
    for (const name of WATCHED) {
      const value = metrics[name];
      if (value === undefined) continue;
      const series = (this.#history[name] ??= { x: [], y: [] });
      series.x.push(step);
      series.y.push(value);
    }
    const isNew = ({ kind }: Alarm) => !this.alarms.some((each) => each.kind === kind);
    for (const alarm of alarmsOf(this.#history).filter(isNew))
      this.alarms.push({ kind: alarm.kind, step });
  }
}

type Part = 'drawing' | 'step' | 'look';
export interface Clock {
  /** One more of a part is over. */
  passed(part: Part, what: string): SweepEvent;
}

/** What drawing and judging an answer takes, where learning from it too takes 1. */
const DRAWING_ONLY = 0.3;

/** @param prompts that are measured on. Counts in episodes, so that the time left can be told before the first run. */
export function clockOf(prompts: number, settings: SweepSettings, runs: number): Clock {
  const { steps, batchSize, looks, answers } = settings;
  const sizes: Record<Part, number> = {
    drawing: DRAWING_ONLY * answers,
    step: batchSize,
    look: DRAWING_ONLY * prompts,
  };
  const total = prompts * sizes.drawing + runs * (steps * sizes.step + looks * sizes.look);
  let done = 0;
  return {
    passed(part, what) {
      done += sizes[part];
      return { kind: 'progress', progress: { done, total, what } };
    },
  };
}
