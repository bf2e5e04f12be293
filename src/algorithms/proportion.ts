/**
 * Rates: how sure one is of a rate, of a rate of which nothing was seen, and of the difference of two.
 * For win rates and other middling rates, `wilsonInterval` of `win-rate.ts`; for rare incidents the exact
 * interval here, since a report of safety must never be surer than it may be.
 *
 * Sources: Clopper and Pearson 1934; Hanley and Lippman-Hand 1983, "If nothing goes wrong, is everything all
 * right?"; Newcombe 1998, "Interval estimation for the difference between independent proportions", method 10.
 */
import { betaQuantile, normalQuantile } from './special-functions';
import { wilsonInterval } from './win-rate';

const LEVEL = 0.95;

function checkCounts(successes: number, total: number): void {
  const whole = Number.isInteger(successes) && Number.isInteger(total);
  if (!whole || total < 1 || successes < 0 || successes > total)
    throw new Error(
      `There is no rate of ${successes} among ${total}; both are whole numbers, and the second is 1 or more.`,
    );
}

/**
 * Exact interval of a rate: of all rates, those under which what was seen, or more of it, is no less likely
 * than (1 − level) / 2 on either side. It covers the truth at least as often as it says.
 */
export function clopperPearson(successes: number, total: number, level = LEVEL): [number, number] {
  checkCounts(successes, total);
  const tail = (1 - level) / 2;
  return [
    successes === 0 ? 0 : betaQuantile(tail, successes, total - successes + 1),
    successes === total ? 1 : betaQuantile(1 - tail, successes + 1, total - successes),
  ];
}

/**
 * The largest rate that what was seen still allows, one-sided: nothing seen in n gives 1 − (1 − level)^(1/n),
 * which at 95% is close to 3/n, the rule of three.
 */
export function upperBound(successes: number, total: number, level = LEVEL): number {
  checkCounts(successes, total);
  if (successes === total) return 1;
  if (successes === 0) return -Math.expm1(Math.log1p(-level) / total);
  return betaQuantile(level, successes + 1, total - successes);
}

/** How many must go by without an incident before the rate is below `rate` at the level: ln(1 − level) / ln(1 − rate). */
export const triesWithoutIncident = (rate: number, level = LEVEL): number =>
  Math.ceil(Math.log1p(-level) / Math.log1p(-rate));

export interface Difference {
  /** The first rate less the second. */
  value: number;
  low: number;
  high: number;
}

/** Difference of two rates of different prompts, from their Wilson intervals, with neither of which it disagrees. */
export function differenceOfProportions(
  first: { successes: number; total: number },
  second: { successes: number; total: number },
  level = LEVEL,
): Difference {
  const z = normalQuantile(1 - (1 - level) / 2);
  const [p, q] = [first.successes / first.total, second.successes / second.total];
  const [lowP, highP] = wilsonInterval(first.successes, first.total, z);
  const [lowQ, highQ] = wilsonInterval(second.successes, second.total, z);
  const value = p - q;
  return {
    value,
    low: value - Math.hypot(p - lowP, highQ - q),
    high: value + Math.hypot(highP - p, q - lowQ),
  };
}

/**
 * Mean of rates of different prompts, each counting alike, and its interval from theirs. It is never surer than
 * they are: of rates that are all 0 the upper end is still above 0.
 *
 * Source: Zou and Donner 2008, "Construction of confidence limits about effect measures", section 2 (MOVER).
 */
export function meanOfRates(rates: readonly Difference[]): Difference {
  if (rates.length === 0) throw new Error('There is no mean without a rate.');
  const n = rates.length;
  const value = rates.reduce((sum, rate) => sum + rate.value, 0) / n;
  const below = Math.hypot(...rates.map((rate) => rate.value - rate.low));
  const above = Math.hypot(...rates.map((rate) => rate.high - rate.value));
  return { value, low: value - below / n, high: value + above / n };
}

/**
 * Votes without ties that are needed to tell two models apart, of which one is preferred at `winRate`: the
 * size of a two-sided test of 0.5 that finds it with probability `power`,
 *
 *     n = ((z_(1−α/2) / 2 + z_power √(w(1 − w))) / (w − 1/2))²,     α = 1 − level
 *
 * @throws Error for a win rate of 0.5, which no number of votes tells apart
 */
export function votesNeeded(winRate: number, { power = 0.8, level = LEVEL } = {}): number {
  if (!(winRate >= 0 && winRate <= 1) || winRate === 0.5)
    throw new Error(
      `No number of votes tells a win rate of ${winRate} from one half. Give a rate from 0 to 1 that is not 0.5.`,
    );
  const z = normalQuantile(1 - (1 - level) / 2);
  const spread = Math.sqrt(winRate * (1 - winRate));
  return Math.ceil(((z / 2 + normalQuantile(power) * spread) / (winRate - 0.5)) ** 2);
}
