/**
 * The kinds of field that a setting can be, each with its range, unit, meaning and source, and the check that a
 * value is one that its field allows.
 */

interface Described {
  /** One sentence, for the person at the slider. */
  meaning: string;
  /** Paper, or "judgement" where we chose it. */
  source: string;
}
export interface NumberField extends Described {
  kind: 'number' | 'integer';
  value: number;
  min: number;
  max: number;
  unit: string;
  /** How a slider is spaced. */
  scale?: 'log';
}
export interface FlagField extends Described {
  kind: 'flag';
  value: boolean;
}
export interface ChoiceField extends Described {
  kind: 'choice';
  value: string;
  options: readonly string[];
}
export type Field = NumberField | FlagField | ChoiceField;
export type Fields = Record<string, Field>;

/** The plain values of a table of fields: what a stage is given. */
export type ValuesOf<F extends Fields> = {
  -readonly [K in keyof F]: F[K] extends { kind: 'choice'; options: readonly (infer O)[] }
    ? O
    : F[K] extends { kind: 'flag' }
      ? boolean
      : number;
};

export const number = (
  value: number,
  [min, max]: [number, number],
  unit: string,
  meaning: string,
  source: string,
): NumberField => ({ kind: 'number', value, min, max, unit, meaning, source });
export const logarithmic = (...row: Parameters<typeof number>): NumberField => ({
  ...number(...row),
  scale: 'log',
});
export const integer = (...row: Parameters<typeof number>): NumberField => ({
  ...number(...row),
  kind: 'integer',
});
export const flag = (value: boolean, meaning: string, source: string): FlagField => ({
  kind: 'flag',
  value,
  meaning,
  source,
});
export const choice = <const O extends string>(
  value: NoInfer<O>,
  options: readonly O[],
  meaning: string,
  source: string,
): ChoiceField & { options: readonly O[] } => ({ kind: 'choice', value, options, meaning, source });

/** A config value that cannot be; the message names the setting, the value and what is allowed. */
export class ConfigError extends Error {
  override name = 'ConfigError';
}

/** Why `value` cannot be taken for a field, as a sentence; null where it can. */
export function fieldProblem(name: string, field: Field, value: unknown): string | null {
  switch (field.kind) {
    case 'flag':
      return typeof value === 'boolean'
        ? null
        : `${name} is ${show(value)}; it is either true or false.`;
    case 'choice':
      return typeof value === 'string' && field.options.includes(value)
        ? null
        : `${name} is ${show(value)}; it is one of ${field.options.join(', ')}.`;
    case 'number':
    case 'integer': {
      const unit = field.unit ? ` (${field.unit})` : '';
      if (typeof value !== 'number' || !Number.isFinite(value))
        return `${name} is ${show(value)}; it is a number between ${field.min} and ${field.max}${unit}.`;
      if (field.kind === 'integer' && !Number.isInteger(value))
        return `${name} is ${value}; it is a whole number between ${field.min} and ${field.max}${unit}.`;
      return value >= field.min && value <= field.max
        ? null
        : `${name} is ${value}; it lies between ${field.min} and ${field.max}${unit}.`;
    }
    default:
      return field satisfies never;
  }
}

/** A value as it stands in a message. */
export const show = (value: unknown): string => JSON.stringify(value) ?? String(value);
