/**
 * An experiment as a part of an address: what differs from the defaults, the method and the labeler.
 *
 *     #/ppo?ppo.klCoefficient=0&method=rloo&labeler=short&mistakes=0.2
 *
 * The tables of `config.ts` say what may be set and to what. Pure, so that it can be tested.
 */
import {
  CONFIG,
  labConfig,
  methodOf,
  sectionConfig,
  type ConfigChanges,
  type ConfigSection,
  type Field,
  type LabConfig,
  type Method,
} from '../../config';
import type { LabelerRule } from '../../workers/messages';
import { experiment as text } from '../strings/experiment';

export const RULES = [
  'gold',
  'short',
  'kind',
  'flattery',
  'careless',
] as const satisfies readonly LabelerRule[];
/** Share of samples that a labeler may be told to get wrong. */
export const MOST_MISTAKES = 0.5;

export interface LabelerChoice {
  rule: LabelerRule;
  /** Share of pairs that it turns round. */
  mistakes: number;
}
export interface Experiment {
  config: LabConfig;
  method: Method;
  labeler: LabelerChoice;
}

export const defaultExperiment = (): Experiment => ({
  config: labConfig(),
  method: 'ppo',
  labeler: { rule: 'gold', mistakes: 0 },
});

/** One setting that is not at its default, as the page shows and the address names it. */
export interface Difference {
  key: string;
  value: string;
}

/** Everything that is not at its default, in the order of the tables. */
export function differencesOf({ config, method, labeler }: Experiment): Difference[] {
  const found: Difference[] = [];
  for (const [section, fields] of Object.entries(CONFIG)) {
    const values: Record<string, unknown> = config[section as ConfigSection];
    for (const [name, field] of Object.entries(fields))
      if (values[name] !== field.value)
        found.push({ key: `${section}.${name}`, value: String(values[name]) });
  }
  if (method !== 'ppo') found.push({ key: 'method', value: method });
  if (labeler.rule !== 'gold') found.push({ key: 'labeler', value: labeler.rule });
  if (labeler.mistakes !== 0) found.push({ key: 'mistakes', value: String(labeler.mistakes) });
  return found;
}

/** The address's part from `#` on that opens a screen with an experiment. */
export function hashOf(screen: string, experiment: Experiment): string {
  const query = new URLSearchParams(
    differencesOf(experiment).map(({ key, value }) => [key, value]),
  ).toString();
  return `#/${screen}${query ? `?${query}` : ''}`;
}

export type LinkedExperiment =
  | { kind: 'none' }
  | { kind: 'experiment'; experiment: Experiment }
  /** A sentence for everything that cannot be; then nothing of it is taken. */
  | { kind: 'refused'; problems: string[] };

/** The experiment of an address's part from `#` on: all that it does not name is at its default. */
export function experimentOf(hash: string): LinkedExperiment {
  const start = hash.indexOf('?');
  const query = start < 0 ? '' : hash.slice(start + 1);
  if (query === '') return { kind: 'none' };
  const { config: _, ...chosen } = defaultExperiment();
  const changes: Record<string, Record<string, unknown>> = {};
  const problems: string[] = [];
  const seen = new Set<string>();
  for (const [key, value] of new URLSearchParams(query)) {
    if (seen.has(key)) problems.push(text.twice(key));
    seen.add(key);
    const problem = take(key, value, chosen, changes);
    if (problem) problems.push(problem);
  }
  for (const [section, values] of Object.entries(changes))
    problems.push(...problemsIn(() => sectionConfig(section as ConfigSection, values)));
  if (problems.length > 0) return { kind: 'refused', problems };
  return {
    kind: 'experiment',
    experiment: { ...chosen, config: labConfig(changes as ConfigChanges) },
  };
}

/** Take one parameter, or say why not. Values of the tables are looked at afterwards, all of a section at once. */
function take(
  key: string,
  value: string,
  chosen: Omit<Experiment, 'config'>,
  changes: Record<string, Record<string, unknown>>,
): string | null {
  switch (key) {
    case 'method':
      return problemsIn(() => (chosen.method = methodOf({ method: value })))[0] ?? null;
    case 'labeler': {
      const rule = RULES.find((each) => each === value);
      if (!rule) return text.noLabeler(value, RULES.join(', '));
      chosen.labeler = { ...chosen.labeler, rule };
      return null;
    }
    case 'mistakes': {
      const mistakes = numberOf(value);
      if (!(mistakes >= 0 && mistakes <= MOST_MISTAKES)) return text.mistakesOutside(value, MOST_MISTAKES); // prettier-ignore
      chosen.labeler = { ...chosen.labeler, mistakes };
      return null;
    }
    default: {
      const [section = '', name = '', ...rest] = key.split('.');
      if (rest.length > 0 || name === '' || !Object.hasOwn(CONFIG, section))
        return text.unknown(key);
      const fields: Readonly<Record<string, Field>> = CONFIG[section as ConfigSection];
      const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
      (changes[section] ??= Object.create(null) as Record<string, unknown>)[name] = field
        ? valueOf(field, value)
        : value;
      return null;
    }
  }
}

/** What a text means for a field; what it cannot mean is left as it is, and refused by the table. */
function valueOf(field: Field, value: string): unknown {
  switch (field.kind) {
    case 'flag':
      return value === 'true' ? true : value === 'false' ? false : value;
    case 'choice':
      return value;
    case 'number':
    case 'integer': {
      const number = numberOf(value);
      return Number.isNaN(number) ? value : number;
    }
    default:
      return field satisfies never;
  }
}

/** A decimal number; NaN for everything else that `Number` would take, such as "" and "0x10". */
const numberOf = (value: string): number =>
  /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(value) ? Number(value) : NaN;

function problemsIn(check: () => unknown): string[] {
  try {
    check();
    return [];
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}
