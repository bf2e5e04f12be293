/** Named experiments: short enough for a class, each with something to see. What to watch is in the strings. */
import { labConfig, PRESETS, type ConfigChanges } from '../../config';
import { defaultExperiment, type Experiment } from './experiment';

const QUICK: ConfigChanges = PRESETS.smoke;

const quick = (
  { ppo = {}, ...more }: ConfigChanges,
  rest: Partial<Omit<Experiment, 'config'>>,
): Experiment => ({
  ...defaultExperiment(),
  ...rest,
  config: labConfig({ ...QUICK, ...more, ppo: { ...QUICK.ppo, ...ppo } }),
});

export const EXPERIMENTS = {
  kind: quick({}, { labeler: { rule: 'kind', mistakes: 0 } }),
  short: quick({}, { labeler: { rule: 'short', mistakes: 0 } }),
  broken: quick({ ppo: { klCoefficient: 0, klStop: 0, learningRate: 1e-3, steps: 30 } }, {}),
  flattery: quick({}, { labeler: { rule: 'flattery', mistakes: 0 } }),
  careless: quick({}, { labeler: { rule: 'careless', mistakes: 0.2 } }),
  clicks: quick({ kto: { epochs: 3 } }, { method: 'kto' }),
} as const satisfies Record<string, Experiment>;
export type ExperimentName = keyof typeof EXPERIMENTS;
export const EXPERIMENT_NAMES = Object.keys(EXPERIMENTS) as ExperimentName[];
