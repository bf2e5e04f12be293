/**
 * Stage 1: what labelers would have answered. Here the demonstrations are looked over before anything
 * learns from them: too long ones, empty ones and repetitions are left out by name, and where nobody has
 * set some aside for measuring, a tenth is.
 */
import type { LengthsConfig } from '../config';
import { STREAM, uniformOf } from '../data/random';
import { fits } from '../data/batches';
import type { Tokenizer } from '../data/tokenizer';
import type { Demonstration, Progress } from '../records';

export interface DemonstrationSet {
  train: Demonstration[];
  heldOut: Demonstration[];
  /** What was not taken, each with the reason as a sentence. */
  leftOut: { demonstration: Demonstration; reason: string }[];
}

/** Demonstrations looked at between two progress reports. */
const REPORT_EVERY = 50;
/** Share that is held out where no demonstration is marked so. */
const HELD_OUT_SHARE = 0.1;

/**
 * Sort demonstrations into those to learn from and those to measure on.
 * @throws Error where none can be learned from.
 */
export async function* collectDemonstrations(
  demonstrations: Demonstration[],
  { tokenizer, lengths, seed }: { tokenizer: Tokenizer; lengths: LengthsConfig; seed: number },
): AsyncGenerator<Progress, DemonstrationSet> {
  const taken: Demonstration[] = [];
  const leftOut: DemonstrationSet['leftOut'] = [];
  const seen = new Set<string>();
  for (const [i, demonstration] of demonstrations.entries()) {
    const key = JSON.stringify([demonstration.text, demonstration.response]);
    const reason = seen.has(key)
      ? 'It is the same as one before it.'
      : fits(demonstration, tokenizer, lengths);
    if (reason === null) taken.push(demonstration);
    else leftOut.push({ demonstration, reason });
    seen.add(key);
    if ((i + 1) % REPORT_EVERY === 0 || i + 1 === demonstrations.length)
      yield { done: i + 1, total: demonstrations.length, what: 'Reading demonstrations' };
  }
  if (taken.length === 0)
    throw new Error(
      `None of the ${demonstrations.length} demonstrations can be learned from. ${leftOut[0]?.reason ?? 'Write some, or import them.'}`,
    );
  const marked = taken.some(({ split }) => split === 'held-out');
  const isHeldOut = (demonstration: Demonstration, i: number) =>
    marked
      ? demonstration.split === 'held-out'
      : i > 0 && uniformOf(seed, STREAM.split, i) < HELD_OUT_SHARE;
  return {
    train: taken.filter((demonstration, i) => !isHeldOut(demonstration, i)),
    heldOut: taken.filter(isHeldOut),
    leftOut,
  };
}
