/**
 * What a person should be told about a run while it goes on, from its metrics. Pure functions of the history; the
 * bounds are the healthy ranges of `diagnostics.ts`. An alarm is about the last steps and not about one noisy one:
 * it compares means of a few steps.
 */
import { DIAGNOSTICS, isHealthy, type MetricName } from './diagnostics';
import { at, type Numbers } from './rows';

/** A metric by step; a step at which it was not measured is left out. */
export interface Series {
  x: Numbers;
  y: Numbers;
}
export type History = Partial<Record<MetricName, Series>>;

export type Alarm =
  /** Reward climbed and gold fell between `sinceStep`, where gold was best, and now. */
  | { kind: 'gold-falls'; sinceStep: number; reward: number; gold: number }
  /** Training accuracy climbed and held-out accuracy fell since then. */
  | { kind: 'accuracy-falls'; sinceStep: number; training: number; heldOut: number }
  | { kind: 'kl-high'; kl: number }
  | { kind: 'kl-negative'; kl: number }
  | { kind: 'entropy-gone'; entropy: number; first: number }
  | { kind: 'clipping'; share: number }
  | { kind: 'ratio-far'; ratio: number; largest: number }
  | { kind: 'value-spike'; loss: number; usual: number }
  | { kind: 'critic-worse'; explained: number }
  | { kind: 'length-drift'; length: number; first: number }
  | { kind: 'repeating'; distinct: number; first: number }
  | { kind: 'no-ends'; ended: number; first: number }
  | { kind: 'equal-rewards'; share: number }
  | { kind: 'not-finite'; metric: string };

/** Steps whose mean is looked at. */
const WINDOW = 5;
/** Steps that a critic is given to do better than a constant. */
const LEARNING = 4 * WINDOW;
/** Of its first value; below that the policy says one thing only. */
const LEAST_ENTROPY = 0.2;
const LEAST_DISTINCT = 0.5;
const LEAST_ENDS = 0.2;
/** Times its first value, up or down. */
const MOST_DRIFT = 1.5;
/** Times the median of the steps before. */
const SPIKE = 10;
/** The truth must have fallen by this share of what it had spread over so far. */
const FALL = 0.25;
/**
 * And by so many standard errors of what lies between two windows. The best of many windows is compared with the last:
 * of a truth that only wobbles it lies two or more above it.
 */
const ERRORS = 3;
/** Metrics that may be NaN by definition. */
const MAY_BE_NAN: readonly string[] = ['val/var_explained'];

/** All alarms of a history; none of a run that has hardly begun, but of numbers that are none. */
export function alarmsOf(history: History): Alarm[] {
  const last = (metric: MetricName) => lastMean(history[metric]);
  return [
    goldFalls(history),
    accuracyFalls(history),
    above('objective/kl', last, (kl) => ({ kind: 'kl-high', kl })),
    below('objective/kl', last, (kl) => ({ kind: 'kl-negative', kl })),
    fallen(history, 'objective/entropy', LEAST_ENTROPY, (entropy, first) => ({ kind: 'entropy-gone', entropy, first })), // prettier-ignore
    above('policy/clipfrac_avg', last, (share) => ({ kind: 'clipping', share })),
    ratioFar(history),
    valueSpike(history),
    (history['val/var_explained']?.y.length ?? 0) < LEARNING
      ? null
      : below('val/var_explained', last, (explained) => ({ kind: 'critic-worse', explained })),
    lengthDrift(history),
    fallen(history, 'response/distinct_2', LEAST_DISTINCT, (distinct, first) => ({ kind: 'repeating', distinct, first })), // prettier-ignore
    fallen(history, 'val/num_eos_tokens', LEAST_ENDS, (ended, first) => ({ kind: 'no-ends', ended, first })), // prettier-ignore
    above('frac_reward_zero_std', last, (share) => ({ kind: 'equal-rewards', share })),
    notFinite(history),
  ].filter((alarm) => alarm !== null);
}

type Last = (metric: MetricName) => number | null;

function above(metric: MetricName, last: Last, alarm: (value: number) => Alarm): Alarm | null {
  const value = last(metric);
  const to: number | null = DIAGNOSTICS[metric].healthy[1];
  return value !== null && to !== null && value > to ? alarm(value) : null;
}

function below(metric: MetricName, last: Last, alarm: (value: number) => Alarm): Alarm | null {
  const value = last(metric);
  const from: number | null = DIAGNOSTICS[metric].healthy[0];
  return value !== null && from !== null && value < from ? alarm(value) : null;
}

/** Fallen below a share of its first value. */
function fallen(
  history: History,
  metric: MetricName,
  share: number,
  alarm: (now: number, first: number) => Alarm,
): Alarm | null {
  const now = lastMean(history[metric]);
  const first = history[metric]?.y[0];
  return now !== null && first !== undefined && now < share * first ? alarm(now, first) : null;
}

