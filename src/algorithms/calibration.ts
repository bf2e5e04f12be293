/**
 * Calibration: of the pairs that a reward model is 80% sure about, is it right in 80%? Probabilities are
 * sorted into bins of equal width; each bin shows what was said and what happened.
 *
 *     ECE = Σ_b n_b / N · |mean probability − share that happened|
 *
 * Sources: Naeini 2015 and Guo 2017, equation 3, for the error; Brier 1950; Wilson 1927 for each bin's interval.
 */
import { at, type Numbers } from './rows';
import { wilsonInterval } from './win-rate';

export interface ReliabilityBin {
  /** Probabilities of the bin: from `from` up to, and only in the last bin including, `to`. */
  from: number;
  to: number;
  count: number;
  /** Mean probability that was said; NaN of an empty bin, as are the next three. */
  said: number;
  /** Share that happened, with its 95% Wilson interval. */
  happened: number;
  low: number;
  high: number;
}

export interface Calibration {
  bins: ReliabilityBin[];
  /** Expected calibration error, 0 to 1; NaN of nothing. */
  error: number;
  /** Largest gap of a bin that is not empty. */
  largestGap: number;
  /** Mean squared error of the probabilities (Brier). */
  brier: number;
}

/**
 * @param probabilities that it happens, 0 to 1
 * @param outcomes 1 where it happened, 0 where it did not, 0.5 for a tie
 */
export function calibration(probabilities: Numbers, outcomes: Numbers, bins = 10): Calibration {
  if (probabilities.length !== outcomes.length)
    throw new Error(
      `Every probability has an outcome; there are ${probabilities.length} and ${outcomes.length}.`,
    );
  const said = new Float64Array(bins);
  const happened = new Float64Array(bins);
  const counts = new Int32Array(bins);
  let squares = 0;
  for (let i = 0; i < probabilities.length; i++) {
    const probability = at(probabilities, i);
    if (!(probability >= 0 && probability <= 1))
      throw new Error(`Entry ${i} is ${probability}, which is no probability.`);
    const bin = Math.min(bins - 1, Math.floor(probability * bins));
    said[bin] = at(said, bin) + probability;
    happened[bin] = at(happened, bin) + at(outcomes, i);
    counts[bin] = at(counts, bin) + 1;
    squares += (probability - at(outcomes, i)) ** 2;
  }
  const filled = Array.from(counts, (count, bin): ReliabilityBin => {
    const [low, high] = count > 0 ? wilsonInterval(at(happened, bin), count) : [NaN, NaN];
    return {
      from: bin / bins,
      to: (bin + 1) / bins,
      count,
      said: at(said, bin) / count,
      happened: at(happened, bin) / count,
      low,
      high,
    };
  });
  const total = probabilities.length;
  const gaps = filled
    .filter(({ count }) => count > 0)
    .map((bin) => ({ count: bin.count, gap: Math.abs(bin.said - bin.happened) }));
  return {
    bins: filled,
    error: total ? gaps.reduce((sum, { count, gap }) => sum + (count / total) * gap, 0) : NaN,
    largestGap: gaps.length ? Math.max(...gaps.map(({ gap }) => gap)) : NaN,
    brier: squares / total,
  };
}
