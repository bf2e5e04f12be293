/** The records of the over-optimisation study: how much it does, what it yields, what is stored of it. */
import { fittedLaw, type FittedLaw } from '../algorithms/over-optimisation';
import type { LengthsConfig } from '../config';
import type { Id, Progress } from '../records';
import type { StudyHead } from './head';

/** How much a sweep does. */
export interface SweepSettings {
  /** KL coefficients, each a run of PPO from the same models. */
  coefficients: number[];
  /** Rollouts of each run. */
  steps: number;
  /** Episodes of each rollout. */
  batchSize: number;
  learningRate: number;
  /** Measurements of each run on the held-out prompts, its end counted. */
  looks: number;
  /** Held-out prompts that every policy answers. */
  prompts: number;
  /** Answers of the reference to each of them, N of best of n. */
  answers: number;
}

/** A few minutes with the tiny model on WASM, and what a night or a graphics card is for. */
export const SWEEP_AMOUNTS = {
  quick: { coefficients: [0, 0.05, 0.2], steps: 30, batchSize: 32, learningRate: 5e-4, looks: 8, prompts: 32, answers: 16 }, // prettier-ignore
  thorough: { coefficients: [0, 0.02, 0.05, 0.1, 0.3], steps: 100, batchSize: 64, learningRate: 3e-4, looks: 16, prompts: 96, answers: 64 }, // prettier-ignore
} as const satisfies Record<string, Readonly<Omit<SweepSettings, 'coefficients'>> & { coefficients: readonly number[] }>; // prettier-ignore
export type SweepAmount = keyof typeof SWEEP_AMOUNTS;

/** Largest number of runs of one sweep. */
export const MOST_COEFFICIENTS = 8;

/**
 * Coefficients out of what was typed: numbers from 0 to 1, in any order, divided by commas or spaces.
 * @returns them from the smallest on, or the sentence that says what is wrong
 */
export function readCoefficients(text: string): { values: number[] } | { problem: string } {
  const words = text.split(/[\s,;]+/).filter(Boolean);
  const wrong = words.find((word) => !(Number(word) >= 0 && Number(word) <= 1));
  if (wrong !== undefined)
    return { problem: `“${wrong}” is no KL coefficient. Write numbers from 0 to 1, as in “0, 0.05, 0.2”.` }; // prettier-ignore
  const values = [...new Set(words.map(Number))].sort((a, b) => a - b);
  if (values.length === 0) return { problem: 'Write at least one KL coefficient, such as 0.' };
  return values.length > MOST_COEFFICIENTS
    ? { problem: `These are ${values.length} coefficients, each a run. Write ${MOST_COEFFICIENTS} at most.` } // prettier-ignore
    : { values };
}

/** An answer of a policy, to see what its numbers mean; scores as they are, not on the common scale. */
export interface SweepAnswer {
  prompt: string;
  response: string;
  proxy: number;
  gold: number;
}

/**
 * Where a policy stands on the held-out prompts. Proxy and gold are on one scale: 0 is the reference, 1 is as
 * much better as the reference's own answers to one prompt are usually apart (their standard deviation).
 */
export interface SweepPoint {
  method: 'ppo' | 'best-of-n';
  /** Of the run; null of best of n. */
  coefficient: number | null;
  /** Of best of n; null of a run. */
  n: number | null;
  /** Rollouts learned from. */
  step: number;
  /** From the reference, nats per response. */
  kl: number;
  sqrtKl: number;
  proxy: number;
  gold: number;
  /** 95% around gold, by the spread over prompts. */
  interval: { low: number; high: number };
  /** Means as they are: reward, and gold from 0 to 1. */
  raw: { proxy: number; gold: number };
  answers: SweepAnswer[];
}

/** What 0 and 1 of the common scale are. */
export interface SweepScale {
  proxy: { mean: number; deviation: number };
  gold: { mean: number; deviation: number };
}

/** One run of the sweep, as it ended. */
export interface SweepRun {
  coefficient: number;
  steps: number;
  /** The first step at which each alarm was raised. */
  alarms: { kind: string; step: number }[];
}

export type SweepEvent =
  | { kind: 'progress'; progress: Progress }
  | { kind: 'scale'; scale: SweepScale }
  | { kind: 'point'; point: SweepPoint }
  | { kind: 'run'; run: SweepRun };

/** What a sweep starts from: a fine-tuned model, and the reward model that is optimised. */
export interface SweepRequest {
  referenceId: Id;
  rewardModelId: Id;
  lengths: LengthsConfig;
  seed: number;
  settings: SweepSettings;
}

export interface SweepStudy extends StudyHead, SweepRequest {
  kind: 'over-optimisation';
  scale: SweepScale | null;
  points: SweepPoint[];
  runs: SweepRun[];
  /** Gao's two laws through the gold scores; null where there are too few points. */
  fits: { ppo: FittedLaw | null; bestOfN: FittedLaw | null };
}

/** A sweep before anything has happened. */
export const newSweepStudy = (
  head: Omit<StudyHead, 'seed' | 'status' | 'seconds'>,
  request: SweepRequest,
): SweepStudy => ({
  ...head,
  ...request,
  kind: 'over-optimisation',
  status: 'running',
  seconds: 0,
  scale: null,
  points: [],
  runs: [],
  fits: { ppo: null, bestOfN: null },
});

/** The sweep with what has just happened, and the laws fitted anew. */
export function sweepStudyWith(study: SweepStudy, event: SweepEvent): SweepStudy {
  switch (event.kind) {
    case 'progress':
      return study;
    case 'scale':
      return { ...study, scale: event.scale };
    case 'point': {
      const points = [...study.points, event.point];
      const of = (method: SweepPoint['method']) => points.filter((each) => each.method === method);
      const fits = { ppo: fittedLaw('rl', of('ppo')), bestOfN: fittedLaw('best-of-n', of('best-of-n')) }; // prettier-ignore
      return { ...study, points, fits };
    }
    case 'run':
      return { ...study, runs: [...study.runs, event.run] };
    default:
      return event satisfies never;
  }
}

/** Of one run: how gold fell below its own peak while proxy went on. */
export function partingOf(points: readonly SweepPoint[]): {
  peak: SweepPoint;
  last: SweepPoint;
  /** Share of the peak's gold, as it is from 0 to 1, that was lost since. */
  lost: number;
  proxyRose: boolean;
} | null {
  const last = points.at(-1);
  if (!last) return null;
  const peak = points.reduce((best, each) => (each.raw.gold > best.raw.gold ? each : best));
  const lost = peak.raw.gold > 0 ? 1 - last.raw.gold / peak.raw.gold : 0;
  return { peak, last, lost, proxyRose: last.proxy > peak.proxy };
}
