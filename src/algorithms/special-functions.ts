/**
 * The distribution functions that intervals are read from: gamma, beta, normal. Relative accuracy about 1e-13
 * where tests compare; quantiles are found by halving, which cannot run away and costs microseconds.
 *
 * Sources: Lanczos 1964 (g = 7, nine terms, coefficients after Godfrey); continued fractions and series as in
 * Abramowitz and Stegun, 6.5.29, 6.5.31 and 26.5.8, evaluated by Lentz's method.
 */

const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313,
  -176.61502916214059, 12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6,
  1.5056327351493116e-7,
] as const;

/** ln Γ(x) for x > 0. */
export function logGamma(x: number): number {
  if (!(x > 0)) throw new Error(`ln Γ is asked for at ${x}; it is defined above 0 here.`);
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  const shifted = x - 1;
  const t = shifted + 7.5;
  let sum: number = LANCZOS[0];
  LANCZOS.forEach((coefficient, i) => {
    if (i > 0) sum += coefficient / (shifted + i);
  });
  return 0.5 * Math.log(2 * Math.PI) + (shifted + 0.5) * Math.log(t) - t + Math.log(sum);
}

const TINY = 1e-300;
const LIMIT = 100_000;
const awayFromZero = (x: number): number => (Math.abs(x) < TINY ? TINY : x);

/** I_x(a, b), the distribution function of Beta(a, b) at x in [0, 1]. */
export function regularisedBeta(x: number, a: number, b: number): number {
  if (!(x >= 0 && x <= 1)) throw new Error(`A beta distribution has no ${x}; x is from 0 to 1.`);
  if (x === 0 || x === 1) return x;
  // The fraction converges fast only below the mean.
  if (x > (a + 1) / (a + b + 2)) return 1 - regularisedBeta(1 - x, b, a);
  const logBeta = logGamma(a) + logGamma(b) - logGamma(a + b);
  const front = Math.exp(a * Math.log(x) + b * Math.log1p(-x) - logBeta) / a;
  let c = 1;
  let d = 1 / awayFromZero(1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let m = 1; m < LIMIT; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / awayFromZero(1 + even * d);
    c = awayFromZero(1 + even / c);
    fraction *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / awayFromZero(1 + odd * d);
    c = awayFromZero(1 + odd / c);
    fraction *= d * c;
    if (Math.abs(d * c - 1) < 1e-15) break;
  }
  return front * fraction;
}

/** P(1/2, x): the lower incomplete gamma function that the normal distribution needs. */
function lowerGammaOfHalf(x: number): number {
  const front = Math.exp(-x + 0.5 * Math.log(x) - logGamma(0.5));
  if (x < 1.5) {
    let term = 2; // 1 / a
    let sum = term;
    for (let n = 1; Math.abs(term) > sum * 1e-17; n++) {
      term *= x / (0.5 + n);
      sum += term;
    }
    return front * sum;
  }
  return 1 - upperGammaOfHalf(x, front);
}

function upperGammaOfHalf(x: number, front: number): number {
  let b = x + 0.5;
  let c = 1 / TINY;
  let d = 1 / b;
  let fraction = d;
  for (let i = 1; i < LIMIT; i++) {
    const a = -i * (i - 0.5);
    b += 2;
    d = 1 / awayFromZero(a * d + b);
    c = awayFromZero(b + a / c);
    fraction *= d * c;
    if (Math.abs(d * c - 1) < 1e-15) break;
  }
  return front * fraction;
}

/** Φ(z), the share of a standard normal distribution below z. */
export function normalCdf(z: number): number {
  if (z === 0) return 0.5;
  const x = (z * z) / 2;
  if (z < 0 && x >= 1.5)
    return 0.5 * upperGammaOfHalf(x, Math.exp(-x + 0.5 * Math.log(x) - logGamma(0.5)));
  return 0.5 * (1 + Math.sign(z) * lowerGammaOfHalf(x));
}

/** z with Φ(z) = probability. @throws Error unless the probability lies between 0 and 1 */
export function normalQuantile(probability: number): number {
  if (!(probability > 0 && probability < 1))
    throw new Error(`There is no normal quantile of ${probability}; it lies between 0 and 1.`);
  return halve(normalCdf, probability, -38, 38);
}

/** x with I_x(a, b) = probability, from 0 to 1. */
export const betaQuantile = (probability: number, a: number, b: number): number =>
  halve((x) => regularisedBeta(x, a, b), probability, 0, 1);

/** Where a rising function reaches `wanted`. */
function halve(rising: (x: number) => number, wanted: number, low: number, high: number): number {
  for (let i = 0; i < 200; i++) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) break;
    if (rising(middle) < wanted) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
