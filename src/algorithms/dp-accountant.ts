/**
 * What differentially private SGD would promise: how little a model may tell of any one example it learned
 * from. Each step takes every example with probability q, shortens its gradient to norm C at most, adds up,
 * and adds normal noise of standard deviation σC (σ is the noise multiplier):
 *
 *     g = (Σ_i g_i min(1, C / ‖g_i‖) + σ C ξ) / (q N),     ξ ~ Normal(0, 1)
 *
 * "Per example" is essential: clipping the mean gradient of a batch, as ordinary training does, promises
 * nothing. The loss of privacy is accounted for in Rényi divergences of many orders α, which add up over steps:
 *
 *     A_α = E_{z ~ N(0, σ²)} [(1 − q + q exp((2z − 1) / 2σ²))^α],     RDP(α) = ln A_α / (α − 1) per step
 *     ε = min_α  steps · RDP(α) + ln((α − 1) / α) − (ln δ + ln α) / (α − 1)
 *
 * A_α is integrated by the trapezoidal rule, whose error falls exponentially for a smooth integrand that
 * vanishes on both sides; so fractional orders need no series of their own.
 *
 * SFT trains like this where its noise multiplier is above 0 (`private-gradient.ts`). Each example takes part in each
 * step by a draw of its own (Poisson sampling), which is what is accounted for, and neighbouring data sets are those
 * that differ by one example more or less. An example is one demonstration: of a person who wrote k of them, ε tells
 * about each and not about all. Only weights are covered: the losses and norms that a run reports are not.
 *
 * Sources: Abadi 2016, "Deep learning with differential privacy"; Mironov, Talwar and Zhang 2019, "Rényi
 * differential privacy of the sampled Gaussian mechanism", equation 5; Balle 2020, theorem 21, for ε.
 */

export interface DpSettings {
  /** σ, the standard deviation of the noise over the clipping norm. */
  noiseMultiplier: number;
  /** q, the probability with which an example takes part in a step: batch size over examples. */
  sampleRate: number;
  steps: number;
}

/** The part of a training's settings that decides how much is promised. */
export interface DpConfig {
  noiseMultiplier: number;
  /** Examples expected in one step. */
  batchSize: number;
  epochs: number;
}

/** Noise with which ε of a single step is in the hundreds already. */
const LEAST_NOISE = 0.1;

/** Why a training with so much noise promises nothing, as a sentence; null where it promises something, or is not private. */
export const noiseProblem = ({ noiseMultiplier }: DpConfig): string | null =>
  noiseMultiplier === 0 || noiseMultiplier >= LEAST_NOISE
    ? null
    : `The noise multiplier is ${noiseMultiplier}, which hides nobody. Set it to ${LEAST_NOISE} or more, or to 0 for training without privacy.`;

/** How a training goes over so many examples by Poisson sampling. */
export const dpSettings = (
  examples: number,
  { noiseMultiplier, batchSize, epochs }: DpConfig,
): DpSettings => ({
  noiseMultiplier,
  sampleRate: Math.min(1, batchSize / examples),
  steps: Math.ceil((examples * epochs) / batchSize),
});

export interface PrivacyLoss {
  epsilon: number;
  delta: number;
  /** The order that gave the least ε. */
  order: number;
}

/** 1.1, 1.2 … 10.9, then 12 to 63: the orders that Opacus looks at by default. */
export const RDP_ORDERS: readonly number[] = [
  ...Array.from({ length: 99 }, (_, i) => 1 + (i + 1) / 10),
  ...Array.from({ length: 52 }, (_, i) => 12 + i),
];

/** Points of the integral within one standard deviation of the noise. */
const POINTS = 24;
/** Standard deviations beyond the outermost bump, where what is left is below 1e-30. */
const REACH = 12;

function checkSettings({ noiseMultiplier, sampleRate, steps }: DpSettings): void {
  if (!(noiseMultiplier > 0)) throw new Error(`The noise multiplier is ${noiseMultiplier}; without noise nothing is promised.`); // prettier-ignore
  if (!(sampleRate >= 0 && sampleRate <= 1)) throw new Error(`The sample rate is ${sampleRate}; it is a probability.`); // prettier-ignore
  if (!(Number.isInteger(steps) && steps >= 0)) throw new Error(`There are ${steps} steps; it is a whole number.`); // prettier-ignore
}

