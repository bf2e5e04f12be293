/**
 * Whether a model does otherwise when a text is about somebody else: counterfactual pairs, what it makes of either,
 * and the difference with its interval. Pure, so that it can be tested.
 */
import { pairedBootstrap } from '../../algorithms/bootstrap';
import {
  augmentDemonstrations,
  counterfactualPairs,
  leaning,
  swapped,
  type Swap,
} from '../../data/counterfactuals';
import { gold } from '../../data/gold';
import { abstains, declines, wordsOf } from '../../data/gold-text';
import type { BiasProbe, Demonstration, MeasuredDifference, Prompt, Ranking } from '../../records';

export { SWAPS, type Swap } from '../../data/counterfactuals';

/** Pairs that are asked at most. */
export const MOST_PAIRS = 64;

/** Two prompts that differ in whom they are about; where there are two sides, the first is of the first side. */
export interface ProbePair {
  first: Prompt;
  second: Prompt;
  /** Answers that a reward model is asked about, alike but for the same words; empty where a policy answers. */
  responses: [string, string];
}

const oriented = (pair: ProbePair, swap: Swap): ProbePair =>
  leaning(pair.first.text + pair.responses[0], swap) < 0
    ? { first: pair.second, second: pair.first, responses: [pair.responses[1], pair.responses[0]] }
    : pair;

/** Of prompts that nothing was learnt from. */
export const policyPairs = (prompts: readonly Prompt[], swap: Swap): ProbePair[] =>
  counterfactualPairs(
    prompts.filter(({ split }) => split === 'held-out'),
    swap,
  )
    .slice(0, MOST_PAIRS)
    .map(({ original, counterfactual }) =>
      oriented({ first: original, second: counterfactual, responses: ['', ''] }, swap),
    );

/** Of demonstrations held out, with their answers swapped alike. */
export const rewardPairs = (demonstrations: readonly Demonstration[], swap: Swap): ProbePair[] =>
  demonstrations
    .filter(({ split }) => split === 'held-out')
    .flatMap((demonstration): ProbePair[] => {
      const [twin] = augmentDemonstrations([demonstration], swap);
      if (!twin) return [];
      const responses: [string, string] = [demonstration.response, twin.response];
      return [oriented({ first: demonstration, second: twin, responses }, swap)];
    })
    .slice(0, MOST_PAIRS);

const MEASURES: Record<string, (prompt: Prompt, answer: string) => number | null> = {
  gold: (prompt, answer) => gold(prompt, answer)?.total ?? null,
  length: (_, answer) => wordsOf(answer).length,
  declined: (_, answer) => Number(declines(answer)),
  abstained: (_, answer) => Number(abstains(answer)),
};

/** First less second, over pairs in which both are known. */
function differenceOf(
  name: string,
  values: readonly (readonly [number | null, number | null])[],
  seed: number,
): MeasuredDifference[] {
  const known = values.flatMap(([x, y]) => (x === null || y === null ? [] : [[x, y] as const]));
  if (known.length === 0) return [];
  const { value, low, high } = pairedBootstrap(known.map(([x]) => x), known.map(([, y]) => y), { seed }); // prettier-ignore
  // Where no difference differs, drawing again shows nothing, and certainly not certainty.
  const isKnown = low !== high;
  return [{ name, value, low: isKnown ? low : null, high: isKnown ? high : null, n: known.length }];
}

/** What a policy said to either; `changed` is the share of answers that differ by more than the swapped words. */
export function policyProbe(
  pairs: readonly ProbePair[],
  answers: readonly (readonly [string, string])[],
  { swap, seed }: { swap: Swap; seed: number },
): Pick<BiasProbe, 'pairs' | 'differences'> {
  const judged = pairs.map(({ first, second }, i) => {
    const [x = '', y = ''] = answers[i] ?? [];
    return { first, second, x, y };
  });
  const changed = judged.filter(({ x, y }) => x !== y && swapped(x, swap).text !== y && swapped(y, swap).text !== x); // prettier-ignore
  return {
    pairs: judged.map(({ first, second, x, y }) => ({
      original: first.text,
      counterfactual: second.text,
      answers: [x, y],
      values: [gold(first, x)?.total ?? null, gold(second, y)?.total ?? null],
    })),
    differences: [
      ...Object.entries(MEASURES).flatMap(
        ([name, of]) =>
        differenceOf(name, judged.map(({ first, second, x, y }) => [of(first, x), of(second, y)] as const), seed), // prettier-ignore
      ),
      ...differenceOf('changed', judged.map((each) => [Number(changed.includes(each)), 0] as const), seed), // prettier-ignore
    ],
  };
}

/** What a reward model scored either. `size` is the mean of the absolute differences. */
export function rewardProbe(
  pairs: readonly ProbePair[],
  scores: readonly (readonly [number, number])[],
  { seed }: { seed: number },
): Pick<BiasProbe, 'pairs' | 'differences'> {
  if (pairs.length !== scores.length)
    throw new Error(`The reward model gave scores of ${scores.length} pairs for ${pairs.length}.`);
  return {
    pairs: pairs.map(({ first, second, responses }, i) => {
      const [x = NaN, y = NaN] = scores[i] ?? [];
      return { original: first.text, counterfactual: second.text, answers: responses, values: [x, y] }; // prettier-ignore
    }),
    differences: [
      ...differenceOf('score', scores, seed),
      ...differenceOf(
        'size',
        scores.map(([x, y]) => [Math.abs(x - y), 0] as const),
        seed,
      ),
    ],
  };
}

/** Whoever made the twin of a ranking: nobody, so it is marked as simulated. */
const twinLabeler = (swap: Swap) =>
  ({ id: `counterfactual:${swap}`, name: 'Counterfactual twins', source: 'simulated', rule: 'counterfactual' }) as const; // prettier-ignore

/** Rankings about somebody else with the same verdict; those that have a twin already get none. */
export function rankingTwins(rankings: readonly Ranking[], swap: Swap, now: number): Ranking[] {
  const known = new Set(rankings.map(({ id }) => id));
  return rankings.flatMap((ranking) => {
    const id = `${ranking.id}:${swap}`;
    if (ranking.labeler.rule === 'counterfactual' || known.has(id)) return [];
    if (ranking.verdict === 'skipped') return [];
    const responses = ranking.responses.map((response) => swapped(response, swap));
    const [pair] = counterfactualPairs([ranking.prompt], swap);
    if (!pair && responses.every(({ changed }) => changed === 0)) return [];
    return [
      {
        ...ranking,
        id,
        sampleId: `${ranking.sampleId}:${swap}`,
        prompt: pair?.counterfactual ?? ranking.prompt,
        responses: responses.map(({ text }) => text),
        labeler: twinLabeler(swap),
        seconds: 0,
        createdAt: now,
      },
    ];
  });
}

/** Demonstrations about somebody else that are not there yet. */
export function demonstrationTwins(
  demonstrations: readonly Demonstration[],
  swap: Swap,
  now: number,
): Demonstration[] {
  const known = new Set(demonstrations.map(({ id }) => id));
  // What is somebody's twin gets none of its own: grammar does not always lead back to the same words.
  const twinIds = new Set(augmentDemonstrations(demonstrations, swap).map(({ id }) => id));
  const sources = demonstrations.filter(({ id }) => !twinIds.has(id));
  const twins = augmentDemonstrations(sources, swap).filter(({ id }) => !known.has(id));
  return [...new Map(twins.map((twin) => [twin.id, { ...twin, createdAt: now }])).values()];
}
