/** Which charts a run gets follows from what it measured, and what they say from the table of diagnostics. */
import { expect, test } from 'vitest';
import { DIAGNOSTICS } from '../../src/algorithms/diagnostics';
import { EMPTY_CURVE, extended, type Curve } from '../../src/ui/state/curve';
import { chartsOf, OPTIMISE_CHARTS } from '../../src/ui/state/diagnostics';
import { charts as text } from '../../src/ui/strings/charts';

const curvesOf = (values: Record<string, number[]>) => (metric: string) =>
  extended(
    EMPTY_CURVE,
    (values[metric] ?? []).map((y, i) => ({ x: i + 1, y })),
  );
const NOTHING = (): Curve => EMPTY_CURVE;

test('a run that measured nothing has no charts', () => {
  expect(chartsOf(NOTHING)).toEqual([]);
});

test('a run from labels is drawn by its loss and accuracy, and by nothing of rollouts', () => {
  const charts = chartsOf(
    curvesOf({ 'loss/train': [0.69, 0.6], 'eval/loss': [0.65], 'rewards/accuracies': [0.5, 0.75] }),
  );
  expect(charts.map(({ metric }) => metric)).toEqual(['loss/train', 'rewards/accuracies']);
  expect(charts[0]!.curves.map(({ metric }) => metric)).toEqual(['loss/train', 'eval/loss']);
  expect(charts[1]!.definition).toBe(DIAGNOSTICS['rewards/accuracies'].definition);
});

test('a chart says what it means when its newest value is out of range, and not before', () => {
  const [well] = chartsOf(curvesOf({ 'policy/clipfrac_avg': [0.5, 0.1] }));
  const [ill] = chartsOf(curvesOf({ 'policy/clipfrac_avg': [0.1, 0.5] }));
  expect(well!.sick).toBeNull();
  expect(ill!.sick).toBe(DIAGNOSTICS['policy/clipfrac_avg'].sick);
});

test('the KL coefficient is drawn where it is steered', () => {
  const coefficient = (values: number[]) =>
    chartsOf(curvesOf({ 'objective/kl_coef': values })).map(({ metric }) => metric);
  expect(coefficient([0.05, 0.05])).toEqual([]);
  expect(coefficient([0.05, 0.06])).toEqual(['objective/kl_coef']);
});

test('curves of one chart have one unit, and every one has a name', () => {
  for (const group of OPTIMISE_CHARTS) {
    const units = group.map((metric) => DIAGNOSTICS[metric].unit);
    // Gold has a scale of its own and is beside the reward on purpose.
    if (group[0] !== 'objective/scores') expect(new Set(units).size, group.join()).toBe(1);
    for (const metric of group) expect(text.names, metric).toHaveProperty([metric]);
  }
  const all = OPTIMISE_CHARTS.flat();
  expect(new Set(all).size).toBe(all.length);
});
