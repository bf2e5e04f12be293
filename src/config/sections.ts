/** All tables under one name each, and configs: plain values of every row, checked when they are made. */
import { ConfigError, fieldProblem, type Fields, type ValuesOf } from './fields';
import { DPO, GRPO, KTO, ONLINE_DPO, ORPO, PPO, REINFORCE, REJECTION, RLOO } from './methods';
import { EVALUATION, LENGTHS, REWARD_MODEL, SAMPLES, SFT } from './stages';

/** All tables under the names that presets, URLs and saved configs use. */
export const CONFIG = {
  lengths: LENGTHS,
  sft: SFT,
  samples: SAMPLES,
  rewardModel: REWARD_MODEL,
  ppo: PPO,
  reinforce: REINFORCE,
  rloo: RLOO,
  grpo: GRPO,
  rejection: REJECTION,
  dpo: DPO,
  kto: KTO,
  orpo: ORPO,
  onlineDpo: ONLINE_DPO,
  evaluation: EVALUATION,
} as const;
export type ConfigSection = keyof typeof CONFIG;
export type LabConfig = { -readonly [S in ConfigSection]: ValuesOf<(typeof CONFIG)[S]> };

/**
 * The values of one section: its defaults with `changes` laid over them.
 * @throws ConfigError naming every unknown setting and impossible value.
 */
export function sectionConfig<S extends ConfigSection>(
  section: S,
  changes: Readonly<Record<string, unknown>> = {},
): LabConfig[S] {
  const fields: Fields = CONFIG[section];
  const problems: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(fields)) values[name] = field.value;
  for (const [name, value] of Object.entries(changes)) {
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
    const problem = field
      ? fieldProblem(`${section}.${name}`, field, value)
      : `${section} has no setting "${name}"; it has ${Object.keys(fields).join(', ')}.`;
    if (problem) problems.push(problem);
    else values[name] = value;
  }
  if (problems.length) throw new ConfigError(problems.join(' '));
  // The loop above filled every key of the table with a value that its row allows.
  return values as LabConfig[S];
}

export type ConfigChanges = { [S in ConfigSection]?: Readonly<Record<string, unknown>> };

/** The whole config: defaults with `changes` laid over them. @throws ConfigError */
export function labConfig(changes: ConfigChanges = {}): LabConfig {
  const known = Object.keys(CONFIG);
  const unknown = Object.keys(changes).filter((section) => !known.includes(section));
  if (unknown.length)
    throw new ConfigError(
      `There is no section "${unknown.join('", "')}"; there are ${known.join(', ')}.`,
    );
  return {
    lengths: sectionConfig('lengths', changes.lengths),
    sft: sectionConfig('sft', changes.sft),
    samples: sectionConfig('samples', changes.samples),
    rewardModel: sectionConfig('rewardModel', changes.rewardModel),
    ppo: sectionConfig('ppo', changes.ppo),
    reinforce: sectionConfig('reinforce', changes.reinforce),
    rloo: sectionConfig('rloo', changes.rloo),
    grpo: sectionConfig('grpo', changes.grpo),
    rejection: sectionConfig('rejection', changes.rejection),
    dpo: sectionConfig('dpo', changes.dpo),
    kto: sectionConfig('kto', changes.kto),
    orpo: sectionConfig('orpo', changes.orpo),
    onlineDpo: sectionConfig('onlineDpo', changes.onlineDpo),
    evaluation: sectionConfig('evaluation', changes.evaluation),
  };
}
