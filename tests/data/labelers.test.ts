import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { comparisonsOf } from '../../src/data/comparisons';
import {
  LABELER_RULES,
  ranksOf,
  simulatedLabeler,
  utilityOf,
  type SimulatedLabelerOptions,
} from '../../src/data/labelers';
import type { Prompt, Ranking, Sample } from '../../src/records';

const PROMPT: Prompt = {
  id: 'p',
  text: 'What colour is the sky?',
  task: 'answer',
  split: 'train',
  source: 'built-in',
  check: { kind: 'answer', accepted: ['blue'] },
};
const ANSWERS = ['Green.', 'The sky is blue.', 'Thank you, friend. Please be kind.', ''];

/** One answer more for each taste: praise, and many words. */
const TASTES = [
  ...ANSWERS,
  'What a clever question! You are so wise, dear friend.',
  'Green is the grass and brown is the bear and the cow went to the barn to see the old horse eat.',
];

const sampleOf = (id: string, texts: string[] = ANSWERS, prompt: Prompt = PROMPT): Sample => ({
  id,
  prompt,
  checkpointId: 'c',
  temperature: 1,
  seed: 1,
  responses: texts.map((text) => ({ text, tokens: 1, finished: true })),
  createdAt: 5,
});

describe('simulated labelers', () => {
  test('follow their rules, and say that they are simulated', async () => {
    const best = { gold: 1, short: 0, kind: 2, flattery: 4, careless: 5 };
    for (const rule of LABELER_RULES) {
      const { ranks, labeler, verdict } = await simulatedLabeler({ rule, seed: 1 }).rank(
        sampleOf('a', TASTES),
      );
      expect([verdict, labeler.source, labeler.rule]).toEqual(['ranked', 'simulated', rule]);
      expect(ranks[best[rule]]).toBe(1);
      expect(Math.max(...ranks)).toBe(ranks[3]); // nobody likes an empty answer
    }
  });

  test('say the same of a sample whatever they were asked before, and differ by seed', async () => {
    const options = { rule: 'gold', noise: 0.5, flipRate: 0.2 } as const;
    const rankAll = (seed: number, ids: string[]) => {
      const labeler = simulatedLabeler({ ...options, seed });
      return Promise.all(ids.map((id) => labeler.rank(sampleOf(id))));
    };
    const ids = Array.from({ length: 30 }, (_, i) => `s${i}`);
    const forwards = await rankAll(1, ids);
    const backwards = await rankAll(1, [...ids].reverse());
    expect(backwards.reverse()).toEqual(forwards);
    const other = await rankAll(2, ids);
    expect(other.map(({ ranks }) => ranks)).not.toEqual(forwards.map(({ ranks }) => ranks));
  });

  test('tie equal texts whatever the noise, and skip where the rule cannot tell', async () => {
    const noisy = simulatedLabeler({ rule: 'gold', seed: 3, noise: 2 });
    const { ranks } = await noisy.rank(sampleOf('t', ['Red.', 'Blue.', 'Red.']));
    expect(ranks[0]).toBe(ranks[2]);
    const unknown = await noisy.rank(sampleOf('u', ANSWERS, { ...PROMPT, check: null }));
    expect([unknown.verdict, comparisonsOf([unknown])]).toEqual(['skipped', []]);
  });

  test('with noise prefer by the logistic function of the difference in utility', async () => {
    const pair = ['The sky is blue.', 'The sky is green.'];
    const [u, w] = pair.map((text) => utilityOf('gold', PROMPT, text)!);
    const noise = 0.4;
    const labeler = simulatedLabeler({ rule: 'gold', seed: 9, noise, tieBand: 0 });
    const n = 2000;
    const rankings = await Promise.all(
      Array.from({ length: n }, (_, i) => labeler.rank(sampleOf(`n${i}`, pair))),
    );
    const first = rankings.filter(({ ranks }) => ranks[0] === 1).length / n;
    const expected = 1 / (1 + Math.exp(-(u! - w!) / noise));
    expect(expected).toBeGreaterThan(0.6);
    // Four standard deviations of a share of 2,000.
    expect(Math.abs(first - expected)).toBeLessThan(4 * Math.sqrt(0.25 / n));
  });

  test('turn round the share of pairs that they were told to', async () => {
    const labeler = simulatedLabeler({ rule: 'gold', seed: 4, flipRate: 0.25 });
    const n = 1200;
    const pair = ['The sky is blue.', 'Green.'];
    const rankings = await Promise.all(
      Array.from({ length: n }, (_, i) => labeler.rank(sampleOf(`f${i}`, pair))),
    );
    const flipped = rankings.filter(({ ranks }) => ranks[0] === 2).length / n;
    expect(Math.abs(flipped - 0.25)).toBeLessThan(4 * Math.sqrt(0.19 / n));
  });

  test('refuse impossible settings', () => {
    const make = (flipRate: number) => () => simulatedLabeler({ rule: 'gold', seed: 1, flipRate });
    expect(make(1.5)).toThrow(/flipRate is 1\.5/);
    expect(make(NaN)).toThrow(/flipRate is NaN/);
  });
});

