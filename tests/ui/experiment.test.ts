/** Experiments in addresses: what is written is read again, and what cannot be is refused with a sentence. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CONFIG, labConfig, METHODS, type ConfigChanges, type Field } from '../../src/config';
import { LABELER_RULES } from '../../src/data/labelers';
import {
  defaultExperiment,
  differencesOf,
  experimentOf,
  hashOf,
  RULES,
  type Experiment,
} from '../../src/ui/state/experiment';
import { EXPERIMENT_NAMES, EXPERIMENTS } from '../../src/ui/state/presets';
import { experiment as text } from '../../src/ui/strings/experiment';

/** Any value that a field may have. */
function anyValue(field: Field): fc.Arbitrary<number | boolean | string> {
  switch (field.kind) {
    case 'flag':
      return fc.boolean();
    case 'choice':
      return fc.constantFrom(...field.options);
    case 'integer':
      return fc.integer({ min: field.min, max: field.max });
    case 'number':
      return fc.double({ min: field.min, max: field.max, noNaN: true }).map((x) => x + 0); // no −0
    default:
      return field satisfies never;
  }
}
const anyChanges: fc.Arbitrary<ConfigChanges> = fc.record(
  Object.fromEntries(
    Object.entries(CONFIG).map(([section, fields]) => {
      const values = Object.entries(fields).map(([name, field]) => [name, anyValue(field)]);
      return [section, fc.record(Object.fromEntries(values), { requiredKeys: [] })];
    }),
  ),
  { requiredKeys: [] },
);
const anyExperiment: fc.Arbitrary<Experiment> = fc.record({
  config: anyChanges.map((changes) => labConfig(changes)),
  method: fc.constantFrom(...METHODS),
  labeler: fc.record({
    rule: fc.constantFrom(...RULES),
    mistakes: fc.double({ min: 0, max: 0.5, noNaN: true }).map((x) => x + 0),
  }),
});
const problemsOf = (query: string): string => {
  const linked = experimentOf(`#/ppo?${query}`);
  return linked.kind === 'refused' ? linked.problems.join(' ') : linked.kind;
};

describe('an address', () => {
  test('opens the experiment that it was written for, whichever that is', () => {
    fc.assert(
      fc.property(anyExperiment, (experiment) => {
        const linked = experimentOf(hashOf('ppo', experiment));
        if (differencesOf(experiment).length === 0) expect(linked).toEqual({ kind: 'none' });
        else expect(linked).toEqual({ kind: 'experiment', experiment });
      }),
    );
  });

  test('never throws, and takes nothing that the tables would not', () => {
    const piece = fc.oneof(
      fc.constantFrom('ppo.klCoefficient=', 'ppo.=', 'method=', '&', '=', '%', 'labeler=short', '__proto__.x=1'), // prettier-ignore
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const linked = experimentOf(`#/ppo?${pieces.join('')}`);
        if (linked.kind === 'refused') expect(linked.problems.join('')).not.toBe('');
        if (linked.kind === 'experiment')
          expect(labConfig(linked.experiment.config)).toEqual(linked.experiment.config);
      }),
    );
  });

  test('is as short as what it changes', () => {
    const config = labConfig({ ppo: { klCoefficient: 0 } });
    const short = { rule: 'short', mistakes: 0 } as const;
    expect(hashOf('ppo', { config, method: 'ppo', labeler: short })).toBe('#/ppo?ppo.klCoefficient=0&labeler=short'); // prettier-ignore
    expect(hashOf('home', defaultExperiment())).toBe('#/home');
    expect(experimentOf('#/home')).toEqual({ kind: 'none' });
    expect(experimentOf('#/home?')).toEqual({ kind: 'none' });
  });
});

test.each([
  ['ppo.klCoefficient=2', 'ppo.klCoefficient is 2; it lies between 0 and 1 (reward per nat).'],
  ['ppo.klCoefficient=', 'ppo.klCoefficient is ""; it is a number between 0 and 1'],
  ['ppo.steps=0x10', 'ppo.steps is "0x10"; it is a number between 1 and 2000'],
  ['ppo.whitenRewards=yes', 'ppo.whitenRewards is "yes"; it is either true or false.'],
  ['dpo.loss=ppo', 'dpo.loss is "ppo"; it is one of dpo, robust, ipo, hinge.'],
  ['ppo.stepz=3', 'ppo has no setting "stepz"'],
  ['ppo=3', 'The link sets “ppo”, which does not exist.'],
  ['toString.length=3', 'The link sets “toString.length”, which does not exist.'],
  ['method=sarsa', 'method is "sarsa"; it is one of ppo, '],
  ['labeler=me', 'labeler is “me”; it is one of gold, short, kind, flattery, careless.'],
  ['mistakes=0.7', 'mistakes is “0.7”; it is a number between 0 and 0.5'],
  ['labeler=short&labeler=kind', 'The link says “labeler” twice.'],
])('%s is refused with a sentence', (query, sentence) => {
  expect(problemsOf(query)).toContain(sentence);
});

test('every problem of a link is told at once, and nothing of it is taken', () => {
  const problems = problemsOf('ppo.steps=0&sft.epochs=0&labeler=me');
  for (const part of ['ppo.steps is 0', 'sft.epochs is 0', 'labeler is “me”'])
    expect(problems).toContain(part);
});

test('the page knows all rules of labelers', () => {
  expect([...RULES]).toEqual([...LABELER_RULES]);
});

test('the named experiments differ from one another, have their words, and fit in a link', () => {
  const links = EXPERIMENT_NAMES.map((name) => hashOf('home', EXPERIMENTS[name]));
  expect(new Set(links).size).toBe(links.length);
  EXPERIMENT_NAMES.forEach((name, i) => {
    expect(text.presets).toHaveProperty(name);
    expect(experimentOf(links[i]!)).toEqual({ kind: 'experiment', experiment: EXPERIMENTS[name] });
    expect(links[i]!.length).toBeLessThan(1000);
  });
});
