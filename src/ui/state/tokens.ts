/** How strongly each token of a rollout is tinted, for one quantity. Pure, so that it can be tested. */
import type { Rollout, RolloutToken } from '../../records';

export const QUANTITIES = [
  'kl',
  'logProbability',
  'value',
  'advantage',
  'reward',
  'ratio',
] as const;
export type Quantity = (typeof QUANTITIES)[number];

/** The number that is drawn: 0 is no tint, and every quantity but surprise may be below it. */
export function quantityOf(token: RolloutToken, quantity: Quantity): number {
  switch (quantity) {
    case 'kl':
      return token.logProbability - token.referenceLogProbability;
    case 'logProbability':
      return -token.logProbability;
    case 'value':
      return token.value;
    case 'advantage':
      return token.advantage;
    case 'reward':
      return token.reward;
    case 'ratio':
      return token.ratio - 1;
    default:
      return quantity satisfies never;
  }
}

/** The largest size of a quantity among rollouts, so that one scale serves them all; 1 where all are 0. */
export function scaleOf(rollouts: readonly Rollout[], quantity: Quantity): number {
  let most = 0;
  for (const { tokens } of rollouts)
    for (const token of tokens) most = Math.max(most, Math.abs(quantityOf(token, quantity)));
  return most || 1;
}

export const ORDERS = ['drawn', 'best', 'worst', 'furthest', 'parted'] as const;
export type RolloutOrder = (typeof ORDERS)[number];

/** Rollouts as a person wants to look at them; `parted` is high reward with low gold. */
export function sortedRollouts(rollouts: readonly Rollout[], order: RolloutOrder): Rollout[] {
  switch (order) {
    case 'drawn':
      return [...rollouts];
    case 'best':
      return rollouts.toSorted((a, b) => b.score - a.score);
    case 'worst':
      return rollouts.toSorted((a, b) => a.score - b.score);
    case 'furthest':
      return rollouts.toSorted((a, b) => b.kl - a.kl);
    case 'parted':
      return partedFirst(rollouts);
    default:
      return order satisfies never;
  }
}

/** By place among scores minus place among gold, since the two are on different scales. */
function partedFirst(rollouts: readonly Rollout[]): Rollout[] {
  const known = rollouts.filter(({ gold }) => gold !== null);
  const place = (values: readonly number[], value: number) =>
    values.filter((other) => other < value).length;
  const scores = known.map(({ score }) => score);
  const golds = known.map(({ gold }) => gold ?? 0);
  const gap = ({ score, gold }: Rollout) => place(scores, score) - place(golds, gold ?? 0);
  return known.sort((a, b) => gap(b) - gap(a));
}
