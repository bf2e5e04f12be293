/**
 * Every hyperparameter once: default, range, unit, meaning, source. The types of the stages' configs, the
 * sliders of the page, the flags of the command line and the checks of imported settings are all derived
 * from these rows. This file is what the rest of the lab imports; `config/` holds the tables.
 */
export {
  ConfigError,
  fieldProblem,
  type ChoiceField,
  type Field,
  type Fields,
  type FlagField,
  type NumberField,
  type ValuesOf,
} from './config/fields';
export * from './config/stages';
export * from './config/methods';
export * from './config/sections';
export * from './config/method-names';
export * from './config/presets';
