/** The loss of each token of a demonstration, before and after. Pure, so that it can be tested. */
import type { Demonstration } from '../../records';
import type { TracedText } from '../../workers/messages';

export interface TokenLosses {
  tokens: string[];
  /** Of each token, nats: minus the log-probability that the model gives it. */
  losses: number[];
  /** The same of the base model. */
  before: number[];
  mean: number;
  meanBefore: number;
}

/** What a model and the base made of the same texts. @throws Error where they are other texts */
export function lossesOf(now: readonly TracedText[], before: readonly TracedText[]): TokenLosses[] {
  return now.map(({ tokens, values }, i) => {
    const first = before[i];
    if (first?.values.length !== values.length)
      throw new Error(
        `The two models read ${values.length} and ${first?.values.length ?? 0} tokens.`,
      );
    const losses = values.map((value) => -value);
    const was = first.values.map((value) => -value);
    return { tokens, losses, before: was, mean: meanOf(losses), meanBefore: meanOf(was) };
  });
}

const meanOf = (values: readonly number[]): number =>
  values.reduce((a, b) => a + b, 0) / values.length;

/** Held-out demonstrations first, for their loss is the one that counts; one of each task before the second. */
export function shownFirst(demonstrations: readonly Demonstration[]): Demonstration[] {
  const turns = new Map<string, number>();
  const turn = new Map(
    demonstrations.map((each) => {
      const key = `${each.split} ${each.task}`;
      const before = turns.get(key) ?? 0;
      turns.set(key, before + 1);
      return [each, before];
    }),
  );
  return demonstrations.toSorted(
    (a, b) =>
      Number(a.split === 'train') - Number(b.split === 'train') ||
      (turn.get(a) ?? 0) - (turn.get(b) ?? 0),
  );
}
