/** The page's report says what is stored, and what is missing. */
import { expect, test } from 'vitest';
import { withGuidelines } from '../../src/data/guidelines';
import { renderReport } from '../../src/data/render-report';
import { familyOf, labReport, type ReportFacts } from '../../src/ui/state/report';
import {
  answerSet,
  biasProbe,
  checkpoint,
  comparison,
  demonstration,
  evaluation,
  project,
  prompt,
  ranking,
  review,
  row,
  run,
} from '../storage/examples';

const base = checkpoint('base:small', 'p', { stage: 'base', name: 'small' });
const sft = checkpoint('sft', 'p', { name: 'Taught', parentId: base.id, runId: 'sft run' });
const rm = checkpoint('rm', 'p', { stage: 'reward-model', name: 'Taste', parentId: 'sft', runId: 'rm run' }); // prettier-ignore
const other = checkpoint('other', 'p', {
  name: 'Elsewhere',
  parentId: base.id,
  runId: 'other run',
});
const ppo = checkpoint('ppo', 'p', { stage: 'ppo', name: 'Pleased', parentId: 'sft', runId: 'ppo run' }); // prettier-ignore

const FACTS: ReportFacts = {
  project: project('p', { name: 'Monday', guidelines: 'Be kind.' }),
  checkpoint: ppo,
  models: [base, sft, other, rm, ppo],
  parameters: 21_072,
  backend: 'wasm',
  guidelines: withGuidelines([], 'Be kind.', 1).at(-1)!,
  demonstrations: [demonstration('1'), { ...demonstration('2', 'Write to a@b.org.'), split: 'held-out' }], // prettier-ignore
  prompts: [prompt('1')],
  rankings: [ranking('1', '1'), { ...ranking('2', '2'), labeler: { id: 's', name: 'Rule', source: 'simulated' } }], // prettier-ignore
  comparisons: [comparison(ranking('1', '1'))],
  evaluations: [evaluation('e')],
  answerSets: [
    { ...answerSet('a'), checkpointId: 'ppo' },
    { ...answerSet('b'), checkpointId: 'sft' },
    { ...answerSet('c'), checkpointId: 'base:small', testSetId: 'mine' },
  ],
  probes: [biasProbe('b')],
  reviews: [review('r')],
  runs: [
    run('sft run', 'p', { stage: 'sft', parentId: base.id, startedAt: 1, step: 9 }),
    run('other run', 'p', { stage: 'sft', parentId: base.id, startedAt: 2 }),
    run('rm run', 'p', { stage: 'reward-model', parentId: 'sft', startedAt: 3 }),
    run('ppo run', 'p', { stage: 'ppo', parentId: 'sft', rewardModelId: 'rm', startedAt: 4 }),
  ],
  rows: new Map([['ppo run', [row('ppo run', 1, 0.5), row('ppo run', 2, 0.75)]]]),
  hashes: new Map([['sft', 'abc123']]),
  now: Date.UTC(2024, 0, 2),
};

test('a model comes with its ancestors, the reward model that it was optimised by, and nobody else', () => {
  expect(familyOf(FACTS).map(({ id }) => id)).toEqual(['base:small', 'sft', 'rm', 'ppo']);
  expect(familyOf({ ...FACTS, checkpoint: sft }).map(({ id }) => id)).toEqual([
    'base:small',
    'sft',
  ]);
  const circle = { ...base, parentId: 'ppo' };
  expect(familyOf({ ...FACTS, models: [circle, sft, rm, ppo] })).toHaveLength(4);
});

test('all that is stored is said, and nothing of other runs', () => {
  const report = labReport(FACTS);
  expect(report.model).toMatchObject({
    name: 'Pleased',
    base: 'small',
    parameters: 21_072,
    seed: 1,
  });
  expect(report.model.stages.map(({ stage, steps }) => [stage, steps])).toEqual([
    ['sft', 9],
    ['reward-model', 0],
    ['ppo', 0],
  ]);
  expect(report.curves).toMatchObject([{ stage: 'ppo', name: 'objective/kl', points: [{ step: 1, value: 0.5 }, { step: 2, value: 0.75 }] }]); // prettier-ignore
  // In the order of the models, without what was asked on a test set of one's own.
  expect(report.measures.map((own) => own.checkpoint)).toEqual(['Taught', 'Pleased']);
  expect(report.data).toMatchObject({ personalData: 1, comparisons: { pairs: 2, rankings: 2 } });
  expect(report.guidelines).toMatchObject({ version: 1, text: 'Be kind.' });
  expect(report.samples!.samples[0]!.answers.map((answer) => answer.checkpoint)).toEqual(['Taught', 'Pleased']); // prettier-ignore
  expect(report.lineage.find(({ id }) => id === 'ppo')!.parents).toEqual(['sft', 'rm']);
  expect(report.lineage.find(({ id }) => id === 'sft')).toMatchObject({ hash: 'abc123', parents: ['base:small', 'demonstrations'] }); // prettier-ignore
  expect(report.limits.join(' ')).toContain('50% of the rankings were made by a rule');
  expect(report.limits.join(' ')).toContain('No person judged: Gold');
  const { html, markdown } = renderReport(report);
  for (const text of [html, markdown.replaceAll('\\', '')])
    for (const said of [
      'Monday',
      'Pleased',
      'abc123',
      'Score of the reward model',
      '0 good and 1 bad',
      'objective/kl',
    ])
      // prettier-ignore
      expect(text).toContain(said);
  expect(html).not.toMatch(/<script|<link|src=|href=/i);
  expect(html).not.toContain('Elsewhere');
});

test("a person's judgement goes before a rule's, and neither where the model was not judged", () => {
  const human = { ...evaluation('h'), judge: { id: 'person', name: 'You', source: 'human' as const } }; // prettier-ignore
  const judged = labReport({ ...FACTS, evaluations: [human, evaluation('later')] });
  expect(judged.evaluation!.judge.name).toBe('You');
  expect(labReport({ ...FACTS, checkpoint: sft }).evaluation).toBe(null);
});

test('an empty lab has a report that says so', () => {
  const empty = labReport({ ...FACTS, checkpoint: base, demonstrations: [], prompts: [], rankings: [], comparisons: [], evaluations: [], answerSets: [], probes: [], reviews: [], runs: [], rows: new Map() }); // prettier-ignore
  const { html } = renderReport(empty);
  for (const said of [
    'No models were compared.',
    'Nothing was measured automatically.',
    'How it was made was not kept.',
    'No curves were kept.',
  ])
    // prettier-ignore
    expect(html).toContain(said);
});
