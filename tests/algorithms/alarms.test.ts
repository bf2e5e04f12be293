/** Alarms: each raised on the sickness that it is about, none on a healthy run; and a row for every metric. */
import { describe, expect, it } from 'vitest';
import { alarmsOf, WATCHED, type History, type Series } from '../../src/algorithms/alarms';
import { DIAGNOSTICS, isHealthy, type Diagnostic } from '../../src/algorithms/diagnostics';

const steps = (n: number, of: (i: number) => number): Series => ({
  x: Array.from({ length: n }, (_, i) => i + 1),
  y: Array.from({ length: n }, (_, i) => of(i)),
});
const HEALTHY: History = {
  'objective/scores': steps(40, (i) => Math.sqrt(i)),
  'objective/kl': steps(40, (i) => 6 * (1 - Math.exp(-i / 10))),
  'objective/entropy': steps(40, (i) => 2 - 0.01 * i),
  'rewards/accuracies': steps(40, (i) => 0.5 + i / 100),
  'eval/accuracy': steps(40, (i) => 0.5 + i / 200),
  'val/ratio': steps(40, () => 1.001),
  'val/ratio_max': steps(40, () => 1.6),
  'loss/value_avg': steps(40, (i) => 1 / (1 + i)),
  'val/var_explained': steps(40, (i) => (i === 3 ? NaN : -1 + i / 10)),
  'response/length': steps(40, (i) => 12 + Math.sin(i)),
  'response/distinct_2': steps(40, (i) => 0.8 - i / 200),
  'val/num_eos_tokens': steps(40, () => 30),
  frac_reward_zero_std: steps(40, () => 0.1),
};
const kinds = (changes: History = {}) =>
  alarmsOf({ ...HEALTHY, ...changes }).map(({ kind }) => kind);

describe('alarms', () => {
  it('are silent on a healthy run, on one that has hardly begun, and on none', () => {
    expect(kinds()).toEqual([]);
    expect(alarmsOf({})).toEqual([]);
    const begun = Object.fromEntries(
      WATCHED.map((metric) => [metric, steps(4, (i) => 100 * (i + 1))]),
    );
    expect(alarmsOf(begun)).toEqual([]);
  });

  const cases: [string, History][] = [
    ['kl-high', { 'objective/kl': steps(20, (i) => i) }],
    ['kl-negative', { 'objective/kl': steps(20, () => -1) }],
    ['entropy-gone', { 'objective/entropy': steps(20, (i) => 2 * Math.exp(-i)) }],
    ['clipping', { 'policy/clipfrac_avg': steps(20, () => 0.5) }],
    ['ratio-far', { 'val/ratio': steps(20, () => 2) }],
    ['ratio-far', { 'val/ratio_max': steps(20, () => 50) }],
    ['value-spike', { 'loss/value_avg': steps(20, (i) => (i === 19 ? 30 : 1)) }],
    ['critic-worse', { 'val/var_explained': steps(30, () => -0.5) }],
    ['length-drift', { 'response/length': steps(20, (i) => 10 + i) }],
    ['length-drift', { 'response/length': steps(20, (i) => 20 - i) }],
    ['repeating', { 'response/distinct_2': steps(20, (i) => 0.8 * Math.exp(-i / 10)) }],
    ['no-ends', { 'val/num_eos_tokens': steps(20, (i) => 32 * Math.exp(-i)) }],
    ['equal-rewards', { frac_reward_zero_std: steps(20, () => 0.9) }],
    ['accuracy-falls', { 'eval/accuracy': steps(40, (i) => 0.7 - Math.abs(i - 15) / 100) }],
    ['not-finite', { 'loss/policy_avg': steps(2, (i) => (i === 1 ? NaN : 0)) }],
    ['not-finite', { 'objective/gold': steps(40, (i) => (i === 39 ? NaN : 1)) }],
  ];
  it.each(cases)('tell of %s', (kind, changes) => {
    expect(kinds(changes)).toEqual([kind]);
  });

  it('wait for more than one noisy step', () => {
    expect(kinds({ 'objective/kl': steps(20, (i) => (i === 19 ? 20 : 3)) })).toEqual([]);
    expect(kinds({ 'val/var_explained': steps(10, () => -0.5) })).toEqual([]);
  });
});

describe('diagnostics', () => {
  it('say what every metric is, and where it is healthy', () => {
    for (const [name, row] of Object.entries(DIAGNOSTICS) as [string, Diagnostic][]) {
      expect(row.definition, name).toMatch(/\.$/);
      const [from, to] = row.healthy;
      if (from !== null && to !== null) expect(from, name).toBeLessThan(to);
    }
    expect(isHealthy('val/ratio', 1)).toBe(true);
    expect(isHealthy('val/ratio', 2)).toBe(false);
    expect(isHealthy('val/error', NaN)).toBe(false);
    expect(isHealthy('unknown', -1e9)).toBe(true);
  });
});
