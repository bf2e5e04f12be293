/** What the curves of a run mean; the page's door to `algorithms/diagnostics.ts`, and which are drawn together. */
import {
  DIAGNOSTICS,
  isHealthy,
  type Diagnostic,
  type MetricName,
} from '../../algorithms/diagnostics';
import type { Curve } from './curve';

export type { MetricName };

/** Metrics of one unit that one chart shows; the first gives it its meaning and its healthy range. */
export type ChartGroup = readonly [MetricName, ...MetricName[]];

/** What a run of chapter 6 is watched by, most important first. */
export const OPTIMISE_CHARTS: readonly ChartGroup[] = [
  ['objective/scores', 'objective/gold'],
  ['objective/kl', 'objective/kl_k3', 'objective/kl_exact'],
  ['loss/train', 'eval/loss'],
  ['rewards/accuracies', 'eval/rewards/accuracies'],
  ['rewards/chosen', 'rewards/rejected'],
  ['rewards/margins', 'eval/rewards/margins'],
  ['logps/chosen', 'logps/rejected'],
  ['nll_loss', 'eval/nll_loss'],
  ['kl', 'eval/kl'],
  ['objective/score_spread'],
  ['objective/entropy'],
  ['val/var_explained'],
  ['loss/value_avg'],
  ['frac_reward_zero_std'],
  ['policy/clipfrac_avg'],
  ['val/ratio'],
  ['policy/approxkl_avg'],
  ['loss/kl'],
  ['loss/ptx'],
  ['response/length'],
  ['response/distinct_2'],
  ['val/num_eos_tokens'],
  ['val/contain_ties'],
  ['policy/grad_norm'],
];
/** Of settings rather than of behaviour: drawn where they moved. */
const MOVES_ONLY: readonly MetricName[] = ['objective/kl_coef'];

export interface MetricChart {
  /** The metric that gives the chart its name. */
  metric: MetricName;
  definition: string;
  unit: string;
  healthy: Diagnostic['healthy'];
  curves: { metric: MetricName; curve: Curve }[];
  /** What it means that the newest value is where it should not be; null where it is well. */
  sick: string | null;
}

/** The charts for whatever a run has measured; none for what it has not. */
export function chartsOf(curveOf: (metric: string) => Curve): MetricChart[] {
  const moved = MOVES_ONLY.filter((metric) => new Set(curveOf(metric).y).size > 1);
  const groups = [...OPTIMISE_CHARTS, ...moved.map((metric): ChartGroup => [metric])];
  return groups.flatMap((group) => {
    const curves = group
      .map((metric) => ({ metric, curve: curveOf(metric) }))
      .filter(({ curve }) => curve.x.length > 0);
    const metric = curves[0]?.metric;
    if (metric === undefined) return [];
    const { definition, unit, healthy, sick }: Diagnostic = DIAGNOSTICS[metric];
    const value = curves[0]?.curve.y.at(-1);
    const isSick = value !== undefined && !isHealthy(metric, value);
    return [{ metric, definition, unit, healthy, curves, sick: isSick && sick ? sick : null }];
  });
}
