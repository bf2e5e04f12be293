/** Alarms of a PPO run: raised on what they are about, silent on a healthy run and on noise. */
import { describe, expect, test } from 'vitest';
import { STREAM } from '../../src/data/random';
import { uniform } from '../../src/random';
import { alarmsOfCurves } from '../../src/ui/state/alarms';
import { EMPTY_CURVE, extended, type Curve } from '../../src/ui/state/curve';

const curve = (values: readonly number[]): Curve =>
  extended(
    EMPTY_CURVE,
    values.map((y, i) => ({ x: i + 1, y })),
  );
const steps = (n: number, of: (i: number) => number) =>
  curve(Array.from({ length: n }, (_, i) => of(i)));
const wobble = (i: number) => 0.1 * Math.sin(7 * i);

const healthy = {
  'objective/scores': steps(40, (i) => Math.sqrt(i) + wobble(i)),
  'objective/gold': steps(40, (i) => 0.5 * Math.sqrt(i) + wobble(i + 1)),
  'objective/kl': steps(40, (i) => 6 * (1 - Math.exp(-i / 10)) + wobble(i)),
  'objective/entropy': steps(40, (i) => 50 - 0.2 * i),
  'policy/clipfrac_avg': steps(40, () => 0.05),
};
const alarmsOf = (curves: Record<string, Curve>) =>
  alarmsOfCurves((metric) => curves[metric] ?? EMPTY_CURVE);
const kinds = (changed: Record<string, Curve>) =>
  alarmsOf({ ...healthy, ...changed }).map(({ kind }) => kind);

test('a healthy run raises none, nor does one that has hardly begun', () => {
  expect(kinds({})).toEqual([]);
  const begun = Object.fromEntries(
    Object.entries(healthy).map(([name, { x, y }]) => [
      name,
      { ...EMPTY_CURVE, x: x.slice(0, 3), y: y.slice(0, 3).map((v) => v * 100) },
    ]),
  );
  expect(kinds(begun)).toEqual([]);
});

describe('gold that falls', () => {
  test('while reward climbs is told, with the step where it was best', () => {
    const gold = steps(40, (i) => (i < 18 ? i / 10 : 1.8 - (i - 18) / 10) + wobble(i) / 10);
    const [alarm] = alarmsOf({ ...healthy, 'objective/gold': gold });
    expect(alarm).toMatchObject({ kind: 'gold-falls' });
    if (alarm?.kind !== 'gold-falls') return;
    expect(Math.abs(alarm.sinceStep - 20)).toBeLessThanOrEqual(2);
    expect(alarm.reward).toBeGreaterThan(0);
    expect(alarm.gold).toBeLessThan(0);
  });

  test('with reward is another matter, and noise is none', () => {
    const down = steps(40, (i) => -i);
    expect(kinds({ 'objective/scores': down, 'objective/gold': down })).toEqual([]);
    expect(kinds({ 'objective/gold': steps(40, (i) => i / 10 + (i === 39 ? -1 : 0)) })).toEqual([]);
  });

  test('is seldom seen where gold only wobbles, and always where it falls by more than that', () => {
    // Gold as a rollout of 128 answers measures it: give or take 0.05.
    const measured = (seed: number, truth: (i: number) => number) =>
      steps(60, (i) => truth(i) + 0.05 * Math.sqrt(12) * (uniform(seed, STREAM.world, i) - 0.5));
    const raised = (truth: (i: number) => number) =>
      Array.from({ length: 100 }, (_, seed) => measured(seed, truth)).filter((gold) =>
        [20, 30, 40, 50, 60].some((n) =>
          kinds({ 'objective/gold': curve(Array.from(gold.y).slice(0, n)) }).includes('gold-falls'),
        ),
      ).length;
    expect(raised(() => 0.7)).toBeLessThan(20); // without regard to noise 99
    expect(raised((i) => 0.65 + i / 600)).toBeLessThan(2);
    expect(raised((i) => 0.7 - Math.max(0, i - 20) / 150)).toBeGreaterThan(95);
  });
});

test('KL out of its band, entropy gone and clipping are told', () => {
  expect(kinds({ 'objective/kl': steps(20, (i) => i) })).toEqual(['kl-high']);
  expect(kinds({ 'objective/kl': steps(20, () => -1) })).toEqual(['kl-negative']);
  expect(kinds({ 'objective/entropy': steps(20, (i) => 50 * Math.exp(-i)) })).toEqual([
    'entropy-gone',
  ]);
  expect(kinds({ 'policy/clipfrac_avg': steps(20, () => 0.5) })).toEqual(['clipping']);
});
