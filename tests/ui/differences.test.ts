import { expect, test } from 'vitest';
import { namesByDifference, settingDifferences } from '../../src/ui/state/differences';

const HELD = { steps: 20, klCoefficient: 0.05, method: 'ppo' };
const FREE = { steps: 20, klCoefficient: 0, method: 'ppo' };
const DPO = { beta: 0.1, method: 'dpo' };
const show = (name: string, value: unknown) => `${name} ${String(value)}`;

test('only what differs is named, in the order of the settings', () => {
  expect(settingDifferences([HELD, FREE])).toEqual([{ name: 'klCoefficient', values: [0.05, 0] }]);
  expect(settingDifferences([HELD, { ...HELD }])).toEqual([]);
});

test('a setting that one of them does not have is a difference', () => {
  expect(settingDifferences([HELD, DPO])).toEqual([
    { name: 'steps', values: [20, undefined] },
    { name: 'klCoefficient', values: [0.05, undefined] },
    { name: 'method', values: ['ppo', 'dpo'] },
    { name: 'beta', values: [undefined, 0.1] },
  ]);
});

test('a run is called by what is its own, and by nothing where all are alike', () => {
  expect(namesByDifference([HELD, FREE], show)).toEqual(['klCoefficient 0.05', 'klCoefficient 0']);
  expect(namesByDifference([HELD, HELD], show)).toEqual(['', '']);
  expect(namesByDifference([HELD, DPO], show)[0]!.split(', ')).toHaveLength(3);
});
