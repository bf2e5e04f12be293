/** The over-optimisation figure out of a study: which curves there are, and the data as a file. */
import { goldAt, peakOf, type FittedLaw } from '../../algorithms/over-optimisation';
import type { SweepPoint, SweepStudy } from '../../studies';

export type { FittedLaw };

/** The points of one policy through time, or of best of n through n; `key` names it. */
export interface SweepLine {
  key: string;
  method: SweepPoint['method'];
  coefficient: number | null;
  points: SweepPoint[];
}

export const BEST_OF_N = 'best-of-n';

/** Runs by their coefficients, as far as they have come, then best of n. Runs begin where the reference stands. */
export function linesOf({ points, settings }: SweepStudy): SweepLine[] {
  const drawn = points.filter(({ method }) => method === 'best-of-n');
  const reference = drawn.find(({ n }) => n === 1);
  const runs = settings.coefficients.map((coefficient): SweepLine => {
    const own = points.filter((point) => point.coefficient === coefficient);
    const first = reference && own.length > 0 ? [{ ...reference, coefficient, method: 'ppo' as const, n: null }] : []; // prettier-ignore
    return { key: `ppo:${coefficient}`, method: 'ppo', coefficient, points: [...first, ...own] };
  });
  return [...runs, { key: BEST_OF_N, method: 'best-of-n', coefficient: null, points: drawn }];
}

/** A fitted law as a dense curve from 0 to a distance. */
export function lawCurve(law: FittedLaw, to: number): { x: number[]; y: number[] } {
  const x = Array.from({ length: 81 }, (_, i) => (to * i) / 80);
  return { x, y: x.map((d) => goldAt(law, d)) };
}

/** The KL in nats at which gold is highest; null where it never falls. */
export function peakKl(law: FittedLaw): number | null {
  return law.beta > 0 && law.alpha > 0 ? peakOf(law).d ** 2 : null;
}

/** One row a point, with the answers left out. */
export function sweepCsv({ points }: SweepStudy): string {
  const head = ['method', 'coefficient', 'n', 'step', 'kl', 'sqrt_kl', 'proxy', 'gold', 'gold_low', 'gold_high', 'raw_proxy', 'raw_gold']; // prettier-ignore
  const rows = points.map((point) => [
    point.method,
    point.coefficient ?? '',
    point.n ?? '',
    point.step,
    point.kl,
    point.sqrtKl,
    point.proxy,
    point.gold,
    point.interval.low,
    point.interval.high,
    point.raw.proxy,
    point.raw.gold,
  ]);
  return [head, ...rows].map((row) => row.join(',')).join('\n') + '\n';
}
