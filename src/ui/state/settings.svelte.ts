/** The settings of a project: the tables of `config.ts` as the person set them, kept for the next visit. */
import {
  CONFIG,
  labConfig,
  sectionConfig,
  type ConfigChanges,
  type ConfigSection,
  type LabConfig,
} from '../../config';
import type { Id } from '../../records';
import type { LabDatabase } from '../../storage/schema';
import { readSetting, writeSetting } from '../../storage/settings';

const KEY = 'config';
const SECTIONS = ['lengths', 'sft', 'samples', 'rewardModel', 'ppo', 'evaluation'] as const;
SECTIONS satisfies readonly (keyof typeof CONFIG)[];

export class Settings {
  config = $state.raw<LabConfig>(labConfig());
  #place: { db: LabDatabase; projectId: Id } | null = null;

  /**
   * Read what the last visit set. Sections that the lab no longer understands are back at their defaults;
   * returns whether there were such.
   */
  async open(db: LabDatabase, projectId: Id): Promise<boolean> {
    const stored = await readSetting(db, projectId, KEY);
    this.#place = { db, projectId };
    if (!isRecord(stored)) return false;
    const changes: ConfigChanges = {};
    let isDropped = false;
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

  /** @throws ConfigError where the value cannot be; StorageError */
  async set(section: ConfigSection, name: string, value: number | string | boolean): Promise<void> {
    const values = sectionConfig(section, { ...this.config[section], [name]: value });
    await this.#keep({ ...this.config, [section]: values });
  }

  async reset(section: ConfigSection): Promise<void> {
    await this.#keep({ ...this.config, [section]: sectionConfig(section) });
  }

  async #keep(config: LabConfig): Promise<void> {
    this.config = config;
    if (this.#place) await writeSetting(this.#place.db, this.#place.projectId, KEY, config);
  }
}

const isRecord = <T>(value: T): value is T & Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
