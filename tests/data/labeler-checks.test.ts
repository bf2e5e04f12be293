import { describe, expect, test } from 'vitest';
import { agreementOf, consensusOf, selfAgreement } from '../../src/data/labeler-agreement';
import { cohenKappa, fleissKappa, krippendorffAlpha, orders } from '../../src/algorithms/agreement';
import { checkLabelers } from '../../src/data/labeler-checks';
import { simulatedLabeler } from '../../src/data/labelers';
import { permutation } from '../../src/data/random';
import { worldDemonstrations } from '../../src/data/world';
import type { Ranking, Sample } from '../../src/records';
import { uniform } from '../../src/random';

const prompt = { id: 'p', text: 'Hi', task: 'own', split: 'train', source: 'human', check: null } as const; // prettier-ignore

/** Forty rankings of four answers of different lengths, shown in random order, by a rule on (index, place on screen). */
function rankingsBy(
  name: string,
  utility: (k: number, place: number, i: number) => number,
  seconds = 30,
): Ranking[] {
  return Array.from({ length: 40 }, (_, i): Ranking => {
    const lengths = permutation(4, 5, 1, i);
    const shown = permutation(4, 5, 2, i);
    const scores = lengths.map((length, k) => utility(length, shown.indexOf(k), i));
    return {
      id: `${name}:${i}`,
      sampleId: `s${i}`,
      prompt,
      responses: lengths.map((length) => 'word '.repeat(4 + 8 * length).trim()),
      ranks: scores.map((score) => 1 + scores.filter((other) => other > score).length),
      verdict: 'ranked',
      flagged: false,
      shown,
      labeler: { id: name, name, source: 'human' },
      seconds,
      createdAt: i,
    };
  });
}
const noise = (k: number, _place: number, i: number) => uniform(9, k, i);

describe('checks of labelers', () => {
  test('find nothing odd in one who decides by something else', () => {
    const [check] = checkLabelers(rankingsBy('fair', noise), 1);
    expect(check).toMatchObject({ rankings: 40, tooFast: { count: 0 }, warnings: [] });
    expect(check!.position!.low).toBeLessThan(0.5);
    expect(check!.position!.high).toBeGreaterThan(0.5);
    expect(check!.length!.low).toBeLessThan(0.5);
    expect(check!.length!.high).toBeGreaterThan(0.5);
  });

  test('find one who leaves everything as it is, and so prefers the top', () => {
    const [check] = checkLabelers(
      rankingsBy('lazy', (_, place) => -place),
      1,
    );
    expect(check!.straight).toMatchObject({ count: 40, share: 1, longestRun: 40 });
    expect(check!.position).toEqual({ value: 1, low: 1, high: 1 });
    expect(check!.warnings).toHaveLength(2);
    expect(check!.warnings[0]).toBe('100% of the rankings leave the order of the screen or tie all, where 4% would by chance.'); // prettier-ignore
  });

  test('find one who ties everything, who has no bias at all', () => {
    const [check] = checkLabelers(
      rankingsBy('tied', () => 0),
      1,
    );
    expect(check).toMatchObject({ straight: { share: 1 }, position: null, length: null });
    expect(check!.warnings).toHaveLength(1);
  });

  test('find a taste for length, and for the bottom of the screen', () => {
    const [long] = checkLabelers(
      rankingsBy('long', (length) => length),
      1,
    );
    expect(long!.length).toEqual({ value: 1, low: 1, high: 1 });
    expect(long!.warnings.join()).toMatch(/longer of two answers was preferred in 100%/);
    const low = rankingsBy('low', (k, place, i) => place + 2 * noise(k, place, i));
    const [check] = checkLabelers(low, 1);
    expect(check!.position!.high).toBeLessThan(0.45);
    expect(check!.warnings.join()).toMatch(/upper of two answers was preferred in \d+%/);
  });

  test('find one who is faster than reading, and time nobody who was not timed', () => {
    const [fast, rule] = checkLabelers([...rankingsBy('fast', noise, 2), ...rankingsBy('rule', noise, 0)], 1); // prettier-ignore
    expect(fast!.tooFast).toEqual({ count: 40, share: 1 }); // 64 words in 2 s
    expect(rule!.tooFast).toBeNull();
  });

  test('say nothing of a few rankings, of skipped ones and of none', () => {
    expect(checkLabelers([], 1)).toEqual([]);
    const few = rankingsBy('lazy', (_, place) => -place).slice(0, 3);
    expect(checkLabelers(few, 1)[0]!.warnings).toEqual([]);
    expect(checkLabelers(few.map((r) => ({ ...r, verdict: 'skipped' })), 1)).toEqual([]); // prettier-ignore
  });
});

