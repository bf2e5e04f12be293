/** What differs between the settings of runs or models. Pure, for charts that name it and for comparing configs. */
import type { ConfigValues } from '../../records';

export interface SettingDifference {
  name: string;
  /** One for each of the configs, in their order; undefined where it has no such setting. */
  values: (ConfigValues[string] | undefined)[];
}

/** The settings whose values are not all the same, in the order in which they first appear. */
export function settingDifferences(configs: readonly ConfigValues[]): SettingDifference[] {
  const names = [...new Set(configs.flatMap((config) => Object.keys(config)))];
  return names
    .map((name) => ({ name, values: configs.map((config) => config[name]) }))
    .filter(({ values }) => values.some((value) => value !== values[0]));
}

/** Settings that a name of a curve has room for. */
const MOST_NAMED = 3;

/**
 * For each config the settings in which it differs from the others, as words. Where configs are equal the seed or
 * the order must tell them apart, so their words are empty.
 */
export function namesByDifference(
  configs: readonly ConfigValues[],
  show: (name: string, value: ConfigValues[string] | undefined) => string,
): string[] {
  const differences = settingDifferences(configs).slice(0, MOST_NAMED);
  return configs.map((_, i) =>
    differences.map(({ name, values }) => show(name, values[i])).join(', '),
  );
}
