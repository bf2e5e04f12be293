/** The settings of a project: the tables of `config.ts` as the person set them, kept for the next visit. */
import {
  CONFIG,
  labConfig,
  methodOf,
  sectionConfig,
  type ConfigChanges,
  type ConfigSection,
  type LabConfig,
  type Method,
} from '../../config';
import type { Id } from '../../records';
import type { LabDatabase } from '../../storage/schema';
import type { SettingValue } from '../../storage/schema';
import { readSetting, writeSetting } from '../../storage/settings';
import {
  defaultExperiment,
  MOST_MISTAKES,
  RULES,
  type Experiment,
  type LabelerChoice,
} from './experiment';

const KEY = 'config';
/** Under which the choices are kept that are no rows of the tables. */
const METHOD_KEY = 'method';
const LABELER_KEY = 'labeler';
const SECTIONS = Object.keys(CONFIG) as ConfigSection[];

/** Some settings of a section, by their names. */
export type SettingValues = Readonly<Record<string, number | string | boolean>>;

export class Settings {
  config = $state.raw<LabConfig>(labConfig());
  /** How the policy is optimised. */
  method = $state<Method>('ppo');
  /** Who ranks in place of a person, where somebody is to. */
  labeler = $state.raw<LabelerChoice>(defaultExperiment().labeler);
  #place: { db: LabDatabase; projectId: Id } | null = null;

  /**
   * Read what the last visit set. Sections that the lab no longer understands are back at their defaults;
   * returns whether there were such.
   */
  async open(db: LabDatabase, projectId: Id): Promise<boolean> {
    const stored = await readSetting(db, projectId, KEY);
    const method = await readSetting(db, projectId, METHOD_KEY);
    this.#place = { db, projectId };
    let isDropped = false;
    try {
      this.method = methodOf(method === undefined ? {} : { method });
    } catch {
      isDropped = true;
    }
    const labeler = await readSetting(db, projectId, LABELER_KEY);
    if (isRecord(labeler)) this.labeler = { ...this.labeler, ...labelerOf(labeler) };
    if (!isRecord(stored)) return isDropped;
    const changes: ConfigChanges = {};
    for (const section of SECTIONS) {
      const values = stored[section];
      if (!isRecord(values)) continue;
      try {
        sectionConfig(section, values);
        changes[section] = values;
      } catch {
        isDropped = true;
      }
    }
    this.config = labConfig(changes);
    return isDropped;
  }

  /** All of these settings at once, or none. @throws ConfigError where a value cannot be; StorageError */
  async set(section: ConfigSection, values: SettingValues): Promise<void> {
    const changed = sectionConfig(section, { ...this.config[section], ...values });
    await this.#keep({ ...this.config, [section]: changed });
  }

  async setMethod(method: Method): Promise<void> {
    this.method = method;
    await this.#write(METHOD_KEY, method);
  }

  async setLabeler(labeler: LabelerChoice): Promise<void> {
    this.labeler = labeler;
    await this.#write(LABELER_KEY, { ...labeler });
  }

  /** All choices at once, as an experiment has them. */
  get experiment(): Experiment {
    return { config: this.config, method: this.method, labeler: this.labeler };
  }
  async setExperiment({ config, method, labeler }: Experiment): Promise<void> {
    await this.#keep(config);
    await this.setMethod(method);
    await this.setLabeler(labeler);
  }

  async reset(section: ConfigSection): Promise<void> {
    await this.#keep({ ...this.config, [section]: sectionConfig(section) });
  }

  async #keep(config: LabConfig): Promise<void> {
    this.config = config;
    await this.#write(KEY, config);
  }

  async #write(key: string, value: SettingValue): Promise<void> {
    if (this.#place) await writeSetting(this.#place.db, this.#place.projectId, key, value);
  }
}

function labelerOf({ rule, mistakes }: Record<string, unknown>): Partial<LabelerChoice> {
  const known = RULES.find((each) => each === rule);
  const isShare = typeof mistakes === 'number' && mistakes >= 0 && mistakes <= MOST_MISTAKES;
  return { ...(known ? { rule: known } : {}), ...(isShare ? { mistakes } : {}) };
}

const isRecord = <T>(value: T): value is T & Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
