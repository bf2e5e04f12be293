/** Demonstrations as lines of JSON, in and out, for the screens. */
export { readDemonstrations, writeDemonstrations, type ImportResult } from '../../data/jsonl';
