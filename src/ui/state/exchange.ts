/** Demonstrations as lines of JSON or tables, in and out, for the screens. */
export { readAnyDemonstrations } from '../../data/demonstrations-table';
export { writeDemonstrations, type ImportResult } from '../../data/jsonl';
