/** `--set ppo.klCoefficient=0`: one setting changed from the command line, any number of times. */
import { labConfig, type ConfigChanges } from '../config';
import { UsageError } from './flags';

const SHAPE = /^([A-Za-z]+)\.([A-Za-z]+)=(.*)$/;

/** What was typed as what it is: a flag, a number, or the name of a choice. */
function valueOf(typed: string): boolean | number | string {
  if (typed === 'true' || typed === 'false') return typed === 'true';
  const number = Number(typed);
  return typed.trim() === '' || Number.isNaN(number) ? typed : number;
}

/**
 * The changes of a preset with those of the command line laid over them; of two of one setting the last holds.
 * @throws UsageError where one does not read `section.setting=value`
 * @throws ConfigError where there is no such setting, or it cannot have that value
 */
export function withChanges(preset: ConfigChanges, typed: readonly string[]): ConfigChanges {
  const changes: Record<string, Readonly<Record<string, unknown>>> = { ...preset };
  for (const each of typed) {
    const [, section, name, value] = SHAPE.exec(each) ?? [];
    if (section === undefined || name === undefined || value === undefined)
      throw new UsageError(`--set is "${each}"; it reads like ppo.klCoefficient=0.`);
    changes[section] = { ...changes[section], [name]: valueOf(value) };
  }
  labConfig(changes);
  return changes;
}
