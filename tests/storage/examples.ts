/** Small records to store, and a database of its own for each test. */
import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { openDatabase, type OpenOptions } from '../../src/storage/database';
import type {
  AnswerSet,
  BiasProbe,
  Checkpoint,
  Comparison,
  Demonstration,
  Evaluation,
  MetricRow,
  Project,
  Prompt,
  Ranking,
  Review,
  Rollout,
  RunRecord,
  Sample,
  TensorRecords,
  TestSet,
} from '../../src/records';
import type { LabDatabase } from '../../src/storage/schema';
import { newExactStudy, type Study } from '../../src/studies';

/** A database that nothing was ever written to. */
export function freshDatabase(options: OpenOptions = {}): Promise<LabDatabase> {
  globalThis.indexedDB = new IDBFactory();
  return openDatabase(options);
}

export const project = (id: string, changes: Partial<Project> = {}): Project => ({
  id,
  name: `Lab ${id}`,
  seed: 1,
  baseModel: 'stories260K',
  guidelines: 'Be kind.',
  createdAt: 1,
  openedAt: 1,
  ...changes,
});

export const study = (id: string): Study =>
  newExactStudy(
    { id, createdAt: 1, backend: 'wasm' },
    { graph: 'a:a b:a', beta: 0.1, seed: 1, methods: ['ppo'] },
  );

export const prompt = (id: string): Prompt => ({
  id,
  text: `Say ${id}.`,
  task: 'list',
  split: 'train',
  source: 'built-in',
  check: { kind: 'list', members: ['red', 'blue'], count: 2 },
});

export const demonstration = (id: string, response = 'Red and blue.'): Demonstration => ({
  ...prompt(id),
  response,
  createdAt: 5,
});

export const sample = (id: string): Sample => ({
  id,
  prompt: prompt(`prompt of ${id}`),
  checkpointId: 'sft',
  temperature: 1,
  seed: 3,
  responses: ['a', 'b', 'c'].map((text) => ({ text, tokens: 1, finished: true })),
  createdAt: 6,
});

export const ranking = (id: string, sampleId: string, labelerId = 'me'): Ranking => ({
  id,
  sampleId,
  prompt: prompt(`prompt of ${sampleId}`),
  responses: ['a', 'b', 'c'],
  ranks: [1, 2, 2],
  verdict: 'ranked',
  flagged: false,
  shown: [2, 0, 1],
  labeler: { id: labelerId, name: labelerId, source: 'human' },
  seconds: 2.5,
  createdAt: 7,
});

export const comparison = (of: Ranking): Comparison => ({
  id: `comparison of ${of.id}`,
  rankingId: of.id,
  prompt: of.prompt,
  responses: of.responses,
  pairs: [
    { better: 0, worse: 1 },
    { better: 0, worse: 2 },
  ],
  source: 'human',
});

export const label = (id: string, sampleId: string, labelerId = 'me') => {
  const made = ranking(id, sampleId, labelerId);
  return { ranking: made, comparison: comparison(made) };
};

export const run = (
  id: string,
  projectId: string,
  changes: Partial<RunRecord> = {},
): RunRecord => ({
  id,
  projectId,
  stage: 'ppo',
  config: { learningRate: 1e-4 },
  lengths: { promptTokens: 48, responseTokens: 32 },
  seed: 1,
  dataHash: 'data',
  configHash: 'hash',
  parentId: 'sft',
  rewardModelId: null,
  backend: 'wasm',
  status: 'running',
  steps: 40,
  step: 0,
  startedAt: 10,
  seconds: 0,
  ...changes,
});

export const row = (runId: string, step: number, kl = step): MetricRow => ({
  runId,
  step,
  metrics: { 'objective/kl': kl },
});

export const rollout = (runId: string, step: number, id: string): Rollout => ({
  id,
  runId,
  step,
  query: 'q',
  response: 'r',
  score: 0.5,
  gold: null,
  kl: 0.1,
  finished: true,
  tokens: [],
});

export const checkpoint = (
  id: string,
  projectId: string,
  changes: Partial<Checkpoint> = {},
): Checkpoint => ({
  id,
  projectId,
  name: id,
  stage: 'sft',
  kind: 'model',
  runId: null,
  parentId: null,
  step: 0,
  modelConfig: {
    vocabSize: 8,
    width: 4,
    layers: 1,
    heads: 1,
    kvHeads: 1,
    feedForward: 8,
    maxPositions: 16,
    rmsEpsilon: 1e-5,
    ropeTheta: 10000,
    bosId: 1,
    eosId: 2,
    padId: 0,
  },
  tokenizerHash: 'hash',
  progress: null,
  config: {},
  metrics: {},
  bytes: 0,
  createdAt: 20,
  ...changes,
});

/** A state of a run to go on from. */
export const resume = (runId: string, projectId: string, step: number): Checkpoint =>
  checkpoint(`${runId} at ${step}`, projectId, {
    stage: 'ppo',
    kind: 'resume',
    runId,
    parentId: 'sft',
    step,
    createdAt: 20 + step,
    progress: {
      step,
      steps: 40,
      optimizerSteps: { policy: step },
      klCoefficient: 0.05,
      randomCounters: { sampling: 7 * step },
      dataCursor: step,
    },
  });

/** 40 bytes in two tensors. */
export const tensors = (fill = 1): TensorRecords => ({
  'policy/a': { shape: [2, 3], data: new Float32Array(6).fill(fill) },
  'value/a': { shape: [4], data: new Float32Array(4).fill(fill) },
});

export const evaluation = (id: string): Evaluation => ({
  id,
  checkpointId: 'ppo',
  baselineId: 'sft',
  judge: { id: 'gold', name: 'Gold', source: 'simulated', rule: 'gold' },
  winRate: { wins: 3, losses: 1, ties: 0, value: 0.75, low: 0.3, high: 0.95 },
  kl: 2,
  gold: null,
  contests: [],
  createdAt: 30,
});

export const answerSet = (id: string): AnswerSet => ({
  id,
  checkpointId: 'sft',
  testSetId: null,
  temperature: 0.7,
  seed: 1,
  answers: [{ prompt: prompt('1'), answer: '- red\n- blue', finished: true, tokens: 6 }],
  cost: { backend: 'wasm', tokensPerSecond: 900, rows: 32, latencies: [0.1, 0.2] },
  createdAt: 40,
});

export const testSet = (id: string): TestSet => ({
  id,
  name: 'Mine',
  prompts: [prompt('1')],
  hash: 'h',
});

export const biasProbe = (id: string): BiasProbe => ({
  kind: 'bias',
  id,
  checkpointId: 'rm',
  asked: 'reward-model',
  swap: 'gender',
  pairs: [{ original: 'he', counterfactual: 'she', answers: ['a', 'a'], values: [1, 0.5] }],
  differences: [{ name: 'score', value: -0.5, low: null, high: null, n: 1 }],
  createdAt: 41,
});

export const review = (id: string): Review => ({
  id,
  prompt: prompt('1'),
  checkpointId: 'ppo',
  rewardModelId: 'rm',
  answer: 'good good good',
  score: 3,
  gold: 0.1,
  verdict: 'bad',
  createdAt: 42,
});
