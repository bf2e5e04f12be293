/** Every method through the one door of chapter 6. */
import { describe, expect, test } from 'vitest';
import { DIAGNOSTICS } from '../src/algorithms/diagnostics';
import { ConfigError, METHODS } from '../src/config';
import { NEEDS, optimise } from '../src/optimise';
import { onEngines } from './engines';
import { stepsOf } from './lab';
import { METHOD_INPUTS, METHOD_RUNS } from './methods';

onEngines(
  'optimise',
  () => {
    test.each(METHOD_RUNS)(
      '%s moves its policy, and tells its steps in metrics',
      async (_, begin) => {
        const run = begin();
        const steps = await stepsOf(run, 2);
        const { config, tensors } = await run.result();
        run.dispose();
        expect(steps.map(({ step }) => step)).toEqual([1, 2]);
        for (const { metrics } of steps)
          for (const [name, value] of Object.entries(metrics))
            if (name !== 'val/var_explained') expect(value, name).toEqual(expect.any(Number));
        // Every metric is explained somewhere.
        const known = Object.keys(DIAGNOSTICS);
        for (const { metrics } of steps)
          expect(Object.keys(metrics).filter((name) => !known.includes(name))).toEqual([]);
        expect(config).toEqual(METHOD_INPUTS.reference.config);
        const name = 'model.norm.weight';
        expect(tensors[name]!.data).not.toEqual(METHOD_INPUTS.reference.tensors[name]!.data);
        expect(Object.keys(tensors)).toEqual(Object.keys(METHOD_INPUTS.reference.tensors));
      },
    );

    test('a method begins without what it does not need', () => {
      const bare = { ...METHOD_INPUTS, reward: null, prompts: [] };
      for (const method of METHODS.filter((each) => NEEDS[each].comparisons))
        optimise(method, bare).dispose();
    });
  },
  ['wasm'],
);

describe('optimise', () => {
  test('refuses what a method lacks, and settings of another', () => {
    for (const method of METHODS.filter((each) => NEEDS[each].reward))
      expect(() => optimise(method, { ...METHOD_INPUTS, reward: null })).toThrow(
        `The method ${method} asks a reward model for scores, and there is none.`,
      );
    expect(() => optimise('dpo', METHOD_INPUTS, { clipRange: 0.2 })).toThrow(ConfigError);
  });
});