function ratioFar(history: History): Alarm | null {
  const ratio = lastMean(history['val/ratio']);
  const largest = lastMean(history['val/ratio_max']) ?? 1;
  if (ratio === null || (isHealthy('val/ratio', ratio) && isHealthy('val/ratio_max', largest)))
    return null;
  return { kind: 'ratio-far', ratio, largest };
}

/** The newest value loss against the median of the steps before it. */
function valueSpike(history: History): Alarm | null {
  const losses = Array.from(history['loss/value_avg']?.y ?? []);
  const loss = losses.pop();
  if (loss === undefined || losses.length < WINDOW) return null;
  const before = losses.slice(-2 * WINDOW).sort((a, b) => a - b);
  const usual = at(before, Math.floor(before.length / 2));
  return loss > SPIKE * usual ? { kind: 'value-spike', loss, usual } : null;
}

function lengthDrift(history: History): Alarm | null {
  const series = history['response/length'];
  const length = lastMean(series);
  if (!series || length === null || series.y.length < 2 * WINDOW) return null;
  const first = meanOf(Array.from(series.y).slice(0, WINDOW));
  const drift = length / first;
  return drift > MOST_DRIFT || drift < 1 / MOST_DRIFT ? { kind: 'length-drift', length, first } : null; // prettier-ignore
}

function goldFalls(history: History): Alarm | null {
  const parted = partingOf(history['objective/scores'], history['objective/gold']);
  return parted && { kind: 'gold-falls', sinceStep: parted.since, reward: parted.rise, gold: -parted.fall }; // prettier-ignore
}

function accuracyFalls(history: History): Alarm | null {
  const heldOut = history['eval/accuracy'] ?? history['eval/rewards/accuracies'];
  const parted = partingOf(history['rewards/accuracies'], heldOut);
  return parted && { kind: 'accuracy-falls', sinceStep: parted.since, training: parted.rise, heldOut: -parted.fall }; // prettier-ignore
}

/** Since the step around which the truth was best: the proxy rose and the truth fell, both by more than noise. */
function partingOf(
  proxy: Series | undefined,
  truth: Series | undefined,
): { since: number; rise: number; fall: number } | null {
  if (!proxy || !truth) return null;
  const means = windowMeans(truth.y);
  const last = means.at(-1);
  if (last === undefined || means.length < WINDOW) return null;
  if (!means.every(Number.isFinite)) return null; // `not-finite` has told
  const most = Math.max(...means);
  const best = means.indexOf(most);
  const fall = most - last;
  const since = truth.x[best + WINDOW - 1];
  const isSmall = fall <= Math.max(FALL * (most - Math.min(...means)), ERRORS * noiseOf(truth.y));
  const isNoise = isSmall || means.length - 1 - best < WINDOW;
  if (since === undefined || isNoise) return null;
  const now = lastMean(proxy);
  const upTo = Array.from(proxy.x).findLastIndex((x) => x <= since) + 1;
  const then = Array.from(proxy.y).slice(Math.max(0, upTo - WINDOW), upTo);
  if (now === null || then.length === 0 || now <= meanOf(then)) return null;
  return { since, rise: now - meanOf(then), fall };
}

/** The newest value of any metric, at once: nothing is left to wait for. */
function notFinite(history: History): Alarm | null {
  for (const [metric, { y }] of Object.entries(history))
    if (y.length > 0 && !Number.isFinite(y[y.length - 1]) && !MAY_BE_NAN.includes(metric))
      return { kind: 'not-finite', metric };
  return null;
}

const meanOf = (values: readonly number[]): number =>
  values.reduce((a, b) => a + b, 0) / values.length;

/** Mean of the last steps; null where there are too few, or one of them is no number. */
function lastMean(series: Series | undefined): number | null {
  if (!series || series.y.length < WINDOW) return null;
  const value = meanOf(Array.from(series.y).slice(-WINDOW));
  return Number.isFinite(value) ? value : null;
}

/** Means of every WINDOW values in a row. */
function windowMeans(y: Numbers): number[] {
  const all = Array.from(y);
  return all.slice(WINDOW - 1).map((_, i) => meanOf(all.slice(i, i + WINDOW)));
}

/**
 * Standard error of the difference of two windows' means. The variance about a trend is half the mean square of what lies
 * between neighbours (von Neumann 1941), which a slow rise or fall does not enter.
 */
function noiseOf(y: Numbers): number {
  const squares = Array.from(y, (value, i) => (value - (y[i - 1] ?? value)) ** 2).slice(1);
  return Math.sqrt(meanOf(squares) / WINDOW);
}

/** The metrics that any alarm looks at. */
export const WATCHED = [
  'objective/scores',
  'objective/gold',
  'rewards/accuracies',
  'eval/accuracy',
  'eval/rewards/accuracies',
  'objective/kl',
  'objective/entropy',
  'policy/clipfrac_avg',
  'val/ratio',
  'val/ratio_max',
  'loss/value_avg',
  'val/var_explained',
  'response/length',
  'response/distinct_2',
  'val/num_eos_tokens',
  'frac_reward_zero_std',
] as const satisfies readonly MetricName[];
