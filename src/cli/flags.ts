/** Reading of command lines: every flag that cannot be is refused with a sentence, before anything is done. */
import { parseArgs, type ParseArgsConfig } from 'node:util';
import { fieldProblem, type Field } from '../config';

/** A flag that cannot be; the message is for the person who typed it. */
export class UsageError extends Error {
  override name = 'UsageError';
}

/** The flags of a command line, as text. @throws UsageError where one is unknown or lacks its value. */
export function readFlags<const T extends NonNullable<ParseArgsConfig['options']>>(
  args: string[],
  options: T,
) {
  try {
    return parseArgs({ args, options }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** @throws UsageError where `value` is none of `options`. */
export function oneOf<const T extends string>(
  flag: string,
  value: string,
  options: readonly T[],
): T {
  const found = options.find((option) => option === value);
  if (!found) throw new UsageError(`${flag} is "${value}"; it is one of ${options.join(', ')}.`);
  return found;
}

/** @throws UsageError where `value` is no whole number from `least` to `most`. */
export function wholeNumber(flag: string, value: string, least: number, most: number): number {
  const number = /^\d+$/.test(value) ? Number(value) : NaN;
  if (!(number >= least && number <= most))
    throw new UsageError(`${flag} is ${value}; it is a whole number from ${least} to ${most}.`);
  return number;
}

/** Largest seed: the generator takes 32 bits. */
export const LARGEST_SEED = 0xffffffff;

/** The value of a flag that sets a hyperparameter; its row's own where there is no flag. @throws UsageError */
export function fieldValue(
  flag: string,
  value: string | undefined,
  field: Field & { value: number },
): number {
  if (value === undefined) return field.value;
  const number = value.trim() === '' ? NaN : Number(value);
  const problem = Number.isNaN(number)
    ? `${flag} is "${value}"; it is a number.`
    : fieldProblem(flag, field, number);
  if (problem) throw new UsageError(problem);
  return number;
}