/** Rényi divergence of one step at order α > 1, nats. */
export function renyiDivergence(
  alpha: number,
  noiseMultiplier: number,
  sampleRate: number,
): number {
  const variance = noiseMultiplier ** 2;
  if (sampleRate === 0) return 0;
  if (sampleRate === 1) return alpha / (2 * variance); // plain Gaussian mechanism
  // The integrand has its bumps between 0 and α, each as wide as the noise.
  const width = noiseMultiplier / POINTS;
  const from = -REACH * noiseMultiplier;
  const points = Math.ceil((alpha + 2 * REACH * noiseMultiplier) / width);
  const logs = new Float64Array(points + 1);
  for (let i = 0; i <= points; i++) {
    const z = from + i * width;
    const density = -(z ** 2) / (2 * variance);
    const ratio = logAdd(
      Math.log1p(-sampleRate),
      Math.log(sampleRate) + (2 * z - 1) / (2 * variance),
    );
    logs[i] = density + alpha * ratio;
  }
  const most = logs.reduce((x, y) => Math.max(x, y), -Infinity);
  const sum = logs.reduce((total, log) => total + Math.exp(log - most), 0);
  const logA = most + Math.log((sum * width) / (noiseMultiplier * Math.sqrt(2 * Math.PI)));
  // A_α is 1 at least; where the loss is tiny, rounding must not turn it into a gain.
  return Math.max(0, logA) / (alpha - 1);
}

const logAdd = (x: number, y: number): number =>
  Math.max(x, y) + Math.log1p(Math.exp(-Math.abs(x - y)));

/** ε of a whole training at δ. @throws Error for impossible settings */
export const privacyLoss = (settings: DpSettings, delta: number): PrivacyLoss =>
  privacyAccountant(settings, delta)(settings.steps);

/**
 * ε at δ after any number of steps; the integrals are done once. @throws Error for impossible settings
 */
export function privacyAccountant(
  settings: DpSettings,
  delta: number,
): (steps: number) => PrivacyLoss {
  checkSettings(settings);
  if (!(delta > 0 && delta < 1)) throw new Error(`δ is ${delta}; it lies between 0 and 1.`);
  const { noiseMultiplier, sampleRate } = settings;
  const perStep = RDP_ORDERS.map((order) => renyiDivergence(order, noiseMultiplier, sampleRate));
  return (steps) => {
    let best: PrivacyLoss = { epsilon: Infinity, delta, order: NaN };
    for (const [i, order] of RDP_ORDERS.entries()) {
      const rdp = steps * perStep[i]!;
      const epsilon =
        rdp + Math.log((order - 1) / order) - (Math.log(delta) + Math.log(order)) / (order - 1);
      if (epsilon < best.epsilon) best = { epsilon: Math.max(0, epsilon), delta, order };
    }
    return steps === 0 ? { ...best, epsilon: 0 } : best;
  };
}

/** The least noise multiplier, to 1e-4, with which a training keeps to ε. @throws Error where none up to 1e4 does */
export function noiseFor(
  epsilon: number,
  delta: number,
  run: Omit<DpSettings, 'noiseMultiplier'>,
): number {
  const enough = (noiseMultiplier: number) =>
    privacyLoss({ ...run, noiseMultiplier }, delta).epsilon <= epsilon;
  let [low, high] = [0.1, 1];
  while (!enough(high)) {
    high *= 2;
    if (high > 1e4) throw new Error(`No noise keeps this training to ε = ${epsilon}; train for fewer steps.`); // prettier-ignore
  }
  while (high - low > 1e-4) {
    const middle = (low + high) / 2;
    if (enough(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/** What one example's gradient is multiplied by: min(1, C / ‖g‖). */
export const clippingFactor = (gradientNorm: number, clipNorm: number): number =>
  gradientNorm <= clipNorm ? 1 : clipNorm / gradientNorm;
