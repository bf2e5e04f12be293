/** What the study starts from, and which prompts it measures on. */
import type { LengthsConfig } from '../config';
import type { Tokenizer } from '../data/tokenizer';
import type { Scorer } from '../model/scorer';
import type { Prompt, Weights } from '../records';

export interface SweepInputs {
  /** What every policy starts as, and KL is measured from. */
  reference: Weights;
  /** The proxy. */
  reward: Scorer;
  /** Queries to learn from. */
  train: Prompt[];
  /** Prompts that are measured on, each with a check. */
  heldOut: Prompt[];
  tokenizer: Tokenizer;
  lengths: LengthsConfig;
  seed: number;
  /** Score of an answer that never ends. */
  missingEosScore: number;
}

/** Prompts that can be measured on, at most `count`, every task in turn. */
export function measurable(prompts: readonly Prompt[], count: number): Prompt[] {
  const byTask = new Map<string, Prompt[]>();
  for (const prompt of prompts)
    if (prompt.split === 'held-out' && prompt.check)
      byTask.set(prompt.task, [...(byTask.get(prompt.task) ?? []), prompt]);
  const turns = Math.max(0, ...[...byTask.values()].map(({ length }) => length));
  return Array.from({ length: turns }, (_, turn) =>
    [...byTask.values()].flatMap((of) => of[turn] ?? []),
  ) // prettier-ignore
    .flat()
    .slice(0, count);
}
