/**
 * Demonstrations written by hand, one by one, so that not every example reads like a template. Each is
 * checked by the same rules as the others.
 */
import { ADVICE } from './advice';
import { ANSWERS } from './answers';
import { JSONS } from './jsons';
import { LISTS } from './lists';
import type { Handwritten } from './make';
import { READINGS } from './readings';
import { REFUSALS } from './refusals';
import { REWRITES } from './rewrites';
import { STORIES } from './stories';
import { UNKNOWNS } from './unknowns';

export type { Handwritten } from './make';

// prettier-ignore
const BY_TASK = [STORIES, ANSWERS, UNKNOWNS, LISTS, JSONS, REWRITES, READINGS, REFUSALS, ADVICE];

/** Evenly mixed, so that the first few of them hold every task. */
export const HANDWRITTEN: Handwritten[] = BY_TASK.flatMap((examples) =>
  examples.map((example, i) => ({ example, place: (i + 0.5) / examples.length })),
)
  .sort((x, y) => x.place - y.place)
  .map(({ example }) => example);
