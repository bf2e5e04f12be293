/**
 * Scaling laws of reward over-optimisation: how the gold score first rises and then falls as a policy is driven
 * further by a proxy. With d = sqrt(KL from the start), in square roots of nats, and the gold score 0 at d = 0:
 *
 *   best of n   R(d) = d (alpha - beta d)         peak at d = alpha / (2 beta),      R = alpha^2 / (4 beta)
 *   rl          R(d) = d (alpha - beta ln d)      peak at d = exp(alpha / beta - 1), R = beta d
 *
 * alpha says how well the proxy points at first, beta how soon it fails.
 *
 * Source: Gao, Schulman and Hilton 2022, section 3.1. Web copies give the first law for both; the second has a
 * logarithm.
 */
import { at, type Numbers } from './rows';
import { mean } from './statistics';

export type OptimisationKind = 'best-of-n' | 'rl';

/** A law with R^2, the share of the variance that it explains. */
export interface FittedLaw extends ScalingLaw {
  rSquared: number;
}

export interface ScalingLaw {
  kind: OptimisationKind;
  alpha: number;
  beta: number;
}

const bending = (kind: OptimisationKind, d: number): number => {
  switch (kind) {
    case 'best-of-n':
      return d * d;
    case 'rl':
      return d > 0 ? d * Math.log(d) : 0;
    default:
      return kind satisfies never;
  }
};

/** Gold score at a distance, relative to where the policy began. @param d square root of the KL in nats */
export const goldAt = ({ kind, alpha, beta }: ScalingLaw, d: number): number =>
  alpha * d - beta * bending(kind, d);

/** Where the gold score is highest, and how high. @throws Error where it never falls */
export function peakOf(law: ScalingLaw): { d: number; gold: number } {
  const { kind, alpha, beta } = law;
  if (!(beta > 0))
    throw new Error(`With a beta of ${beta} the gold score never falls, and so has no peak.`);
  const d = kind === 'best-of-n' ? alpha / (2 * beta) : Math.exp(alpha / beta - 1);
  return { d, gold: goldAt(law, d) };
}

/**
 * The law that fits best, by least squares through the origin.
 * @param d square roots of the KL, nats
 * @param gold scores relative to the one at d = 0
 * @returns with R^2, the share of the variance that it explains; NaN where gold does not vary
 * @throws Error where fewer than two different distances are given
 */
export function fitScalingLaw(kind: OptimisationKind, d: Numbers, gold: Numbers): FittedLaw {
  if (d.length !== gold.length)
    throw new Error(`There are ${d.length} distances for ${gold.length} gold scores.`);
  let [xx, xz, zz, xy, zy] = [0, 0, 0, 0, 0];
  for (let i = 0; i < d.length; i++) {
    const [x, z, y] = [at(d, i), bending(kind, at(d, i)), at(gold, i)];
    xx += x * x;
    xz += x * z;
    zz += z * z;
    xy += x * y;
    zy += z * y;
  }
  const determinant = xx * zz - xz * xz;
  if (!(determinant > 1e-12 * xx * zz))
    throw new Error('Two different distances above 0 are needed to fit a law.');
  const alpha = (xy * zz - zy * xz) / determinant;
  const beta = (xy * xz - zy * xx) / determinant;
  const law = { kind, alpha, beta };
  const center = mean(gold);
  let [residual, total] = [0, 0];
  for (let i = 0; i < d.length; i++) {
    residual += (at(gold, i) - goldAt(law, at(d, i))) ** 2;
    total += (at(gold, i) - center) ** 2;
  }
  return { ...law, rSquared: total === 0 ? NaN : 1 - residual / total };
}

/** The law through points of which each knows its distance and its gold score; null where they are too few. */
export function fittedLaw(
  kind: OptimisationKind,
  points: readonly { sqrtKl: number; gold: number }[],
): FittedLaw | null {
  const distances = new Set(points.map(({ sqrtKl }) => sqrtKl).filter((d) => d > 0));
  if (distances.size < 3) return null; // two would always be met exactly
  return fitScalingLaw(
    kind,
    points.map(({ sqrtKl }) => sqrtKl),
    points.map(({ gold }) => gold),
  );
}
