/** Demonstrations as lines of JSON, in and out. */
import type { Demonstration } from '../../records';
export interface WrongLine {
  line: number;
  reason: string;
}
export const readDemonstrations = (
  _text: string,
): { demonstrations: Demonstration[]; wrong: WrongLine[] } => ({ demonstrations: [], wrong: [] });
export const demonstrationLines = (_all: readonly Demonstration[]): string => '';
