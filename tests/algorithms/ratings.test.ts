import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  bradleyTerryRatings,
  eloOf,
  preferred,
  ratingsWithIntervals,
  type Vote,
} from '../../src/algorithms/ratings';
import { uniform } from '../../src/random';

let count = 0;
const vote = (first: string, second: string, score: 0 | 0.5 | 1, promptId = `p${count++}`): Vote =>
  ({ first, second, score, promptId }); // prettier-ignore
const strengthsOf = (votes: Vote[]) =>
  new Map(bradleyTerryRatings(votes).ratings.map(({ name, strength }) => [name, strength]));

describe('Bradley-Terry ratings', () => {
  test('are the published ones of the American League of 1987', () => {
    // Agresti, Categorical Data Analysis, section 10.6.1: rows beat columns. R's BradleyTerry2 gives, relative
    // to Baltimore, 1.5814, 1.4364, 1.2945, 1.2476, 1.1077 and 0.6839.
    const teams = [
      'Milwaukee',
      'Detroit',
      'Toronto',
      'New York',
      'Boston',
      'Cleveland',
      'Baltimore',
    ];
    const wins = [
      [0, 7, 9, 7, 7, 9, 11],
      [6, 0, 7, 5, 11, 9, 9],
      [4, 6, 0, 7, 7, 8, 12],
      [6, 8, 6, 0, 6, 7, 10],
      [6, 2, 6, 7, 0, 7, 12],
      [4, 4, 5, 6, 6, 0, 6],
      [2, 4, 1, 3, 1, 7, 0],
    ];
    const votes = wins.flatMap((row, i) =>
      row.flatMap((n, j) => Array.from({ length: n }, () => vote(teams[i]!, teams[j]!, 1))),
    );
    const found = bradleyTerryRatings(votes);
    expect(found.ratings.map(({ name }) => name)).toEqual(teams);
    expect(found.ratings[0]!.votes).toBe(6 * 13);
    const last = found.ratings[6]!.strength;
    const wanted = [1.5814, 1.4364, 1.2945, 1.2476, 1.1077, 0.6839, 0];
    found.ratings.forEach(({ strength }, i) => expect(strength - last).toBeCloseTo(wanted[i]!, 4));
    expect(found).toMatchObject({ prior: 0, note: null });
  });

  test('of two models are the log odds of the votes, ties counting half', () => {
    const votes = [vote('a', 'b', 1), vote('a', 'b', 1), vote('b', 'a', 1), vote('b', 'a', 0.5)];
    const found = strengthsOf(votes);
    expect(found.get('a')! - found.get('b')!).toBeCloseTo(Math.log(2.5 / 1.5), 9);
    expect(preferred(found.get('a')!, found.get('b')!)).toBeCloseTo(2.5 / 4, 9);
    expect(eloOf(Math.LN10) - eloOf(0)).toBeCloseTo(400, 9);
  });

  test('are those of Newton with ties as halves', () => {
    // Wins [[0, 3.5, 1], [1.5, 0, 2.5], [2, 2.5, 0]] by a Newton iteration in numpy.
    const votes = [
      ...[1, 1, 1, 0.5, 0].map((s) => vote('a', 'b', s as Vote['score'])),
      ...[1, 0, 0].map((s) => vote('a', 'c', s as Vote['score'])),
      ...[1, 1, 0.5, 0, 0].map((s) => vote('b', 'c', s as Vote['score'])),
    ];
    const found = strengthsOf(votes);
    expect([found.get('a'), found.get('b'), found.get('c')]).toEqual([
      expect.closeTo(0.13515504, 7),
      expect.closeTo(-0.27031007, 7),
      expect.closeTo(0.13515504, 7),
    ]);
  });

  test('of ties alone are equal', () => {
    const { ratings, prior } = bradleyTerryRatings([vote('a', 'b', 0.5), vote('b', 'c', 0.5)]);
    expect(prior).toBe(0);
    for (const { strength } of ratings) expect(strength).toBeCloseTo(0, 9);
  });

  test('have a prior, and say so, where one model never lost', () => {
    const { ratings, prior, note, groups } = bradleyTerryRatings([vote('a', 'b', 1), vote('a', 'b', 1)]); // prettier-ignore
    expect([prior, groups.length, ratings[0]!.name]).toEqual([1, 1, 'a']);
    expect(note).toMatch(/won or lost all.*prior/);
    expect(Number.isFinite(ratings[0]!.strength)).toBe(true);
    // By symmetry p_a = 1 / p_b; a has 2.5 of 2 contests with b and 1 with strength 1.
    const p = Math.exp(ratings[0]!.strength);
    expect(2.5 / (2 / (p + 1 / p) + 1 / (p + 1))).toBeCloseTo(p, 6);
  });

  test('have a prior, and say so, where models were never compared', () => {
    const votes = [vote('a', 'b', 1), vote('b', 'a', 1), vote('c', 'd', 1), vote('d', 'c', 1)];
    const found = bradleyTerryRatings(votes);
    expect(found.groups).toEqual([['a', 'b'], ['c', 'd']]); // prettier-ignore
    expect(found.note).toMatch(/2 groups of models that were never compared/);
  });

  test('follow the true strengths of many votes', () => {
    const truth = { a: 1, b: 0.2, c: -0.3, d: -0.9 };
    const names = Object.keys(truth) as (keyof typeof truth)[];
    const votes = Array.from({ length: 4000 }, (_, i) => {
      const x = names[i % 4]!;
      const y = names[(i + 1 + (Math.floor(i / 4) % 3)) % 4]!;
      return vote(x, y, uniform(7, 1, i) < preferred(truth[x], truth[y]) ? 1 : 0);
    });
    const found = strengthsOf(votes);
    for (const name of names) expect(Math.abs(found.get(name)! - truth[name])).toBeLessThan(0.12);
  });

  test('do not depend on the order of votes nor on which model comes first', () => {
    const score = fc.constantFrom<Vote['score']>(0, 0.5, 1);
    const pair = fc.constantFrom(['a', 'b'], ['b', 'c'], ['a', 'c'], ['d', 'a']);
    fc.assert(
      fc.property(fc.array(fc.tuple(pair, score), { minLength: 1, maxLength: 12 }), (list) => {
        const votes = list.map(([[x, y], s]) => vote(x!, y!, s));
        const turned = votes.map(({ first, second, score: s, promptId }) =>
          ({ first: second, second: first, score: (1 - s) as Vote['score'], promptId })); // prettier-ignore
        const found = strengthsOf(votes);
        for (const [name, strength] of strengthsOf(turned.reverse()))
          expect(strength).toBeCloseTo(found.get(name)!, 4);
      }),
      { numRuns: 40 },
    );
  });

  test('are refused without a vote, or of a model against itself', () => {
    expect(() => bradleyTerryRatings([])).toThrow(/without a vote/);
    expect(() => bradleyTerryRatings([vote('a', 'a', 1)])).toThrow(/compared with itself/);
  });
});

describe('intervals over prompts', () => {
  test('hold the rating and do not shrink when every vote is copied', () => {
    const votes = Array.from({ length: 30 }, (_, i) => vote('a', 'b', i % 3 ? 1 : 0, `p${i}`));
    const one = ratingsWithIntervals(votes, { seed: 1, draws: 300 }).ratings[0]!;
    const copied = ratingsWithIntervals([...votes, ...votes, ...votes], { seed: 1, draws: 300 }).ratings[0]!; // prettier-ignore
    expect(one.low).toBeLessThan(one.strength);
    expect(one.high).toBeGreaterThan(one.strength);
    expect(copied.high - copied.low).toBeCloseTo(one.high - one.low, 6);
  });
});
