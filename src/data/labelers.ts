/**
 * Simulated labelers: rules that rank in place of a person, marked as simulated wherever their labels go.
 *
 *     gold    the gold score
 *     short   fewer words are better; an empty answer is the worst all the same
 *     kind    more words of kindness are better, up to three; then the gold score
 *
 * A rule gives each answer a utility u from 0 to 1. A labeler with noise τ adds to it a Gumbel number of
 * scale τ and ranks by the sum, so that of any two answers
 *
 *     P(i before j) = σ((u_i − u_j) / τ)
 *
 * as Bradley and Terry (1952) have it, and whole rankings follow Plackett and Luce. What a labeler says of
 * a sample depends on the sample's id and the seed alone, not on what was asked before.
 */
import type { Labeler, LabelerInfo, Prompt, Ranking, Sample } from '../records';
import { uniform } from '../random';
import { gold } from './gold';
import { kindWords, wordsOf } from './gold-text';
import { permutation, seedOf, STREAM } from './random';
import { sha256 } from './sha256';

export const LABELER_RULES = ['gold', 'short', 'kind'] as const;
export type LabelerRule = (typeof LABELER_RULES)[number];

export interface SimulatedLabelerOptions {
  rule: LabelerRule;
  seed: number;
  /** τ, in units of utility; 0 follows the rule without fail. */
  noise?: number;
  /** Probability of reading the scale upside down on a sample: the expected share of pairs turned round. */
  flipRate?: number;
  /** Answers whose noisy utilities are this close to the best of their group are tied. */
  tieBand?: number;
}

/** A labeler that follows a rule. @throws Error for impossible settings. */
export function simulatedLabeler(options: SimulatedLabelerOptions): Labeler {
  const { rule, seed, noise = 0, flipRate = 0, tieBand = 0.02 } = options;
  const settings = { noise, flipRate, tieBand };
  for (const [name, value] of Object.entries(settings))
    if (!(value >= 0 && value <= (name === 'flipRate' ? 1 : 100)))
      throw new Error(
        `A labeler's ${name} is ${value}; it is a number from 0 to ${name === 'flipRate' ? 1 : 100}.`,
      );
  const info: LabelerInfo = {
    id: `simulated:${rule}:${noise}:${flipRate}:${tieBand}:${seed}`,
    name: `Simulated: prefers ${rule}`,
    source: 'simulated',
    rule,
  };
  return {
    info,
    rank: (sample) => Promise.resolve(rank(sample, info, { rule, seed, ...settings })),
  };
}

function rank(
  sample: Sample,
  labeler: LabelerInfo,
  { rule, seed, noise, flipRate, tieBand }: Required<SimulatedLabelerOptions>,
): Ranking {
  const responses = sample.responses.map(({ text }) => text);
  const K = responses.length;
  const key = seedOf(seed, STREAM.labeler);
  const stream = Number.parseInt(sha256(sample.id).slice(0, 8), 16);
  const flipped = uniform(key, stream, 0) < flipRate;
  const utilities = responses.map((text) => {
    const utility = utilityOf(rule, sample.prompt, text);
    // Equal answers share their noise, so that nobody is asked to prefer one of two equal texts.
    const gumbel = noise * gumbelOf(key, stream, 1 + responses.indexOf(text));
    return utility === null ? null : (utility + gumbel) * (flipped ? -1 : 1);
  });
  const known = utilities.filter((utility) => utility !== null);
  const told = known.length === K;
  return {
    id: `${labeler.id}:${sample.id}`,
    sampleId: sample.id,
    prompt: sample.prompt,
    responses,
    ranks: told ? ranksOf(known, tieBand) : responses.map(() => 1),
    verdict: told ? 'ranked' : 'skipped',
    flagged: false,
    shown: permutation(K, key, stream, 1),
    labeler,
    seconds: 0,
    createdAt: sample.createdAt,
  };
}

/** −ln(−ln v), v in (0, 1). */
const gumbelOf = (seed: number, stream: number, counter: number): number =>
  -Math.log(-Math.log(uniform(seed, stream, counter) + 2 ** -25));

/** What a rule thinks of an answer, 0 to 1; null where it cannot tell. */
export function utilityOf(rule: LabelerRule, prompt: Prompt, response: string): number | null {
  const words = wordsOf(response).length;
  switch (rule) {
    case 'gold':
      return gold(prompt, response)?.total ?? null;
    case 'short':
      return words === 0 ? 0 : 1 / (1 + words / 8);
    case 'kind':
      return words === 0
        ? 0
        : 0.8 * Math.min(1, kindWords(response) / 3) + 0.2 * (gold(prompt, response)?.total ?? 0);
    default:
      return rule satisfies never;
  }
}

/**
 * Ranks of utilities, 1 is best. Going down from the best, whoever is within `tieBand` of the first of a
 * group belongs to it; after a group of n, n − 1 ranks are left out.
 */
export function ranksOf(utilities: readonly number[], tieBand: number): number[] {
  const order = utilities.map((_, k) => k).sort((x, y) => utilities[y]! - utilities[x]!);
  const ranks = utilities.map(() => 1);
  let first = 0;
  order.forEach((k, place) => {
    if (utilities[order[first]!]! - utilities[k]! > tieBand) first = place;
    ranks[k] = first + 1;
  });
  return ranks;
}
