/**
 * Percentile bootstrap. What is drawn again are PROMPTS, with all that belongs to them: two answers to one
 * prompt, or ten votes on it, are not independent, and drawing votes one by one would claim to be surer than
 * one is (Miller 2024, "Adding error bars to evals", clustered errors).
 *
 * Draw d takes the n numbers of stream d of the generator, so that the same seed gives the same interval.
 *
 * Sources: Efron 1979; Efron and Tibshirani 1993, chapter 13; Koehn 2004 for the paired form.
 */
import { uniform } from '../random';
import { at, type Numbers } from './rows';
import { mean } from './statistics';

export interface BootstrapOptions {
  seed: number;
  draws?: number;
  level?: number;
}

export interface Estimate {
  value: number;
  /** NaN where the statistic is undefined in every draw. */
  low: number;
  high: number;
}

/** Quantile of sorted values, between neighbours in a straight line; NaN of nothing. */
export function quantile(sorted: Numbers, probability: number): number {
  if (sorted.length === 0) return NaN;
  const place = probability * (sorted.length - 1);
  const below = Math.floor(place);
  const above = Math.min(below + 1, sorted.length - 1);
  return at(sorted, below) + (place - below) * (at(sorted, above) - at(sorted, below));
}

/** Sorted values of a statistic over draws of n units with replacement; undefined ones are left out. */
export function bootstrapDraws(
  n: number,
  statistic: (units: Int32Array) => number,
  { seed, draws = 1000 }: BootstrapOptions,
): Float64Array {
  if (!Number.isInteger(n) || n < 1)
    throw new Error(`There is nothing to draw from: the bootstrap was given ${n} units.`);
  const units = new Int32Array(n);
  const values: number[] = [];
  for (let draw = 0; draw < draws; draw++) {
    for (let i = 0; i < n; i++) units[i] = Math.floor(uniform(seed, draw, i) * n);
    const value = statistic(units);
    if (!Number.isNaN(value)) values.push(value);
  }
  return Float64Array.from(values).sort();
}

/**
 * A statistic of n units and its interval.
 * @param statistic of the units with these indices, which may repeat; must not keep the array
 * @throws Error without a unit
 */
export function bootstrap(
  n: number,
  statistic: (units: Int32Array) => number,
  options: BootstrapOptions,
): Estimate {
  const sorted = bootstrapDraws(n, statistic, options);
  const tail = (1 - (options.level ?? 0.95)) / 2;
  return {
    value: statistic(Int32Array.from({ length: n }, (_, i) => i)),
    low: quantile(sorted, tail),
    high: quantile(sorted, 1 - tail),
  };
}

/** The same over prompts, each with all of its items. @param promptOf the prompt that an item belongs to */
export function bootstrapOverPrompts<T>(
  items: readonly T[],
  promptOf: (item: T) => string,
  statistic: (items: T[]) => number,
  options: BootstrapOptions,
): Estimate {
  const prompts = groupBy(items, promptOf);
  return bootstrap(
    prompts.length,
    (units) => statistic([...units].flatMap((unit) => prompts[unit] ?? [])),
    options,
  );
}

/** Items of one key together, in the order in which keys first occur. */
export function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): T[][] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return [...groups.values()];
}

export interface PairedDifference extends Estimate {
  /** Share of draws in which the first is better, draws without a difference counting half. */
  better: number;
}

/** Mean difference of two models' scores on the same prompts, first less second, score by score. */
export function pairedBootstrap(
  first: Numbers,
  second: Numbers,
  options: BootstrapOptions,
): PairedDifference {
  if (first.length !== second.length)
    throw new Error(
      `The same prompts have a score of each model; there are ${first.length} and ${second.length}.`,
    );
  const differences = Float64Array.from(first, (score, i) => score - at(second, i));
  const meanOf = (units: Int32Array) => mean(Float64Array.from(units, (i) => at(differences, i)));
  const sorted = bootstrapDraws(differences.length, meanOf, options);
  const tail = (1 - (options.level ?? 0.95)) / 2;
  const wins = sorted.reduce((sum, d) => sum + (d > 0 ? 1 : d === 0 ? 0.5 : 0), 0);
  return {
    value: mean(differences),
    low: quantile(sorted, tail),
    high: quantile(sorted, 1 - tail),
    better: wins / sorted.length,
  };
}