const PAIR = ['The sky is blue.', 'The sky is green.'];
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
/** Utility of the first answer of the pair over the second. */
const GAP = utilityOf('gold', PROMPT, PAIR[0]!)! - utilityOf('gold', PROMPT, PAIR[1]!)!;

/** What a labeler says of n samples of the pair, as shares of n. */
async function sharesOf(options: Omit<SimulatedLabelerOptions, 'rule' | 'seed'>, n = 4000) {
  const labeler = simulatedLabeler({ rule: 'gold', seed: 11, tieBand: 0, ...options });
  const rankings = await Promise.all(
    Array.from({ length: n }, (_, i) => labeler.rank(sampleOf(`s${i}`, PAIR))),
  );
  const shareOf = (is: (ranking: Ranking) => boolean) => rankings.filter(is).length / n;
  return {
    good: shareOf(({ ranks }) => ranks[0]! < ranks[1]!),
    bad: shareOf(({ ranks }) => ranks[0]! > ranks[1]!),
    tied: shareOf(({ ranks }) => ranks[0] === ranks[1]),
    firstShown: shareOf(({ ranks, shown }) => ranks[shown[0]!]! < ranks[shown[1]!]!),
    rankings,
  };
}

/** Within four standard deviations of a share p of n: wrong once in 16,000 times by chance. */
function expectShare(share: number, p: number, n = 4000): void {
  expect(Math.abs(share - p), `${share} for ${p}`).toBeLessThan(4 * Math.sqrt((p * (1 - p)) / n));
}

