/**
 * Simulated labelers: rules that rank in place of a person, marked as simulated wherever their labels go:
 * in `LabelerInfo.source` and `rule`, in the id of every ranking, and in `Comparison.source`.
 *
 * A rule gives each answer a utility u from 0 to 1 (see labeler-rules.ts). A labeler with noise τ adds to it
 * a Gumbel number of scale τ and ranks by the sum, so that of any two answers
 *
 *     P(i before j) = σ((±(u_i − u_j) + b_i − b_j) / τ)
 *
 * as Bradley and Terry (1952) have it, and whole rankings follow Plackett and Luce. The sign is minus with
 * the probability `flipRate`; b is the bonus of an answer's place on screen. What a labeler says of a sample
 * depends on the sample's id and the seed alone, not on what was asked before.
 */
import type { Labeler, LabelerInfo, Ranking, Sample } from '../records';
import { uniform } from '../random';
import { utilityOf, type LabelerRule } from './labeler-rules';
import { permutation, seedOf, STREAM } from './random';
import { sha256 } from './sha256';

export { LABELER_RULES, utilityOf, type LabelerRule } from './labeler-rules';

export interface SimulatedLabelerOptions {
  rule: LabelerRule;
  seed: number;
  /** τ, the temperature of Bradley and Terry in units of utility; 0 follows the rule without fail. */
  noise?: number;
  /** Probability of reading the scale upside down on a sample: the expected share of pairs turned round. */
  flipRate?: number;
  /** Answers whose noisy utilities are this close to the best of their group are tied. */
  tieBand?: number;
  /** Utility that the answer shown first gains over the one shown last; those between gain in proportion. */
  positionBias?: number;
  /** Share of samples that it does not look at, and ranks in a random order without ties. */
  inattention?: number;
}
type Settings = Required<Omit<SimulatedLabelerOptions, 'rule' | 'seed'>>;

/** Most that each setting may be; the least is 0. */
const MOST: Settings = { noise: 100, flipRate: 1, tieBand: 100, positionBias: 100, inattention: 1 };

const NAMES: Record<LabelerRule, string> = {
  gold: 'prefers gold',
  short: 'prefers short',
  kind: 'prefers kind',
  flattery: 'prefers flattery',
  careless: 'careless',
};

/** A labeler that follows a rule. @throws Error for impossible settings. */
export function simulatedLabeler(options: SimulatedLabelerOptions): Labeler {
  const { rule, seed } = options;
  const { noise = 0, flipRate = 0, tieBand = 0.02, positionBias = 0, inattention = 0 } = options;
  const settings: Settings = { noise, flipRate, tieBand, positionBias, inattention };
  for (const name of Object.keys(MOST) as (keyof Settings)[])
    if (!(settings[name] >= 0 && settings[name] <= MOST[name]))
      throw new Error(
        `A labeler's ${name} is ${settings[name]}; it is a number from 0 to ${MOST[name]}.`,
      );
  const info: LabelerInfo = {
    id: `simulated:${rule}:${Object.values(settings).join(':')}:${seed}`,
    name: `Simulated: ${NAMES[rule]}`,
    source: 'simulated',
    rule,
  };
  return {
    info,
    rank: (sample) => Promise.resolve(rank(sample, info, rule, seed, settings)),
  };
}

/** Counters of a sample's random numbers: the flip, then the noise of each answer, then inattention. */
const COUNTER = { flip: 0, noise: 1, inattention: 1000, guess: 1001 } as const;

function rank(
  sample: Sample,
  labeler: LabelerInfo,
  rule: LabelerRule,
  seed: number,
  settings: Settings,
): Ranking {
  const responses = sample.responses.map(({ text }) => text);
  const K = responses.length;
  const key = seedOf(seed, STREAM.labeler);
  const stream = Number.parseInt(sha256(sample.id).slice(0, 8), 16);
  const shown = permutation(K, key, stream, 1);
  const utilities = responses.map((text) => utilityOf(rule, sample.prompt, text));
  const known = utilities.filter((utility) => utility !== null);
  const told = known.length === K;
  return {
    id: `${labeler.id}:${sample.id}`,
    sampleId: sample.id,
    prompt: sample.prompt,
    responses,
    ranks: told
      ? verdict(known, responses, shown, (counter) => uniform(key, stream, counter), settings)
      : responses.map(() => 1),
    verdict: told ? 'ranked' : 'skipped',
    flagged: false,
    shown,
    labeler,
    seconds: 0,
    createdAt: sample.createdAt,
  };
}

/**
 * Ranks (K) of answers with utilities (K). Equal answers share their random numbers and the better of their
 * places, so that nobody prefers one of two equal texts.
 */
function verdict(
  utilities: readonly number[],
  responses: readonly string[],
  shown: readonly number[],
  draw: (counter: number) => number,
  { noise, flipRate, tieBand, positionBias, inattention }: Settings,
): number[] {
  const first = responses.map((text) => responses.indexOf(text));
  if (draw(COUNTER.inattention) < inattention)
    return ranksOf(
      first.map((k) => draw(COUNTER.guess + k)),
      0,
    );
  const sign = draw(COUNTER.flip) < flipRate ? -1 : 1;
  const inOrder = shown.map((k) => responses[k]!);
  const last = Math.max(1, shown.length - 1);
  const felt = utilities.map((utility, k) => {
    const place = inOrder.indexOf(responses[k]!);
    const noisy = utility + noise * gumbelOf(draw(COUNTER.noise + first[k]!));
    return sign * noisy + positionBias * (1 - place / last);
  });
  return ranksOf(felt, tieBand);
}

/** A standard Gumbel number from a uniform one: −ln(−ln v), v in (0, 1). */
const gumbelOf = (v: number): number => -Math.log(-Math.log(v + 2 ** -25));

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
