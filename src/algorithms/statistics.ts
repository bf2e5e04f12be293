/** Statistics of plain numbers and of texts, for reports and charts. Undefined results are NaN. */
import { at, type Numbers } from './rows';

/** Arithmetic mean; NaN of nothing. */
export function mean(values: Numbers): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += at(values, i);
  return sum / values.length;
}

/** Root of the mean squared deviation over n - 1 (unbiased variance); NaN of fewer than two. */
export function standardDeviation(values: Numbers): number {
  if (values.length < 2) return NaN;
  const center = mean(values);
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += (at(values, i) - center) ** 2;
  return Math.sqrt(squares / (values.length - 1));
}

/** Pearson's correlation, -1 to 1; NaN where either side does not vary. */
export function pearsonCorrelation(x: Numbers, y: Numbers): number {
  if (x.length !== y.length)
    throw new Error(`Correlation needs pairs; there are ${x.length} and ${y.length} values.`);
  const centerX = mean(x);
  const centerY = mean(y);
  let products = 0;
  let squaresX = 0;
  let squaresY = 0;
  for (let i = 0; i < x.length; i++) {
    const dx = at(x, i) - centerX;
    const dy = at(y, i) - centerY;
    products += dx * dy;
    squaresX += dx ** 2;
    squaresY += dy ** 2;
  }
  if (squaresX === 0 || squaresY === 0) return NaN;
  return products / Math.sqrt(squaresX * squaresY);
}

/**
 * Distinct n-grams over all n-grams of a set of texts: near 1 where they are varied, near 0 where a policy has
 * collapsed onto one phrase. NaN where no text is n long. Source: Li 2016, section 5.2.
 * @param texts tokens or words of each text; n-grams do not reach from one text into the next
 */
export function distinctN(texts: readonly (readonly (string | number)[])[], n: number): number {
  if (!Number.isInteger(n) || n < 1) throw new Error(`There are no ${n}-grams.`);
  const seen = new Set<string>();
  let total = 0;
  for (const text of texts)
    for (let i = 0; i + n <= text.length; i++) {
      seen.add(JSON.stringify(text.slice(i, i + n)));
      total += 1;
    }
  return seen.size / total;
}
