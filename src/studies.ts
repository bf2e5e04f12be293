/**
 * The records of the two studies, the exact lab and over-optimisation: plain data like those of `records.ts`. The
 * command line, the worker, storage and the page's figures all read the same.
 */
import type { ExactStudy } from './studies/exact';
import type { SweepStudy } from './studies/over-optimisation';

export * from './studies/exact';
export type * from './studies/head';
export * from './studies/over-optimisation';

export type Study = ExactStudy | SweepStudy;