describe('agreement out of rankings', () => {
  test('of labelers who agree is 1, of chance about 0, and repeats with its seed', () => {
    const byLength = (name: string) => rankingsBy(name, (length) => length);
    const same = agreementOf([...byLength('a'), ...byLength('b')], 1);
    expect(same).toMatchObject({ labelers: ['a', 'b'], alpha: { value: 1, low: 1 }, self: null });
    expect(same.kappa[0]![1]).toMatchObject({ value: 1, low: 1, high: 1, pairs: 240 });
    expect(same).toMatchObject({
      fleiss: { value: 1, pairs: 240 },
      alike: { value: 1, pairs: 240 },
    });
    const chance = rankingsBy('c', noise);
    const other = agreementOf([...byLength('a'), ...chance], 1);
    expect(Math.abs(other.alpha!.value)).toBeLessThan(0.2);
    expect(other.alpha!.low).toBeLessThan(0);
    expect(agreementOf([...byLength('a'), ...chance], 1)).toEqual(other);
  });

  test('is that of the formulas over all pairs, gaps and ties included', () => {
    const a = rankingsBy('a', noise).slice(0, 12);
    const b = rankingsBy('b', (k, place, i) => Math.round(noise(k, place, i) * 2)).slice(3);
    const c = rankingsBy('c', (length) => length).slice(0, 30);
    const { alpha, kappa, fleiss, alike } = agreementOf([...a, ...b, ...c], 1);
    const of = (own: Ranking[], i: number) => {
      const ranking = own.find(({ sampleId }) => sampleId === `s${i}`);
      return ranking ? orders(ranking.ranks) : null;
    };
    const units = Array.from({ length: 40 }, (_, i) => i).flatMap((i) =>
      [0, 1, 2, 3, 4, 5].map((pair) => [a, b, c].map((own) => of(own, i)?.[pair] ?? null)),
    );
    const column = (k: number) => units.map((unit) => unit[k] ?? null);
    expect(alpha?.value).toBeCloseTo(krippendorffAlpha(units), 10);
    expect(alpha?.pairs).toBe(6 * 30);
    expect(kappa[0]![1]?.value).toBeCloseTo(cohenKappa(column(0), column(1)), 10);
    expect(kappa[2]![1]?.value).toBeCloseTo(cohenKappa(column(1), column(2)), 10);
    expect(kappa[1]![1]).toBeNull();
    const whole = units.filter((unit) => !unit.includes(null));
    const counts = whole.map((unit) => [-1, 0, 1].map((x) => unit.filter((y) => y === x).length));
    expect(fleiss).toMatchObject({ pairs: 6 * 9 });
    expect(fleiss?.value).toBeCloseTo(fleissKappa(counts), 10);
    const decided = units.flatMap((unit) => {
      const told = unit.filter((x) => x !== null && x !== 0);
      return told.flatMap((x, i) => told.slice(i + 1).map((y) => x === y));
    });
    expect(alike?.value).toBeCloseTo(decided.filter(Boolean).length / decided.length, 10);
  });

  test('is unknown of one labeler, of samples that nobody shares, and of nothing', () => {
    const some = rankingsBy('a', noise);
    expect(agreementOf(some, 1)).toMatchObject({ labelers: ['a'], alpha: null, self: null });
    const apart = [...some.slice(0, 20), ...rankingsBy('b', noise).slice(20)];
    expect(agreementOf(apart, 1).alpha).toBeNull();
    expect(agreementOf(apart, 1)).toMatchObject({ kappa: [[null, null], [null, null]], fleiss: null, alike: null }); // prettier-ignore
    expect(agreementOf([], 1)).toEqual({ labelers: [], alpha: null, fleiss: null, alike: null, kappa: [], self: null }); // prettier-ignore
  });

  test('with oneself counts the pairs of samples seen twice', () => {
    const [first, second] = rankingsBy('a', noise);
    const turned = { ...first!, id: 'again', ranks: first!.ranks.map((rank) => 5 - rank) };
    expect(selfAgreement([first!, second!, { ...first!, id: 'x' }])).toMatchObject({ value: 1, pairs: 6 }); // prettier-ignore
    expect(selfAgreement([first!, turned])).toMatchObject({ value: 0, pairs: 6 });
    expect(selfAgreement([first!, { ...first!, verdict: 'skipped' }])).toBeNull();
  });

  test('of simulated labelers falls with their noise', async () => {
    const samples = worldDemonstrations(1).slice(0, 60).map((d, i): Sample => ({
      id: `s${i}`, prompt: d, checkpointId: 'c', temperature: 1, seed: 1, createdAt: 0,
      responses: [d.response, 'No.', `${d.response} ${d.response}`, 'The cat'].map((text) => ({ text, tokens: 1, finished: true })),
    })); // prettier-ignore
    const alphaAt = async (tau: number) => {
      const rankings = await Promise.all(
        [1, 2].flatMap((seed) => samples.map((s) => simulatedLabeler({ rule: 'gold', seed, noise: tau }).rank(s))), // prettier-ignore
      );
      return agreementOf(rankings, 1).alpha!.value;
    };
    const [none, some, much] = [await alphaAt(0), await alphaAt(0.1), await alphaAt(2)];
    expect(none).toBeCloseTo(1, 12);
    expect(some).toBeLessThan(none);
    expect(much).toBeLessThan(some);
  });

  test('makes one ranking of several', () => {
    const [a] = rankingsBy('a', (length) => length);
    const [b] = rankingsBy('b', (length) => length);
    const [c] = rankingsBy('c', (length) => -length);
    expect(consensusOf([a!, b!, c!])).toEqual([{ sampleId: 's0', ranks: a!.ranks, labelers: 3, circular: false }]); // prettier-ignore
    expect(consensusOf([a!])).toEqual([]);
  });
});
