import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  CONFIG,
  ConfigError,
  fieldProblem,
  labConfig,
  methodConfig,
  methodOf,
  presetFor,
  PRESETS,
  sectionConfig,
  type ConfigSection,
  type Field,
  type Fields,
} from '../src/config';

const SECTIONS = Object.keys(CONFIG).filter((name): name is ConfigSection => name in CONFIG);
const ROWS: [string, Field][] = SECTIONS.flatMap((section) => {
  const fields: Fields = CONFIG[section];
  return Object.entries(fields).map(([name, field]): [string, Field] => [
    `${section}.${name}`,
    field,
  ]);
});

/** The message of the ConfigError that `change` throws. */
function refusal(change: () => unknown): string {
  try {
    change();
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error('Nothing was refused.');
}

describe.each(ROWS)('%s', (name, field) => {
  test('has a default that it allows, a meaning and a source', () => {
    expect(fieldProblem(name, field, field.value)).toBeNull();
    expect(field.meaning).toMatch(/^[A-Z].*\.$/);
    expect(field.source.length).toBeGreaterThan(3);
    if (field.kind === 'choice') expect(new Set(field.options).size).toBe(field.options.length);
    if (field.kind === 'number' || field.kind === 'integer') {
      expect(field.min).toBeLessThan(field.max);
      // A logarithmic slider has no place for zero.
      if (field.scale === 'log') expect(field.min).toBeGreaterThan(0);
    }
  });

  test('refuses what is of another kind or out of range, naming itself and the value', () => {
    const others: unknown[] = [null, undefined, NaN, Infinity, 'no such choice', {}, []];
    if (field.kind !== 'flag') others.push(true);
    if (field.kind === 'number' || field.kind === 'integer')
      others.push(String(field.value), field.min - 1e-3, field.max + 1);
    else others.push(1);
    if (field.kind === 'integer') others.push(field.min + 0.5);
    for (const value of others) {
      const problem = fieldProblem(name, field, value);
      expect(problem, `value ${String(value)}`).toMatch(/\.$/);
      expect(problem).toContain(`${name} is `);
    }
  });
});

describe('labConfig', () => {
  test('without changes is the table of defaults', () => {
    const config: Record<string, Record<string, unknown>> = labConfig();
    for (const [name, field] of ROWS) {
      const [section = '', setting = ''] = name.split('.');
      expect(config[section]?.[setting], name).toBe(field.value);
    }
  });

  test('lays changes over defaults and leaves the rest', () => {
    const config = labConfig({ ppo: { clipRange: 0.1, klControl: 'adaptive' } });
    expect(config.ppo).toEqual({ ...labConfig().ppo, clipRange: 0.1, klControl: 'adaptive' });
    expect(config.sft).toEqual(labConfig().sft);
  });

  test.each(Object.entries(PRESETS))('takes the preset %s', (_, preset) => {
    expect(() => labConfig(preset)).not.toThrow();
  });

  test('gives a small base less of `full` and of nothing else', () => {
    for (const parameters of [262_000, 1_200_000])
      for (const preset of ['test', 'smoke'] as const)
        expect(presetFor(preset, parameters)).toBe(PRESETS[preset]);
    expect(presetFor('full', 1_200_000)).toBe(PRESETS.full);
    const [little, all] = [labConfig(presetFor('full', 262_000)), labConfig(PRESETS.full)];
    const { members } = all.rewardModel;
    const { steps } = all.ppo;
    expect(little.rewardModel.members).toBeLessThan(members);
    expect(little.ppo.steps).toBeLessThan(steps);
    const { rewardModel, ppo } = little;
    expect({ ...little, rewardModel: { ...rewardModel, members }, ppo: { ...ppo, steps } }).toEqual(all); // prettier-ignore
  });

  test('refuses an unknown section and names those that there are', () => {
    const unknown: Record<string, Record<string, unknown>> = { rewards: {} };
    expect(refusal(() => labConfig(unknown))).toBe(
      'There is no section "rewards"; there are lengths, sft, samples, rewardModel, ppo, reinforce, rloo, grpo, rejection, dpo, kto, orpo, onlineDpo, evaluation.',
    );
  });

  test('refuses an unknown setting and names those that there are', () => {
    const message = refusal(() => labConfig({ ppo: { clip: 0.2 } }));
    expect(message).toMatch(/^ppo has no setting "clip"; it has .*clipRange/);
  });

  test('reads the method out of the settings of a run', () => {
    expect(methodOf({ steps: 3 })).toBe('ppo');
    expect(methodOf({ method: 'dpo', beta: 0.2 })).toBe('dpo');
    expect(methodConfig('dpo', { method: 'dpo', beta: 0.2 })).toEqual({ ...labConfig().dpo, beta: 0.2 }); // prettier-ignore
    expect(refusal(() => methodOf({ method: 'sarsa' }))).toMatch(/^method is "sarsa"; it is one of ppo, /); // prettier-ignore
  });

  test('is not fooled by names that every object has', () => {
    expect(refusal(() => sectionConfig('sft', { constructor: 1 }))).toContain('"constructor"');
    const odd: Record<string, Record<string, unknown>> = { toString: {} };
    expect(refusal(() => labConfig(odd))).toContain('no section "toString"');
  });

  test('names every impossible value at once', () => {
    const changes = { steps: 0, klControl: 'gentle', whitenAdvantages: 1, clipRange: 0.3 };
    const message = refusal(() => labConfig({ ppo: changes }));
    expect(message).toContain('ppo.steps is 0; it lies between 1 and 2000 (steps).');
    expect(message).toContain('ppo.klControl is "gentle"; it is one of fixed, adaptive, distinct.');
    expect(message).toContain('ppo.whitenAdvantages is 1; it is either true or false.');
    expect(message).not.toContain('clipRange');
  });

  test('takes every number in range, and refuses every other', () => {
    const rows = ROWS.filter(([, field]) => field.kind === 'number');
    fc.assert(
      fc.property(fc.constantFrom(...rows), fc.double(), ([name, field], value) => {
        if (field.kind !== 'number') return;
        const allowed = value >= field.min && value <= field.max;
        expect(fieldProblem(name, field, value) === null).toBe(allowed);
      }),
    );
  });
});