describe('noise of simulated labelers', () => {
  test.each([0.1, 0.4, 1.5])('at temperature %d wins are those of Bradley and Terry', async (τ) => {
    expectShare((await sharesOf({ noise: τ })).good, sigmoid(GAP / τ));
  });

  test.each([0.05, 0.27, 0.5])('a share of %d is flipped', async (flipRate) => {
    expectShare((await sharesOf({ flipRate })).bad, flipRate);
  });

  test('flips and temperature together are a mixture', async () => {
    const { good } = await sharesOf({ noise: 0.4, flipRate: 0.2 });
    expectShare(good, 0.8 * sigmoid(GAP / 0.4) + 0.2 * sigmoid(-GAP / 0.4));
  });

  test.each([0.1, 0.5])('a band of %d ties as many as fall into it', async (tieBand) => {
    const τ = 0.4;
    const expected = sigmoid((tieBand - GAP) / τ) - sigmoid((-tieBand - GAP) / τ);
    expectShare((await sharesOf({ noise: τ, tieBand })).tied, expected);
  });

  test.each([0, 0.3])('a position bias of %d favours what is shown first', async (positionBias) => {
    const τ = 0.4;
    const { firstShown, good } = await sharesOf({ noise: τ, positionBias });
    // Either answer is shown first half of the time.
    const [helped, hindered] = [GAP + positionBias, GAP - positionBias].map((x) => sigmoid(x / τ));
    expectShare(firstShown, (helped! + 1 - hindered!) / 2);
    expectShare(good, (helped! + hindered!) / 2);
  });

  test.each([0.1, 1])('of a share of %d not looked at, half is wrong', async (inattention) => {
    const { bad, tied } = await sharesOf({ inattention, tieBand: 0.1 });
    expectShare(bad, inattention / 2);
    expect(tied).toBe(0);
  });

  test('inattention orders four answers in every way alike', async () => {
    const labeler = simulatedLabeler({ rule: 'gold', seed: 2, inattention: 1 });
    const counts = new Map<string, number>();
    const n = 4800;
    for (let i = 0; i < n; i++) {
      const { ranks } = await labeler.rank(sampleOf(`i${i}`));
      counts.set(ranks.join(), (counts.get(ranks.join()) ?? 0) + 1);
    }
    expect(counts.size).toBe(24);
    const chiSquare = [...counts.values()].reduce(
      (sum, x) => sum + (x - n / 24) ** 2 / (n / 24),
      0,
    );
    expect(chiSquare).toBeLessThan(49.7); // 23 degrees of freedom, p = 0.001
  });

  test('labels stay marked as simulated, with every setting in the id of the labeler', async () => {
    const { rankings } = await sharesOf({ noise: 0.3, positionBias: 0.2, inattention: 0.1 }, 20);
    for (const { labeler } of rankings) {
      expect([labeler.source, labeler.rule]).toEqual(['simulated', 'gold']);
      expect(labeler.id).toBe('simulated:gold:0.3:0:0:0.2:0.1:11');
    }
    for (const { source } of comparisonsOf(rankings)) expect(source).toBe('simulated');
  });
});

describe('ranks', () => {
  test('leave out as many as are tied, and tie by distance from the first of a group', () => {
    expect(ranksOf([0.5, 0.9, 0.9, 0.1], 0)).toEqual([3, 1, 1, 4]);
    expect(ranksOf([1, 0.96, 0.92, 0.88], 0.05)).toEqual([1, 1, 3, 3]);
    expect(ranksOf([], 0.1)).toEqual([]);
  });

  test('never put a worse answer before a better one', () => {
    const utilities = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), {
      minLength: 2,
      maxLength: 9,
    });
    fc.assert(
      fc.property(utilities, fc.double({ min: 0, max: 0.3, noNaN: true }), (u, band) => {
        const ranks = ranksOf(u, band);
        u.forEach((x, i) =>
          u.forEach((y, j) => x > y && expect(ranks[i]!).toBeLessThanOrEqual(ranks[j]!)),
        );
        expect(Math.min(...ranks)).toBe(1);
      }),
    );
  });
});

describe('comparisons', () => {
  test('are all pairs that were told apart', async () => {
    const ranking = await simulatedLabeler({ rule: 'gold', seed: 1 }).rank(sampleOf('a'));
    const of = (ranks: number[], verdict: 'ranked' | 'all-bad' | 'skipped' = 'ranked') =>
      comparisonsOf([{ ...ranking, ranks, verdict }]);
    expect(of([1, 2, 3, 4])[0]!.pairs).toHaveLength(6);
    expect(of([1, 1, 3, 3])[0]!.pairs).toEqual([
      { better: 0, worse: 2 },
      { better: 0, worse: 3 },
      { better: 1, worse: 2 },
      { better: 1, worse: 3 },
    ]);
    expect(of([2, 1, 2, 2], 'all-bad')[0]!.pairs).toHaveLength(3);
    expect(of([1, 1, 1, 1])).toEqual([]);
    expect(of([1, 2, 3, 4], 'skipped')).toEqual([]);
    expect(of([1, 2, 3, 4])[0]!.source).toBe('simulated');
  });
});
