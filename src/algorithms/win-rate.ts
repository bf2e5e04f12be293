/**
 * How often one model's answer was preferred to another's, and how sure that is. Ties count half a win.
 *
 * The Wilson interval stays within [0, 1] and is right for few contests and for rates near 0 and 1, where
 * the textbook interval (rate +- 1.96 standard errors) claims certainty. It is made for wins and losses; ties,
 * which vary less, make it somewhat wider than need be.
 *
 * Source: Wilson 1927.
 */

/** 97.5% quantile of the normal distribution: half of 5% on either side. */
const Z_95 = 1.959963984540054;

/**
 * Interval for a rate of which `successes` of `total` were seen.
 * @param successes from 0 to total; may be fractional, where ties count half
 */
export function wilsonInterval(successes: number, total: number, z = Z_95): [number, number] {
  if (!(total > 0) || !(successes >= 0 && successes <= total))
    throw new Error(`There is no rate of ${successes} successes among ${total}.`);
  const rate = successes / total;
  const spread = z ** 2 / total;
  const center = (rate + spread / 2) / (1 + spread);
  const half = (z / (1 + spread)) * Math.sqrt((rate * (1 - rate)) / total + spread / (4 * total));
  // Of a rate of 0 or 1 one end is the rate itself, and float sums miss it by a rounding.
  return [successes === 0 ? 0 : center - half, successes === total ? 1 : center + half];
}

/** (wins + ties / 2) / all with its 95% Wilson interval. @throws Error without a single contest */
export function winRate({ wins, losses, ties }: { wins: number; losses: number; ties: number }): {
  wins: number;
  losses: number;
  ties: number;
  value: number;
  low: number;
  high: number;
} {
  const total = wins + losses + ties;
  if (total === 0) throw new Error('There is no win rate without a contest.');
  const value = (wins + ties / 2) / total;
  const [low, high] = wilsonInterval(wins + ties / 2, total);
  return { wins, losses, ties, value, low, high };
}
