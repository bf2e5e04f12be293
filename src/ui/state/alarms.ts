/**
 * What a person should be told about a PPO run while it goes on, from its curves. Pure, so that it can be
 * tested. An alarm is about the last steps and not about one noisy one: it compares means of a few steps.
 */
import type { Curve } from './curve';

export type Alarm =
  /** Reward climbed and gold fell between `sinceStep`, where gold was best, and now. */
  | { kind: 'gold-falls'; sinceStep: number; reward: number; gold: number }
  | { kind: 'kl-high'; kl: number }
  | { kind: 'kl-negative'; kl: number }
  | { kind: 'entropy-gone'; entropy: number; first: number }
  | { kind: 'clipping'; share: number };

/** Steps whose mean is looked at. */
const WINDOW = 5;
/** Nats per response: see the healthy band of the KL plot. */
const MOST_KL = 10;
/** k1 is noisy and may dip below 0; less than this over a window is a sign of wrong sampling. */
const LEAST_KL = -0.5;
const MOST_CLIPPED = 0.3;
const LEAST_ENTROPY = 0.2;
/** Gold must have fallen by this share of what it had spread over so far. */
const GOLD_FALL = 0.25;

interface Curves {
  scores: Curve;
  gold: Curve;
  kl: Curve;
  entropy: Curve;
  clipped: Curve;
}

export function alarmsOf({ scores, gold, kl, entropy, clipped }: Curves): Alarm[] {
  const alarms: Alarm[] = [];
  const parted = goldFalls(scores, gold);
  if (parted) alarms.push(parted);
  const nats = lastMean(kl);
  if (nats !== null && nats > MOST_KL) alarms.push({ kind: 'kl-high', kl: nats });
  if (nats !== null && nats < LEAST_KL) alarms.push({ kind: 'kl-negative', kl: nats });
  const left = lastMean(entropy);
  const first = entropy.y[0];
  if (left !== null && first !== undefined && left < LEAST_ENTROPY * first)
    alarms.push({ kind: 'entropy-gone', entropy: left, first });
  const share = lastMean(clipped);
  if (share !== null && share > MOST_CLIPPED) alarms.push({ kind: 'clipping', share });
  return alarms;
}

/** Since the step around which gold was best: reward rose and gold fell, both by more than noise. */
function goldFalls(scores: Curve, gold: Curve): Alarm | null {
  const means = windowMeans(gold.y);
  const last = means.at(-1);
  if (last === undefined || means.length < WINDOW) return null;
  const best = means.indexOf(Math.max(...means));
  const spread = Math.max(...means) - Math.min(...means);
  const fall = (means[best] ?? last) - last;
  const sinceStep = gold.x[best + WINDOW - 1];
  if (sinceStep === undefined || fall <= GOLD_FALL * spread || means.length - 1 - best < WINDOW)
    return null;
  const now = lastMean(scores);
  const upTo = scores.x.findLastIndex((x) => x <= sinceStep) + 1;
  const then = meanOf(scores.y.slice(Math.max(0, upTo - WINDOW), upTo));
  if (now === null || then === null || now <= then) return null;
  return { kind: 'gold-falls', sinceStep, reward: now - then, gold: -fall };
}

const meanOf = (values: readonly number[]): number | null =>
  values.length ? values.reduce((a, b) => a + b, 0) / values.length : null;

/** Mean of the last steps; null where there are too few. */
const lastMean = ({ y }: Curve): number | null =>
  y.length < WINDOW ? null : meanOf(y.slice(-WINDOW));

/** Means of every WINDOW values in a row. */
const windowMeans = (y: readonly number[]): number[] =>
  y.slice(WINDOW - 1).map((_, i) => meanOf(y.slice(i, i + WINDOW)) ?? NaN);
