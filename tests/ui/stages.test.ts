/** What the rail says of each stage follows from what is stored. */
import { expect, test } from 'vitest';
import type { Checkpoint } from '../../src/records';
import { stageViews, type StageFacts } from '../../src/ui/state/stages';

const NOTHING: StageFacts = {
  demonstrations: [],
  samples: [],
  rankings: [],
  evaluations: [],
  checkpoints: [],
  running: null,
};
const model = (
  stage: Checkpoint['stage'],
  createdAt: number,
  kind: Checkpoint['kind'] = 'model',
) => ({
  id: `${stage}@${createdAt}`,
  stage,
  kind,
  parentId: null,
  createdAt,
});
const states = (facts: Partial<StageFacts>) =>
  stageViews({ ...NOTHING, ...facts }).map(({ state }) => state);

/** All seven stages, once round. */
const ROUND: Partial<StageFacts> = {
  demonstrations: [{ createdAt: 1 }],
  checkpoints: [model('base', 0), model('sft', 2), model('reward-model', 5), model('ppo', 6)],
  samples: [{ checkpointId: 'sft@2' }],
  rankings: [{ createdAt: 4 }],
  evaluations: [{ checkpointId: 'ppo@6' }],
};

test('an empty project begins with demonstrations', () => {
  expect(states({})).toEqual(['next', 'idle', 'idle', 'idle', 'idle', 'idle', 'idle']);
});

test('one round done is seven stages done', () => {
  expect(states(ROUND)).toEqual(Array(7).fill('done'));
});

test('a demonstration written later makes the fine-tuned model stale, and nothing else yet', () => {
  const demonstrations = [{ createdAt: 1 }, { createdAt: 7 }];
  expect(states({ ...ROUND, demonstrations })).toEqual([
    'done',
    'stale',
    'done',
    'done',
    'done',
    'done',
    'done',
  ]);
});

test('a new fine-tuned model makes all that came from the old one stale, but no ranking', () => {
  const checkpoints = [...(ROUND.checkpoints ?? []), model('sft', 8)];
  expect(states({ ...ROUND, checkpoints })).toEqual([
    'done',
    'done',
    'stale',
    'done',
    'stale',
    'stale',
    'done',
  ]);
});

test('samples of the optimised model are not stale', () => {
  expect(states({ ...ROUND, samples: [{ checkpointId: 'ppo@6' }] })[2]).toBe('done');
});

test('a ranking given later makes the reward model stale', () => {
  expect(states({ ...ROUND, rankings: [{ createdAt: 9 }] })[4]).toBe('stale');
});

test('an optimised model that was not evaluated makes the evaluation stale', () => {
  expect(states({ ...ROUND, evaluations: [{ checkpointId: 'ppo@3' }] })[6]).toBe('stale');
});

test('a saved state of an unfinished run is no model', () => {
  const checkpoints = [model('sft', 2, 'resume')];
  expect(states({ demonstrations: [{ createdAt: 1 }], checkpoints }).slice(0, 2)).toEqual([
    'done',
    'next',
  ]);
});

test('what runs is running, whatever was made before', () => {
  expect(states({ ...ROUND, running: 'ppo' })[5]).toBe('running');
});
