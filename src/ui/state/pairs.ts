/** Every two of some checkpoints, once each. */
import type { Id } from '../../records';

export interface Pair {
  /** The newer one, which is under test. */
  first: Id;
  second: Id;
}

/** @param ids oldest first */
export const pairsOf = (ids: readonly Id[]): Pair[] =>
  ids.flatMap((first, i) => ids.slice(0, i).map((second) => ({ first, second })));
